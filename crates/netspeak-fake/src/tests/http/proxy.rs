//! The forward proxy.

use super::{ask, one};
use crate::tests::client::Client;
use crate::{Fault, Http, Server};

async fn origin() -> Server<Http> {
    Http::builder()
        .page("/a", "text/plain", "origin")
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn absolute_forms_are_passed_on() {
    let origin = origin().await;
    let proxy = Http::builder().proxy().build().unwrap();
    let url = format!("{}/a?x", origin.url("http"));
    let got = ask(&proxy, &format!("GET {url}"), &["Proxy-Connection: x"], "").await;
    assert_eq!((got.status(), got.text()), (200, "origin"));
    assert_eq!(origin.said(), ["GET /a?x HTTP/1.1"]);
    let seen = &origin.requests()[0];
    assert_eq!(
        (seen.header("host"), seen.header("via")),
        (Some("fake"), Some("1.1 fake"))
    );
    assert_eq!(seen.header("proxy-connection"), None);
    assert_eq!(proxy.requests()[0].target, url);
    let put = format!("PUT {}/n", origin.url("http"));
    assert_eq!(ask(&proxy, &put, &[], "body").await.status(), 201);
    assert_eq!(origin.resource("/n").unwrap(), b"body");
    assert_eq!(ask(&proxy, "GET /a", &[], "").await.status(), 404, "itself");
}

#[tokio::test]
async fn tunnels() {
    let origin = origin().await;
    let proxy = Http::builder().proxy().build().unwrap();
    let mut client = Client::of(&proxy);
    let target = format!("localhost:{}", origin.port());
    client
        .bytes_out(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
        .await;
    assert_eq!(one(&mut client).await.status(), 200);
    assert_eq!(one(&mut client).await.text(), "origin");
    assert_eq!(proxy.said(), [format!("CONNECT {target} HTTP/1.1")]);
    drop(client);
    proxy.idle().await;
}

#[tokio::test]
async fn elsewhere_is_forbidden_and_nobody_is_told() {
    let proxy = Http::builder().proxy().build().unwrap();
    for line in ["GET http://192.0.2.1/", "CONNECT example.com:443"] {
        assert_eq!(ask(&proxy, line, &[], "").await.status(), 403, "{line}");
    }
    let gone = origin().await.addr();
    for line in [format!("GET http://{gone}/"), format!("CONNECT {gone}")] {
        assert_eq!(ask(&proxy, &line, &[], "").await.status(), 502, "{line}");
    }
}

#[tokio::test]
async fn a_login_is_wanted() {
    let origin = origin().await;
    let proxy = Http::builder()
        .user("me", "secret")
        .proxy_basic("out")
        .build()
        .unwrap();
    let line = format!("GET {}/a", origin.url("http"));
    let refused = ask(&proxy, &line, &[], "").await;
    assert_eq!(refused.status(), 407);
    assert_eq!(
        refused.header("proxy-authenticate"),
        Some("Basic realm=\"out\"")
    );
    assert_eq!(origin.connections(), 0);
    let login = "Proxy-Authorization: Basic bWU6c2VjcmV0";
    assert_eq!(ask(&proxy, &line, &[login], "").await.text(), "origin");
    assert_eq!(origin.requests()[0].header("proxy-authorization"), None);
    let refused = ask(&proxy, &format!("CONNECT {}", origin.addr()), &[], "").await;
    assert_eq!(refused.status(), 407);
}

#[tokio::test]
async fn a_tunnel_is_refused_by_force() {
    let forced = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
    let proxy = Http::builder()
        .proxy()
        .fault(Fault::reply("CONNECT", forced))
        .build()
        .unwrap();
    let mut client = Client::of(&proxy);
    client
        .bytes_out(b"CONNECT localhost:1 HTTP/1.1\r\nHost: x\r\n\r\n")
        .await;
    assert_eq!(one(&mut client).await.status(), 503);
}
