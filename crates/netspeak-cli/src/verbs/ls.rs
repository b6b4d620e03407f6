//! `netspeak ls URL...`

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
    let globs = args.urls.iter().map(|url| Glob::wished(url, args.globoff));
    let globs = match globs.collect::<Result<Vec<_>, _>>() {
        Ok(globs) => globs,
        Err(failure) => return super::failed(&failure),
    };
    let are_many = globs.iter().map(Glob::len).fold(0, u64::saturating_add) > 1;
    let mut worst = exit::OK;
    for url in globs.iter().flat_map(Glob::urls) {
        match ls(&url, &args, are_many).await {
            Ok(()) => {}
            // Whoever reads has seen enough.
            Err(failure) if failure.is_broken_pipe() => return worst,
            Err(failure) => worst = worst.max(super::failed(&failure)),
        }
    }
    worst
}

async fn ls(url: &str, args: &LsArgs, are_many: bool) -> Result<(), Failure> {
    let (row, target) = row::of_target("ls", ROWS, &url.parse()?)?;
    let order = Order {
        target: &target,
        args,
    };
    let listed = (row.run)(order).await;
    listed.map_err(|failure| match are_many {
        true => failure.about(&target),
        false => failure,
    })
}
