//! The examples that bring their own servers run.
#![expect(clippy::unwrap_used, reason = "the helpers of tests fail by panicking")]

use std::process::Command;

/// Cargo builds examples for `cargo test` and puts them beside the folder of the test programs.
fn run(example: &str) -> String {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let name = format!("{example}{}", std::env::consts::EXE_SUFFIX);
    let output = Command::new(folder.join("examples").join(name))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_proxy_example_runs() {
    let said = run("through_proxy");
    assert!(
        said.starts_with("1 messages\nthe proxy was asked for localhost:"),
        "{said}"
    );
}

#[test]
fn the_own_authority_example_runs() {
    assert_eq!(run("own_authority"), "1 messages\n");
}

#[cfg(unix)]
#[test]
fn the_unix_socket_example_runs() {
    assert_eq!(run("unix_socket"), "1 messages\n");
}

#[test]
fn the_retr_example_runs() {
    let said = run("retr");
    assert_eq!(
        said,
        "Subject: one\r\n\r\n.\r\nSubject: two\r\n\r\nhello\r\n"
    );
}
