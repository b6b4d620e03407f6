//! Whoever reads the output stops early: that is no fault, and nobody is told.

use netspeak_fake::{Ftp, Http, Imap, Nntp, Page, Pop3, Smtp};
use tokio::io::AsyncReadExt;

use super::*;

/// Reads one byte of what the command prints, and goes away.
async fn headed(here: &Path, words: &[&str]) {
    let mut child = command(here, words).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let read = tokio::time::timeout(PATIENCE, stdout.read_u8()).await;
    read.expect("nothing comes").unwrap();
    drop(stdout);
    let output = ended(child).await;
    assert_eq!(
        (code(&output), said(&output)),
        (Some(0), String::new()),
        "{words:?}"
    );
}

const MANY: usize = 2000;

#[tokio::test]
async fn pages_mailboxes_and_their_like() {
    let here = folder("head");
    let page = Page::new("text/plain", "line\n".repeat(400_000));
    let http = Http::builder().serve("/a", page.clone()).serve("/b", page);
    let value = "<value>some text</value>".repeat(50_000);
    let array = format!(
        "<?xml version=\"1.0\"?><methodResponse><params><param><value><array><data>{value}</data></array></value></param></params></methodResponse>"
    );
    let http = http.serve("/RPC2", Page::new("text/xml", array));
    let http = http.start().await.unwrap();
    headed(&here, &["rpc", &open_url(&http, "http", "/RPC2"), "all"]).await;
    let page = open_url(&http, "http", "/a");
    headed(&here, &["get", &page]).await;
    headed(&here, &["get", &page, &open_url(&http, "http", "/b")]).await;
    headed(
        &here,
        &["get", "--jobs", "2", &open_url(&http, "http", "/{a,b}")],
    )
    .await;
    let mail = format!("Subject: x\r\n\r\n{}", "line\r\n".repeat(2000));
    let mut imap = Imap::builder().user(USER, PASSWORD);
    let mut pop3 = Pop3::builder().user(USER, PASSWORD);
    for _ in 0..20 {
        imap = imap.message(USER, &mail);
        pop3 = pop3.message(USER, &mail);
    }
    let imap = imap.start().await.unwrap();
    let pop3 = pop3.start().await.unwrap();
    headed(&here, &["get", &url(&imap, "imap", "/INBOX")]).await;
    headed(&here, &["get", &url(&pop3, "pop3", "/")]).await;
}

#[tokio::test]
async fn listings() {
    let here = folder("head-ls");
    let mut ftp = Ftp::builder().user(USER, PASSWORD);
    let mut imap = Imap::builder().user(USER, PASSWORD);
    let mut pop3 = Pop3::builder().user(USER, PASSWORD);
    let mut nntp = Nntp::builder().group("a.b", "");
    for number in 0..MANY {
        ftp = ftp.file(format!("/a-name-that-is-not-short-{number}"), "");
        imap = imap.message(USER, format!("Subject: a subject {number}\r\n\r\n"));
        pop3 = pop3.message(USER, "Subject: x\r\n\r\n");
        let article = format!(
            "From: a@b.test\r\nNewsgroups: a.b\r\nSubject: {number}\r\nMessage-ID: <{number}@x.test>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n\r\nx\r\n"
        );
        nntp = nntp.article(article);
    }
    let (ftp, imap) = (ftp.start().await.unwrap(), imap.start().await.unwrap());
    let (pop3, nntp) = (pop3.start().await.unwrap(), nntp.start().await.unwrap());
    for url in [
        url(&ftp, "ftp", "/"),
        url(&imap, "imap", "/INBOX"),
        url(&pop3, "pop3", "/"),
        open_url(&nntp, "nntp", "/a.b"),
    ] {
        headed(&here, &["ls", "--json", &url, &url]).await;
    }
}

#[tokio::test]
async fn what_is_told_of_many() {
    let here = folder("head-told");
    let smtp = Smtp::builder().start().await.unwrap();
    let mbox = "From a Mon Jan  1 00:00:00 2024\nSubject: x\n\nx\n\n".repeat(1000);
    std::fs::write(here.join("mbox"), mbox).unwrap();
    let target = open_url(&smtp, "smtp", "");
    let words = ["send", &target, "--from", "a@b.test", "--to", "c@d.test"];
    headed(&here, &[&words[..], &["--mbox", "mbox", "--json"]].concat()).await;
    let targets = format!("{target}\n").repeat(60);
    std::fs::write(here.join("targets"), targets).unwrap();
    let mut child = command(&here, &["probe", "--json", "@targets"])
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_u8().await.unwrap();
    drop(stdout);
    let output = ended(child).await;
    assert_eq!(said(&output), "");
}
