//! The verb cp: mailboxes between servers in the same process.
#![cfg(test)]

#[path = "support/folder.rs"]
mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::{Builder, Fault, Imap, Moment, Server};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

fn folder(test: &str) -> PathBuf {
    support::folder("cp", test)
}

fn message(number: usize) -> String {
    format!("Message-ID: <{number}@x.test>\r\nSubject: {number}\r\n\r\nnumber {number}\r\n")
}

fn filled(count: usize) -> Builder<Imap> {
    let empty = Imap::builder().user("ops", "hunter2");
    (1..=count).fold(empty, |imap, number| {
        imap.message_in("ops", "INBOX", &["\\Seen"], message(number))
    })
}

fn other() -> Builder<Imap> {
    Imap::builder().user("new", "hunter3")
}

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).env_remove("NETSPEAK_PASSWORD");
    command.env("OLD", "hunter2").env("NEW", "hunter3");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.kill_on_drop(true);
    command
}

async fn ended(child: Child) -> Output {
    let output = tokio::time::timeout(Duration::from_secs(60), child.wait_with_output());
    output.await.expect("the command hangs").unwrap()
}

/// The code and what was said to people.
async fn cp(words: &[&str]) -> (i32, String) {
    let output = ended(command(words).spawn().unwrap()).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("hunter"), "{said}");
    assert_eq!(output.stdout, b"", "{said}");
    (output.status.code().unwrap(), said)
}

/// The addresses of INBOX here and of a mailbox there, with users and passwords.
fn urls(from: &Server<Imap>, to: &Server<Imap>, mailbox: &str) -> (String, String) {
    let from = from.url("imap").replace("://", "://ops:hunter2@") + "/INBOX";
    let to = to.url("imap").replace("://", "://new:hunter3@") + "/" + mailbox;
    (from, to)
}

fn texts(server: &Server<Imap>, user: &str, mailbox: &str) -> Vec<Vec<u8>> {
    let stored = server.mailbox(user, mailbox).into_iter();
    stored.map(|it| it.bytes).collect()
}

#[tokio::test]
async fn a_mailbox_is_copied_and_then_only_what_is_new() {
    let (from, to) = (
        filled(30).start().await.unwrap(),
        other().start().await.unwrap(),
    );
    let (source, target) = urls(&from, &to, "Old/mail%20box");
    let (code, said) = cp(&["cp", &source, &target]).await;
    assert_eq!(
        (code, said.as_str()),
        (
            0,
            "30 copied, 0 there before, 0 refused, 0 gone meanwhile\n"
        )
    );
    let there = to.mailbox("new", "Old/mail box");
    assert_eq!(
        texts(&to, "new", "Old/mail box"),
        texts(&from, "ops", "INBOX")
    );
    assert!(there.iter().all(|it| it.flags == ["\\Seen"]));
    from.deliver("ops", message(31));
    let (code, said) = cp(&["cp", &source, &target]).await;
    assert_eq!(
        (code, said.as_str()),
        (
            0,
            "1 copied, 30 there before, 0 refused, 0 gone meanwhile\n"
        )
    );
    // The source is as it was, and both are left with a goodbye.
    assert_eq!(from.mailbox("ops", "INBOX")[30].flags, [""; 0]);
    for server in [&from, &to] {
        let said = server.said();
        let goodbyes = said.iter().filter(|line| line.ends_with("LOGOUT"));
        assert_eq!(goodbyes.count(), 2);
    }
}

#[tokio::test]
async fn parts_of_a_mailbox_are_copied() {
    let (from, to) = (
        filled(5).start().await.unwrap(),
        other().start().await.unwrap(),
    );
    from.deliver("ops", message(6));
    let (source, target) = urls(&from, &to, "Box");
    for (what, count) in [(";UID=2:3", 2), ("?UNSEEN", 1), ("?FLAGGED", 0)] {
        let (code, said) = cp(&["cp", &format!("{source}{what}"), &target]).await;
        assert_eq!(code, 0, "{said}");
        assert!(
            said.starts_with(&format!("{count} copied")),
            "{what}: {said}"
        );
    }
    let there = texts(&to, "new", "Box");
    assert_eq!(there, [2, 3, 6].map(|number| message(number).into_bytes()));
}

#[tokio::test]
async fn each_end_has_its_own_user() {
    let (from, to) = (
        filled(1).start().await.unwrap(),
        other().start().await.unwrap(),
    );
    let dir = folder("users");
    let file = |name: &str, text: &str| {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let password = file("password", "hunter3\n");
    let same = "machine 127.0.0.1 login ops password hunter2\n\
                machine 127.0.0.1 login new password hunter3\n";
    let netrc = file("netrc", same);
    let (source, target) = (from.url("imap") + "/INBOX", to.url("imap") + "/Box");
    let named = |url: &str, user: &str| url.replace("://", &format!("://{user}@"));
    let (ops, new) = (named(&source, "ops"), named(&target, "new"));
    for words in [
        &[
            "-u",
            "ops:hunter2",
            "--to-user",
            "new:hunter3",
            &source,
            &target,
        ][..],
        &[
            "-u",
            "ops",
            "--password-env",
            "OLD",
            "--to-user",
            "new",
            "--to-password-env",
            "NEW",
            &source,
            &target,
        ],
        &[
            "--password-cmd",
            "echo hunter2",
            "--to-password-cmd",
            "echo hunter3",
            &ops,
            &new,
        ],
        &[
            "--password-env",
            "OLD",
            "--to-password-file",
            &password,
            &ops,
            &new,
        ],
        &["--netrc-file", &netrc, &ops, &new],
        &[
            "--netrc-file",
            &netrc,
            "--to-user",
            "new",
            "-u",
            "ops",
            &source,
            &target,
        ],
    ] {
        let (code, said) = cp(&[&["cp"], words].concat()).await;
        assert_eq!(code, 0, "{words:?}: {said}");
    }
    assert_eq!(to.mailbox("new", "Box").len(), 1);
    // What is missing, or wrong, is named with its end.
    for (words, code, told) in [
        (&["-u", "ops:hunter2", &source, &target][..], 2, "--to-user"),
        (
            &["--to-user", "new:hunter3", &source, &target],
            2,
            "give --user",
        ),
        (
            &["-u", "ops:hunter2", "--to-user", "new", &source, &target],
            2,
            "no password for new",
        ),
        (
            &[
                "-u",
                "ops:hunter2",
                "--to-user",
                "new:wrong",
                &source,
                &target,
            ],
            67,
            "auth.rejected",
        ),
    ] {
        let (was, said) = cp(&[&["cp"], words].concat()).await;
        assert_eq!(was, code, "{words:?}: {said}");
        assert!(said.contains(told), "{words:?}: {said}");
    }
    let port = to.port().to_string();
    let (_, said) = cp(&[
        "cp",
        "-u",
        "ops:hunter2",
        "--to-user",
        "new:wrong",
        &source,
        &target,
    ])
    .await;
    assert!(said.contains(&port), "{said}");
}

#[tokio::test]
async fn what_is_refused_is_told_and_the_rest_is_copied() {
    let large = format!("{}{}", message(9), "x".repeat(2000));
    let from = filled(3).message("ops", &large).start().await.unwrap();
    let to = other().append_limit(1000).start().await.unwrap();
    let (source, target) = urls(&from, &to, "Box");
    let (code, said) = cp(&["cp", &source, &target]).await;
    assert_eq!(code, 18, "{said}");
    assert!(said.contains("INBOX;UID=4: "), "{said}");
    assert!(said.contains("takes 1000"), "{said}");
    assert!(
        said.contains("3 copied, 0 there before, 1 refused"),
        "{said}"
    );
    let only = format!("{source};UID=4");
    let (code, said) = cp(&["cp", &only, &target]).await;
    assert_eq!(code, 25, "{said}");
}

#[tokio::test]
async fn what_cannot_be_copied_is_told_with_who_can() {
    let (from, to) = (
        filled(1).start().await.unwrap(),
        other().start().await.unwrap(),
    );
    let (source, target) = urls(&from, &to, "Box");
    let (root, message) = (to.url("imap"), format!("{target};UID=1"));
    for (words, told) in [
        (
            ["ftp://h/x", &target],
            "cp does not work with ftp: it takes imaps://a/Box imaps://b/Box",
        ),
        ([&source, "http://h/"], "cp does not work with http"),
        ([&source, &root], "copies go into a mailbox"),
        ([&source, &message], "copies go into a mailbox"),
        ([&format!("{source};UID=1/;SECTION=1"), &target], "whole"),
        ([&format!("{source}/Gone"), &target], "work.not_found"),
    ] {
        let (code, said) = cp(&["cp", words[0], words[1]]).await;
        assert_ne!(code, 0, "{words:?}");
        assert!(said.contains(told), "{words:?}: {said}");
    }
    assert_eq!(to.mailbox("new", "Box").len(), 0);
}

/// The command is ended while the other server has some of the messages; how it ended.
async fn ended_half_way(from: &Server<Imap>, to: &Server<Imap>, signal: Signal) -> Option<i32> {
    let (source, target) = urls(from, to, "Box");
    let child = command(&["cp", &source, &target]).spawn().unwrap();
    let mut ticks = tokio::time::interval(Duration::from_millis(5));
    let half_way = async {
        while to.mailbox("new", "Box").len() < 10 {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), half_way)
        .await
        .unwrap();
    let pid = Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
    ended(child).await.status.code()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_was_ended_half_way_is_made_whole_by_the_next() {
    for (signal, code) in [(Signal::INT, Some(130)), (Signal::KILL, None)] {
        let from = filled(40).start().await.unwrap();
        let stalls = Fault::Stall(Moment::Command("APPEND"))
            .nth(2)
            .on_connection(1);
        let to = other().fault(stalls).start().await.unwrap();
        assert_eq!(ended_half_way(&from, &to, signal).await, code);
        let before = to.mailbox("new", "Box").len();
        assert!((10..40).contains(&before), "{before}");
        let (source, target) = urls(&from, &to, "Box");
        let (code, said) = cp(&["cp", &source, &target]).await;
        assert_eq!(code, 0, "{said}");
        let there = texts(&to, "new", "Box");
        let all: BTreeSet<_> = texts(&from, "ops", "INBOX").into_iter().collect();
        assert_eq!(there.len(), 40, "{said}");
        assert_eq!(there.into_iter().collect::<BTreeSet<_>>(), all);
    }
}

#[tokio::test]
async fn a_server_that_goes_away_half_way_is_told_and_the_rest_comes_next_time() {
    let from = filled(100).start().await.unwrap();
    let closes = Fault::Reset(Moment::After("APPEND"))
        .nth(2)
        .on_connection(1);
    let to = other().fault(closes).start().await.unwrap();
    let (source, target) = urls(&from, &to, "Box");
    let (code, said) = cp(&["cp", &source, &target]).await;
    assert_eq!(code, 18, "{said}");
    assert!(said.contains(&to.port().to_string()), "{said}");
    let (code, said) = cp(&["cp", &source, &target]).await;
    assert_eq!(code, 0, "{said}");
    assert_eq!(texts(&to, "new", "Box"), texts(&from, "ops", "INBOX"));
}
