//! How bodies come and go: framing, trailers, drips, cuts, expectations, hints, connections that stay.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::{KEEP, ask, get, one, request, split};
use crate::tests::client::Client;
use crate::{Expectation, Fake, Http, Page};

fn page() -> Page {
    Page::new("text/plain", "0123456789")
}

fn serving(page: Page) -> Fake<Http> {
    Http::builder().serve("/", page).build().unwrap()
}

#[tokio::test]
async fn chunks_and_trailers() {
    let got = get(&serving(page().chunked()), "/", &[]).await;
    assert_eq!(got.header("transfer-encoding"), Some("chunked"));
    assert_eq!(got.header("content-length"), None);
    assert_eq!(got.text(), "A\r\n0123456789\r\n0\r\n\r\n");
    let fake = Http::builder()
        .serve("/", page())
        .trailer("/", "x-sum", "45")
        .build()
        .unwrap();
    let got = get(&fake, "/", &["TE: trailers"]).await;
    assert_eq!(got.header("trailer"), Some("x-sum"));
    assert_eq!(got.text(), "A\r\n0123456789\r\n0\r\nx-sum: 45\r\n\r\n");
    let got = get(&fake, "/", &[]).await;
    assert_eq!(got.text(), "A\r\n0123456789\r\n0\r\n\r\n", "unwanted");
}

#[tokio::test]
async fn bodies_until_the_end_of_the_connection() {
    for (page, line, body) in [
        (page().until_close(), "HTTP/1.1 200 OK", "0123456789"),
        (page().http10(), "HTTP/1.0 200 OK", "0123456789"),
        (
            page().http10().until_close(),
            "HTTP/1.0 200 OK",
            "0123456789",
        ),
    ] {
        let mut client = Client::of(&serving(page));
        client.bytes_out(KEEP).await;
        let got = split(client.rest().await.0);
        assert_eq!(got.head.lines().next(), Some(line));
        assert_eq!(got.text(), body);
        assert_eq!(got.header("connection"), Some("close"));
    }
    let mut client = Client::of(&serving(page().chunked()));
    client.bytes_out(b"GET / HTTP/1.0\r\n\r\n").await;
    let got = split(client.rest().await.0);
    assert_eq!(got.text(), "0123456789", "no chunks for HTTP/1.0");
}

#[tokio::test(start_paused = true)]
async fn a_drip_takes_its_time_and_an_endless_body_never_ends() {
    let start = Instant::now();
    let got = get(&serving(page().drip(3, Duration::from_secs(1))), "/", &[]).await;
    assert_eq!(got.text(), "0123456789");
    assert_eq!(start.elapsed().as_secs(), 4);

    let mut client = Client::of(&serving(page().endless()));
    client.bytes_out(KEEP).await;
    client.bytes(1 << 20).await;
    let endless = page().endless().drip(4, Duration::from_secs(1));
    let mut client = Client::of(&serving(endless));
    client.bytes_out(KEEP).await;
    let an_hour = timeout(Duration::from_secs(3600), client.rest()).await;
    assert!(an_hour.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_said_all_is_answered() {
    let mut client = Client::of(&serving(page().drip(5, Duration::from_secs(1))));
    client.bytes_out(KEEP).await;
    client.shut_down().await;
    assert!(client.rest().await.0.ends_with(b"0123456789"));
}

#[tokio::test]
async fn a_body_is_cut() {
    let mut client = Client::of(&serving(page().cut_after(4)));
    client.bytes_out(KEEP).await;
    let got = split(client.rest().await.0);
    assert_eq!(got.header("content-length"), Some("10"));
    assert_eq!(got.text(), "0123");
    let got = get(&serving(page().chunked().cut_after(4)), "/", &[]).await;
    assert_eq!(got.text(), "4\r\n0123\r\n");
}

#[tokio::test]
async fn a_request_comes_in_chunks_with_trailers() {
    let fake = serving(page());
    let mut client = Client::of(&fake);
    let head =
        "PUT /n HTTP/1.1\r\nHost: fake\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    client.bytes_out(head.as_bytes()).await;
    client
        .bytes_out(b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n")
        .await;
    assert_eq!(split(client.rest().await.0).status(), 201);
    assert_eq!(fake.resource("/n").unwrap(), b"abcde");
    assert_eq!(fake.requests()[0].trailers["x-sum"], "5");
}

#[tokio::test]
async fn expectations() {
    let told = |expectation| {
        let http = Http::builder().user("ops", "secret").basic("/in", "staff");
        http.expectation(expectation).build().unwrap()
    };
    let head = request("PUT /n", &["Expect: 100-continue", "Content-Length: 3"], "");

    let fake = told(Expectation::Honour);
    let mut client = Client::of(&fake);
    client.bytes_out(head.as_bytes()).await;
    assert_eq!(client.line().await, "HTTP/1.1 100 Continue");
    client.bytes_out(b"abc").await;
    client.line().await;
    assert_eq!(split(client.rest().await.0).status(), 201);

    let fake = told(Expectation::Refuse);
    let mut client = Client::of(&fake);
    client.bytes_out(head.as_bytes()).await;
    let got = split(client.rest().await.0);
    assert_eq!(
        (got.status(), got.header("connection")),
        (417, Some("close"))
    );

    let fake = told(Expectation::Ignore);
    let mut client = Client::of(&fake);
    client.bytes_out(head.as_bytes()).await;
    client.bytes_out(b"abc").await;
    assert_eq!(split(client.rest().await.0).status(), 201);
    assert_eq!(fake.resource("/n").unwrap(), b"abc");
    assert_eq!(fake.requests()[0].body, "abc");

    let fake = told(Expectation::Honour);
    let more = ["Expect: 100-continue", "Content-Length: 3"];
    let got = ask(&fake, "PUT /in/n", &more, "").await;
    assert_eq!(got.status(), 401, "before the body");
}

#[tokio::test]
async fn hints_come_before_the_answer() {
    let hinted = page()
        .early_hint("link", "</a.css>; rel=preload")
        .early_hint("x-progress", "50");
    let mut client = Client::of(&serving(hinted));
    client.bytes_out(KEEP).await;
    let first = one(&mut client).await;
    assert_eq!(first.status(), 103);
    assert_eq!(first.header("link"), Some("</a.css>; rel=preload"));
    assert_eq!(one(&mut client).await.header("x-progress"), Some("50"));
    assert_eq!(one(&mut client).await.text(), "0123456789");
    client.bytes_out(KEEP).await;
    assert_eq!(one(&mut client).await.status(), 103, "the connection stays");
}

#[tokio::test]
async fn connections_stay_or_end_when_told() {
    let fake = Http::builder()
        .serve("/", page())
        .close_after(2)
        .build()
        .unwrap();
    let mut client = Client::of(&fake);
    client.bytes_out(&KEEP.repeat(2)).await;
    assert_eq!(one(&mut client).await.header("connection"), None);
    let last = one(&mut client).await;
    assert_eq!(last.header("connection"), Some("close"));
    assert_eq!(client.rest().await.0, b"");
    fake.idle().await;
    assert_eq!((fake.connections(), fake.requests().len()), (1, 2));
}
