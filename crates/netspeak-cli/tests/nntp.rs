//! The verbs over NNTP against a server in the same process.
#![cfg(test)]

#[path = "support/run.rs"]
mod run;
#[path = "support/folder.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use netspeak_fake::{Builder, Fault, Moment, Nntp, Server};
use serde_json::Value;

use run::{netspeak, stdout};

fn article(number: u32, subject: &str) -> String {
    format!(
        "Message-ID: <{number}@x>\r\nNewsgroups: misc.test\r\nFrom: me\r\nSubject: {subject}\r\n\r\n.{number}\r\nFrom here\r\n"
    )
}

fn server() -> Builder<Nntp> {
    Nntp::builder()
        .group("misc.test", "tests")
        .group("alt.empty", "nothing")
        .article(article(1, "one"))
        .article(article(2, "two \x1b[2J"))
        .article(article(3, "=?utf-8?q?drei_=C3=A4?="))
}

async fn started() -> (Server<Nntp>, String) {
    let server = server().start().await.unwrap();
    let url = server.url("nntp");
    (server, url)
}

fn folder(test: &str) -> PathBuf {
    support::folder("nntp", test)
}

#[tokio::test]
async fn groups_and_articles_are_listed() {
    let (_server, url) = started().await;
    let dir = folder("ls");
    let groups = stdout(&netspeak(&dir, &["ls", &url]).await);
    assert_eq!(groups, "         0 y alt.empty\n         3 y misc.test\n");
    let listed = stdout(&netspeak(&dir, &["ls", &format!("{url}/misc.test/2-")]).await);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].ends_with(r"two \x1b[2J"), "{listed}");
    assert!(lines[1].trim_start().starts_with("3 ") && lines[1].ends_with("drei ä"));
    let json = stdout(&netspeak(&dir, &["ls", "--json", &format!("{url}/misc.test/1")]).await);
    let object: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(object["detail"]["message_id"], "<1@x>");
    assert_eq!(object["url"], format!("{url}/1@x"));
    let empty = netspeak(&dir, &["ls", &format!("{url}/alt.empty")]).await;
    assert_eq!(stdout(&empty), "");
    let missing = netspeak(&dir, &["ls", &format!("{url}/no.such")]).await;
    assert_ne!(missing.status.code(), Some(0));
}

#[tokio::test]
async fn an_article_comes_as_it_is_and_a_group_as_a_mailbox() {
    let (server, url) = started().await;
    let dir = folder("get");
    let one = stdout(&netspeak(&dir, &["get", &format!("{url}/1@x")]).await);
    assert_eq!(one, article(1, "one"));
    let mbox = stdout(&netspeak(&dir, &["get", &format!("{url}/misc.test/1-2")]).await);
    assert_eq!(
        mbox.lines()
            .filter(|line| line.starts_with("From "))
            .count(),
        2
    );
    assert_eq!(mbox.matches("\n>From here\n").count(), 2);
    let to_folder = ["get", "--dir", "articles", &format!("{url}/misc.test")];
    stdout(&netspeak(&dir, &to_folder).await);
    let second = std::fs::read_to_string(dir.join("articles/2.eml")).unwrap();
    assert_eq!(second, article(2, "two \x1b[2J"));
    let missing = netspeak(&dir, &["get", &format!("{url}/9@x")]).await;
    assert_ne!(missing.status.code(), Some(0));
    assert!(
        server
            .said()
            .iter()
            .all(|line| !line.starts_with("AUTHINFO"))
    );
}

#[tokio::test]
async fn an_article_is_posted_once() {
    let (server, url) = started().await;
    let dir = folder("post");
    std::fs::write(dir.join("a.txt"), article(4, "four").replace("\r\n", "\n")).unwrap();
    let words = ["post", &url, "--file", "a.txt"];
    assert_eq!(stdout(&netspeak(&dir, &words).await), "article posted\n");
    assert_eq!(
        server.articles("misc.test")[3],
        article(4, "four").into_bytes()
    );
    let again = netspeak(&dir, &words).await;
    assert_ne!(again.status.code(), Some(0));
    assert!(
        String::from_utf8_lossy(&again.stderr).contains("435 duplicate"),
        "{again:?}"
    );
    let nothing = netspeak(&dir, &["post", &url]).await;
    assert!(
        String::from_utf8_lossy(&nothing.stderr).contains("--file"),
        "{nothing:?}"
    );
}

#[tokio::test]
async fn a_probe_tells_what_a_group_holds() {
    let (_server, url) = started().await;
    let dir = folder("probe");
    let words = ["--json", &url, "--work=group:misc.test"];
    let report: Value = serde_json::from_str(&stdout(&netspeak(&dir, &words).await)).unwrap();
    let text = report.to_string();
    assert!(text.contains(r#""articles":3"#), "{text}");
    assert!(text.contains(r#""posting":true"#), "{text}");
}

const DATA: &[u8] = b"\x00\x01in three parts\r\n.\xff";

/// An article with a part of a file in yEnc.
fn binary(id: &str, part: u32, total: u32, place: std::ops::Range<usize>) -> Vec<u8> {
    use netspeak::nntp::yenc::Encoder;
    let mut article =
        format!("Message-ID: <{id}>\r\nNewsgroups: misc.test\r\nSubject: b\r\n\r\n").into_bytes();
    let (start, end) = (place.start as u64, place.end as u64);
    let size = DATA.len() as u64;
    let mut encoder =
        Encoder::part("../a.bin", size, part, total, start..end, &mut article).unwrap();
    encoder.encode(&DATA[place], &mut article).unwrap();
    encoder.finish(&mut article).unwrap();
    article
}

fn parts() -> [Vec<u8>; 3] {
    [
        binary("1@x", 1, 3, 0..6),
        binary("2@x", 2, 3, 6..12),
        binary("3@x", 3, 3, 12..DATA.len()),
    ]
}

async fn binaries(articles: &[&Vec<u8>]) -> Server<Nntp> {
    let mut server = Nntp::builder().group("misc.test", "tests");
    for article in articles {
        server = server.article(article);
    }
    server.start().await.unwrap()
}

fn nzb(dir: &Path, files: &[&str]) {
    let files: String = files
        .iter()
        .map(|ids| {
            let segments: String = ids
                .split(' ')
                .zip(1..)
                .map(|(id, number)| format!("<segment number='{number}'>{id}</segment>"))
                .collect();
            format!("<file subject='no name'><segments>{segments}</segments></file>")
        })
        .collect();
    std::fs::write(dir.join("a.nzb"), format!("<nzb>{files}</nzb>")).unwrap();
}

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn articles_are_decoded_one_behind_the_other() {
    let [first, second, third] = parts();
    let server = binaries(&[&first, &second, &third]).await;
    let dir = folder("decode");
    let url = format!("{}/[1-3]@x", server.url("nntp"));
    stdout(&netspeak(&dir, &["get", "--decode", &url, "-o", "all"]).await);
    assert_eq!(std::fs::read(dir.join("all")).unwrap(), DATA);
    // They were asked for in one session, and in one go.
    let said = server.said();
    assert_eq!(
        said.iter().filter(|line| *line == "QUIT").count(),
        1,
        "{said:?}"
    );

    let group = format!("{}/misc.test", server.url("nntp"));
    stdout(&netspeak(&dir, &["get", "--decode", &group, "--dir", "files"]).await);
    assert_eq!(std::fs::read(dir.join("files/a.bin")).unwrap(), DATA);
    assert_eq!(names(&dir.join("files")), ["a.bin"]);
}

#[tokio::test]
async fn an_article_that_is_damaged_or_no_file_is_told() {
    let mut damaged = binary("1@x", 1, 1, 0..DATA.len());
    let at = damaged.windows(2).position(|two| two == b"*+").unwrap();
    damaged[at] = b'0';
    let text = article(2, "text").into_bytes();
    let server = binaries(&[&damaged, &text]).await;
    let dir = folder("damaged");
    for (id, what) in [("1@x", "CRC-32"), ("2@x", "binary file"), ("3@x", "430")] {
        let url = format!("{}/{id}", server.url("nntp"));
        let output = netspeak(&dir, &["get", "--decode", &url, "-o", "all"]).await;
        assert_ne!(output.status.code(), Some(0));
        assert!(said(&output).contains(what), "{output:?}");
    }
    assert_eq!(names(&dir), [""; 0]);
    let output = netspeak(&dir, &["get", "--decode", "http://127.0.0.1:1/"]).await;
    assert!(said(&output).contains("--decode is for nntp"), "{output:?}");
}

#[tokio::test]
async fn an_nzb_file_is_fetched_over_several_sessions_and_from_a_second_server() {
    let [first, second, third] = parts();
    let one = binaries(&[&first, &third]).await;
    let other = binaries(&[&second]).await;
    let dir = folder("nzb");
    nzb(&dir, &["1@x 2@x 3@x", "1@x 3@x 2@x"]);
    for jobs in ["1", "4"] {
        let (url, backup) = (one.url("nntp"), other.url("nntp"));
        let words = [
            "get", "--nzb", "a.nzb", &url, "--backup", &backup, "--dir", jobs, "--jobs", jobs,
        ];
        stdout(&netspeak(&dir, &words).await);
        assert_eq!(names(&dir.join(jobs)), ["2-a.bin", "a.bin"]);
        for name in ["a.bin", "2-a.bin"] {
            assert_eq!(std::fs::read(dir.join(jobs).join(name)).unwrap(), DATA);
        }
    }
}

#[tokio::test]
async fn what_is_missing_is_named_and_what_is_not_whole_has_no_name() {
    let [first, _, third] = parts();
    let server = binaries(&[&first, &third]).await;
    let dir = folder("missing");
    nzb(&dir, &["1@x 2@x 3@x"]);
    let output = netspeak(&dir, &["get", "--nzb", "a.nzb", &server.url("nntp")]).await;
    assert_ne!(output.status.code(), Some(0));
    let said = said(&output);
    assert!(
        said.contains("a.bin: 2 of it: BODY <2@x> refused: 430"),
        "{said}"
    );
    assert!(said.contains("1 of 1 files are not whole"), "{said}");
    assert_eq!(names(&dir), ["a.bin.part", "a.nzb"]);
}

#[tokio::test]
async fn a_session_that_breaks_is_opened_again_and_a_server_that_is_gone_is_an_error() {
    let [first, second, third] = parts();
    let server = Nntp::builder().group("misc.test", "tests");
    let server = server.article(first).article(second).article(third);
    let server = server
        .fault(
            Fault::Close(Moment::Command("BODY"))
                .nth(2)
                .on_connection(1),
        )
        .start()
        .await
        .unwrap();
    let dir = folder("broken");
    nzb(&dir, &["1@x 2@x 3@x"]);
    let output = netspeak(&dir, &["get", "--nzb", "a.nzb", &server.url("nntp")]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(said(&output).contains("connecting again"), "{output:?}");
    assert_eq!(std::fs::read(dir.join("a.bin")).unwrap(), DATA);

    let url = server.url("nntp");
    drop(server);
    let output = netspeak(&dir, &["get", "--nzb", "a.nzb", &url]).await;
    assert_ne!(output.status.code(), Some(0));
}

#[tokio::test]
async fn a_file_is_posted_in_parts_and_comes_back() {
    let (server, url) = started().await;
    let dir = folder("yenc");
    let data: Vec<u8> = (0..1_500_000u32)
        .map(|n| (n.wrapping_mul(n) >> 7) as u8)
        .collect();
    std::fs::write(dir.join("b.bin"), &data).unwrap();
    let words = [
        "post",
        &url,
        "--yenc",
        "b.bin",
        "--group",
        "alt.empty",
        "--from",
        "me <me@x>",
    ];
    assert_eq!(stdout(&netspeak(&dir, &words).await), "3 articles posted\n");
    let posted = server.articles("alt.empty");
    assert_eq!(posted.len(), 3);
    let subject = b"\r\nSubject: \"b.bin\" yEnc (2/3)\r\n";
    assert!(posted[1].windows(subject.len()).any(|part| part == subject));
    let group = format!("{url}/alt.empty");
    stdout(&netspeak(&dir, &["get", "--decode", &group, "--dir", "back"]).await);
    assert!(std::fs::read(dir.join("back/b.bin")).unwrap() == data);
    let without = netspeak(&dir, &["post", &url, "--yenc", "b.bin"]).await;
    assert!(said(&without).contains("--group"), "{without:?}");
}
