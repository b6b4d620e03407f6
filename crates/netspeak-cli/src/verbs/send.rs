//! `netspeak send URL --from A --to B...`

mod eml;
mod header;
mod mailbox;
mod one;
mod smtp;
mod source;
mod tally;
mod test_mail;
mod told;

use std::sync::Arc;

use netspeak::core::{ErrorKind, Target};

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

pub(super) fn takes(protocol: &str) -> bool {
    row::has(ROWS, protocol)
}

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: SendArgs) -> Code {
    let told = told::Told::by(&args);
    match send(args).await {
        Ok(code) => code,
        Err(failure) => {
            told.nothing(&failure);
            super::failed(&failure)
        }
    }
}

async fn send(args: SendArgs) -> Result<Code, Failure> {
    let (row, target) = row::of_target("send", ROWS, &args.url.parse()?)?;
    let args = Arc::new(args);
    (row.run)(Order { target, args }).await
}

/// Waits for what is to be sent, no longer than everything may take: a pipe may have nobody at its other end.
async fn opened<T>(
    args: &SendArgs,
    open: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let Some(total) = args.connect.total()? else {
        return open.await;
    };
    tokio::time::timeout(total, open).await.unwrap_or_else(|_| {
        let what = "waiting for what is to be sent";
        Err(Failure::partial(
            ErrorKind::TIMEOUT_TOTAL,
            format!("{what}: the total of {total:?} is over"),
        ))
    })
}
