//! The command `netspeak`: the only place that prints, reads the environment, and decides how it
//! all ends.
#![expect(
    clippy::disallowed_methods,
    reason = "the command reads the environment on behalf of the libraries, which never do"
)]

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

use std::ffi::OsString;
use std::process::ExitCode;

use args::plugin::Typed;

fn main() -> ExitCode {
    let typed = match args::plugin::spelt_out(std::env::args_os()) {
        Typed::Words(words) => words,
        other => return verbs::check::answer(&other).into(),
    };
    let args = match args::Args::read(typed.iter().cloned()) {
        Ok(args) => args,
        Err(error) if typed.get(1).is_some_and(|verb| verb == "check") => {
            return verbs::check::misunderstood(&error).into();
        }
        Err(error) => return exit::of_usage(&error, typed.get(1).map(OsString::as_os_str)),
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
