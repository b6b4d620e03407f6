//! `netspeak send URL --from A --to B...`

mod mailbox;
mod one;
mod smtp;
mod tally;

use std::sync::Arc;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::SendArgs;
use crate::exit::Code;
use crate::failure::Failure;

/// What is to be sent, and where to.
struct Order {
    target: Target,
    args: Arc<SendArgs>,
}

type Send = fn(Order) -> Work<'static, Code>;

/// The protocols that send mail.
const ROWS: &[Row<Send>] = &[smtp::ROW];

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: SendArgs) -> Code {
    match send(args).await {
        Ok(code) => code,
        Err(failure) => super::failed(&failure),
    }
}

async fn send(args: SendArgs) -> Result<Code, Failure> {
    let (row, target) = row::of_target("send", ROWS, &args.url.parse()?)?;
    let args = Arc::new(args);
    (row.run)(Order { target, args }).await
}
