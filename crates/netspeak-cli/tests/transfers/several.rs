//! Several files and URLs: in their order, each for itself.

use netspeak_fake::{Ftp, Http, Imap, Nntp, Pop3};

use super::*;

#[tokio::test]
async fn several_files_go_into_a_folder() {
    let here = folder("put-several");
    for name in ["a", "b c", "d"] {
        std::fs::write(here.join(name), name).unwrap();
    }
    std::fs::create_dir(here.join("dir")).unwrap();
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .folder("/in")
        .start()
        .await
        .unwrap();
    let http = Http::builder().start().await.unwrap();
    for target in [url(&ftp, "ftp", "/in/"), open_url(&http, "http", "/in/")] {
        for jobs in ["1", "3"] {
            let words = ["put", "a", "b c", "d", &target, "--jobs", jobs];
            let output = netspeak(&here, &words).await;
            assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
        }
    }
    assert_eq!(ftp.file("/in/b c").unwrap(), b"b c");
    assert_eq!(http.resource("/in/b%20c").unwrap(), b"b c");
    // Nothing is sent where it makes no sense.
    let sent = ftp.connections();
    let (folder, file) = (url(&ftp, "ftp", "/in/"), url(&ftp, "ftp", "/in"));
    for words in [
        &["put", "a", "d", &file][..],
        &["put", "a", "dir", &folder],
        &["put", "a", "-", &folder],
        &["put", "a"],
    ] {
        let output = netspeak(&here, words).await;
        assert_eq!(code(&output), Some(2), "{words:?}: {}", said(&output));
    }
    assert_eq!(ftp.connections(), sent);
}

#[tokio::test]
async fn a_file_that_fails_keeps_no_other_back() {
    let here = folder("put-one-fails");
    for name in ["a", "d"] {
        std::fs::write(here.join(name), name).unwrap();
    }
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .folder("/in")
        .start()
        .await
        .unwrap();
    let target = url(&ftp, "ftp", "/in/");
    let output = netspeak(&here, &["put", "a", "none", "d", &target]).await;
    assert_eq!(code(&output), Some(26), "{}", said(&output));
    assert!(
        said(&output).starts_with("error[file.failed]: local I/O failed: none: "),
        "{}",
        said(&output)
    );
    assert!(ftp.file("/in/a").is_some() && ftp.file("/in/d").is_some());
}

#[tokio::test]
async fn several_files_are_posted_one_after_the_other() {
    let here = folder("post-several");
    for name in ["a", "b"] {
        let article = format!("From: a@b.test\nNewsgroups: a.b\nSubject: {name}\n\nx\n");
        std::fs::write(here.join(name), article).unwrap();
    }
    let nntp = Nntp::builder().group("a.b", "").start().await.unwrap();
    let target = open_url(&nntp, "nntp", "/");
    let words = ["post", "-T", "a", "-T", "none", "-T", "b", &target];
    let output = netspeak(&here, &words).await;
    assert_eq!(code(&output), Some(26), "{}", said(&output));
    assert_eq!(
        said(&output).matches("error[").count(),
        1,
        "{}",
        said(&output)
    );
    let texts: Vec<String> = nntp
        .articles("a.b")
        .into_iter()
        .map(|text| String::from_utf8(text).unwrap())
        .collect();
    assert_eq!(texts.len(), 2);
    assert!(texts[0].contains("Subject: a\r\n") && texts[1].contains("Subject: b\r\n"));
    let http = Http::builder()
        .page("/form", "text/plain", "thanks\n")
        .start()
        .await
        .unwrap();
    let target = open_url(&http, "http", "/form");
    let output = netspeak(&here, &["post", "-T", "a", "-T", "b", &target]).await;
    assert_eq!(
        (code(&output), printed(&output)),
        (Some(0), "thanks\nthanks\n".to_owned())
    );
    assert_eq!(http.requests().len(), 2);
    let output = netspeak(&here, &["post", "-T", "a", "-T", "b", "-o", "f", &target]).await;
    assert_eq!(code(&output), Some(2), "{}", said(&output));
}

#[tokio::test]
async fn messages_go_into_a_mailbox_one_after_the_other() {
    let here = folder("put-mails");
    for name in ["a", "b"] {
        std::fs::write(here.join(name), format!("Subject: {name}\n\n")).unwrap();
    }
    let imap = Imap::builder().user(USER, PASSWORD).start().await.unwrap();
    let output = netspeak(&here, &["put", "a", "b", &url(&imap, "imap", "/INBOX")]).await;
    assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
    assert_eq!(printed(&output).lines().count(), 2, "{}", printed(&output));
    assert_eq!(imap.mailbox(USER, "INBOX").len(), 2);
}

#[tokio::test]
async fn several_places_are_listed_and_one_that_fails_is_named() {
    let here = folder("ls-several");
    let ftp = Ftp::builder().user(USER, PASSWORD).file("/a/one", "1");
    let ftp = ftp.file("/b/two", "22").start().await.unwrap();
    let pop3 = Pop3::builder()
        .user(USER, PASSWORD)
        .message(USER, "Subject: x\r\n\r\n");
    let pop3 = pop3.start().await.unwrap();
    let (first, none) = (url(&ftp, "ftp", "/b/"), url(&ftp, "ftp", "/none/"));
    let last = url(&pop3, "pop3", "/");
    let output = netspeak(&here, &["ls", "--json", &first, &none, &last]).await;
    assert_eq!(code(&output), Some(78), "{}", said(&output));
    let kinds: Vec<String> = printed(&output)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["name"].to_string())
        .collect();
    assert_eq!(kinds, ["\"two\"", "\"1\""]);
    assert_eq!(
        said(&output).matches("error[").count(),
        1,
        "{}",
        said(&output)
    );
    assert!(said(&output).contains("/none/: "), "{}", said(&output));
}

#[tokio::test]
async fn several_are_removed_and_one_that_fails_is_named() {
    let here = folder("rm-several");
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .file("/a", "1")
        .file("/b", "2");
    let ftp = ftp.start().await.unwrap();
    let urls = ["/a", "/none", "/b"].map(|path| url(&ftp, "ftp", path));
    let output = netspeak(&here, &["rm", &urls[0], &urls[1], &urls[2]]).await;
    assert_eq!(code(&output), Some(78), "{}", said(&output));
    assert!(said(&output).contains("/none: "), "{}", said(&output));
    assert!(ftp.file("/a").is_none() && ftp.file("/b").is_none());
}
