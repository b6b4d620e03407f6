//! `netspeak check`, and the command under the names of monitoring plugins.
#![cfg(test)]

#[path = "../support/folder.rs"]
mod folder;
#[path = "../support/golden.rs"]
mod golden;

/// What it prints, against golden files.
mod formats;
/// Under which names it is run.
mod names;
/// What it does to servers.
mod polite;
/// What makes an alarm.
mod states;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use netspeak_fake::{Builder, Imap, Pop3, Server};
use tokio::process::Command;

const USER: &str = "ops";
const PASSWORD: &str = "marker-password";

/// How it ended, and what it printed.
struct Ran {
    code: i32,
    text: String,
}

impl Ran {
    fn first(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    /// The first line's text, which is all that a pager shows.
    fn told(&self) -> &str {
        let line = self.first();
        line.split(" |").next().unwrap_or_default()
    }

    /// The values behind the bars.
    fn values(&self) -> Vec<(&str, &str)> {
        let behind = self.text.lines().filter_map(|line| line.split_once('|'));
        let values = behind.flat_map(|(_, values)| values.split(' '));
        values.filter_map(|value| value.split_once('=')).collect()
    }

    fn value(&self, label: &str) -> &str {
        let values = self.values();
        let found = values.iter().find(|(name, _)| *name == label);
        found
            .unwrap_or_else(|| panic!("no {label}: {}", self.text))
            .1
    }
}

/// Runs a program in a folder of its own; whatever it says, it says it as a plugin may.
async fn run(program: &Path, words: &[&str]) -> Ran {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).kill_on_drop(true);
    command.env_remove("SSLKEYLOGFILE");
    command.env("NETSPEAK_PASSWORD", PASSWORD);
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    let output = output.await.expect("the command hangs").unwrap();
    let ran = Ran {
        code: output.status.code().unwrap(),
        text: String::from_utf8(output.stdout).expect("UTF-8, whatever the server says"),
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr, "", "{words:?}");
    let (first, text) = (ran.first(), &ran.text);
    assert!(first.len() < 200, "{} bytes: {first}", first.len());
    assert!((0..4).contains(&ran.code), "{} {text}", ran.code);
    assert!(!text.contains(PASSWORD), "{words:?}: {text}");
    let raw = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(raw, None, "{words:?}: {text}");
    for line in text.lines() {
        // What stands behind a bar are values, and nothing else.
        let (_, values) = line.split_once('|').unwrap_or_default();
        let is_value = |word: &str| word.contains('=') && !word.contains('|');
        assert!(
            values.is_empty() || values.split(' ').all(is_value),
            "{line}"
        );
    }
    if !ran.is_help(words) {
        let word = ["OK", "WARNING", "CRITICAL", "UNKNOWN"][ran.code as usize];
        let state = ran.told().split(' ').nth(1);
        assert_eq!(state, Some(word), "{words:?}: {text}");
    }
    ran
}

impl Ran {
    fn is_help(&self, words: &[&str]) -> bool {
        let asks = ["-h", "--help", "-V", "--version"];
        self.code == 0 && words.iter().any(|word| asks.contains(word))
    }
}

/// Runs `netspeak check`.
async fn check(words: &[&str]) -> Ran {
    let program = Path::new(env!("CARGO_BIN_EXE_netspeak"));
    run(program, &[&["check"], words].concat()).await
}

/// Words that lead to a server, and trust it.
fn way<P>(server: &Server<P>, test: &str) -> Vec<String> {
    let authority = authority(server, test);
    let authority = authority.to_str().unwrap().to_owned();
    let port = server.port().to_string();
    ["-H", "localhost", "-4", "-p", &port, "--cacert", &authority]
        .map(str::to_owned)
        .to_vec()
}

/// The server's authority as a file.
fn authority<P>(server: &Server<P>, test: &str) -> PathBuf {
    let path = folder::folder("check", test).join("ca.pem");
    std::fs::write(&path, server.ca_pem()).unwrap();
    path
}

/// `check NAME` at a server.
async fn at<P>(server: &Server<P>, test: &str, name: &str, words: &[&str]) -> Ran {
    let way = way(server, test);
    let way: Vec<&str> = way.iter().map(String::as_str).collect();
    check(&[&[name], way.as_slice(), words].concat()).await
}

fn pop3() -> Builder<Pop3> {
    Pop3::builder()
        .user(USER, PASSWORD)
        .timestamp("<1.2@mail.example>")
        .capability("IMPLEMENTATION Fake-1")
        .message(USER, "Subject: one\r\n\r\n")
        .stls()
}

fn imap() -> Builder<Imap> {
    Imap::builder().user(USER, PASSWORD).starttls()
}
