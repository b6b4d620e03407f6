//! Runs the two hello examples against each other.
#![expect(clippy::unwrap_used, reason = "the helpers of tests fail by panicking")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Cargo builds examples for `cargo test` and puts them beside the folder of the test programs.
fn example(name: &str) -> PathBuf {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let path = folder
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not built: run `cargo build --examples`",
        path.display()
    );
    path
}

#[test]
fn the_hello_examples_talk() {
    let mut server = Command::new(example("hello_server"))
        .args(["0", "--count", "2"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    let port = first.strip_prefix("listening on port ").unwrap().to_owned();
    for host in ["127.0.0.1", "2130706433"] {
        let client = Command::new(example("hello_client"))
            .args([host, &port])
            .output()
            .unwrap();
        assert!(client.status.success(), "{client:?}");
        let printed = String::from_utf8(client.stdout).unwrap();
        let wanted = format!("connected to 127.0.0.1:{port}\nHello from netspeak\n");
        assert_eq!(printed.replace("\r\n", "\n"), wanted);
        assert!(said.next().unwrap().unwrap().starts_with("127.0.0.1:"));
    }
    assert!(server.wait().unwrap().success());
}
