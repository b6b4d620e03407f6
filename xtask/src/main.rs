//! Chores of the workspace: `cargo xtask`. One file per command.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for people at a terminal"
)]

mod certs;
mod docs;
mod fuzz;
mod manifest;
mod new;
mod process;
mod servers;
mod test;
mod tidy;
mod usage;
mod workspace;

use std::process::ExitCode;

/// Every failure here ends the command, so a sentence for the person who ran it is all there is to carry.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let words = workspace::arguments();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Some(help) = usage::asked(&words) {
        println!("{help}");
        return ExitCode::SUCCESS;
    }
    let outcome = match words.as_slice() {
        ["test", options @ ..] => return test::command(options),
        ["tidy", rest @ ..] => usage::alone("tidy", rest).and_then(|()| tidy::command()),
        ["servers", words @ ..] => servers::command(words),
        ["docs", rest @ ..] => usage::alone("docs", rest).and_then(|()| docs::command()),
        ["certs", rest @ ..] => usage::alone("certs", rest).and_then(|()| certs::command()),
        ["new", words @ ..] => new::command(words),
        ["fuzz", options @ ..] => fuzz::command(options),
        ["help", name, ..] | [name, ..] => Err(usage::unknown(name)),
        [] => Ok(()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
