//! `open`: every scheme, and what is refused before anything is sent.
#![cfg(test)]
#![cfg(all(feature = "open", feature = "all-protocols"))]

use std::sync::{Arc, Mutex};

use netspeak::core::open::{OpenError, OpenOptions, Opened};
use netspeak::core::{Reach, Tls};
use netspeak::open_with;
use netspeak_fake::{Ftp, Gopher, Http, Imap, Nntp, Page, Pop3};

/// Servers of these tests are on this machine and have no TLS.
fn options() -> OpenOptions {
    let mut options = OpenOptions::default();
    options.opening.tls = Some(Tls::Off);
    options
}

async fn read(url: &str) -> Result<(Opened, String), OpenError> {
    let mut opened = open_with(url, &options()).await?;
    let bytes = opened.bytes(1 << 20).await?;
    Ok((opened, String::from_utf8(bytes).unwrap()))
}

fn kind<T>(opened: Result<T, OpenError>) -> String {
    opened
        .err()
        .map_or_else(|| "ok".to_owned(), |error| error.kind().to_string())
}

const MAIL: &str = "Subject: one\r\n\r\n.first\r\n";

#[tokio::test]
async fn every_scheme_is_read_by_one_call() {
    let ftp = Ftp::builder()
        .anonymous()
        .file("/dir/one", "a file")
        .start()
        .await
        .unwrap();
    let gopher = Gopher::builder()
        .text("/t", "a text\r\n")
        .menu("", ["0A\t/t"])
        .start()
        .await
        .unwrap();
    let web = Http::builder()
        .page("/p", "text/plain", "a page")
        .redirect("/old", 301, "/p")
        .start()
        .await
        .unwrap();
    let pop3 = Pop3::builder()
        .user("u", "p")
        .message("u", MAIL)
        .start()
        .await
        .unwrap();
    let imap = Imap::builder()
        .user("u", "p")
        .message("u", MAIL)
        .start()
        .await
        .unwrap();
    let article = "Message-ID: <1@x>\r\nNewsgroups: a.b\r\n\r\ntext\r\n";
    let news = Nntp::builder()
        .group("a.b", "")
        .article(article)
        .start()
        .await
        .unwrap();
    let with_login = |url: String| url.replace("://", "://u:p@");
    for (url, text) in [
        (ftp.url("ftp") + "/dir/one", "a file"),
        (ftp.url("ftp") + "/dir/", "one\n"),
        (gopher.url("gopher") + "/0/t", "a text\r\n"),
        (web.url("http") + "/p", "a page"),
        (web.url("http") + "/old", "a page"),
        (with_login(pop3.url("pop3")) + "/1", MAIL),
        (with_login(imap.url("imap")) + "/INBOX;UID=1", MAIL),
        (
            with_login(imap.url("imap")) + "/INBOX;UID=1/;SECTION=TEXT",
            ".first\r\n",
        ),
        (news.url("nntp") + "/1@x", article),
        (news.url("nntp") + "/a.b/1", article),
        ("data:;base64,YWJj".to_owned(), "abc"),
        ("data:,%41b%zz#x".to_owned(), "Ab%zz"),
    ] {
        let (opened, found) = read(&url)
            .await
            .unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(found, text, "{url}");
        assert!(!opened.about().url.contains(":p@"), "{:?}", opened.about());
    }
    let (page, _) = read(&(web.url("http") + "/old")).await.unwrap();
    assert!(page.about().url.ends_with("/p"));
    assert_eq!(page.about().media_type.as_deref(), Some("text/plain"));
}

#[tokio::test]
async fn files_are_those_of_this_machine() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let path = format!("{folder}/open me.txt");
    let text = "x".repeat(700_000);
    std::fs::write(&path, &text).unwrap();
    let url = format!("file://{}", path.replace(' ', "%20"));
    let told = Arc::new(Mutex::new((0, None)));
    let note = Arc::clone(&told);
    let opened = netspeak::open(&url).await.unwrap();
    let mut opened = opened.with_progress(move |done, size| *note.lock().unwrap() = (done, size));
    assert_eq!(opened.about().name.as_deref(), Some("open me.txt"));
    assert!(opened.bytes(1 << 20).await.unwrap() == text.as_bytes());
    assert_eq!(*told.lock().unwrap(), (700_000, Some(700_000)));
    for bad in ["file://other.test/x", "file:x", "file:///a%00b"] {
        assert_eq!(kind(netspeak::open(bad).await), "usage", "{bad}");
    }
    assert_eq!(
        kind(netspeak::open(&format!("file://{folder}")).await),
        "usage"
    );
    assert!(netspeak::open("file:///no/such/file").await.is_err());
}

#[tokio::test]
async fn what_is_not_allowed_is_refused_before_anything_is_sent() {
    let web = Http::builder()
        .page("/p", "text/plain", "a page")
        .start()
        .await
        .unwrap();
    let url = web.url("http") + "/p";
    let mut only_secure = options();
    only_secure.schemes = Some(vec!["https".to_owned()]);
    assert_eq!(kind(open_with(&url, &only_secure).await), "usage");
    let mut public = options();
    public.opening.connector = public.opening.connector.with_reach(Reach::Public);
    assert_eq!(kind(open_with(&url, &public).await), "tcp.denied");
    let named = url.replace("127.0.0.1", "localhost");
    assert_eq!(kind(open_with(&named, &public).await), "tcp.denied");
    assert_eq!(
        kind(open_with("file:///etc/hostname", &public).await),
        "usage"
    );
    assert!(open_with("data:,x", &public).await.is_ok());
    for bad in [
        "smtp://h/",
        "telnet://h/",
        "nonsense://h/",
        "h/x",
        "",
        "mailto:a@b",
    ] {
        assert_eq!(kind(open_with(bad, &options()).await), "usage", "{bad:?}");
    }
    assert!(web.said().is_empty(), "{:?}", web.said());
}

#[tokio::test]
async fn a_redirect_leads_nowhere_that_the_url_itself_may_not() {
    let inside = Http::builder()
        .page("/p", "text/plain", "secret")
        .start()
        .await
        .unwrap();
    let leads = |to: &str| Http::builder().redirect("/r", 302, to).start();
    let within = inside.url("http") + "/p";
    // To another scheme, to a file: not at all.
    for to in ["ftp://127.0.0.1/x", "file:///etc/hostname", "data:,x"] {
        let web = leads(to).await.unwrap();
        assert_ne!(kind(read(&(web.url("http") + "/r")).await), "ok", "{to}");
    }
    // To the server that is meant, but under a scheme that is not allowed.
    let web = leads(&within).await.unwrap();
    let (_, text) = read(&(web.url("http") + "/r")).await.unwrap();
    assert_eq!(text, "secret");
    let secure = leads("https://127.0.0.1:1/x").await.unwrap();
    let mut plain_only = options();
    plain_only.schemes = Some(vec!["http".to_owned()]);
    let error = open_with(&(secure.url("http") + "/r"), &plain_only)
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "usage");
    assert!(error.to_string().contains("not allowed"), "{error}");
    // In a circle: to the end of patience.
    let circle = Http::builder()
        .redirect("/r", 302, "/r")
        .start()
        .await
        .unwrap();
    assert_eq!(
        kind(read(&(circle.url("http") + "/r")).await),
        "proto.too_large"
    );
}

#[tokio::test]
async fn errors_are_those_of_the_protocol() {
    let ftp = Ftp::builder()
        .anonymous()
        .file("/one", "x")
        .start()
        .await
        .unwrap();
    assert_eq!(
        kind(read(&(ftp.url("ftp") + "/none")).await),
        "work.not_found"
    );
    let web = Http::builder()
        .serve("/cut", Page::new("text/plain", "cut off").cut_after(3))
        .start()
        .await
        .unwrap();
    assert_eq!(
        kind(read(&(web.url("http") + "/none")).await),
        "work.not_found"
    );
    assert_eq!(
        kind(read(&(web.url("http") + "/cut")).await),
        "body.truncated"
    );
}
