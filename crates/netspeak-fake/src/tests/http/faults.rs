//! The frame's faults, raw answers, and what hyper leaves to us.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::{KEEP, get, one, split};
use crate::tests::client::{Client, tcp, trusting};
use crate::{Builder, Ending, Fake, Fault, GREETING, Http, Moment, Page};

fn told(fault: Fault) -> Builder<Http> {
    Http::builder()
        .user("ops", "secret")
        .basic("/in", "staff")
        .page("/", "text/plain", "0123456789")
        .fault(fault)
}

async fn asked(fault: Fault) -> Client {
    let fake: Fake<Http> = told(fault).build().unwrap();
    let mut client = Client::of(&fake);
    client.bytes_out(KEEP).await;
    client
}

async fn is_silent(client: &mut Client) -> bool {
    timeout(Duration::from_secs(3600), client.read())
        .await
        .is_err()
}

#[tokio::test(start_paused = true)]
async fn stalls() {
    assert!(is_silent(&mut asked(Fault::Stall(Moment::Greeting)).await).await);
    assert!(is_silent(&mut asked(Fault::Stall(Moment::Command("GET"))).await).await);
    let mut client = asked(Fault::Stall(Moment::Inside("GET", 12))).await;
    assert_eq!(client.bytes(12).await, b"HTTP/1.1 200");
    assert!(is_silent(&mut client).await);
    let mut client = asked(Fault::Stall(Moment::After("GET"))).await;
    assert_eq!(one(&mut client).await.text(), "0123456789");
    client.bytes_out(KEEP).await;
    assert!(is_silent(&mut client).await);
}

#[tokio::test]
async fn ends_before_in_and_after_an_answer() {
    for moment in [Moment::Greeting, Moment::Command("GET")] {
        assert_eq!(asked(Fault::Close(moment)).await.rest().await.0, b"");
    }
    let mut client = asked(Fault::Close(Moment::Inside("GET", 12))).await;
    assert_eq!(client.rest().await.0, b"HTTP/1.1 200");
    let mut client = asked(Fault::Close(Moment::After("GET"))).await;
    let got = one(&mut client).await;
    assert_eq!((got.text(), got.header("connection")), ("0123456789", None));
    assert_eq!(client.rest().await.0, b"");
}

#[tokio::test]
async fn an_answer_that_would_take_its_time_does_not_begin() {
    let page = Page::new("text/plain", "x").endless();
    let fake = told(Fault::Close(Moment::Command("GET")));
    let mut client = Client::of(&fake.serve("/", page).build().unwrap());
    client.bytes_out(KEEP).await;
    assert_eq!(client.rest().await.0, b"");
}

#[tokio::test]
async fn the_second_request_only() {
    let mut client = asked(Fault::Close(Moment::Command("GET")).nth(2)).await;
    assert_eq!(one(&mut client).await.text(), "0123456789");
    client.bytes_out(KEEP).await;
    assert_eq!(client.rest().await.0, b"");
}

#[tokio::test]
async fn resets() {
    let server = told(Fault::Reset(Moment::Command("GET"))).start().await;
    let server = server.unwrap();
    let mut client = Client::new(tcp(&server).await);
    client.bytes_out(KEEP).await;
    let (bytes, end) = client.rest().await;
    assert_eq!(bytes, b"");
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn an_upload_is_interrupted() {
    let fake = told(Fault::Close(Moment::Received(3))).build().unwrap();
    let mut client = Client::of(&fake);
    let head = b"PUT /n HTTP/1.1\r\nHost: fake\r\nContent-Length: 10\r\n\r\n";
    client.bytes_out(head).await;
    client.bytes_out(b"0123").await;
    assert_eq!(client.rest().await.0, b"");
    assert_eq!(fake.resource("/n"), None);
    let early = b"HTTP/1.1 413 Too Much\r\nConnection: close\r\n\r\n";
    let fake = told(Fault::say(Moment::Received(1), early))
        .build()
        .unwrap();
    let mut client = Client::of(&fake);
    client.bytes_out(head).await;
    client.bytes_out(b"0").await;
    assert_eq!(client.rest().await.0, early, "while the body is under way");
}

#[tokio::test]
async fn a_reply_is_replaced_and_an_error_keeps_from_doing() {
    let fake = told(Fault::reply("PUT", "HTTP/1.1 507 Full\r\ncontent-length: 0\r\n\r\n").nth(1))
        .build()
        .unwrap();
    let put = b"PUT /n HTTP/1.1\r\nHost: fake\r\nContent-Length: 1\r\n\r\nx";
    let mut client = Client::of(&fake);
    client.bytes_out(put).await;
    assert_eq!(one(&mut client).await.status(), 507);
    assert_eq!(fake.resource("/n"), None);
    client.bytes_out(put).await;
    assert_eq!(one(&mut client).await.status(), 201);
    assert_eq!(fake.resource("/n").unwrap(), b"x");

    let mut client = asked(Fault::after("GET", "HTTP/1.1 200 OK\r\n\r\n")).await;
    one(&mut client).await;
    assert_eq!(one(&mut client).await.status(), 200, "unasked");
}

#[tokio::test]
async fn another_protocol_speaks_first() {
    let mut client = asked(Fault::reply(GREETING, "220 ftp ready\r\n")).await;
    assert_eq!(client.line().await, "220 ftp ready");
    assert_eq!(one(&mut client).await.text(), "0123456789");
}

#[tokio::test(start_paused = true)]
async fn bytes_come_alone() {
    let every = Duration::from_secs(1);
    let from = Moment::Command("GET");
    let start = Instant::now();
    let mut client = asked(Fault::Slow { from, every }).await;
    let got = one(&mut client).await;
    assert_eq!(got.text(), "0123456789");
    let length = got.head.len() + got.head.lines().count() + 2 + got.body.len();
    assert_eq!(start.elapsed().as_secs(), length as u64);
}

#[tokio::test]
async fn a_login_is_interrupted() {
    let fake = told(Fault::Close(Moment::Login)).build().unwrap();
    assert_eq!(get(&fake, "/in", &[]).await.status(), 401);
    let mut client = Client::of(&fake);
    client
        .bytes_out(b"GET /in HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eDp5\r\n\r\n")
        .await;
    assert_eq!(client.rest().await.0, b"");
}

#[tokio::test(start_paused = true)]
async fn raw_answers_and_their_ends() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n\xff";
    let fake = Http::builder()
        .raw("/close", bytes)
        .raw_then("/stall", bytes, Ending::Stall)
        .raw_then("/open", bytes, Ending::KeepOpen)
        .raw_then("/truncate", bytes, Ending::Truncate)
        .build()
        .unwrap();
    for path in ["/close", "/truncate"] {
        let mut client = Client::of(&fake);
        client
            .bytes_out(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
            .await;
        assert_eq!(client.rest().await.0, bytes);
    }
    let mut client = Client::of(&fake);
    for _ in 0..2 {
        client
            .bytes_out(b"GET /open HTTP/1.1\r\nHost: x\r\n\r\n")
            .await;
        assert_eq!(client.bytes(bytes.len()).await, bytes);
    }
    client
        .bytes_out(b"GET /stall HTTP/1.1\r\nHost: x\r\n\r\n")
        .await;
    assert_eq!(client.bytes(bytes.len()).await, bytes);
    assert!(is_silent(&mut client).await);
}

#[tokio::test]
async fn a_raw_answer_ends_without_close_notify_or_with_a_reset() {
    let server = Http::builder()
        .raw_then("/truncate", b"x", Ending::Truncate)
        .raw_then("/reset", b"x", Ending::Reset)
        .implicit_tls()
        .start()
        .await
        .unwrap();
    for (path, kind) in [
        ("/truncate", ErrorKind::UnexpectedEof),
        ("/reset", ErrorKind::ConnectionReset),
    ] {
        let client = Client::new(tcp(&server).await);
        let mut client = client
            .tls(trusting(&server, None), "localhost")
            .await
            .unwrap();
        client
            .bytes_out(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
            .await;
        let (_, end) = client.rest().await;
        assert_eq!(end.unwrap_err().kind(), kind, "{path}");
    }
    assert!(server.requests()[0].encrypted);
    assert_eq!(server.log()[0].to_string(), "1 tls GET /truncate HTTP/1.1");
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let fake = told(Fault::Unstuffed).build().unwrap();
    let mut client = Client::of(&fake);
    client.bytes_out(b"hello\r\n\r\n").await;
    assert_eq!(split(client.rest().await.0).status(), 400);
    assert!(fake.said().is_empty());
}
