//! `netspeak rm URL...`

mod ftp;
mod http;
mod imap;
mod pop3;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::RmArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::glob::Glob;

/// What is to be removed.
#[derive(Clone, Copy)]
struct Order<'a> {
    target: &'a Target,
    args: &'a RmArgs,
}

type Rm = for<'a> fn(Order<'a>) -> Work<'a, ()>;

/// The protocols that remove.
const ROWS: &[Row<Rm>] = &[ftp::ROW, http::ROW, imap::ROW, pop3::ROW];

pub(super) fn takes(protocol: &str) -> bool {
    row::has(ROWS, protocol)
}

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: RmArgs) -> Code {
    let globs = args.urls.iter().map(|url| Glob::wished(url, args.globoff));
    let globs = match globs.collect::<Result<Vec<_>, _>>() {
        Ok(globs) => globs,
        Err(failure) => return super::failed(&failure),
    };
    let are_many = globs.iter().map(Glob::len).fold(0, u64::saturating_add) > 1;
    let mut worst = exit::OK;
    for url in globs.iter().flat_map(Glob::urls) {
        if let Err(failure) = rm(&url, &args, are_many).await {
            worst = worst.max(super::failed(&failure));
        }
    }
    worst
}

async fn rm(url: &str, args: &RmArgs, are_many: bool) -> Result<(), Failure> {
    let (row, target) = row::of_target("rm", ROWS, &url.parse()?)?;
    let order = Order {
        target: &target,
        args,
    };
    let removed = (row.run)(order).await;
    removed.map_err(|failure| match are_many {
        true => failure.about(&target),
        false => failure,
    })
}
