//! `netspeak probe` as operators use it: many targets, expectations, formats for machines, what is kept and shown again.
#![cfg(test)]

#[path = "../support/folder.rs"]
mod folders;
#[path = "../support/run.rs"]
mod run;

/// How it connects.
mod connection;
/// What is expected, and exit codes.
mod judgement;
/// Many targets at once.
mod many;
/// Formats, files, templates.
mod output;
/// In terminals of several widths.
#[cfg(unix)]
mod terminal;
/// What is said to who typed something wrong.
mod usage;

use std::path::{Path, PathBuf};
use std::process::Output;

use netspeak_fake::{Builder, Pop3};
use serde_json::Value;

pub(crate) use run::netspeak;

/// A server that nothing is wrong with.
pub(crate) fn healthy() -> Builder<Pop3> {
    Pop3::builder().user("ops", "hunter2")
}

pub(crate) fn folder(test: &str) -> PathBuf {
    folders::folder("probe", test)
}

pub(crate) fn here() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Code, standard output and standard error.
pub(crate) fn ended(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    (code, text(&output.stdout), text(&output.stderr))
}

/// Documents one a line.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    text.lines().map(read).collect()
}
