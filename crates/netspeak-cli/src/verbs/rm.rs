//! `netspeak rm URL...`

mod ftp;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::RmArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;

/// What is to be removed.
struct Order<'a> {
    target: &'a Target,
    args: &'a RmArgs,
}

type Rm = for<'a> fn(Order<'a>) -> Work<'a, ()>;

/// The protocols that remove.
const ROWS: &[Row<Rm>] = &[ftp::ROW];

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: RmArgs) -> Code {
    let mut worst = exit::OK;
    for url in &args.urls {
        if let Err(failure) = rm(url, &args).await {
            worst = worst.max(super::failed(&failure));
        }
    }
    worst
}

async fn rm(url: &str, args: &RmArgs) -> Result<(), Failure> {
    let (row, target) = row::of_target("rm", ROWS, &url.parse()?)?;
    (row.run)(Order {
        target: &target,
        args,
    })
    .await
}
