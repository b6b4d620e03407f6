//! Bodies as scripts and filters make them.

use std::time::Duration;

use netspeak::http::{Decoding, Versions};
use tokio::time::Instant;

use super::{MOST, apache, builder, client, get, large, nginx, text, url};
use crate::harness::{assert_same, kind};

fn lines() -> String {
    (1..=1000)
        .map(|number| format!("line {number:04}\n"))
        .collect()
}

#[tokio::test]
#[ignore = "needs apache"]
async fn a_script_writes_in_chunks_frames_or_until_the_end() {
    for (scheme, service, versions) in [
        ("http", "APACHE_HTTP", Versions::Http11),
        ("http", "APACHE_HTTP", Versions::Http10),
        ("https", "APACHE_HTTPS", Versions::Http11),
        ("https", "APACHE_HTTPS", Versions::Http2),
    ] {
        let client = builder().versions(versions).build().unwrap();
        let answer = get(&client, &url(scheme, service, "/cgi/chunked")).await;
        let is_chunked = answer.headers().contains_key("transfer-encoding");
        assert_eq!(is_chunked, versions == Versions::Http11, "{versions:?}");
        assert_eq!(answer.content_length(), None);
        assert_eq!(text(answer).await, lines(), "{versions:?}");
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn gzip_is_undone_unless_we_are_told_otherwise() {
    let (name, bytes) = large();
    let target = nginx(&format!("/gzip/{name}"));
    let mut answer = get(&client(), &target).await;
    let got = answer.bytes(MOST).await.unwrap();
    assert_same(&got, &bytes, "undone");
    let request = client().get(&target).decoding(Decoding::Off);
    let mut answer = request.send().await.unwrap();
    assert!(!answer.headers().contains_key("content-encoding"));
    assert_same(&answer.bytes(MOST).await.unwrap(), &bytes, "not asked for");
    let request = client().get(&target).decoding(Decoding::Off);
    let request = request.header("accept-encoding", "gzip");
    let got = request.send().await.unwrap().bytes(MOST).await.unwrap();
    assert!(got.starts_with(&[0x1f, 0x8b]) && got.len() < bytes.len());
}

#[tokio::test]
#[ignore = "needs apache"]
async fn a_form_arrives_as_it_was_sent() {
    for versions in [Versions::Http11, Versions::Http2] {
        let client = builder().versions(versions).build().unwrap();
        let request = client
            .post(&url("https", "APACHE_HTTPS", "/cgi/echo?x=1"))
            .form([("name", "J\u{e4}s\u{f8}n & co"), ("empty", "")]);
        let said = text(request.send().await.unwrap()).await;
        assert!(said.starts_with("POST /cgi/echo?x=1 "), "{said}");
        assert!(said.contains("\nCONTENT_TYPE=application/x-www-form-urlencoded\n"));
        assert!(
            said.ends_with("\n\nname=J%C3%A4s%C3%B8n+%26+co&empty="),
            "{said}"
        );
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn an_answer_before_the_body_is_taken() {
    for (scheme, service) in [
        ("http", "NGINX_HTTP"),
        ("https", "NGINX_HTTPS"),
        ("http", "NGINX_H2C"),
    ] {
        let versions = match service {
            "NGINX_H2C" => Versions::Http2,
            _ => Versions::Negotiated,
        };
        for asks in [true, false] {
            let client = builder().versions(versions).build().unwrap();
            let request = client.put(&url(scheme, service, "/small/file"));
            let mut request = request.body(vec![b'x'; 1 << 20]);
            if asks {
                request = request.expect_continue();
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 413, "{service}, asking: {asks}");
        }
    }
}

#[tokio::test]
#[ignore = "needs apache"]
async fn a_script_that_falls_asleep_is_given_up() {
    let start = Instant::now();
    let request = client().get(&apache("/cgi/drip"));
    let deadline = Duration::from_secs(2);
    let outcome = match request.deadline(deadline).send().await {
        Ok(mut answer) => answer.bytes(MOST).await,
        Err(error) => Err(error),
    };
    assert_eq!(kind(&outcome), "timeout.total");
    assert!(start.elapsed() < Duration::from_secs(4));
}
