//! The verbs over IMAP against a server in the same process.
#![cfg(test)]

#[path = "support/run.rs"]
mod run;
#[path = "support/folder.rs"]
mod support;

use std::path::PathBuf;

use netspeak_fake::{Imap, Server};
use serde_json::Value;

use run::{netspeak, stdout};

const ONE: &str =
    "Subject: one\r\nFrom: =?utf-8?q?J=C3=BCrgen?= <j@x.test>\r\n\r\nfirst\r\nFrom here\r\n";
const TWO: &str = "Subject: two \x1b[2J\r\nFrom: b@x.test\r\n\r\n.\r\n";

async fn started() -> (Server<Imap>, String) {
    let server = Imap::builder()
        .user("ops", "hunter2")
        .special_mailbox("ops", "Sent", &["\\Sent"])
        .mailbox("ops", "a b/日本語")
        .message("ops", ONE)
        .message_in("ops", "INBOX", &["\\Seen", "\\Flagged"], TWO)
        .start()
        .await
        .unwrap();
    let url = server.url("imap").replace("://", "://ops:hunter2@");
    (server, url)
}

fn folder(test: &str) -> PathBuf {
    support::folder("imap", test)
}

fn objects(json: &str) -> Vec<Value> {
    let lines = json.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn mailboxes_and_messages_are_listed() {
    let (server, url) = started().await;
    let dir = folder("ls");
    let mailboxes = stdout(&netspeak(&dir, &["ls", &url]).await);
    let lines: Vec<&str> = mailboxes.lines().collect();
    assert_eq!(lines[0], "       2        1  -          INBOX");
    assert!(
        lines.contains(&"       0        0  \\Sent      Sent"),
        "{mailboxes}"
    );
    let json = stdout(&netspeak(&dir, &["ls", "--json", &url]).await);
    let japanese = objects(&json);
    let japanese = japanese
        .iter()
        .find(|entry| entry["name"] == "a b/日本語")
        .unwrap();
    let there = japanese["url"]
        .as_str()
        .unwrap()
        .replace("://ops@", "://ops:hunter2@");
    assert_eq!(stdout(&netspeak(&dir, &["ls", &there]).await), "");
    let messages = stdout(&netspeak(&dir, &["ls", &format!("{url}/INBOX")]).await);
    let lines: Vec<&str> = messages.lines().collect();
    assert!(lines[0].starts_with("       1 ") && lines[0].contains(" ---- Jürgen "));
    assert!(lines[1].contains(" S-F- b@x.test "), "{messages}");
    assert!(lines[1].ends_with(r"two \x1b[2J"), "{messages}");
    let found = format!("{url}/INBOX?UNSEEN");
    let json = stdout(&netspeak(&dir, &["ls", "--json", &found]).await);
    let unseen = objects(&json);
    assert_eq!(unseen.len(), 1);
    assert_eq!(unseen[0]["detail"]["subject"], "one");
    assert_eq!(unseen[0]["size"], ONE.len());
    // Nothing is read by looking at it.
    assert_eq!(server.mailbox("ops", "INBOX")[0].flags, [""; 0]);
}

#[tokio::test]
async fn messages_come_as_they_are_and_stay_unread() {
    let (server, url) = started().await;
    let dir = folder("get");
    let one = stdout(&netspeak(&dir, &["get", &format!("{url}/INBOX;UID=1")]).await);
    assert_eq!(one, ONE);
    let part = format!("{url}/INBOX/;UID=1/;SECTION=TEXT/;PARTIAL=2.3");
    assert_eq!(stdout(&netspeak(&dir, &["get", &part]).await), "rst");
    let mbox = stdout(&netspeak(&dir, &["get", &format!("{url}/INBOX")]).await);
    let begins = mbox.lines().filter(|line| line.starts_with("From "));
    assert_eq!(begins.count(), 2);
    assert!(mbox.contains("\n>From here\n"));
    let to_folder = ["get", "--dir", "mail", &format!("{url}/INBOX;UID=1:9")];
    stdout(&netspeak(&dir, &to_folder).await);
    let read = |name: &str| std::fs::read_to_string(dir.join("mail").join(name)).unwrap();
    assert_eq!(read("0000000001.eml"), ONE);
    assert_eq!(read("0000000002.eml"), TWO);
    // Once more changes nothing, and is no fault.
    stdout(&netspeak(&dir, &to_folder).await);
    assert_eq!(server.mailbox("ops", "INBOX")[0].flags, [""; 0]);
    let said = server.said();
    assert!(
        said.iter().all(|line| !line.contains("SELECT ")),
        "{said:?}"
    );
    assert_eq!(
        stdout(&netspeak(&dir, &["get", &format!("{url}/Sent")]).await),
        ""
    );
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let (_server, url) = started().await;
    let dir = folder("missing");
    for (path, word) in [
        ("/INBOX;UID=99", "no such message"),
        ("/Gone", "NONEXISTENT"),
        ("/INBOX;UIDVALIDITY=1;UID=1", "UIDVALIDITY"),
        ("/INBOX;FOO=1", ";UID="),
        ("/", "which mailbox"),
    ] {
        let output = netspeak(&dir, &["get", &format!("{url}{path}")]).await;
        assert_ne!(output.status.code(), Some(0), "{path}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(word), "{path}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[tokio::test]
async fn uids_of_a_server_that_does_not_say_whose_they_are_are_not_trusted() {
    let fake = Imap::builder().user("ops", "hunter2").message("ops", ONE);
    let server = fake.without_code("UIDVALIDITY").start().await.unwrap();
    let url = server.url("imap").replace("://", "://ops:hunter2@");
    let dir = folder("untold");
    let get = async |path: &str| netspeak(&dir, &["get", &format!("{url}{path}")]).await;
    assert_eq!(stdout(&get("/INBOX;UID=1").await), ONE);
    let output = get("/INBOX;UIDVALIDITY=1700000001;UID=1").await;
    assert_ne!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("tells no UIDVALIDITY"), "{said}");
}

#[tokio::test]
async fn a_message_is_put_with_line_ends_as_they_have_to_be() {
    let (server, url) = started().await;
    let dir = folder("put");
    std::fs::write(dir.join("a.eml"), ONE.replace("\r\n", "\n")).unwrap();
    let there = format!("{url}/a%20b/%E6%97%A5%E6%9C%AC%E8%AA%9E");
    let put = stdout(&netspeak(&dir, &["put", "a.eml", &there]).await);
    assert!(put.ends_with(";UID=1\n"), "{put}");
    let stored = server.mailbox("ops", "a b/日本語");
    assert_eq!(stored[0].bytes, ONE.as_bytes());
    let gone = netspeak(&dir, &["put", "a.eml", &format!("{url}/Gone")]).await;
    assert_ne!(gone.status.code(), Some(0));
}

#[tokio::test]
async fn a_probe_says_what_a_server_offers_and_can_open_a_mailbox() {
    let (server, _) = started().await;
    let dir = folder("probe");
    let url = server.url("imap");
    let words = ["--json", "-u", "ops:hunter2", "--work=examine:Sent", &url];
    let report: Value = serde_json::from_str(&stdout(&netspeak(&dir, &words).await)).unwrap();
    assert_eq!(report["work"]["name"], "EXAMINE Sent", "{report}");
    let offered = report["capabilities"].to_string();
    assert!(offered.contains("IDLE"), "{report}");
    assert!(!report.to_string().contains("hunter2"));
}

/// Three messages: the third answers the first, and the second is the largest.
async fn talkative(lacks: &[&str]) -> (Server<Imap>, String) {
    let message = |id: u32, subject: &str, more: &str| {
        format!(
            "From: {id}@x.test\r\nDate: Mon, 1 Jan 2024 10:00:0{id} +0000\r\nSubject: {subject}\r\n\
             Message-ID: <{id}>\r\n{more}\r\n"
        )
    };
    let fake = Imap::builder()
        .user("ops", "hunter2")
        .mailbox("ops", "Empty")
        .message("ops", message(1, "question", ""))
        .message("ops", message(2, "noise", &"X: y\r\n".repeat(50)))
        .message("ops", message(3, "Re: question", "References: <1>\r\n"));
    let fake = lacks
        .iter()
        .fold(fake, |fake, name| fake.without_capability(name));
    let server = fake.start().await.unwrap();
    let url = server.url("imap").replace("://", "://ops:hunter2@");
    (server, url)
}

/// The last word of each line.
fn ends(listing: &str) -> Vec<&str> {
    let words = listing.lines().map(|line| line.rsplit(' ').next());
    words.map(Option::unwrap_or_default).collect()
}

#[tokio::test]
async fn messages_are_listed_in_order_and_in_conversations() {
    let (_server, url) = talkative(&[]).await;
    let dir = folder("order");
    let inbox = format!("{url}/INBOX");
    for (words, expected) in [
        (["--sort", "-date"], ["question", "noise", "question"]),
        (
            ["--sort", "size,-arrival"],
            ["question", "question", "noise"],
        ),
        (["--sort=from", "--json"], ["", "", ""]),
    ] {
        let mut all = vec!["ls"];
        all.extend(words);
        all.push(&inbox);
        let listing = stdout(&netspeak(&dir, &all).await);
        if words[1] == "--json" {
            assert_eq!(objects(&listing)[2]["name"], "3");
            assert!(!listing.contains("depth"));
        } else {
            assert_eq!(ends(&listing), expected, "{listing}");
        }
    }
    let threads = stdout(&netspeak(&dir, &["ls", "--thread", &inbox]).await);
    let lines: Vec<&str> = threads.lines().collect();
    assert!(lines[0].ends_with(" question"), "{threads}");
    assert!(lines[1].ends_with("   Re: question"), "{threads}");
    let json = stdout(&netspeak(&dir, &["ls", "--thread", "--json", &inbox]).await);
    let told = objects(&json);
    let places: Vec<String> = told
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row["name"], row["detail"]["depth"], row["detail"]["answers"]
            )
        })
        .collect();
    assert_eq!(places, ["\"1\" 0 null", "\"3\" 1 1", "\"2\" 0 null"]);
    let found = format!("{inbox};UID=2:3?SUBJECT%20question");
    let few = stdout(&netspeak(&dir, &["ls", "--sort", "date", &found]).await);
    assert_eq!(ends(&few), ["question"]);
    let none = stdout(&netspeak(&dir, &["ls", "--thread", &format!("{url}/Empty")]).await);
    assert_eq!(none, "");
}

#[tokio::test]
async fn an_order_that_nobody_can_bring_is_an_error() {
    let (server, url) = talkative(&["SORT", "SORT=DISPLAY", "THREAD=REFERENCES"]).await;
    let dir = folder("no-order");
    let inbox = format!("{url}/INBOX");
    for (words, says) in [
        (vec!["ls", "--sort", "date", &inbox], "SORT"),
        (vec!["ls", "--thread", &inbox], "THREAD=REFERENCES"),
        (vec!["ls", "--sort", "colour", &inbox], "arrival"),
        (vec!["ls", "--sort", "date", &url], "which one?"),
        (
            vec!["ls", "--sort", "date", "gopher://127.0.0.1:1/1/"],
            "is for imap",
        ),
        (
            vec!["ls", "--thread", "--sort", "date", &inbox],
            "cannot be used",
        ),
    ] {
        let output = netspeak(&dir, &words).await;
        assert_ne!(output.status.code(), Some(0), "{words:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(says), "{words:?}: {said}");
    }
    let said = server.said();
    let is_asked = |line: &String| line.contains("UID SORT") || line.contains("UID THREAD");
    assert!(!said.iter().any(is_asked), "{said:?}");
}

#[tokio::test]
async fn a_mailbox_comes_compressed_where_the_server_can() {
    let dir = folder("compressed");
    for (lacks, is_asked) in [(&[][..], true), (&["COMPRESS=DEFLATE"], false)] {
        let (server, url) = talkative(lacks).await;
        // The lines between messages have the time at which they came here.
        let messages = |mbox: &str| {
            let lines = mbox.lines().filter(|line| !line.starts_with("From "));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let plain = stdout(&netspeak(&dir, &["get", &format!("{url}/INBOX")]).await);
        let words = ["get", "--compressed", &format!("{url}/INBOX")];
        let compressed = stdout(&netspeak(&dir, &words).await);
        assert_eq!(messages(&compressed), messages(&plain));
        let said = server.said();
        let compress = said.iter().filter(|line| line.contains("COMPRESS"));
        assert_eq!(compress.count(), usize::from(is_asked), "{said:?}");
    }
}
