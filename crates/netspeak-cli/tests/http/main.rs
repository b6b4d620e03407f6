//! The verbs over HTTP against a server in the same process.
#![cfg(test)]

#[path = "../support/folder.rs"]
mod support;

mod get;
mod head;
mod login;
mod many;
mod resume;
mod send;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::{Http, Server};
use tokio::process::Command;

/// A folder for one test, empty.
fn folder(test: &str) -> PathBuf {
    support::folder("http", test)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn command(folder: &Path, words: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).current_dir(folder);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command.env("HOME", folder).env_remove("NETRC");
    command.env_remove("NETSPEAK_PASSWORD");
    command
}

/// Runs the command in this folder.
async fn netspeak(folder: &Path, words: &[&str]) -> Output {
    finish(command(folder, words)).await
}

async fn finish(mut command: Command) -> Output {
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    output.await.expect("the command hangs").unwrap()
}

fn code(output: &Output) -> (Option<i32>, String) {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), text)
}

/// Ended well, said nothing about it, and brought this.
#[track_caller]
fn assert_brings(output: &Output, content: impl AsRef<[u8]>) {
    assert_eq!(code(output), (Some(0), String::new()));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(content.as_ref())
    );
}

/// Ended with this code, a word for what went wrong, and nothing on standard output.
#[track_caller]
fn assert_fails(output: &Output, wanted: i32, word: &str) {
    let (code, text) = code(output);
    assert_eq!(code, Some(wanted), "{text}");
    assert!(text.contains(&format!("error[{word}]: ")), "{text}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

fn url(server: &Server<Http>, path: &str) -> String {
    format!("{}{path}", server.url("http").trim_end_matches('/'))
}
