//! `netspeak cp URL TO-URL`

mod imap;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::CpArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;

/// What is to be copied, and where to.
#[derive(Clone, Copy)]
struct Order<'a> {
    from: &'a Target,
    to: &'a Target,
    args: &'a CpArgs,
}

type Cp = for<'a> fn(Order<'a>) -> Work<'a, ()>;

/// The protocols whose servers are copied between.
const ROWS: &[Row<Cp>] = &[imap::ROW];

pub(super) fn takes(protocol: &str) -> bool {
    row::has(ROWS, protocol)
}

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: CpArgs) -> Code {
    match cp(&args).await {
        Ok(()) => exit::OK,
        Err(failure) => {
            super::tell(&failure);
            failure.code_of_upload()
        }
    }
}

async fn cp(args: &CpArgs) -> Result<(), Failure> {
    let (row, from) = row::of_target("cp", ROWS, &args.from.parse()?)?;
    let (same, to) = row::of_target("cp", ROWS, &args.to.parse()?)?;
    if row.protocol != same.protocol {
        return Err(Failure::usage(format!(
            "cp does not copy from {} to {}",
            row.protocol, same.protocol
        )));
    }
    let (from, to) = (&from, &to);
    (row.run)(Order { from, to, args }).await
}
