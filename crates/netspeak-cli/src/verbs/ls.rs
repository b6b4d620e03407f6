//! `netspeak ls URL`

mod ftp;
mod gopher;
mod imap;
mod nntp;
mod pop3;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::LsArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::glob::Glob;

/// What is to be listed.
struct Order<'a> {
    target: &'a Target,
    args: &'a LsArgs,
}

type Ls = for<'a> fn(Order<'a>) -> Work<'a, ()>;

/// The protocols that list.
const ROWS: &[Row<Ls>] = &[ftp::ROW, gopher::ROW, imap::ROW, nntp::ROW, pop3::ROW];

pub(super) fn takes(protocol: &str) -> bool {
    row::has(ROWS, protocol)
}

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: LsArgs) -> Code {
    let glob = match Glob::wished(&args.url, args.globoff) {
        Ok(glob) => glob,
        Err(failure) => return super::failed(&failure),
    };
    let mut worst = exit::OK;
    for url in glob.urls() {
        if let Err(failure) = ls(&url, &args).await {
            worst = worst.max(super::failed(&failure));
        }
    }
    worst
}

async fn ls(url: &str, args: &LsArgs) -> Result<(), Failure> {
    let (row, target) = row::of_target("ls", ROWS, &url.parse()?)?;
    (row.run)(Order {
        target: &target,
        args,
    })
    .await
}
