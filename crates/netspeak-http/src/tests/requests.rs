//! What is sent.

use std::io::Write as _;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue, Method, Version};
use netspeak_fake::{Expectation, Fault, Http, Moment, Page};

use super::{builder, client, trusting, word};
use crate::multipart::Form;
use crate::{Body, ByteRange, Client, Decoding, Error, Resume, Resumed, Validators, Versions};

#[tokio::test]
async fn a_request_says_what_it_was_told() {
    let server = Http::builder()
        .page("/a", "text/plain", "hello")
        .start()
        .await
        .unwrap();
    let client = client(&server);
    let url = format!("{}/a?x=1#part", server.url("http"));
    let request = client.get(&url).query([("q", "two words"), ("r", "ü&")]);
    let mut answer = request
        .header("X-Own", "1")
        .header("x-own", "2")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.text(99).await.unwrap(), "hello");
    assert_eq!(answer.version(), Version::HTTP_11);
    let heard = server.requests().pop().unwrap();
    assert_eq!(heard.target, "/a?x=1&q=two+words&r=%C3%BC%26");
    assert_eq!(heard.all("x-own"), ["1", "2"]);
    assert_eq!(
        heard.header("host"),
        Some(server.addr().to_string().as_str())
    );
    assert_eq!(heard.header("accept"), Some("*/*"));
    assert!(heard.header("user-agent").unwrap().starts_with("netspeak/"));
    assert_eq!(
        heard.header("accept-encoding"),
        Some(crate::ACCEPT_ENCODING)
    );
}

#[tokio::test]
async fn a_clients_own_fields_go_with_every_request() {
    let server = Http::builder()
        .page("/", "text/plain", "x")
        .start()
        .await
        .unwrap();
    let mut own = HeaderMap::new();
    own.insert("x-key", HeaderValue::from_static("k"));
    let client = builder(&server)
        .headers(own)
        .user_agent(HeaderValue::from_static("me/1"))
        .decoding(Decoding::Off)
        .build()
        .unwrap();
    client.get(&server.url("http")).send().await.unwrap();
    client
        .get(&server.url("http"))
        .header("x-key", "other")
        .send()
        .await
        .unwrap();
    let heard = server.requests();
    assert_eq!(heard[0].header("x-key"), Some("k"));
    assert_eq!(heard[1].all("x-key"), ["other"]);
    assert_eq!(heard[0].header("user-agent"), Some("me/1"));
    assert_eq!(heard[0].header("accept-encoding"), None);
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_and_not_sent() {
    let server = Http::builder().start().await.unwrap();
    let client = client(&server);
    let url = server.url("http");
    for request in [
        client.get("ftp://h.test/"),
        client.get("h.test"),
        client.get("http://"),
        client.get("http://h.test/\r\nx"),
        client.request(Method::CONNECT, &url),
        client.get(&url).header("bad name", "x"),
        client.get(&url).header("name", "a\r\nb: c"),
        client.get(&url).header("name", "a\0b"),
        client.get(&url).header("", "x"),
    ] {
        let outcome = request.send().await;
        assert!(matches!(outcome, Err(Error::Usage { .. })), "{outcome:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn bodies_of_every_kind_arrive() {
    let server = Http::builder().start().await.unwrap();
    let client = client(&server);
    let url = |path: &str| format!("{}{path}", server.url("http"));
    client
        .put(&url("/bytes"))
        .body("bytes")
        .send()
        .await
        .unwrap();
    assert_eq!(server.resource("/bytes").unwrap(), b"bytes");

    let pieces = [Ok::<_, std::io::Error>("one, "), Ok("two")];
    let stream = Body::wrap_stream(futures_util::stream::iter(pieces));
    client
        .put(&url("/stream"))
        .body(stream)
        .send()
        .await
        .unwrap();
    assert_eq!(server.resource("/stream").unwrap(), b"one, two");
    let heard = server.requests().pop().unwrap();
    assert_eq!(heard.header("transfer-encoding"), Some("chunked"));

    let mut file = tempfile::tempfile().unwrap();
    let content: Vec<u8> = (0..1_500_000u32).map(|n| n as u8).collect();
    file.write_all(&content).unwrap();
    client
        .put(&url("/file"))
        .file(file, 3..1_400_000)
        .send()
        .await
        .unwrap();
    assert_eq!(server.resource("/file").unwrap(), &content[3..1_400_000]);
    let heard = server.requests().pop().unwrap();
    assert_eq!(heard.header("content-length"), Some("1399997"));

    client
        .post(&url("/echo"))
        .form([("a", "1 2"), ("b", "ü")])
        .send()
        .await
        .unwrap();
    let heard = server.requests().pop().unwrap();
    assert_eq!(&heard.body[..], b"a=1+2&b=%C3%BC");
    assert_eq!(
        heard.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );

    let form = Form::new().text("name", "value");
    client
        .post(&url("/echo"))
        .multipart(form)
        .send()
        .await
        .unwrap();
    let heard = server.requests().pop().unwrap();
    assert!(
        heard
            .header("content-type")
            .unwrap()
            .starts_with("multipart/form-data; boundary=")
    );
    assert!(String::from_utf8_lossy(&heard.body).contains("name=\"name\"\r\n\r\nvalue"));
}

#[tokio::test]
async fn a_file_that_is_shorter_than_was_said_is_our_own_fault() {
    let server = Http::builder().start().await.unwrap();
    let file = tempfile::tempfile().unwrap();
    let url = format!("{}/short", server.url("http"));
    let outcome = client(&server).put(&url).file(file, 0..10).send().await;
    assert_eq!(word(outcome), "file.failed");
    assert_eq!(server.resource("/short"), None);
}

#[tokio::test]
async fn other_versions_are_spoken() {
    let server = Http::builder()
        .page("/", "text/plain", "x")
        .start()
        .await
        .unwrap();
    let old = builder(&server).versions(Versions::Http10).build().unwrap();
    let answer = old.get(&server.url("http")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(server.requests().pop().unwrap().version, Version::HTTP_10);

    let plain = Http::builder()
        .prior_knowledge()
        .page("/", "text/plain", "x")
        .start()
        .await
        .unwrap();
    let two = builder(&plain).versions(Versions::Http2).build().unwrap();
    let mut answer = two.get(&plain.url("http")).send().await.unwrap();
    assert_eq!(answer.version(), Version::HTTP_2);
    assert_eq!(answer.text(9).await.unwrap(), "x");

    let both = Http::builder()
        .alpn(["h2", "http/1.1"])
        .implicit_tls()
        .page("/", "text/plain", "x");
    let both = both.start().await.unwrap();
    for (versions, version) in [
        (Versions::Negotiated, Version::HTTP_2),
        (Versions::Http11, Version::HTTP_11),
    ] {
        let client = builder(&both).versions(versions).build().unwrap();
        let answer = client.get(&both.url("https")).send().await.unwrap();
        assert_eq!(answer.version(), version);
        let facts = answer.connection();
        assert_eq!(facts.security, crate::Security::Verified);
        assert!(answer.timings().tls.is_some() && answer.timings().tcp.is_some());
    }
}

#[tokio::test]
async fn a_body_waits_until_it_is_wanted() {
    for (expectation, status, arrives) in [
        (Expectation::Honour, 201, true),
        (Expectation::Refuse, 417, false),
        (Expectation::Ignore, 201, true),
    ] {
        let server = Http::builder()
            .expectation(expectation)
            .start()
            .await
            .unwrap();
        let url = format!("{}/it", server.url("http"));
        let request = client(&server).put(&url).body("body").expect_continue();
        let mut answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{expectation:?}");
        answer.bytes(1 << 16).await.unwrap();
        assert_eq!(server.resource("/it").is_some(), arrives, "{expectation:?}");
    }
}

#[tokio::test]
async fn hints_come_before_the_answer() {
    let page = Page::new("text/plain", "x").early_hint("link", "</s.css>; rel=preload");
    let server = Http::builder().serve("/", page).start().await.unwrap();
    let hints = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&hints);
    let request = client(&server).get(&server.url("http"));
    let request = request.on_informational(move |status, headers| {
        let link = headers
            .get("link")
            .map(|link| link.to_str().unwrap().to_owned());
        noted.lock().unwrap().push((status.as_u16(), link));
    });
    assert_eq!(request.send().await.unwrap().status(), 200);
    let wanted = (103, Some("</s.css>; rel=preload".to_owned()));
    assert_eq!(*hints.lock().unwrap(), [wanted]);
}

#[tokio::test]
async fn parts_are_asked_for_and_transfers_resumed() {
    let server = Http::builder()
        .page("/a", "text/plain", "0123456789")
        .start()
        .await
        .unwrap();
    let client = client(&server);
    let url = format!("{}/a", server.url("http"));
    let mut part = client
        .get(&url)
        .range(ByteRange::Within { first: 2, last: 4 })
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            part.status().as_u16(),
            part.text(99).await.unwrap().as_str()
        ),
        (206, "234")
    );

    let validators = Validators::of(part.headers());
    let resume = Resume::new(4, validators.clone());
    let mut rest = client.get(&url).resume(&resume).send().await.unwrap();
    let read = resume.read(rest.status(), rest.headers()).unwrap();
    assert!(
        matches!(read, Resumed::Continue { first: 4, .. }),
        "{read:?}"
    );
    assert_eq!(rest.text(99).await.unwrap(), "456789");

    server.put("/a", Page::new("text/plain", "another").etag("\"other\""));
    let mut all = client.get(&url).resume(&resume).send().await.unwrap();
    let read = resume.read(all.status(), all.headers()).unwrap();
    assert!(matches!(read, Resumed::Changed), "{read:?}");
    assert_eq!(all.text(99).await.unwrap(), "another");

    let same = Validators::of(all.headers());
    let unchanged = client.get(&url).if_changed(&same).send().await.unwrap();
    assert_eq!(unchanged.status(), 304);
    let refused = client
        .put(&url)
        .if_unchanged(&validators)
        .body("x")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 412);
}

#[tokio::test]
async fn the_talk_is_kept_without_its_secrets() {
    let server =
        Http::builder()
            .user("ops", "hunter2")
            .basic("/", "r")
            .page("/", "text/plain", "x");
    let server = server.start().await.unwrap();
    let trace = crate::Trace::with_transcript();
    let client = Client::builder()
        .connector(trusting(&server))
        .trace(trace.clone())
        .build()
        .unwrap();
    let url = server.url("http").replace("://", "://ops:hunter2@");
    let request = client.get(&url).header("cookie", "id=s3cret");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let talk: Vec<_> = trace
        .transcript()
        .into_iter()
        .map(|entry| entry.text)
        .collect();
    let talk = talk.join("\n");
    assert!(
        talk.contains("GET / HTTP/1.1") && talk.contains("HTTP/1.1 200 OK"),
        "{talk}"
    );
    for secret in ["hunter2", "b3BzOmh1bnRlcjI", "s3cret"] {
        assert!(!talk.contains(secret), "{talk}");
    }
}

#[tokio::test]
async fn an_upload_is_refused_while_it_is_sent() {
    let server = Http::builder()
        .fault(Fault::Reset(Moment::Received(100_000)))
        .start()
        .await
        .unwrap();
    let url = format!("{}/big", server.url("http"));
    let outcome = client(&server)
        .put(&url)
        .body(vec![b'x'; 8 << 20])
        .send()
        .await;
    let message = outcome.as_ref().unwrap_err().to_string();
    assert!(
        ["wait.reset", "wait.closed"].contains(&word(outcome).as_str()),
        "{message}"
    );
    assert!(message.contains("bytes of the body had gone"), "{message}");
}
