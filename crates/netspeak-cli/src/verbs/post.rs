//! `netspeak post URL`

mod http;
mod nntp;

use std::path::Path;

use netspeak::core::{Phase, Target};

use super::row::{self, Row, Work};
use crate::args::PostArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;

/// What is to be handed over, and where to.
#[derive(Clone, Copy)]
struct Order<'a> {
    target: &'a Target,
    args: &'a PostArgs,
    /// The file that is sent as it is.
    file: Option<&'a Path>,
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
    match all(&args).await {
        Ok(code) => code,
        Err(failure) => told(&failure),
    }
}

/// One file after the other, or what else is handed over. A file that fails keeps no other back.
async fn all(args: &PostArgs) -> Result<Code, Failure> {
    let (row, target) = row::of_target("post", ROWS, &args.url.parse()?)?;
    if row.protocol != "nntp" {
        args.parts.refuse(row.protocol)?;
    }
    let files = &args.body.upload_file;
    if files.len() > 1 && args.output.is_some() {
        return Err(Failure::usage(
            "-o is for one answer, and there are several -T",
        ));
    }
    let given = files.iter().map(|file| Some(file.as_path()));
    // Without one there is a form, or an article of another kind.
    let none = files.is_empty().then_some(None);
    let mut worst = exit::OK;
    for file in given.chain(none) {
        let order = Order {
            target: &target,
            args,
            file,
        };
        match (row.run)(order).await {
            Ok(()) => {}
            Err(failure) if failure.is_broken_pipe() => return Ok(worst),
            Err(failure) => worst = worst.max(told(&about(failure, file, files.len()))),
        }
    }
    Ok(worst)
}

/// Which of several files it is about. What is wrong with a file of ours names it already.
fn about(failure: Failure, file: Option<&Path>, count: usize) -> Failure {
    match file {
        Some(file) if count > 1 && failure.kind.phase() != Phase::File => {
            failure.about(&super::shown(file))
        }
        _ => failure,
    }
}

fn told(failure: &Failure) -> Code {
    super::tell(failure);
    failure.code_of_upload()
}
