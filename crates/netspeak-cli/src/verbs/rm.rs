//! `netspeak rm URL...`

mod ftp;
mod http;

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
const ROWS: &[Row<Rm>] = &[ftp::ROW, http::ROW];

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
    let mut worst = exit::OK;
    for url in globs.iter().flat_map(Glob::urls) {
        if let Err(failure) = rm(&url, &args).await {
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
