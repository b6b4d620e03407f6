//! The command `netspeak`: the only place that prints, reads the environment, and decides how it
//! all ends.
#![expect(
    clippy::disallowed_methods,
    reason = "the command reads the environment on behalf of the libraries, which never do"
)]

mod about;
mod advice;
mod alarm;
mod args;
mod config;
mod crlf;
mod exit;
mod expect;
mod explain;
mod failure;
mod glob;
mod input;
mod interrupt;
mod login;
mod mailbox;
mod mbox;
mod output;
mod place;
mod plan;
mod render;
mod source;
mod template;
mod typed;
mod verbs;

use std::process::ExitCode;

use clap::CommandFactory as _;

use args::plugin::Typed;
use args::{Args, Words};
use config::{Read, Unread};

fn main() -> ExitCode {
    let typed = match args::plugin::spelt_out(std::env::args_os()) {
        Typed::Words(words) => words,
        other => return verbs::check::answer(&other).into(),
    };
    if let Some(code) = verbs::version::at_once(&typed) {
        return code.into();
    }
    let command = Args::command();
    let words = Words::of(typed, &command);
    let args = match config::read(&words, args::helpful(command, &words)) {
        Ok(Read::Run(args)) => *args,
        Ok(Read::Shown(page)) => {
            output::print(&page);
            return exit::OK.into();
        }
        Err(unread) => return unread_words(&words, &unread),
    };
    let mut runtime = match args.takes_threads() {
        true => tokio::runtime::Builder::new_multi_thread(),
        false => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain("internal", &format!("cannot start: {error}"), &[]);
            return exit::UNKNOWN.into();
        }
    };
    let code = runtime.block_on(async {
        match interrupt::Interrupts::watched() {
            Ok(interrupts) => verbs::run(args, interrupts).await,
            Err(error) => {
                output::complain("internal", &format!("cannot start: {error}"), &[]);
                exit::UNKNOWN
            }
        }
    });
    // A name look-up that hangs in a thread of its own must not hold us back.
    runtime.shutdown_background();
    code.into()
}

/// Tells why nothing was done, as the verb tells its errors.
fn unread_words(words: &Words, unread: &Unread) -> ExitCode {
    let is_check = words.verb().is_some_and(|verb| verb == "check");
    match unread {
        Unread::Typed(error) if is_check => verbs::check::misunderstood(error).into(),
        Unread::Typed(error) => exit::of_usage(error, words.verb()),
        Unread::Elsewhere(failure) if is_check => verbs::check::unconfigured(failure).into(),
        Unread::Elsewhere(failure) => {
            verbs::tell(failure);
            exit::of_words(words.verb()).into()
        }
    }
}
