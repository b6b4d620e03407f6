//! What transfers show, as it is: golden files, one for each kind of output.

mod fetched;
mod listed;
mod moved;
mod told;

use std::path::Path;

use super::*;
use golden::check;

/// Text whose ports are no longer those of this run.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once("127.0.0.1:") {
        let port = tail.trim_start_matches(|c: char| c.is_ascii_digit());
        masked.push_str(head);
        masked.push_str("127.0.0.1:PORT");
        rest = port;
    }
    masked + rest
}

/// Runs the command, and compares what it printed: with this name for standard output, and that for what it said. An
/// empty name: nothing is printed or said.
async fn shows(here: &Path, words: &[&str], out: &str, err: &str, expected: i32) {
    let output = netspeak(here, words).await;
    assert_eq!(
        code(&output),
        Some(expected),
        "{words:?}: {}",
        said(&output)
    );
    for (name, text) in [(out, printed(&output)), (err, said(&output))] {
        match name {
            "" => assert_eq!(text, "", "{words:?}"),
            name => check(name, &masked(&text)),
        }
    }
}
