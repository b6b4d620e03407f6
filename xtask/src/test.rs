//! `cargo xtask test`: everything that must hold, cheapest first, up to the first thing that does not.

mod features;
mod options;
mod real_servers;
mod tally;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::process::cargo;
use crate::test::options::Options;
use crate::test::tally::Tally;
use crate::{Outcome, new, process, tidy, workspace};

pub(crate) const USAGE: &str = "\
cargo xtask test [--require-servers] [--no-servers] [PROTO]
    everything: format, tidy, lints, documentation, tests, each feature alone, real servers

    --require-servers  no Docker, or a real-server test that did not run, is a failure
    --no-servers       leave the real servers out
    PROTO              only this protocol's crate and real-server tests, such as pop3

Cheapest first, up to the first thing that does not hold; the last line has the counts. Without an option the real
servers are used if a Docker engine answers, and are stopped afterwards if they were not up before.";

/// Prints its own errors: the closing line with the counts is to be the last.
pub(crate) fn command(words: &[&str]) -> ExitCode {
    let mut tally = Tally::default();
    let outcome = Options::parse(words).and_then(|options| steps(&options, &mut tally));
    if let Err(why) = &outcome {
        eprintln!("xtask: {why}");
    }
    println!("{}", tally.closing(outcome.is_err()));
    if outcome.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn steps(options: &Options, tally: &mut Tally) -> Outcome {
    let crates = options.crates()?;
    step("format", || {
        process::run(cargo("fmt").args(["--all", "--check"]))
            .map_err(|why| format!("{why}\nrun `cargo fmt --all`"))
    })?;
    step("tidy", tidy::command)?;
    step("lints", || {
        process::run(cargo("clippy").args([
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "--deny",
            "warnings",
        ]))
    })?;
    step("documentation", || {
        process::run(documentation().args(["--workspace", "--all-features"]))?;
        // What most people build: a link to what is not in it leads nowhere.
        process::run(documentation().arg("--workspace"))
    })?;
    step("unit, integration and documentation tests", || {
        let mut command = cargo("test");
        command.args(["--all-features", "--no-fail-fast"]);
        command.envs(WITHOUT_CONFIGURATION);
        match &options.protocol {
            Some(_) => crates.iter().for_each(|name| {
                command.args(["--package", name]);
            }),
            None => {
                command.arg("--workspace");
            }
        }
        process::lines(&mut command, |line| tally.read(line))
    })?;
    features::check(&crates)?;
    step("a protocol from the template", new::prove)?;
    step("fuzz targets", || {
        // A workspace of their own: nothing else would notice that one does not compile any more.
        let manifest = workspace::root().join("tests/fuzz/Cargo.toml");
        let mut check = cargo("check");
        check.arg("--manifest-path").arg(manifest);
        process::run(check.env("CARGO_TARGET_DIR", workspace::target()))
    })?;
    step("the command", || {
        process::run(cargo("build").args(["--package", "netspeak-cli"]))
    })?;
    real_servers::run(options, tally)
}

/// Whoever runs the tests may have a configuration of the command: it is none of the tests' business.
const WITHOUT_CONFIGURATION: [(&str, &str); 1] = [("NETSPEAK_CONFIG", "")];

/// A link that leads nowhere is a failure.
fn documentation() -> Command {
    let mut command = cargo("doc");
    command.arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings");
    command
}

/// The command `netspeak`, once it is built.
fn binary() -> PathBuf {
    workspace::target()
        .join("debug")
        .join(format!("netspeak{}", std::env::consts::EXE_SUFFIX))
}

/// One line before, one line after with the time it took.
fn step(name: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    println!("xtask: {name} ...");
    let start = process::clock();
    let outcome = work();
    let seconds = start.elapsed().as_secs_f32();
    match outcome {
        Ok(()) => {
            println!("xtask: {name}: ok ({seconds:.1} s)");
            Ok(())
        }
        Err(why) => Err(format!("{name}: FAILED ({seconds:.1} s)\n{why}")),
    }
}
