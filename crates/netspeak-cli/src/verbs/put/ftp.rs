//! `put` over FTP.

mod one;

use netspeak::ftp::FtpPath;

use super::{Order, Put};
use crate::failure::Failure;
use crate::verbs::ftp;
use crate::verbs::row::Row;
use one::Source;

pub(super) const ROW: Row<Put> = Row {
    protocol: "ftp",
    urls: &[
        ("ftp://host/dir/file", "under this name; ;type=a as text"),
        ("ftp://host/dir/", "into this folder, under its own name"),
    ],
    run: |order| Box::pin(put(order)),
};

async fn put(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    let mut path = FtpPath::of(target)?;
    if args.source.is_dir() {
        return Err(Failure::usage("this is a folder"));
    }
    if args.delete || args.dry_run {
        return Err(Failure::usage("--delete and --dry-run are for folders"));
    }
    if path.name.is_none() {
        path.name = Some(own_name(&args.source)?);
    }
    let source = Source::open(&args.source)?;
    ftp::session(target, &args.connect, &args.data, async |client| {
        one::send(client, &path, source, args).await
    })
    .await
}

/// The last part of a local path.
fn own_name(source: &std::path::Path) -> Result<String, Failure> {
    let name = source.file_name().and_then(|name| name.to_str());
    match name {
        Some(name) if name != "-" => Ok(name.to_owned()),
        _ => Err(Failure::usage("the URL has to end in a name for this")),
    }
}
