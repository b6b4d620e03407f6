//! `netspeak talk URL`

mod command;
mod conversation;
mod lines;
mod screen;
mod script;
mod telnet;
#[cfg(unix)]
mod terminal;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::TalkArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;

/// Whom to speak to.
struct Order<'a> {
    target: &'a Target,
    args: &'a TalkArgs,
}

type Talk = for<'a> fn(Order<'a>) -> Work<'a, ()>;

/// The protocols that can be spoken by hand.
const ROWS: &[Row<Talk>] = &[
    telnet::ROW,
    lines::FTP,
    lines::GOPHER,
    lines::HTTP,
    lines::IMAP,
    lines::NNTP,
    lines::POP3,
    lines::SMTP,
];

pub(super) fn takes(protocol: &str) -> bool {
    row::has(ROWS, protocol)
}

pub(super) fn urls() -> String {
    format!("{}{}{}", row::urls(ROWS), telnet::KEYS, command::KEYS)
}

pub(super) async fn run(args: TalkArgs) -> Code {
    match talk(&args).await {
        Ok(()) => exit::OK,
        Err(failure) if failure.is_broken_pipe() => exit::OK,
        Err(failure) => super::failed(&failure),
    }
}

async fn talk(args: &TalkArgs) -> Result<(), Failure> {
    let (row, target) = row::of_target("talk", ROWS, &args.url.parse()?)?;
    let order = Order {
        target: &target,
        args,
    };
    (row.run)(order).await
}
