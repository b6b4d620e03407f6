//! `get`.

use netspeak_fake::{Fault, Ftp, Gopher, Http, Imap, Nntp, Page, Pop3};

use super::*;

const MAILS: [&str; 2] = [
    "From: ann@a.test\r\nSubject: one\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\n\r\nFrom here on\r\n.dot\r\n",
    "From: bob@b.test\r\nSubject: two\r\n\r\nlast line without an end",
];

/// The lines that begin messages have the time of this run.
fn undated(mbox: &str) -> String {
    let lines =
        mbox.split_inclusive('\n')
            .map(|line| match line.starts_with("From MAILER-DAEMON ") {
                true => "From MAILER-DAEMON DATE\n",
                false => line,
            });
    lines.collect()
}

async fn mbox(here: &Path, url: &str, words: &[&str], name: &str) {
    let output = netspeak(here, &[&["get", url], words].concat()).await;
    assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
    check(name, &undated(&printed(&output)));
}

#[tokio::test]
async fn mail() {
    let here = folder("shown-get-mail");
    let imap = MAILS
        .iter()
        .fold(Imap::builder().user(USER, PASSWORD), |server, mail| {
            server.message(USER, mail)
        });
    let imap = imap.start().await.unwrap();
    let pop3 = MAILS
        .iter()
        .fold(Pop3::builder().user(USER, PASSWORD), |server, mail| {
            server.message(USER, mail)
        });
    let pop3 = pop3.start().await.unwrap();
    for (name, url, one, none) in [
        (
            "imap",
            url(&imap, "imap", "/INBOX"),
            url(&imap, "imap", "/INBOX;UID=1"),
            url(&imap, "imap", "/None"),
        ),
        (
            "pop3",
            url(&pop3, "pop3", "/"),
            url(&pop3, "pop3", "/1"),
            url(&pop3, "pop3", "/9"),
        ),
    ] {
        mbox(&here, &url, &[], &format!("get.{name}.mbox")).await;
        mbox(
            &here,
            &url,
            &["--headers"],
            &format!("get.{name}-headers.mbox"),
        )
        .await;
        mbox(&here, &one, &[], &format!("get.{name}-one.message")).await;
        shows(
            &here,
            &["get", &none],
            "",
            &format!("get.{name}-none.stderr"),
            78,
        )
        .await;
        let words = ["get", &url, "-O"];
        shows(&here, &words, "", &format!("get.{name}-usage.stderr"), 2).await;
    }
    let wrong = open_url(&pop3, "pop3", "/1").replace("://", "://nobody@");
    shows(&here, &["get", &wrong], "", "get.login.stderr", 67).await;
    let partly = MAILS
        .iter()
        .fold(Pop3::builder().user(USER, PASSWORD), |server, mail| {
            server.message(USER, mail)
        });
    let partly = partly.fault(Fault::reply("RETR", "-ERR locked\r\n").nth(1));
    let partly = partly.start().await.unwrap();
    let words = ["get", &url(&partly, "pop3", "/"), "--dir", "d"];
    shows(&here, &words, "", "get.pop3-partly.stderr", 78).await;
}

#[tokio::test]
async fn news() {
    let here = folder("shown-get-news");
    let server = MAILS.iter().zip(1..).fold(
        Nntp::builder().group("a.b", ""),
        |server, (mail, number)| {
            let head = format!("Newsgroups: a.b\r\nMessage-ID: <{number}@x.test>\r\n");
            server.article(format!("{head}{mail}"))
        },
    );
    let server = server.start().await.unwrap();
    let at = |path: &str| open_url(&server, "nntp", path);
    mbox(&here, &at("/a.b"), &[], "get.nntp.mbox").await;
    shows(
        &here,
        &["get", &at("/1@x.test")],
        "get.nntp-one.article",
        "",
        0,
    )
    .await;
    shows(
        &here,
        &["get", &at("/9@x.test")],
        "",
        "get.nntp-none.stderr",
        78,
    )
    .await;
    let decoded = ["get", "--decode", &at("/1@x.test")];
    let output = netspeak(&here, &decoded).await;
    assert_ne!(code(&output), Some(0));
    check("get.nntp-decode.stderr", &masked(&said(&output)));
}

#[tokio::test]
async fn pages() {
    let here = folder("shown-get-pages");
    let server = Http::builder()
        .serve(
            "/p",
            Page::new("text/plain", "hello\n")
                .etag("\"v1\"")
                .modified(1_704_103_200),
        )
        .redirect("/moved", 302, "/p");
    let server = server.start().await.unwrap();
    let at = |path: &str| open_url(&server, "http", path);
    for (words, name) in [(&["-I"][..], "head"), (&["-i"], "include")] {
        let output = netspeak(&here, &[&["get", &at("/p")], words].concat()).await;
        assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
        let text = printed(&output);
        let lines = text
            .split_inclusive('\n')
            .map(|line| match line.starts_with("date: ") {
                true => "date: DATE\r\n",
                false => line,
            });
        check(&format!("get.http-{name}.text"), &lines.collect::<String>());
    }
    shows(
        &here,
        &["get", &at("/none")],
        "",
        "get.http-none.stderr",
        22,
    )
    .await;
    let several = ["get", &at("/none"), &at("/p")];
    shows(
        &here,
        &several,
        "get.http-several.text",
        "get.http-several.stderr",
        22,
    )
    .await;
}

#[tokio::test]
async fn files_and_menus() {
    let here = folder("shown-get-files");
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .file("/f", "x")
        .folder("/d");
    let ftp = ftp
        .file("/d/a", "1")
        .file("/d/b", "2")
        .start()
        .await
        .unwrap();
    let gopher = Gopher::builder().menu(
        "",
        ["0About\t/about\tgopher.test\t70", "iText\tfake\t(NULL)\t0"],
    );
    let gopher = gopher.start().await.unwrap();
    let at = |path: &str| url(&ftp, "ftp", path);
    shows(&here, &["get", &at("/none")], "", "get.ftp-none.stderr", 78).await;
    shows(&here, &["get", &at("/d/")], "", "get.ftp-folder.stderr", 2).await;
    shows(
        &here,
        &["get", &at("/d/"), "--dir", "d"],
        "",
        "get.ftp-mirror.stderr",
        0,
    )
    .await;
    shows(&here, &["get", &at("/f"), "--dir", "d"], "", "", 0).await;
    shows(
        &here,
        &["get", &at("/f"), "--dir", "d"],
        "",
        "get.there.stderr",
        23,
    )
    .await;
    let menu = open_url(&gopher, "gopher", "/1");
    shows(&here, &["get", &menu], "get.gopher-menu.text", "", 0).await;
}
