//! Pages: reading, writing, conditions, ranges, redirects, cookies, codings.

use std::io::Read;

use super::{ask, get};
use crate::{Fake, Http, Page};

fn site() -> Fake<Http> {
    Http::builder()
        .page("/a", "text/plain", "0123456789")
        .serve("/weak", Page::new("text/plain", "x").etag("W/\"1\""))
        .build()
        .unwrap()
}

const DATE: &str = "Wed, 01 Jan 2020 00:00:00 GMT";

#[tokio::test]
async fn a_page_is_read_and_its_head() {
    let fake = site();
    let got = get(&fake, "/a?q=1", &[]).await;
    assert_eq!((got.status(), got.text()), (200, "0123456789"));
    assert_eq!(got.header("content-type"), Some("text/plain"));
    assert_eq!(got.header("content-length"), Some("10"));
    assert_eq!(got.header("last-modified"), Some(DATE));
    assert_eq!(got.header("etag"), Some("\"84d89877f0d4041e\""));
    let head = ask(&fake, "HEAD /a", &[], "").await;
    assert_eq!((head.status(), head.text()), (200, ""));
    assert_eq!(head.header("content-length"), Some("10"));
    assert_eq!(get(&fake, "/b", &[]).await.status(), 404);
    assert_eq!(get(&fake, "http://fake/a", &[]).await.status(), 200);
    assert_eq!(ask(&fake, "PROPFIND /a", &[], "").await.status(), 405);
    let options = ask(&fake, "OPTIONS *", &[], "").await;
    assert_eq!(options.status(), 204);
    assert!(options.header("allow").unwrap().contains("DELETE"));
    assert_eq!(fake.said()[0], "GET /a?q=1 HTTP/1.1");
    assert_eq!(fake.requests()[0].path(), "/a");
    assert_eq!(fake.requests()[3].path(), "/a", "of an absolute form");
}

#[tokio::test]
async fn pages_are_put_and_deleted() {
    let fake = site();
    let put = ask(&fake, "PUT /new", &["Content-Type: text/x"], "one").await;
    assert_eq!(put.status(), 201);
    assert_eq!(fake.resource("/new").unwrap(), b"one");
    let etag = put.header("etag").unwrap().to_owned();
    assert_eq!(ask(&fake, "PUT /new", &[], "two").await.status(), 204);
    let stale = format!("If-Match: {etag}");
    assert_eq!(ask(&fake, "PUT /new", &[&stale], "x").await.status(), 412);
    let never = "If-None-Match: *";
    assert_eq!(ask(&fake, "PUT /new", &[never], "x").await.status(), 412);
    assert_eq!(ask(&fake, "DELETE /new", &[&stale], "").await.status(), 412);
    assert_eq!(fake.resource("/new").unwrap(), b"two");
    let part = "Content-Range: bytes 0-0/3";
    assert_eq!(ask(&fake, "PUT /new", &[part], "x").await.status(), 400);
    assert_eq!(ask(&fake, "DELETE /new", &[], "").await.status(), 204);
    assert_eq!(ask(&fake, "DELETE /new", &[], "").await.status(), 404);
    assert_eq!(fake.resource("/new"), None);
    fake.put("/new", Page::new("text/plain", "three"));
    assert_eq!(get(&fake, "/new", &[]).await.text(), "three");
}

#[tokio::test]
async fn conditions() {
    let fake = site();
    let tag = "\"84d89877f0d4041e\"";
    let cases = [
        (format!("If-None-Match: \"x\", {tag}"), 304),
        (format!("If-None-Match: W/{tag}"), 304),
        ("If-None-Match: \"x\"".to_owned(), 200),
        ("If-None-Match: *".to_owned(), 304),
        (format!("If-Match: {tag}"), 200),
        (format!("If-Match: W/{tag}"), 412),
        ("If-Match: *".to_owned(), 200),
        (format!("If-Modified-Since: {DATE}"), 304),
        (
            "If-Modified-Since: Tue, 31 Dec 2019 23:59:59 GMT".to_owned(),
            200,
        ),
        (format!("If-Unmodified-Since: {DATE}"), 200),
        (
            "If-Unmodified-Since: Tue, 31 Dec 2019 23:59:59 GMT".to_owned(),
            412,
        ),
        ("If-Modified-Since: yesterday".to_owned(), 200),
        (
            format!("If-None-Match: \"x\"\r\nIf-Modified-Since: {DATE}"),
            200,
        ),
    ];
    for (line, status) in cases {
        let got = get(&fake, "/a", &[&line]).await;
        assert_eq!(got.status(), status, "{line}");
        if status == 304 {
            assert_eq!(got.header("etag"), Some(tag));
            assert_eq!(got.header("content-length"), None);
            assert_eq!(got.text(), "");
        }
    }
}

#[tokio::test]
async fn ranges() {
    let fake = site();
    let cases = [
        ("bytes=0-0", 206, "0", "bytes 0-0/10"),
        ("bytes=3-", 206, "3456789", "bytes 3-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=-20", 206, "0123456789", "bytes 0-9/10"),
        ("bytes=8-99", 206, "89", "bytes 8-9/10"),
        ("bytes=10-", 416, "no such part\n", "bytes */10"),
        ("bytes=-0", 416, "no such part\n", "bytes */10"),
        ("bytes=5-3", 200, "0123456789", ""),
        ("bytes=0-1,3-4", 200, "0123456789", ""),
        ("lines=0-1", 200, "0123456789", ""),
    ];
    for (range, status, body, told) in cases {
        let got = get(&fake, "/a", &[&format!("Range: {range}")]).await;
        assert_eq!((got.status(), got.text()), (status, body), "{range}");
        assert_eq!(got.header("content-range").unwrap_or_default(), told);
    }
    let cases = [
        ("/a", "\"84d89877f0d4041e\"", 206),
        ("/a", "\"x\"", 200),
        ("/a", DATE, 206),
        ("/a", "Tue, 31 Dec 2019 23:59:59 GMT", 200),
        ("/weak", "W/\"1\"", 200),
    ];
    for (path, state, status) in cases {
        let state = format!("If-Range: {state}");
        let got = get(&fake, path, &["Range: bytes=0-0", &state]).await;
        assert_eq!(got.status(), status, "{state}");
    }
}

#[tokio::test]
async fn redirects_cookies_and_other_fields() {
    let fake = Http::builder()
        .redirect("/away", 307, "http://other.example/x?y#z")
        .redirect("/odd", 302, b"/caf\xc3\xa9\x01")
        .set_cookie("/in", "sid=1; Path=/; HttpOnly")
        .set_cookie("/in", "theme=dark")
        .serve(
            "/gone",
            Page::new("text/plain", "no").status(410).header("X-A", "b"),
        )
        .serve("/odd-status", Page::new("text/plain", "?").status(99))
        .serve("/bare", Page::new("text/plain", "").without_validators())
        .serve("/dated", Page::new("text/plain", "").modified(0))
        .build()
        .unwrap();
    let away = ask(&fake, "POST /away", &[], "x").await;
    assert_eq!(away.status(), 307);
    assert_eq!(away.header("location"), Some("http://other.example/x?y#z"));
    let odd = get(&fake, "/odd", &[]).await;
    assert_eq!(odd.header("location"), Some("/café\u{1}"));
    let cookies = get(&fake, "/in", &["Cookie: a=b", "Cookie: c=d"]).await;
    assert_eq!(
        cookies.all("set-cookie"),
        ["sid=1; Path=/; HttpOnly", "theme=dark"]
    );
    assert_eq!(fake.requests()[2].all("cookie"), ["a=b", "c=d"]);
    let gone = get(&fake, "/gone", &[]).await;
    assert_eq!((gone.status(), gone.header("x-a")), (410, Some("b")));
    let odd = get(&fake, "/odd-status", &[]).await;
    assert!(
        odd.head.starts_with("HTTP/1.1 99 Whatever\r\n"),
        "{}",
        odd.head
    );
    let bare = get(&fake, "/bare", &[]).await;
    assert_eq!(
        (bare.header("etag"), bare.header("last-modified")),
        (None, None)
    );
    assert_eq!(
        get(&fake, "/dated", &[]).await.header("last-modified"),
        Some("Thu, 01 Jan 1970 00:00:00 GMT")
    );
}

#[tokio::test]
async fn one_answer_comes_before_the_others() {
    let fake = Http::builder()
        .serve_once("/", Page::new("text/plain", "first").status(503))
        .serve_once("/", Page::new("text/plain", "second").status(503))
        .page("/", "text/plain", "third")
        .build()
        .unwrap();
    for want in ["first", "second", "third", "third"] {
        assert_eq!(get(&fake, "/", &[]).await.text(), want);
    }
}

#[tokio::test]
async fn bodies_are_encoded_as_given_or_as_asked() {
    let fake = Http::builder()
        .encoded("/given", "br", b"\x8b\x00")
        .serve("/asked", Page::new("text/plain", "hello").compressed())
        .build()
        .unwrap();
    let given = get(&fake, "/given", &[]).await;
    assert_eq!(given.header("content-encoding"), Some("br"));
    assert_eq!(given.body, b"\x8b\x00");
    let plain = get(&fake, "/asked", &["Accept-Encoding: br, gzip;q=0"]).await;
    assert_eq!(
        (plain.text(), plain.header("content-encoding")),
        ("hello", None)
    );
    let gzip = get(&fake, "/asked", &["Accept-Encoding: br, GZIP;q=0.5"]).await;
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    assert_ne!(gzip.header("etag"), plain.header("etag"));
    let mut text = String::new();
    let mut decoder = flate2::read::GzDecoder::new(gzip.body.as_slice());
    decoder.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");
    let zlib = get(&fake, "/asked", &["Accept-Encoding: deflate"]).await;
    assert_eq!(zlib.header("content-encoding"), Some("deflate"));
    text.clear();
    let mut decoder = flate2::read::ZlibDecoder::new(zlib.body.as_slice());
    decoder.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");
}

#[tokio::test]
async fn a_request_is_echoed() {
    let fake = site();
    let got = ask(&fake, "POST /echo?x", &["X-A: 1", "X-A: 2"], "the body").await;
    assert!(got.text().starts_with("POST /echo?x HTTP/1.1\r\n"));
    assert!(got.text().contains("\r\nx-a: 1\r\nx-a: 2\r\n"));
    assert!(got.text().ends_with("\r\n\r\nthe body"));
    let seen = &fake.requests()[0];
    assert_eq!((seen.connection, seen.encrypted), (1, false));
    assert_eq!(seen.authority.as_deref(), Some("fake"));
    assert_eq!(seen.body, "the body");
}
