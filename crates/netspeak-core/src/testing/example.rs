//! [`example`]: the examples run.

use std::process::Command;

/// An example of the crate under test, ready to be run: cargo builds examples for `cargo test`, and puts
/// them beside the folder of the test programs.
///
/// # Panics
/// If there is no such folder.
#[expect(clippy::unwrap_used, reason = "a test helper reports by panicking")]
pub fn example(name: &str) -> Command {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Command::new(folder.join("examples").join(name))
}

/// Runs an example that brings its own server; what it prints.
///
/// # Panics
/// If it is not there, fails, or prints what is not UTF-8.
#[expect(clippy::unwrap_used, reason = "a test helper reports by panicking")]
pub fn run_example(name: &str) -> String {
    let output = example(name).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
