//! `netspeak put FILE URL`

mod ftp;
mod http;
mod imap;

use std::path::Path;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::PutArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;

/// What is to be stored, and where to.
#[derive(Clone, Copy)]
struct Order<'a> {
    target: &'a Target,
    args: &'a PutArgs,
}

type Put = for<'a> fn(Order<'a>) -> Work<'a, ()>;

/// The protocols that store.
const ROWS: &[Row<Put>] = &[ftp::ROW, http::ROW, imap::ROW];

pub(super) fn takes(protocol: &str) -> bool {
    row::has(ROWS, protocol)
}

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: PutArgs) -> Code {
    match put(&args).await {
        Ok(()) => exit::OK,
        Err(failure) => {
            super::tell(&failure);
            failure.code_of_upload()
        }
    }
}

async fn put(args: &PutArgs) -> Result<(), Failure> {
    let (row, target) = row::of_target("put", ROWS, &args.url.parse()?)?;
    (row.run)(Order {
        target: &target,
        args,
    })
    .await
}

/// The last part of a local path.
fn own_name(source: &Path) -> Result<String, Failure> {
    let name = source.file_name().and_then(|name| name.to_str());
    match name {
        Some(name) if name != "-" => Ok(name.to_owned()),
        _ => Err(Failure::usage("the URL has to end in a name for this")),
    }
}
