//! The command `netspeak`: the only place that prints, reads the environment, and decides how it
//! all ends.
#![expect(
    clippy::disallowed_methods,
    reason = "the command reads the environment on behalf of the libraries, which never do"
)]

mod advice;
mod args;
mod config;
mod crlf;
mod exit;
mod expect;
mod explain;
mod failure;
mod glob;
mod input;
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

fn main() -> ExitCode {
    let args = match args::Args::read(std::env::args_os()) {
        Ok(args) => args,
        Err(error) => return exit::of_usage(&error, std::env::args_os().nth(1).as_deref()),
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
    let code = runtime.block_on(verbs::run(args));
    // A name look-up that hangs in a thread of its own must not hold us back.
    runtime.shutdown_background();
    code.into()
}
