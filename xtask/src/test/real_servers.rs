//! The tests that talk to real servers: bring these up, run the tests that are ignored elsewhere, count them.

use crate::process::cargo;
use crate::test::options::{Options, Servers};
use crate::test::step;
use crate::test::tally::{self, Tally};
use crate::{Outcome, process, servers, workspace};

pub(super) fn run(options: &Options, total: &mut Tally) -> Outcome {
    if options.servers == Servers::Left {
        println!("xtask: real servers are left out (--no-servers)");
        return Ok(());
    }
    if !servers::engine_is_running() {
        return without("no Docker engine answers (`docker info` fails)", options);
    }
    if !workspace::root().join("tests/Cargo.toml").is_file() {
        return without("there is no package netspeak-tests yet", options);
    }
    let found_up = servers::are_up();
    let outcome = step("real servers up", servers::up).and_then(|()| {
        let mut tally = Tally::default();
        let outcome = step("real-server tests", || tests(options, &mut tally));
        total.add_formerly_ignored(tally);
        outcome.and(step(
            "no secret in the servers' logs",
            servers::logs_keep_secrets,
        ))
    });
    if outcome.is_err() {
        // The failure itself is the news; logs that can't be had change nothing about it.
        let _ = servers::save_logs();
    }
    if found_up {
        println!("xtask: the servers were up before and stay up");
        return outcome;
    }
    // Also after a failed start: some of them may be running.
    outcome.and(step("real servers down", servers::down))
}

fn without(why: &str, options: &Options) -> Outcome {
    if options.servers == Servers::Required {
        return Err(format!("real servers are required, but {why}"));
    }
    println!("xtask: ********************************************************************");
    println!("xtask: NO REAL-SERVER TESTS WERE RUN: {why}");
    println!("xtask: ********************************************************************");
    Ok(())
}

fn tests(options: &Options, tally: &mut Tally) -> Outcome {
    let environment = servers::environment()?;
    let command = |extra: &[&str]| {
        let mut command = cargo("test");
        command.args([
            "--package",
            "netspeak-tests",
            "--test",
            "it",
            "--",
            "--ignored",
        ]);
        command
            .args(extra)
            .args(options.protocol.as_deref())
            .envs(environment.iter().cloned())
            .envs(super::WITHOUT_CONFIGURATION);
        let binary = super::binary();
        if binary.is_file() {
            command.env("NETSPEAK_BIN", binary);
        }
        command
    };
    let listed = tally::listed(&process::output(&mut command(&["--list"]))?);
    let outcome = process::lines(&mut command(&[]), |line| tally.read(line));
    println!(
        "real-server tests: {} executed of {listed} listed",
        tally.executed()
    );
    outcome?;
    if options.servers == Servers::Required && (tally.executed() != listed || listed == 0) {
        return Err(
            "real servers are required, and not every test that needs them was executed".into(),
        );
    }
    Ok(())
}
