//! The verbs over NNTP against a server in the same process.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::{Builder, Nntp, Server};
use serde_json::Value;
use tokio::process::Command;

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
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("nntp")
        .join(test);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

async fn netspeak(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).current_dir(folder);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    output.await.expect("the command hangs").unwrap()
}

fn stdout(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
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
