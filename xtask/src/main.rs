//! Chores of the workspace: `cargo xtask`. One file per command.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for people at a terminal"
)]

mod certs;
mod fuzz;
mod manifest;
mod process;
mod servers;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

/// Every failure here ends the command, so a sentence for the person who ran it is all there is to carry.
type Outcome<T = ()> = Result<T, String>;

const USAGE: &str = "\
cargo xtask test [--require-servers] [--no-servers] [PROTO]
    everything: format, lints, docs, tests, each feature alone, tidy, real servers
        --require-servers  no Docker, or a real-server test that did not run, is a failure
        --no-servers       leave the real servers out
        PROTO              only this protocol's crate and real-server tests, such as pop3
cargo xtask tidy
    the rules that the compiler does not know
cargo xtask servers up|down|status|logs [NAME]
    the real servers in Docker; `up` does all the set-up and starts afresh when they are up
cargo xtask certs
    certificates for the servers, new ones (`servers up` does this itself)
cargo xtask fuzz [TARGET] [--seconds N]
    throws bytes at the codecs; 60 s for each target";

fn main() -> ExitCode {
    let words = workspace::arguments();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", options @ ..] => return test::command(options),
        ["tidy"] => tidy::command(),
        ["servers", "up"] => servers::up(),
        ["servers", "down"] => servers::down(),
        ["servers", "status"] => servers::status(),
        ["servers", "logs", names @ ..] => servers::logs(names),
        ["certs"] => certs::command(),
        ["fuzz", options @ ..] => fuzz::command(options),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(format!("no such command: {}\n{USAGE}", other.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
