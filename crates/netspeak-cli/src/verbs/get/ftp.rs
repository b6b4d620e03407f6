//! `get` over FTP.

use std::io::Write;

use netspeak::core::Target;
use netspeak::core::text::printable;
use netspeak::ftp::mirror::Mirror;
use netspeak::ftp::{Client, Error, FtpPath, LocalName, NameRules, RetrOptions, TransferType};

use super::{Apart, Get, Order};
use crate::args::{GetArgs, PaceArgs};
use crate::failure::Failure;
use crate::output::{Overwrite, Sink, Turn, Turns};
use crate::render::progress::Bars;
use crate::verbs::ftp::{self, tree};
use crate::verbs::row::Row;

pub(super) const ROW: Row<Get> = Row {
    protocol: "ftp",
    urls: &[
        ("ftp://host/dir/file", "a file; ;type=a as text"),
        (
            "ftp://host/dir/",
            "with --dir: all that is in it, and below",
        ),
    ],
    run: |args| {
        args.refuse_http("ftp")?;
        Ok(Box::new(Apart(|order| Box::pin(get(order)))))
    },
};

async fn get(order: Order<'_, '_>) -> Result<(), Failure> {
    let Order {
        target,
        args,
        sink,
        bars,
        ..
    } = order;
    let path = FtpPath::of(target)?;
    if path.is_listing() {
        return folder(target, &path, args).await;
    }
    let own = own_sink(&path, args)?;
    ftp::session(
        target,
        &args.connect,
        &args.data,
        async |client| match own {
            Some(own) => {
                let own = Turns::new(own, 1);
                let mut turn = own.of(0).await;
                fetch(client, &path, &args.pace, bars, &mut turn).await?;
                turn.finish()?;
                Ok(own.complete()?)
            }
            None => fetch(client, &path, &args.pace, bars, sink).await,
        },
    )
    .await
}

/// A folder with all that is in it.
async fn folder(target: &Target, path: &FtpPath, args: &GetArgs) -> Result<(), Failure> {
    let Some(dir) = &args.dir else {
        return Err(Failure::usage(
            "this is a folder: --dir DIR fetches all that is in it, and ls shows it",
        ));
    };
    if args.continue_at.is_some() {
        return Err(Failure::usage(
            "-C is for files: a folder goes on with --force",
        ));
    }
    let is_there = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if is_there && args.overwrite() == Overwrite::No {
        return Err(Failure::usage(format!(
            "{} is not empty: --force brings it up to date",
            printable(dir.as_os_str().as_encoded_bytes())
        )));
    }
    let mirror = Mirror::download(path.to_string(), dir);
    let report = tree::mirror(mirror, target, &args.pace, &args.data, &args.connect).await?;
    tree::summed_up(&report)
}

/// The file of its own that a URL has with `-O` and `--dir`.
fn own_sink(path: &FtpPath, args: &GetArgs) -> Result<Option<Sink>, Failure> {
    let Some(name) = path
        .name
        .as_ref()
        .filter(|_| args.remote_name || args.dir.is_some())
    else {
        return Ok(None);
    };
    let name = LocalName::new(name.as_bytes(), NameRules::HERE).map_err(|fault| {
        Failure::usage(format!(
            "{name:?} is no name for a file: {fault}; give -o FILE"
        ))
    })?;
    super::own_sink(&name, args).map(Some)
}

async fn fetch(
    client: &mut Client,
    path: &FtpPath,
    pace: &PaceArgs,
    bars: &Bars,
    sink: &mut Turn<'_>,
) -> Result<(), Failure> {
    let mut options = RetrOptions::default();
    options.offset = sink.offset();
    options.transfer_type = path.transfer_type();
    let path = path.to_string();
    if options.offset > 0 {
        if options.transfer_type == TransferType::Ascii {
            return Err(Failure::usage(
                "text cannot be continued: its size differs here and there",
            ));
        }
        if is_whole(client, &path, options.offset).await? {
            return Ok(());
        }
    }
    let mut download = client.retr_with(&path, &options).await?;
    let mut meter = bars.meter(&path, options.offset, download.size(), sink.data());
    if let Some(rate) = pace.limit_rate {
        download = download.limit_rate(rate);
    }
    while let Some(piece) = download.chunk().await? {
        sink.write_all(piece)?;
        meter.add(piece.len());
    }
    Ok(())
}

/// Whether all is here already, of a file that an earlier transfer began.
async fn is_whole(client: &mut Client, path: &str, here: u64) -> Result<bool, Failure> {
    match client.size(path).await {
        Ok(there) if there < here => Err(Failure::usage(format!(
            "{here} bytes are here and only {there} there: it is another file; remove the unfinished one"
        ))),
        Ok(there) => Ok(there == here),
        // SIZE is optional.
        Err(Error::Refused { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
