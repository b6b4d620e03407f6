//! The command, run to its end.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::Command;

/// Runs it in a folder, with nothing to read.
pub(crate) async fn netspeak(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).current_dir(folder);
    // Whoever runs the tests may have a configuration.
    command.env("NETSPEAK_CONFIG", "");
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    output.await.expect("the command hangs").unwrap()
}

/// What it printed, if it ended well.
#[allow(dead_code, reason = "not every test wants it")]
pub(crate) fn stdout(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}
