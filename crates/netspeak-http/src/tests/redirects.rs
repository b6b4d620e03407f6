//! Where answers send us.

use std::time::Duration;

use netspeak_fake::{Http, Page};

use super::{builder, client, in_memory, word};
use crate::{CookieJar, Error, Redirects};

#[tokio::test]
async fn redirects_are_followed_and_shown() {
    let server = Http::builder()
        .redirect("/a", 301, "/b")
        .redirect("/b", 307, "c?d")
        .page("/c", "text/plain", "here")
        .start()
        .await
        .unwrap();
    let url = format!("{}/a#part", server.url("http"));
    let mut answer = client(&server).get(&url).send().await.unwrap();
    assert_eq!(answer.text(99).await.unwrap(), "here");
    assert_eq!(
        answer.url().as_str(),
        format!("{}/c?d#part", server.url("http"))
    );
    let paths: Vec<_> = answer.hops().iter().map(|hop| hop.url.path()).collect();
    assert_eq!(paths, ["/b", "/c"]);
    // One connection carried all of them.
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn no_redirect_is_followed_that_was_not_wanted() {
    let server = Http::builder()
        .redirect("/", 302, "/b")
        .start()
        .await
        .unwrap();
    let client = builder(&server).redirects(Redirects::None).build().unwrap();
    let answer = client.get(&server.url("http")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.hops().len()), (302, 0));
}

#[tokio::test]
async fn there_are_ten_and_no_circles() {
    let server = Http::builder()
        .redirect("/circle", 302, "/circle")
        .redirect("/file", 302, "file:///etc/passwd")
        .redirect("/bad", 302, "http://")
        .start()
        .await
        .unwrap();
    let client = client(&server);
    for path in ["/circle", "/file", "/bad"] {
        let outcome = client
            .get(&format!("{}{path}", server.url("http")))
            .send()
            .await;
        assert!(
            matches!(outcome, Err(Error::Malformed { .. } | Error::Limit { .. })),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_body_goes_again_where_it_must_and_nowhere_else() {
    for (status, method, body) in [
        (303, "GET", ""),
        (302, "GET", ""),
        (307, "POST", "data"),
        (308, "POST", "data"),
    ] {
        let server = Http::builder()
            .redirect("/a", status, "/echo")
            .start()
            .await
            .unwrap();
        let url = format!("{}/a", server.url("http"));
        let request = client(&server)
            .post(&url)
            .header("content-type", "text/x")
            .body("data");
        request.send().await.unwrap();
        let heard = server.requests().pop().unwrap();
        assert_eq!(heard.method.as_str(), method, "{status}");
        assert_eq!(&heard.body[..], body.as_bytes(), "{status}");
        assert_eq!(
            heard.header("content-type").is_some(),
            !body.is_empty(),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_stream_cannot_go_again() {
    let server = Http::builder()
        .redirect("/a", 307, "/b")
        .start()
        .await
        .unwrap();
    let stream =
        crate::Body::wrap_stream(futures_util::stream::iter([Ok::<_, std::io::Error>("x")]));
    let url = format!("{}/a", server.url("http"));
    let outcome = client(&server).put(&url).body(stream).send().await;
    assert_eq!(word(outcome), "file.failed");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn secrets_stay_with_their_origin() {
    let there = Http::builder()
        .page("/", "text/plain", "x")
        .start()
        .await
        .unwrap();
    let here = Http::builder()
        .user("ops", "pw")
        .basic("/", "r")
        .redirect("/away", 302, there.url("http"))
        .redirect("/stay", 302, "/home")
        .page("/home", "text/plain", "x")
        .start()
        .await
        .unwrap();
    let client = client(&here);
    let base = here.url("http").replace("://", "://ops:pw@");
    for path in ["/away", "/stay"] {
        let request = client.get(&format!("{base}{path}"));
        let request = request
            .header("cookie", "a=b")
            .header("authorization-x", "kept");
        assert_eq!(request.send().await.unwrap().status(), 200, "{path}");
    }
    let away = there.requests().pop().unwrap();
    assert_eq!(
        (away.header("authorization"), away.header("cookie")),
        (None, None)
    );
    assert_eq!(away.header("authorization-x"), Some("kept"));
    let home = here.requests().pop().unwrap();
    assert!(home.header("authorization").is_some() && home.header("cookie") == Some("a=b"));
}

#[tokio::test]
async fn cookies_are_kept_between_redirects_and_requests() {
    let server = Http::builder()
        .set_cookie("/login", "id=1; Path=/; HttpOnly")
        .set_cookie("/login", "evil=1; Domain=com")
        .redirect("/start", 302, "/login")
        .start()
        .await
        .unwrap();
    let client = builder(&server)
        .cookies(CookieJar::default())
        .build()
        .unwrap();
    let url = |path: &str| format!("{}{path}", server.url("http"));
    client.get(&url("/start")).send().await.unwrap();
    client
        .get(&url("/other"))
        .header("cookie", "own=2")
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.requests().pop().unwrap().header("cookie"),
        Some("own=2; id=1")
    );
    assert_eq!(client.cookies().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_the_words_of_a_redirect() {
    let slow = Page::new("text/plain", "x".repeat(1000))
        .status(302)
        .header("location", "/b");
    let fake = Http::builder().serve("/a", slow.drip(1, Duration::from_secs(1)));
    let client = in_memory(fake, crate::Client::builder());
    let begin = tokio::time::Instant::now();
    // There is no second connection to go on with.
    let outcome = client.get("http://h.test/a").send().await;
    assert!(
        outcome.is_err() && begin.elapsed().as_secs() < 3,
        "{:?}",
        begin.elapsed()
    );
}
