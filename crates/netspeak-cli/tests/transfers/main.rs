//! The verbs that move data, as somebody uses them: interrupted, in pipes, with bad input, several at once.
#![cfg(test)]
#![cfg(unix)]

#[path = "../support/folder.rs"]
mod folders;
#[path = "../support/golden.rs"]
mod golden;
#[path = "../support/pty.rs"]
mod pty;

mod codes;
mod input;
mod interrupted;
mod names;
mod pipes;
mod progress;
mod removed;
mod several;
mod shown;
mod talk;
mod terminal;

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::Server;
use tokio::process::{Child, Command};

use folders::names;

const USER: &str = "ops";
const PASSWORD: &str = "hunter2";
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder for one test, empty.
fn folder(test: &str) -> PathBuf {
    folders::folder("transfers", test)
}

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).current_dir(folder).kill_on_drop(true);
    command.stdin(Stdio::null()).env("HOME", folder);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("NETSPEAK_PASSWORD", PASSWORD);
    command
}

async fn netspeak(folder: &Path, words: &[&str]) -> Output {
    ended(command(folder, words).spawn().unwrap()).await
}

async fn ended(child: Child) -> Output {
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output());
    output.await.expect("the command hangs").unwrap()
}

/// Waits until something is so.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let mut ticks = tokio::time::interval(Duration::from_millis(5));
    let waiting = async {
        while !is_so() {
            ticks.tick().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.unwrap_or_else(|_| panic!("never: {what}"));
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn said(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains(PASSWORD), "{text}");
    text
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The URL of a path on the server, for the user that it knows.
fn url<P>(server: &Server<P>, scheme: &str, path: &str) -> String {
    let base = server.url(scheme).replace("://", &format!("://{USER}@"));
    format!("{}{path}", base.trim_end_matches('/'))
}

/// The same for nobody.
fn open_url<P>(server: &Server<P>, scheme: &str, path: &str) -> String {
    format!("{}{path}", server.url(scheme).trim_end_matches('/'))
}
