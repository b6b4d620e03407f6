//! One page: where it goes, what is asked for it, what may go wrong.

use std::time::Duration;

use netspeak_fake::{Ending, Http, Page};

use super::{assert_brings, assert_fails, code, folder, names, netspeak, url};

#[tokio::test]
async fn a_page_goes_to_standard_output_a_file_its_own_name_or_a_folder() {
    let server = Http::builder().page("/a/page.txt", "text/plain", "hello\n");
    let server = server.start().await.unwrap();
    let here = folder("to");
    let page = url(&server, "/a/page.txt?x=y");
    assert_brings(&netspeak(&here, &["get", &page]).await, "hello\n");
    assert_brings(
        &netspeak(&here, &["get", &page, "-o", "-"]).await,
        "hello\n",
    );
    for words in [
        &["get", &page, "-o", "x"][..],
        &["get", "-O", &page],
        &["get", "--dir", "d/e", &page],
        &["get", "-LfO", "--force", &page],
    ] {
        assert_brings(&netspeak(&here, words).await, "");
    }
    assert_eq!(names(&here), ["d", "page.txt", "x"]);
    for file in ["x", "page.txt", "d/e/page.txt"] {
        assert_eq!(
            std::fs::read(here.join(file)).unwrap(),
            b"hello\n",
            "{file}"
        );
    }
    let refused = netspeak(&here, &["get", "-O", &page]).await;
    assert_fails(&refused, 23, "file.failed");
    assert!(code(&refused).1.contains("--force"));
}

#[tokio::test]
async fn names_are_the_servers_wish_made_harmless() {
    let named = |name: &str| {
        let value = format!("attachment; filename=\"{name}\"");
        Page::new("text/plain", "x").header("Content-Disposition", value)
    };
    let server = Http::builder()
        .serve("/1", named("../../evil"))
        .serve("/2", named("/etc/passwd"))
        .serve("/3", named(".bashrc"))
        .serve(
            "/4",
            Page::new("text/plain", "x").header(
                "Content-Disposition",
                "attachment; filename*=UTF-8''a%1b%5b2Jb",
            ),
        )
        .serve("/", Page::new("text/plain", "x"));
    let server = server.start().await.unwrap();
    let here = folder("names");
    let inside = here.join("inside");
    std::fs::create_dir(&inside).unwrap();
    let output = netspeak(&inside, &["get", "-O", &url(&server, "/[1-4]")]).await;
    assert_brings(&output, "");
    assert_eq!(names(&inside), ["a_[2Jb", "bashrc", "evil", "passwd"]);
    assert_eq!(names(&here), ["inside"]);
    let nameless = netspeak(&inside, &["get", "-O", &url(&server, "/")]).await;
    assert_fails(&nameless, 2, "usage");
}

#[tokio::test]
async fn redirects_are_followed_as_far_as_was_said() {
    let server = Http::builder()
        .redirect("/1", 301, "/2")
        .redirect("/2", 302, "/3")
        .redirect("/round", 302, "/round")
        .page("/3", "text/plain", "there");
    let server = server.start().await.unwrap();
    let here = folder("redirects");
    let first = url(&server, "/1");
    assert_brings(&netspeak(&here, &["get", &first]).await, "there");
    assert_brings(
        &netspeak(&here, &["get", "-L", "--max-redirs", "2", &first]).await,
        "there",
    );
    let few = netspeak(&here, &["get", "--max-redirs", "1", &first, "-o", "x"]).await;
    assert_fails(&few, 47, "proto.too_large");
    let round = netspeak(&here, &["get", &url(&server, "/round")]).await;
    assert_eq!(code(&round).0, Some(47), "{}", code(&round).1);
    let none = netspeak(&here, &["get", "-i", "--max-redirs", "0", &first]).await;
    let text = String::from_utf8(none.stdout.clone()).unwrap();
    assert_eq!(none.status.code(), Some(0));
    assert!(
        text.starts_with("HTTP/1.1 301 Moved Permanently\r\n"),
        "{text}"
    );
    assert_eq!(names(&here), [""; 0]);
}

#[tokio::test]
async fn a_refusal_is_an_error_and_touches_no_file() {
    let refused = |status| Page::new("text/plain", "do not show this").status(status);
    let server = Http::builder()
        .serve("/403", refused(403))
        .serve("/404", refused(404))
        .serve("/500", refused(500));
    let server = server.start().await.unwrap();
    let here = folder("refused");
    std::fs::write(here.join("x"), "old").unwrap();
    for (path, word) in [
        ("/403", "work.denied"),
        ("/404", "work.not_found"),
        ("/nope", "work.not_found"),
        ("/500", "work.temporary"),
    ] {
        for words in [
            &["get", &url(&server, path)][..],
            &["get", "-f", &url(&server, path), "-o", "x"],
            &["get", "-O", &url(&server, path)],
        ] {
            let output = netspeak(&here, words).await;
            assert_fails(&output, 22, word);
        }
    }
    assert_eq!(names(&here), ["x"]);
    assert_eq!(std::fs::read(here.join("x")).unwrap(), b"old");
}

#[tokio::test]
async fn a_body_that_is_not_whole_is_an_error() {
    let server = Http::builder()
        .serve("/cut", Page::new("text/plain", "0123456789").cut_after(4))
        .serve(
            "/chunks",
            Page::new("text/plain", "0123456789").chunked().cut_after(4),
        )
        .raw(
            "/chunk",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        )
        .raw_then(
            "/reset",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
            Ending::Reset,
        )
        .raw("/empty", "")
        .raw("/other", "220 ftp.example ready\r\n");
    let server = server.start().await.unwrap();
    let here = folder("broken");
    for (path, wanted, word) in [
        ("/cut", 18, "body."),
        ("/chunks", 18, "body."),
        ("/chunk", 56, "body.malformed"),
        ("/reset", 56, "body.reset"),
        ("/empty", 52, "wait.closed"),
        ("/other", 8, "wait.other_protocol"),
    ] {
        let output = netspeak(&here, &["get", &url(&server, path), "-o", "x"]).await;
        let (code, text) = code(&output);
        assert_eq!(code, Some(wanted), "{path}: {text}");
        assert!(text.contains(&format!("error[{word}")), "{path}: {text}");
        assert!(!here.join("x").exists(), "{path}");
    }
}

#[tokio::test]
async fn what_was_asked_for_is_sent() {
    let server =
        Http::builder()
            .page("/", "text/plain", "")
            .redirect("/away", 302, "http://127.0.0.2:1/");
    let server = server.start().await.unwrap();
    let here = folder("asked");
    let all = [
        "get",
        "-H",
        "X-One: 1",
        "-H",
        "X-One: 2",
        "-H",
        "X-Empty;",
        "-H",
        "Accept: text/html",
        "-A",
        "me/1",
        "-e",
        "http://from.example/",
        "-b",
        "a=1; b=2",
        "-b",
        "c=3",
        "-X",
        "OPTIONS",
        &url(&server, "/"),
    ];
    netspeak(&here, &all).await;
    let heard = server.requests().pop().unwrap();
    assert_eq!(heard.method, "OPTIONS");
    assert_eq!(heard.all("x-one"), ["1", "2"]);
    for (name, value) in [
        ("x-empty", ""),
        ("accept", "text/html"),
        ("user-agent", "me/1"),
        ("referer", "http://from.example/"),
        ("cookie", "a=1; b=2; c=3"),
    ] {
        assert_eq!(heard.header(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_and_nothing_is() {
    let server = Http::builder()
        .page("/", "text/plain", "")
        .start()
        .await
        .unwrap();
    let here = folder("unsendable");
    let page = url(&server, "/");
    for words in [
        &["get", "-H", "X: a\r\nY: b", &page][..],
        &["get", "-H", "X\r\n: a", &page],
        &["get", "-H", "no colon", &page],
        &["get", "-A", "a\nb", &page],
        &["get", "-e", "a\nb", &page],
        &["get", "-b", "a=b\r\nX: y", &page],
        &["get", "-X", "GET / HTTP/1.1\r\nX:", &page],
        &["get", "-X", "CONNECT", &page],
        &["get", &format!("{page}a\r\nHost: x")],
        &["get", "-r", "1-2,4-5", &page],
        &["get", "-z", "yesterday", &page],
        &["get", "-y", "0", &page],
        &["get", "-P", "-", &page],
        &["get", &format!("{page}[1-")],
    ] {
        let output = netspeak(&here, words).await;
        assert_fails(&output, 2, "usage");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn flags_of_http_mean_nothing_elsewhere() {
    let here = folder("elsewhere");
    for words in [
        &["get", "-H", "X: y", "ftp://127.0.0.1:1/a"][..],
        &["get", "-I", "ftp://127.0.0.1:1/a"],
        &["get", "--compressed", "pop3://127.0.0.1:1/1"],
        &["get", "-r", "0-1", "pop3://127.0.0.1:1/1"],
        &["rm", "-X", "PURGE", "ftp://127.0.0.1:1/a"],
        &["put", "-i", "/dev/null", "ftp://127.0.0.1:1/a"],
        &["rm", "-r", "http://127.0.0.1:1/a"],
        &["put", "-C", "-", "/dev/null", "http://127.0.0.1:1/a"],
        &["put", "--delete", "/dev/null", "http://127.0.0.1:1/a"],
        &["post", "ftp://127.0.0.1:1/a"],
    ] {
        let output = netspeak(&here, words).await;
        assert_eq!(
            output.status.code().map(|code| code == 2 || code == 3),
            Some(true)
        );
        assert!(
            code(&output).1.contains("error[usage]"),
            "{words:?}: {}",
            code(&output).1
        );
    }
}

#[tokio::test]
async fn compressed_answers_are_taken_only_on_demand() {
    let text = "the same again and again ".repeat(100);
    let server = Http::builder().serve("/", Page::new("text/plain", &text).compressed());
    let server = server.start().await.unwrap();
    let here = folder("compressed");
    let page = url(&server, "/");
    assert_brings(&netspeak(&here, &["get", &page]).await, &text);
    assert_brings(
        &netspeak(&here, &["get", "--compressed", &page]).await,
        &text,
    );
    let asked: Vec<_> = server
        .requests()
        .iter()
        .map(|heard| heard.header("accept-encoding").map(str::to_owned))
        .collect();
    assert_eq!(asked[0], None);
    assert!(
        asked[1]
            .as_deref()
            .is_some_and(|asked| asked.contains("gzip"))
    );
}

#[tokio::test]
async fn versions_are_spoken_as_was_said() {
    let server = Http::builder()
        .page("/", "text/plain", "x")
        .prior_knowledge();
    let server = server.start().await.unwrap();
    let here = folder("versions");
    for (flag, version) in [
        ("--http1.0", "HTTP/1.0"),
        ("-0", "HTTP/1.0"),
        ("--http1.1", "HTTP/1.1"),
        ("--http2", "HTTP/1.1"),
        ("--http2-prior-knowledge", "HTTP/2.0"),
    ] {
        assert_brings(
            &netspeak(&here, &["get", flag, &url(&server, "/")]).await,
            "x",
        );
        let heard = server.requests().pop().unwrap();
        assert_eq!(format!("{:?}", heard.version), version, "{flag}");
    }
}

#[tokio::test]
async fn answers_have_the_limits_that_they_are_given() {
    let server = Http::builder()
        .page("/", "text/plain", "0123456789")
        .serve("/chunks", Page::new("text/plain", "0123456789").chunked())
        .serve(
            "/slow",
            Page::new("text/plain", "0123456789".repeat(100)).drip(1, Duration::from_millis(100)),
        );
    let server = server.start().await.unwrap();
    let here = folder("limits");
    for path in ["/", "/chunks"] {
        let page = url(&server, path);
        assert_brings(
            &netspeak(&here, &["get", "--max-filesize", "10", &page]).await,
            "0123456789",
        );
        let output = netspeak(&here, &["get", "--max-filesize", "9", &page, "-o", "x"]).await;
        assert_fails(&output, 63, "proto.too_large");
    }
    let slow = url(&server, "/slow");
    let output = netspeak(&here, &["get", "-Y", "1K", "-y", "1", &slow, "-o", "x"]).await;
    assert_fails(&output, 28, "body.timeout");
    let output = netspeak(&here, &["get", "--max-time", "0.5", &slow, "-o", "x"]).await;
    assert_eq!(code(&output).0, Some(28), "{}", code(&output).1);
    let quick = netspeak(&here, &["get", "--limit-rate", "1M", &url(&server, "/")]).await;
    assert_brings(&quick, "0123456789");
    assert!(!here.join("x").exists());
}

#[tokio::test]
async fn parts_are_parts_or_an_error() {
    let server = Http::builder().page("/", "text/plain", "0123456789").raw(
        "/none",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
    );
    let server = server.start().await.unwrap();
    let here = folder("parts");
    for (range, part) in [("0-4", "01234"), ("7-", "789"), ("-2", "89")] {
        let output = netspeak(&here, &["get", "-r", range, &url(&server, "/")]).await;
        assert_brings(&output, part);
    }
    for path in ["/", "/none"] {
        let output = netspeak(&here, &["get", "-r", "10-", &url(&server, path)]).await;
        assert_eq!(code(&output).0, Some(33), "{path}: {}", code(&output).1);
        assert_eq!(output.stdout, b"", "{path}");
    }
}

#[tokio::test]
async fn only_what_is_new_is_fetched() {
    let server = Http::builder().serve(
        "/",
        Page::new("text/plain", "new")
            .etag("\"v1\"")
            .modified(1_600_000_000),
    );
    let server = server.start().await.unwrap();
    let here = folder("new");
    let page = url(&server, "/");
    let by_tag = [
        "get",
        "--etag-save",
        "tag",
        "--etag-compare",
        "tag",
        &page,
        "-o",
        "x",
    ];
    assert_brings(&netspeak(&here, &by_tag).await, "");
    assert_eq!(std::fs::read(here.join("tag")).unwrap(), b"\"v1\"\n");
    std::fs::write(here.join("x"), "as it was").unwrap();
    assert_brings(&netspeak(&here, &by_tag).await, "");
    let later = ["get", "-z", "2030-01-01", &page, "-o", "x"];
    assert_brings(&netspeak(&here, &later).await, "");
    let not_later = ["get", "-z", "-2010-01-01", &page, "-o", "x"];
    assert_brings(&netspeak(&here, &not_later).await, "");
    assert_brings(
        &netspeak(&here, &["get", "--dir", "d", "-z", "x", &page]).await,
        "",
    );
    assert_eq!(std::fs::read(here.join("x")).unwrap(), b"as it was");
    assert_eq!(std::fs::read(here.join("tag")).unwrap(), b"\"v1\"\n");
    for since in ["2010-01-01", "-2030-01-01"] {
        assert_brings(&netspeak(&here, &["get", "-z", since, &page]).await, "new");
    }
}
