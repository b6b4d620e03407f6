//! Floods and bombs end in named errors.

use std::io::Write as _;
use std::time::Duration;

use netspeak_fake::{Fault, Http, Moment, Page};
use tokio::io::AsyncWriteExt as _;

use super::{builder, client, in_memory, word};
use crate::Error;

#[tokio::test]
async fn heads_have_a_limit() {
    let many: String = (0..101).map(|n| format!("x-{n}: y\r\n")).collect();
    let large = format!("x-large: {}\r\n", "y".repeat(70_000));
    let vast = format!("x-vast: {}\r\n", "y".repeat(600_000));
    for fields in [many, large, vast] {
        let raw = format!("HTTP/1.1 200 OK\r\n{fields}content-length: 0\r\n\r\n");
        let server = Http::builder().raw("/", raw).start().await.unwrap();
        let outcome = client(&server).get(&server.url("http")).send().await;
        assert!(matches!(outcome, Err(Error::Limit { .. })), "{outcome:?}");
    }
    let flood = Fault::endless_line(Moment::Command("GET"), "HTTP/1.1 200 OK\r\nx: ");
    let server = Http::builder().fault(flood).start().await.unwrap();
    let outcome = client(&server).get(&server.url("http")).send().await;
    assert!(matches!(outcome, Err(Error::Limit { .. })), "{outcome:?}");
}

#[tokio::test]
async fn lengths_are_numbers_or_errors() {
    for length in ["-5", "5, 6", "1e3", "0x5", "", "99999999999999999999"] {
        let raw = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\nhello");
        let server = Http::builder().raw("/", raw).start().await.unwrap();
        let outcome = client(&server).get(&server.url("http")).send().await;
        assert!(
            matches!(outcome, Err(Error::Malformed { .. })),
            "{length}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn bodies_have_the_limit_that_they_are_given() {
    let server = Http::builder()
        .page("/known", "text/plain", vec![b'x'; 2000])
        .serve("/endless", Page::new("text/plain", "x").endless())
        .start()
        .await
        .unwrap();
    let client = builder(&server).body_limit(1000).build().unwrap();
    let known = client
        .get(&format!("{}/known", server.url("http")))
        .send()
        .await;
    assert!(
        matches!(known, Err(Error::Limit { max: 1000, .. })),
        "{known:?}"
    );
    let mut endless = client
        .get(&format!("{}/endless", server.url("http")))
        .send()
        .await
        .unwrap();
    let mut outcome = endless.chunk().await;
    while let Ok(Some(_)) = outcome {
        outcome = endless.chunk().await;
    }
    assert!(matches!(outcome, Err(Error::Limit { .. })), "{outcome:?}");
    let other = super::client(&server);
    let mut known = other
        .get(&format!("{}/known", server.url("http")))
        .send()
        .await
        .unwrap();
    assert!(matches!(
        known.bytes(1999).await,
        Err(Error::Limit { max: 1999, .. })
    ));
}

#[tokio::test]
async fn a_bomb_is_defused() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(&vec![0; 64 << 20]).unwrap();
    let many = ["gzip"; 500].join(", ");
    let server = Http::builder()
        .encoded("/bomb", "gzip", bomb.finish().unwrap())
        .encoded("/many", &many, "x")
        .start()
        .await
        .unwrap();
    let client = client(&server);
    let mut answer = client
        .get(&format!("{}/bomb", server.url("http")))
        .send()
        .await
        .unwrap();
    let outcome = answer.bytes(128 << 20).await;
    assert!(matches!(outcome, Err(Error::Limit { .. })), "{outcome:?}");
    let outcome = client
        .get(&format!("{}/many", server.url("http")))
        .send()
        .await;
    assert!(matches!(outcome, Err(Error::Limit { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_connection_that_fails_has_its_word() {
    for (fault, kind) in [
        (Fault::Close(Moment::Command("GET")), "wait.closed"),
        (Fault::Reset(Moment::Command("GET")), "wait.reset"),
        (
            Fault::reply("GET", "SSH-2.0-OpenSSH_9.2\r\n"),
            "wait.other_protocol",
        ),
    ] {
        let server = Http::builder().fault(fault).start().await.unwrap();
        let asked = client(&server).get(&server.url("http"));
        let outcome = asked.send().await;
        let at = outcome.as_ref().unwrap_err().peer().map(str::to_owned);
        assert_eq!(at, Some(server.addr().to_string()));
        assert_eq!(word(outcome), kind);
    }
}

#[tokio::test]
async fn a_server_that_speaks_first_speaks_another_protocol() {
    for stays in [true, false] {
        let (ours, mut theirs) = tokio::io::duplex(1 << 16);
        theirs.write_all(b"* OK ready\r\n").await.unwrap();
        let theirs = stays.then_some(theirs);
        let conn = crate::Conn::from_memory(ours);
        let client = crate::Client::builder().over(conn).unwrap();
        let outcome = client.get("http://h.test/").send().await;
        assert_eq!(word(outcome), "wait.other_protocol", "stays: {stays}");
        drop(theirs);
    }
}

#[tokio::test(start_paused = true)]
async fn the_total_is_over_all_of_it() {
    let page = Page::new("text/plain", "x".repeat(1000)).drip(1, Duration::from_secs(1));
    let client = in_memory(Http::builder().serve("/", page), crate::Client::builder());
    let begin = tokio::time::Instant::now();
    let asked = client
        .get("http://h.test/")
        .deadline(Duration::from_secs(5));
    let outcome = asked.send().await.unwrap().bytes(1 << 20).await;
    assert_eq!(word(outcome), "timeout.total");
    assert_eq!(begin.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_awaited_for_a_minute() {
    let fake = Http::builder().fault(Fault::Stall(Moment::Command("GET")));
    let client = in_memory(fake, crate::Client::builder());
    let begin = tokio::time::Instant::now();
    assert_eq!(
        word(client.get("http://h.test/").send().await),
        "wait.timeout"
    );
    assert_eq!(begin.elapsed().as_secs(), 60);
}

#[tokio::test]
async fn what_fails_below_keeps_its_name() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = nobody.local_addr().unwrap();
    drop(nobody);
    let client = crate::Client::new().unwrap();
    assert_eq!(
        word(client.get(&format!("http://{at}/")).send().await),
        "tcp.refused"
    );
    let server = Http::builder().implicit_tls().start().await.unwrap();
    assert_eq!(
        word(client.get(&server.url("https")).send().await),
        "tls.cert_untrusted"
    );
    let plain = Http::builder().start().await.unwrap();
    let outcome = client.get(&plain.url("https")).send().await;
    assert_eq!(word(outcome), "tls.plaintext_peer");
}
