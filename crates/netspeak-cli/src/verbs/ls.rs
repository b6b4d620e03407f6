//! `netspeak ls URL`

mod ftp;
mod gopher;
mod pop3;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::LsArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;

/// What is to be listed.
struct Order<'a> {
    target: &'a Target,
    args: &'a LsArgs,
}

type Ls = for<'a> fn(Order<'a>) -> Work<'a, ()>;

/// The protocols that list.
const ROWS: &[Row<Ls>] = &[ftp::ROW, gopher::ROW, pop3::ROW];

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: LsArgs) -> Code {
    match ls(&args).await {
        Ok(()) => exit::OK,
        Err(failure) => super::failed(&failure),
    }
}

async fn ls(args: &LsArgs) -> Result<(), Failure> {
    let (row, target) = row::of_target("ls", ROWS, &args.url.parse()?)?;
    (row.run)(Order {
        target: &target,
        args,
    })
    .await
}
