//! What comes, and how far.

use std::num::NonZeroU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use netspeak_fake::{Fault, Http, Moment, Page};

use super::{client, in_memory, word};
use crate::{Decoding, Error, Timeouts, Version};

#[tokio::test]
async fn every_kind_of_end_is_told_apart() {
    let body = "x".repeat(5000);
    let page = || Page::new("text/plain", &body);
    let server = Http::builder()
        .serve("/length", page())
        .serve("/chunked", page().chunked())
        .serve("/close", page().until_close())
        .serve("/old", page().http10())
        .serve("/cut-length", page().cut_after(100))
        .serve("/cut-chunked", page().chunked().cut_after(100))
        .start()
        .await
        .unwrap();
    let client = client(&server);
    for (path, kind) in [
        ("/length", "none"),
        ("/chunked", "none"),
        ("/close", "none"),
        ("/old", "none"),
        ("/cut-length", "body.truncated"),
        ("/cut-chunked", "body.truncated"),
    ] {
        let url = format!("{}{path}", server.url("http"));
        let mut answer = client.get(&url).send().await.unwrap();
        let read = answer.bytes(1 << 20).await;
        if let Ok(read) = &read {
            assert_eq!(read.len(), 5000, "{path}");
            assert!(answer.timings().body.is_some());
        } else {
            assert!(matches!(answer.chunk().await, Err(Error::Poisoned)));
        }
        assert_eq!(word(read), kind, "{path}");
    }
}

#[tokio::test]
async fn a_fin_without_close_notify_cuts_a_body_that_only_the_end_ends() {
    let page = Page::new("text/plain", "it may be more").until_close();
    let fault = Fault::Truncate(Moment::After("GET"));
    let server = Http::builder()
        .serve("/", page)
        .implicit_tls()
        .fault(fault)
        .start()
        .await
        .unwrap();
    let mut answer = client(&server)
        .get(&server.url("https"))
        .send()
        .await
        .unwrap();
    assert_eq!(word(answer.bytes(99).await), "body.truncated");
}

#[tokio::test]
async fn codings_are_undone_unless_told_otherwise() {
    let text = "compressible ".repeat(1000);
    let server = Http::builder()
        .serve("/", Page::new("text/plain", &text).compressed())
        .start()
        .await
        .unwrap();
    let client = client(&server);
    let mut answer = client.get(&server.url("http")).send().await.unwrap();
    assert!(answer.headers().contains_key("content-encoding"));
    assert_eq!(answer.content_length(), None);
    assert_eq!(answer.text(1 << 20).await.unwrap(), text);
    let asked = client
        .get(&server.url("http"))
        .header("accept-encoding", "gzip");
    let raw = asked.send().await.unwrap().bytes(1 << 20).await.unwrap();
    assert_eq!(raw[..2], [0x1f, 0x8b]);
    let plain = client.get(&server.url("http")).decoding(Decoding::Off);
    assert_eq!(
        plain.send().await.unwrap().bytes(1 << 20).await.unwrap(),
        text
    );
}

#[tokio::test]
async fn trailers_come_behind_the_body() {
    let page = Page::new("text/plain", "x").trailer("x-sum", "1");
    let server = Http::builder().serve("/", page).start().await.unwrap();
    let asked = client(&server).get(&server.url("http")).accept_trailers();
    let mut answer = asked.send().await.unwrap();
    assert!(answer.trailers().is_none());
    answer.bytes(99).await.unwrap();
    assert_eq!(answer.trailers().unwrap()["x-sum"], "1");
}

#[tokio::test]
async fn text_is_what_it_says_it_is() {
    let server = Http::builder()
        .page("/utf8", "text/plain; charset=utf-8", "jos\u{e9}")
        .page("/latin1", "text/plain; charset=\"ISO-8859-1\"", b"jos\xe9")
        .page("/wrong", "text/plain", b"jos\xe9")
        .start()
        .await
        .unwrap();
    let client = client(&server);
    for (path, found) in [
        ("/utf8", Some("josé")),
        ("/latin1", Some("josé")),
        ("/wrong", None),
    ] {
        let url = format!("{}{path}", server.url("http"));
        let text = client.get(&url).send().await.unwrap().text(99).await;
        assert_eq!(text.ok().as_deref(), found, "{path}");
    }
}

#[tokio::test]
async fn a_response_of_reqwests_reads_the_same() {
    let server = Http::builder()
        .page("/a", "text/plain", "hello")
        .start()
        .await
        .unwrap();
    let url = format!("{}/a", server.url("http"));
    let answer = client(&server)
        .get(&url)
        .send()
        .await
        .unwrap()
        .into_reqwest();
    assert_eq!(answer.url().as_str(), url);
    assert_eq!(answer.version(), Version::HTTP_11);
    assert_eq!(answer.text().await.unwrap(), "hello");
}

#[tokio::test]
async fn progress_is_told_and_the_pace_kept() {
    let server = Http::builder()
        .page("/", "text/plain", vec![b'x'; 3000])
        .start()
        .await
        .unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&told);
    let answer = client(&server)
        .get(&server.url("http"))
        .send()
        .await
        .unwrap();
    let mut answer = answer.on_progress(move |progress| noted.lock().unwrap().push(progress));
    answer.bytes(1 << 16).await.unwrap();
    let last = *told.lock().unwrap().last().unwrap();
    assert_eq!((last.bytes, last.total), (3000, Some(3000)));
}

#[tokio::test(start_paused = true)]
async fn a_limited_answer_takes_its_time() {
    let fake = Http::builder().page("/", "text/plain", vec![b'x'; 30_000]);
    let client = in_memory(fake, crate::Client::builder());
    let begin = tokio::time::Instant::now();
    let answer = client.get("http://h.test/").send().await.unwrap();
    let mut slow = answer.limit_rate(NonZeroU64::new(10_000).unwrap());
    slow.bytes(1 << 16).await.unwrap();
    let took = begin.elapsed().as_millis();
    assert!((2900..3100).contains(&took), "{took} ms");
}

#[tokio::test(start_paused = true)]
async fn a_limited_upload_takes_its_time() {
    let client = in_memory(Http::builder(), crate::Client::builder());
    let begin = tokio::time::Instant::now();
    let told = Arc::new(Mutex::new(0));
    let noted = Arc::clone(&told);
    let request = client.put("http://h.test/x").body(vec![b'x'; 30_000]);
    let request = request.on_progress(move |progress| *noted.lock().unwrap() = progress.bytes);
    let request = request.limit_rate(NonZeroU64::new(10_000).unwrap());
    assert_eq!(request.send().await.unwrap().status(), 201);
    let took = begin.elapsed().as_millis();
    assert!((2700..3100).contains(&took), "{took} ms");
    assert_eq!(*told.lock().unwrap(), 30_000);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_too_slow_is_given_up() {
    let page = Page::new("text/plain", "x".repeat(1000)).drip(1, Duration::from_millis(20));
    let client = in_memory(Http::builder().serve("/", page), crate::Client::builder());
    let slow = client.get("http://h.test/");
    let slow = slow.low_speed(NonZeroU64::new(1000).unwrap(), Duration::from_secs(2));
    let begin = tokio::time::Instant::now();
    let error = slow.send().await.unwrap().bytes(1 << 20).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "body.timeout");
    assert!(error.to_string().contains("too slow: 99 bytes"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn silence_ends_a_body() {
    let fake = Http::builder().page("/", "text/plain", vec![b'x'; 5000]);
    let fake = fake.fault(Fault::Stall(Moment::Inside("GET", 1000)));
    let mut timeouts = Timeouts::default();
    timeouts.progress = Some(Duration::from_secs(7));
    let client = in_memory(fake, crate::Client::builder().timeouts(timeouts));
    let begin = tokio::time::Instant::now();
    let outcome = client
        .get("http://h.test/")
        .send()
        .await
        .unwrap()
        .bytes(1 << 20)
        .await;
    assert_eq!(word(outcome), "body.timeout");
    assert_eq!(begin.elapsed().as_secs(), 7);
}
