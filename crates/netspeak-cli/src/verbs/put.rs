//! `netspeak put FILE... URL`

mod ftp;
mod http;
mod imap;

use std::path::Path;

use futures_util::StreamExt as _;
use futures_util::stream;
use netspeak::core::{ErrorKind, Phase, Reason, Target};

use super::row::{self, Row, Work};
use crate::args::PutArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::interrupt::Stop;
use crate::render::progress::Bars;

/// What is to be stored, and where to.
#[derive(Clone, Copy)]
struct Order<'a> {
    source: &'a Path,
    target: &'a Target,
    args: &'a PutArgs,
    bars: &'a Bars,
    /// Asks to end in good order.
    stop: &'a Stop,
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

pub(super) async fn run(args: PutArgs, stop: &Stop) -> Code {
    match all(&args, stop).await {
        Ok(code) => code,
        Err(failure) => {
            super::tell(&failure);
            failure.code_of_upload()
        }
    }
}

/// Each file in its turn, or several at once. One that fails keeps no other back.
async fn all(args: &PutArgs, stop: &Stop) -> Result<Code, Failure> {
    let (row, target) = row::of_target("put", ROWS, &args.url.parse()?)?;
    let are_many = args.sources.len() > 1;
    if are_many {
        check(args, row.protocol, &target)?;
    }
    let bars = Bars::of(args.sources.len() as u64);
    let put = async |source| {
        if stop.is_asked() {
            return exit::OK;
        }
        let order = Order {
            source,
            target: &target,
            args,
            bars: &bars,
            stop,
        };
        match (row.run)(order).await {
            Ok(()) => exit::OK,
            Err(failure) if failure.is_broken_pipe() || stop.is_asked() => exit::OK,
            Err(failure) => {
                // What is wrong with a file of ours names it already.
                let failure = match are_many && failure.kind.phase() != Phase::File {
                    true => failure.about(&super::shown(source)),
                    false => failure,
                };
                bars.aside(|| super::tell(&failure));
                failure.code_of_upload()
            }
        }
    };
    let sources = args.sources.iter().map(|source| put(source));
    let at_once = match are_many {
        true => args.pace.jobs,
        // All of them are for what is in a folder.
        false => 1,
    };
    let codes = stream::iter(sources).buffer_unordered(at_once);
    Ok(codes
        .fold(exit::OK, async |worst, code| worst.max(code))
        .await)
}

/// Several files keep their names, so they go where there is room for several.
fn check(args: &PutArgs, protocol: &str, target: &Target) -> Result<(), Failure> {
    if protocol != "imap" && !target.path().ends_with('/') {
        return Err(Failure::usage(
            "several files go into a folder: the URL has to end in /",
        ));
    }
    let odd = args.sources.iter().find(|source| source.is_dir());
    if let Some(folder) = odd {
        let folder = super::shown(folder);
        return Err(Failure::usage(format!(
            "{folder} is a folder: put takes several files, or one folder"
        )));
    }
    match args.sources.iter().any(|source| source == Path::new("-")) {
        true => Err(Failure::usage(
            "standard input has no name: put - takes a URL that ends in one",
        )),
        false => Ok(()),
    }
}

/// It was asked to end, and nobody is told of what is left.
fn stopped() -> Failure {
    let kind = ErrorKind::new(Phase::Data, Reason::Aborted);
    Failure::partial(kind, "it was interrupted")
}

/// The last part of a local path.
fn own_name(source: &Path) -> Result<String, Failure> {
    let name = source.file_name().and_then(|name| name.to_str());
    match name {
        Some(name) if name != "-" => Ok(name.to_owned()),
        _ => Err(Failure::usage("the URL has to end in a name for this")),
    }
}
