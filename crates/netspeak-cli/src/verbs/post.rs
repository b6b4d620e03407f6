//! `netspeak post URL`

mod http;
mod nntp;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::PostArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;

/// What is to be handed over, and where to.
#[derive(Clone, Copy)]
struct Order<'a> {
    target: &'a Target,
    args: &'a PostArgs,
}

type Post = for<'a> fn(Order<'a>) -> Work<'a, ()>;

/// The protocols to which something is handed over.
const ROWS: &[Row<Post>] = &[http::ROW, nntp::ROW];

pub(super) fn takes(protocol: &str) -> bool {
    row::has(ROWS, protocol)
}

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: PostArgs) -> Code {
    match post(&args).await {
        Ok(()) => exit::OK,
        Err(failure) if failure.is_broken_pipe() => exit::OK,
        Err(failure) => {
            super::tell(&failure);
            failure.code_of_upload()
        }
    }
}

async fn post(args: &PostArgs) -> Result<(), Failure> {
    let (row, target) = row::of_target("post", ROWS, &args.url.parse()?)?;
    if row.protocol != "nntp" {
        args.parts.refuse(row.protocol)?;
    }
    (row.run)(Order {
        target: &target,
        args,
    })
    .await
}
