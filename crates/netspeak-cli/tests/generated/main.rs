//! What the command tells about itself (help, manual, completions, schemas), and that what it prints is as it is told.
#![cfg(test)]
#![cfg(unix)]

#[path = "../support/folder.rs"]
mod folders;
#[path = "../support/golden.rs"]
mod golden;
#[path = "../support/run.rs"]
mod run;
#[path = "../support/screen.rs"]
mod screen;
#[path = "../support/unmask.rs"]
mod unmask;

/// What shells complete.
mod completions;
/// What `--help` says.
mod help;
/// The man pages.
mod man;
/// What is printed as JSON is as the schemas say.
mod schema;
/// Texts that are the same every time, against golden files.
mod texts;
/// In a terminal of 80 columns.
mod width;

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Everything there is.
const VERBS: [&str; 19] = [
    "probe",
    "check",
    "tls",
    "get",
    "put",
    "post",
    "ls",
    "cp",
    "rm",
    "send",
    "rpc",
    "talk",
    "show",
    "explain",
    "demo",
    "completions",
    "man",
    "schema",
    "version",
];

/// How it ended, and what it said.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

/// Runs the command as if its terminal had 80 columns.
fn netspeak(words: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_netspeak"))
        .args(words)
        .env("COLUMNS", "80")
        .env_remove("NETSPEAK_CONFIG")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What it printed, if it ended well and said nothing else.
fn printed(words: &[&str]) -> String {
    let ran = netspeak(words);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{words:?}");
    ran.stdout
}

fn folder(test: &str) -> PathBuf {
    folders::folder("generated", test)
}

/// No line is wider than a terminal.
fn assert_fits(what: &str, text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{what}: {line}\n{text}");
    }
}
