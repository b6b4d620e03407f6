//! `put` over FTP.

mod one;

use netspeak::ftp::FtpPath;
use netspeak::ftp::mirror::{Deletion, Mirror, UploadName};

use super::{Order, Put};
use crate::failure::Failure;
use crate::source::Source;
use crate::verbs::ftp::{self, tree};
use crate::verbs::row::Row;

pub(super) const ROW: Row<Put> = Row {
    protocol: "ftp",
    urls: &[
        ("ftp://host/dir/file", "under this name; ;type=a as text"),
        (
            "ftp://host/dir/",
            "into this folder, under its own name; of a folder: what is in it",
        ),
    ],
    run: |order| Box::pin(put(order)),
};

async fn put(order: Order<'_>) -> Result<(), Failure> {
    let Order {
        source,
        target,
        args,
        ..
    } = order;
    args.http.refuse("ftp")?;
    let mut path = FtpPath::of(target)?;
    if source.is_dir() {
        return folder(order, &path).await;
    }
    if args.delete || args.dry_run {
        return Err(Failure::usage("--delete and --dry-run are for folders"));
    }
    if path.name.is_none() {
        path.name = Some(super::own_name(source)?);
    }
    let source = Source::open(source).await?;
    ftp::session(target, &args.connect, &args.data, async |client| {
        one::send(client, &path, source, order).await
    })
    .await
}

/// A folder with all that is in it.
async fn folder(order: Order<'_>, path: &FtpPath) -> Result<(), Failure> {
    let Order {
        source,
        target,
        args,
        ..
    } = order;
    if !path.is_listing() {
        return Err(Failure::usage(
            "a folder goes to a URL that ends in /: what is in it will be in there",
        ));
    }
    if args.continue_at.is_some() {
        return Err(Failure::usage(
            "-C is for files: of a folder only what has changed is sent",
        ));
    }
    let mut mirror = Mirror::upload(source, path.to_string());
    if args.temp_name {
        mirror = mirror.upload_name(UploadName::Temporary);
    }
    if args.delete {
        mirror = mirror.deletion(Deletion::Delete);
    }
    if args.dry_run {
        mirror = mirror.dry_run();
    }
    let report = tree::mirror(mirror, target, &args.pace, &args.data, &args.connect).await?;
    if args.dry_run {
        return tree::judged(&report);
    }
    tree::summed_up(&report)
}
