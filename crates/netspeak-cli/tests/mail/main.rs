//! `netspeak get --new`, `--delete` and `--headers`: nothing is lost, nothing comes twice.
#![cfg(test)]
#![cfg(unix)]

#[path = "../support/folder.rs"]
mod folders;
#[path = "../support/run.rs"]
mod run;

mod broken;
mod delete;
mod headers;
mod imap;
mod killed;
mod new;

use std::path::{Path, PathBuf};
use std::process::Output;

use netspeak_fake::{Builder, Fault, Imap, Pop3, Server};
use serde_json::Value;

use folders::names;

const MAILS: [&str; 3] = [
    "Subject: one\r\n\r\nfirst\r\n",
    "Subject: two\r\n\r\nsecond, and a little longer\r\n",
    "Subject: three\r\n\r\nthird\r\n",
];
const LATER: &str = "Subject: four\r\n\r\nlater\r\n";
const IDS: [&str; 3] = ["a/1", "b", "c"];
const FILES: [&str; 3] = ["a%2F1.eml", "b.eml", "c.eml"];

fn pop3(faults: &[Fault]) -> Builder<Pop3> {
    let mut builder = Pop3::builder().user("ops", "hunter2");
    for (id, mail) in IDS.iter().zip(MAILS) {
        builder = builder.message_with_uid("ops", id, mail);
    }
    faults.iter().cloned().fold(builder, Builder::fault)
}

/// Without pipelining, so that the log tells what was asked for before something went wrong.
async fn maildrop(faults: &[Fault]) -> Server<Pop3> {
    pop3(faults).without_pipelining().start().await.unwrap()
}

fn imap(faults: &[Fault]) -> Builder<Imap> {
    let mut builder = Imap::builder().user("ops", "hunter2");
    for mail in MAILS {
        builder = builder.message("ops", mail);
    }
    faults.iter().cloned().fold(builder, Builder::fault)
}

async fn mailbox(faults: &[Fault]) -> Server<Imap> {
    imap(faults).start().await.unwrap()
}

fn pop3_url(server: &Server<Pop3>) -> String {
    server.url("pop3").replace("://", "://ops:hunter2@") + "/"
}

fn imap_url(server: &Server<Imap>) -> String {
    server.url("imap").replace("://", "://ops:hunter2@") + "/INBOX"
}

fn folder(test: &str) -> PathBuf {
    folders::folder("mail", test)
}

async fn get(folder: &Path, url: &str, words: &[&str]) -> Output {
    run::netspeak(folder, &[&["get", url], words].concat()).await
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn state(folder: &Path) -> Value {
    serde_json::from_str(&read(folder, "state")).unwrap()
}

/// How often each of the mails is in an mbox.
fn counts(mbox: &str) -> Vec<usize> {
    let subjects = ["one", "two", "three", "four"];
    let lines = |subject: &str| {
        let line = format!("Subject: {subject}");
        mbox.lines().filter(|found| *found == line).count()
    };
    subjects.iter().map(|subject| lines(subject)).collect()
}

/// The commands with this verb.
fn commands(said: &[String], verb: &str) -> Vec<String> {
    let with = said.iter().filter(|line| line.contains(verb));
    with.cloned().collect()
}

#[track_caller]
fn ended(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!told.contains("hunter2"), "{told}");
    told
}
