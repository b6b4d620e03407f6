//! HTTP/2, through hyper's client.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::KEEP;
use crate::tests::client::{Client, trusting};
use crate::{Builder, DigestOptions, Fake, Fault, Http, Moment, Page};

type Sender = SendRequest<Full<Bytes>>;

fn site() -> Builder<Http> {
    Http::builder()
        .page("/", "text/plain", "0123456789")
        .serve("/cut", Page::new("text/plain", "0123456789").cut_after(4))
        .serve(
            "/trailers",
            Page::new("text/plain", "x").trailer("x-sum", "1"),
        )
        .raw("/raw", b"\xff")
        .prior_knowledge()
}

async fn connected(fake: &Fake<Http>) -> Sender {
    let (mine, theirs) = tokio::io::duplex(1 << 20);
    tokio::spawn(fake.serve(theirs));
    let io = TokioIo::new(mine);
    let (sender, connection) = handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn send(sender: &mut Sender, method: &str, path: &str) -> hyper::Result<Response<Incoming>> {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://fake.test{path}"))
        .body(Full::new(Bytes::from_static(b"body")))
        .unwrap();
    sender.send_request(request).await
}

#[tokio::test]
async fn pages_over_http2_in_the_clear() {
    let fake = site().build().unwrap();
    let mut sender = connected(&fake).await;
    let got = send(&mut sender, "GET", "/?q").await.unwrap();
    assert_eq!(got.version(), Version::HTTP_2);
    assert_eq!(got.headers()["content-length"], "10");
    let body = got.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "0123456789");
    let head = send(&mut sender, "HEAD", "/").await.unwrap();
    assert_eq!(head.headers()["content-length"], "10");
    assert!(
        head.into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .is_empty()
    );
    assert_eq!(send(&mut sender, "PUT", "/n").await.unwrap().status(), 201);
    assert_eq!(fake.resource("/n").unwrap(), b"body");
    assert_eq!(fake.said()[0], "GET /?q HTTP/2.0");
    let seen = &fake.requests()[0];
    assert_eq!(seen.authority.as_deref(), Some("fake.test"));
    let got = send(&mut sender, "GET", "/trailers").await.unwrap();
    let body = got.into_body().collect().await.unwrap();
    assert_eq!(body.trailers().unwrap()["x-sum"], "1");
    assert_eq!(fake.connections(), 1);
}

#[tokio::test]
async fn both_versions_on_one_port() {
    let fake = site().build().unwrap();
    let mut client = Client::of(&fake);
    client.bytes_out(KEEP).await;
    assert_eq!(super::one(&mut client).await.text(), "0123456789");
    let fake = Http::builder().build().unwrap();
    let mut client = Client::of(&fake);
    client.bytes_out(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert_eq!(client.rest().await.0, b"", "not told to");
}

#[tokio::test]
async fn the_version_is_settled_by_alpn() {
    let fake = site()
        .alpn(["h2", "http/1.1"])
        .implicit_tls()
        .build()
        .unwrap();
    for (offered, want) in [("h2", "GET / HTTP/2.0"), ("http/1.1", "GET / HTTP/1.1")] {
        let (mine, theirs) = tokio::io::duplex(1 << 20);
        tokio::spawn(fake.serve(theirs));
        let mut config = trusting(&fake, None);
        config.alpn_protocols = vec![offered.into()];
        if offered == "h2" {
            let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
            let name = "localhost".try_into().unwrap();
            let io = TokioIo::new(connector.connect(name, mine).await.unwrap());
            let (mut sender, connection) = handshake(TokioExecutor::new(), io).await.unwrap();
            tokio::spawn(connection);
            send(&mut sender, "GET", "/").await.unwrap();
        } else {
            let client = Client::new(mine);
            let mut client = client.tls(config, "localhost").await.unwrap();
            client.bytes_out(KEEP).await;
            super::one(&mut client).await;
        }
        assert_eq!(fake.said().pop().as_deref(), Some(want));
    }
}

#[tokio::test]
async fn a_cut_body_resets_its_stream_and_not_the_connection() {
    let fake = site().build().unwrap();
    let mut sender = connected(&fake).await;
    let got = send(&mut sender, "GET", "/cut").await.unwrap();
    assert!(got.into_body().collect().await.is_err());
    assert_eq!(send(&mut sender, "GET", "/").await.unwrap().status(), 200);
}

#[tokio::test]
async fn goaway_after_so_many_requests() {
    let fake = site().close_after(2).build().unwrap();
    let mut sender = connected(&fake).await;
    for _ in 0..2 {
        let got = send(&mut sender, "GET", "/").await.unwrap();
        got.into_body().collect().await.unwrap();
    }
    assert!(send(&mut sender, "GET", "/").await.is_err());
    fake.idle().await;
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test]
async fn faults_and_raw_bytes_end_the_connection() {
    let fault = Fault::Close(Moment::Command("GET")).nth(2);
    let fake = site().fault(fault).build().unwrap();
    let mut sender = connected(&fake).await;
    assert_eq!(send(&mut sender, "GET", "/").await.unwrap().status(), 200);
    assert!(send(&mut sender, "GET", "/").await.is_err());
    let mut sender = connected(&fake).await;
    assert!(send(&mut sender, "GET", "/raw").await.is_err());
    fake.idle().await;
}

#[tokio::test(start_paused = true)]
async fn a_stall_is_silent() {
    let fault = Fault::Stall(Moment::Command("GET"));
    let fake = site().fault(fault).build().unwrap();
    let mut sender = connected(&fake).await;
    let hour = Duration::from_secs(3600);
    let answer = tokio::time::timeout(hour, send(&mut sender, "GET", "/")).await;
    assert!(answer.is_err());
}

#[tokio::test]
async fn requests_side_by_side_are_told() {
    let fake = Http::builder()
        .serve("/", Page::new("text/plain", "x"))
        .digest("/in", "staff", DigestOptions::new())
        .prior_knowledge()
        .build()
        .unwrap();
    let mut sender = connected(&fake).await;
    let mut other = sender.clone();
    let (one, two) = tokio::join!(
        send(&mut sender, "GET", "/"),
        send(&mut other, "GET", "/in")
    );
    assert_eq!(
        (one.unwrap().status(), two.unwrap().status().as_u16()),
        (http::StatusCode::OK, 401)
    );
    let pipelined: Vec<bool> = fake.log().iter().map(|said| said.pipelined).collect();
    assert_eq!(pipelined, [false, true]);
}
