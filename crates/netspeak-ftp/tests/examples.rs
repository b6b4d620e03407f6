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
fn the_get_example_runs() {
    assert_eq!(run("get"), "hello\nagain\n");
}

#[test]
fn the_mirror_example_runs() {
    assert_eq!(
        run("mirror"),
        "2 transferred, 0 unchanged, 0 failed\n0 transferred, 2 unchanged, 0 failed\n"
    );
}
