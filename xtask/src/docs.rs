//! `cargo xtask docs`: the pages in `docs/`, from real runs.

use crate::Outcome;
use crate::process::{self, cargo};

pub(crate) const USAGE: &str = "\
cargo xtask docs
    runs the commands on the pages in docs/, and writes down what they print; draws the pictures anew

The servers that the pages speak of run in the test itself. What only differs in its numbers stays as it is. Afterwards
all is run once more, and has to be the same.";

pub(crate) fn command() -> Outcome {
    let run = || {
        let mut test = cargo("test");
        test.args(["--package", "netspeak-cli", "--test", "docs"]);
        test
    };
    // What is to be written anew is a failure the first time.
    let _ = process::run(run().env("UPDATE_GOLDEN", "1"));
    process::run(&mut run())
}
