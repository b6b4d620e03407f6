//! What the command generates, read by those it is for: completions by zsh and fish, the manual by mandoc and man. They
//! are in a container, so that no test depends on what happens to be on this machine.

use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::harness::{PATIENCE, netspeak, variable};

/// Every verb has a page.
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

/// What the command prints.
async fn printed(words: &[&str]) -> String {
    let ran = netspeak(words).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{words:?}");
    ran.text().to_owned()
}

/// Runs a program in the container, which reads a text: what it says, on either of its ways.
async fn read_by(program: &[&str], text: &str) -> (i32, String) {
    let container = variable("NETSPEAK_PLUGINS_CONTAINER");
    let mut command = Command::new("docker");
    command.args(["exec", "-i", "-e", "LC_ALL=C.UTF-8", &container]);
    command.args(program).kill_on_drop(true);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let write = async move {
        let written = stdin.write_all(text.as_bytes()).await;
        drop(stdin);
        written
    };
    let both = async { tokio::join!(write, child.wait_with_output()) };
    let (written, output) = tokio::time::timeout(PATIENCE, both)
        .await
        .expect("docker hangs");
    written.unwrap();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.code().unwrap(), said)
}

/// It reads the text and has nothing to say.
async fn is_content(program: &[&str], text: &str) {
    let (code, said) = read_by(program, text).await;
    assert_eq!((code, said.as_str()), (0, ""), "{program:?}");
}

#[tokio::test]
#[ignore = "needs plugins"]
async fn shells_take_their_scripts() {
    let zsh = printed(&["completions", "zsh"]).await;
    is_content(&["zsh", "-n", "/dev/stdin"], &zsh).await;
    let fish = printed(&["completions", "fish"]).await;
    is_content(&["fish", "--no-execute", "/dev/stdin"], &fish).await;
    // What is no script is not taken.
    let (code, said) = read_by(&["zsh", "-n", "/dev/stdin"], "if then fi (").await;
    assert!(code != 0 && !said.is_empty(), "{said}");
    let (code, said) = read_by(&["fish", "--no-execute", "/dev/stdin"], "if; (").await;
    assert!(code != 0 && !said.is_empty(), "{said}");
}

#[tokio::test]
#[ignore = "needs plugins"]
async fn fish_offers_verbs_and_values() {
    let script = printed(&["completions", "fish"]).await;
    for (line, offer) in [
        ("netspeak ex", "explain"),
        ("netspeak probe --tls ", "require"),
        ("netspeak probe --format nd", "ndjson"),
    ] {
        let script = format!("{script}\ncomplete --do-complete '{line}'\n");
        let (code, said) = read_by(&["fish", "--no-config", "/dev/stdin"], &script).await;
        let offered = said
            .lines()
            .any(|said| said.split('\t').next() == Some(offer));
        assert!(code == 0 && offered, "{line}: {said}");
    }
}

#[tokio::test]
#[ignore = "needs plugins"]
async fn readers_of_manuals_have_nothing_to_warn_of() {
    let mut pages = vec![printed(&["man"]).await];
    for verb in VERBS {
        pages.push(printed(&["man", verb]).await);
    }
    for page in &pages {
        is_content(&["mandoc", "-T", "lint", "-W", "warning"], page).await;
        let (code, said) = read_by(&["man", "-l", "--warnings", "-"], page).await;
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("EXIT STATUS"), "{said}");
        // groff's warnings name their place: `<standard input>:12: warning: ...`.
        assert!(!said.contains("warning:"), "{said}");
    }
    let (code, said) = read_by(&["mandoc", "-T", "lint", "-W", "warning"], ".SH\n.TP\n").await;
    assert!(code != 0 && !said.is_empty(), "{said}");
}
