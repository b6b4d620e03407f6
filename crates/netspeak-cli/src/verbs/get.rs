//! `netspeak get URL...`

mod ftp;
mod gopher;
mod pop3;

use netspeak::core::Target;

use super::row::{self, Row, Work};
use crate::args::GetArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::output::Sink;

/// What is to be fetched, and where to.
struct Order<'a> {
    target: &'a Target,
    args: &'a GetArgs,
    sink: &'a mut Sink,
}

type Get = for<'a> fn(Order<'a>) -> Work<'a, ()>;

/// The protocols that fetch.
const ROWS: &[Row<Get>] = &[ftp::ROW, gopher::ROW, pop3::ROW];

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: GetArgs) -> Code {
    let sink = match &args.output {
        Some(path) => Sink::named(path, args.beginning()),
        None => Ok(Sink::stdout()),
    };
    let mut sink = match sink {
        Ok(sink) => sink,
        Err(error) => return super::failed(&error.into()),
    };
    let mut worst = exit::OK;
    for url in &args.urls {
        match get(url, &args, &mut sink).await {
            Ok(()) => {}
            Err(failure) if failure.is_broken_pipe() => return worst,
            Err(failure) => worst = worst.max(super::failed(&failure)),
        }
    }
    // What is not whole does not get its name.
    if worst == exit::OK
        && let Err(error) = sink.complete()
    {
        return super::failed(&error.into());
    }
    worst
}

async fn get(url: &str, args: &GetArgs, sink: &mut Sink) -> Result<(), Failure> {
    let (row, target) = row::of_target("get", ROWS, &url.parse()?)?;
    let order = Order {
        target: &target,
        args,
        sink,
    };
    (row.run)(order).await
}
