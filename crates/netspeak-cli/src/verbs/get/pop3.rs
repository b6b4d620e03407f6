//! `get` over POP3.

use std::io::Write;
use std::path::Path;

use netspeak::pop3::{Batch, Client, Error, Fetch, MessageNumber, Pop3Path};

use super::{Apart, Get, Order};
use crate::args::GetArgs;
use crate::failure::Failure;
use crate::mbox::MboxWriter;
use crate::output::{self, Overwrite, OwnFile, Turn};
use crate::verbs::maildrop;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Get> = Row {
    protocol: "pop3",
    urls: &[
        ("pop3s://host/7", "message 7"),
        ("pop3s://host/3-9", "messages 3 to 9, as an mbox"),
        ("pop3s://host/", "the whole maildrop, as an mbox"),
    ],
    run: |args| {
        args.refuse_http("pop3")?;
        args.data.refuse("pop3")?;
        Ok(Box::new(Apart(|order| Box::pin(get(order)))))
    },
};

async fn get(order: Order<'_, '_>) -> Result<(), Failure> {
    let Order {
        target, args, sink, ..
    } = order;
    let selection = Pop3Path::of(target)?;
    if args.remote_name || args.continue_at.is_some() || args.pace.limit_rate.is_some() {
        return Err(Failure::usage(
            "-O, -C and --limit-rate are for files: messages go to --dir DIR",
        ));
    }
    maildrop::session(target, &args.connect, async |client| {
        fetch(client, selection, args, sink).await
    })
    .await
}

async fn fetch(
    client: &mut Client,
    selection: Pop3Path,
    args: &GetArgs,
    sink: &mut Turn<'_>,
) -> Result<(), Failure> {
    if let (Pop3Path::One(number), None) = (selection, &args.dir) {
        let mut message = client.retr(number).await?;
        while let Some(piece) = message.chunk().await? {
            sink.write_all(piece)?;
        }
        return Ok(sink.flush()?);
    }
    let there = client.list().await?;
    let numbers = selection.of_those(there.into_iter().map(|listing| listing.number));
    let batch = client.fetch(numbers, Fetch::Whole)?;
    match &args.dir {
        Some(dir) => to_folder(batch, dir, args.overwrite()).await,
        None => to_mbox(batch, sink).await,
    }
}

/// All messages as one mailbox file.
async fn to_mbox(mut batch: Batch<'_>, sink: &mut Turn<'_>) -> Result<(), Failure> {
    let mut mbox = MboxWriter::new(sink);
    let mut refused = None;
    while let Some((number, answer)) = batch.next().await? {
        if let Err(error) = answer {
            refused = Some(tell_refusal(number, error));
            continue;
        }
        mbox.begin();
        while let Some(piece) = batch.chunk().await? {
            mbox.push(piece)?;
        }
        mbox.end()?;
    }
    mbox.finish()?;
    refused.map_or(Ok(()), Err)
}

/// One file for each message, byte for byte as it was delivered. What is there already is no fault if it is the
/// same, and keeps the others back in no case.
async fn to_folder(mut batch: Batch<'_>, dir: &Path, overwrite: Overwrite) -> Result<(), Failure> {
    std::fs::create_dir_all(dir)?;
    let mut refused = None;
    while let Some((number, answer)) = batch.next().await? {
        if let Err(error) = answer {
            refused = Some(tell_refusal(number, error));
            continue;
        }
        let name = format!("{number:0>6}.eml", number = number.get());
        let mut file = OwnFile::new(&dir.join(name), overwrite)?;
        while let Some(piece) = batch.chunk().await? {
            file.write_all(piece)?;
        }
        if let Some(other) = output::otherwise_there(file.complete())? {
            refused = Some(other.into());
        }
    }
    refused.map_or(Ok(()), Err)
}

/// One message that the server does not give does not keep the others back.
fn tell_refusal(number: MessageNumber, error: Error) -> Failure {
    output::say(&format!("message {number}: {error}"));
    error.into()
}
