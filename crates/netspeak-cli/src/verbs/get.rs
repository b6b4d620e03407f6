//! `netspeak get URL...`

use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;
use netspeak::core::Target;
use netspeak::pop3::{Batch, Client, Error, Fetch, MessageNumber, Result};

use super::maildrop::{self, Selection};
use crate::args::GetArgs;
use crate::exit::{self, Code};
use crate::mbox::Mbox;
use crate::output::{self, Overwrite, Sink};

pub(super) async fn run(args: GetArgs) -> Code {
    let mut sink = match Sink::open(args.output.as_deref()) {
        Ok(sink) => sink,
        Err(error) => return super::failed(&Error::Local(error)),
    };
    let mut worst = exit::OK;
    for url in &args.urls {
        match get(url, &args, &mut sink).await {
            Ok(()) => {}
            // Whoever read our output has seen enough.
            Err(Error::Local(error)) if error.kind() == io::ErrorKind::BrokenPipe => return worst,
            Err(error) => worst = worst.max(super::failed(&error)),
        }
    }
    worst
}

async fn get(url: &str, args: &GetArgs, sink: &mut Sink) -> Result<()> {
    let target: Target = url.parse()?;
    let selection = Selection::of(&target)?;
    maildrop::session(&target, &args.connect, async |client| {
        fetch(client, selection, args, sink).await
    })
    .await
}

async fn fetch(
    client: &mut Client,
    selection: Selection,
    args: &GetArgs,
    sink: &mut Sink,
) -> Result<()> {
    if let (Selection::One(number), None) = (selection, &args.dir) {
        let mut message = client.retr(number).await?;
        while let Some(piece) = message.chunk().await? {
            sink.write_all(piece).map_err(Error::Local)?;
        }
        return sink.flush().map_err(Error::Local);
    }
    let there = client.list().await?;
    let numbers = selection.of_those(there.into_iter().map(|listing| listing.number));
    let batch = client.fetch(numbers, Fetch::Whole)?;
    match &args.dir {
        Some(dir) => {
            to_folder(
                batch,
                dir,
                if args.force {
                    Overwrite::Yes
                } else {
                    Overwrite::No
                },
            )
            .await
        }
        None => to_mbox(batch, sink).await,
    }
}

/// All messages as one mailbox file.
async fn to_mbox(mut batch: Batch<'_>, sink: &mut Sink) -> Result<()> {
    let now = Timestamp::now();
    let mut mbox = Mbox::default();
    let mut text = Vec::new();
    let mut refused = None;
    while let Some((number, answer)) = batch.next().await? {
        if let Err(error) = answer {
            refused = Some(tell_refusal(number, error));
            continue;
        }
        mbox.begin(now, &mut text);
        while let Some(piece) = batch.chunk().await? {
            mbox.push(piece, &mut text);
            if text.len() >= WRITE {
                sink.write_all(&text).map_err(Error::Local)?;
                text.clear();
            }
        }
        mbox.end(&mut text);
    }
    sink.write_all(&text).map_err(Error::Local)?;
    sink.flush().map_err(Error::Local)?;
    refused.map_or(Ok(()), Err)
}

/// How much is gathered before it is written.
const WRITE: usize = 128 * 1024;

/// One file for each message, byte for byte as it was delivered.
async fn to_folder(mut batch: Batch<'_>, dir: &Path, overwrite: Overwrite) -> Result<()> {
    std::fs::create_dir_all(dir).map_err(Error::Local)?;
    let mut refused = None;
    while let Some((number, answer)) = batch.next().await? {
        if let Err(error) = answer {
            refused = Some(tell_refusal(number, error));
            continue;
        }
        let (mut file, _) = output::file_in(
            dir,
            &format!("{number:0>6}.eml", number = number.get()),
            overwrite,
        )
        .map_err(Error::Local)?;
        while let Some(piece) = batch.chunk().await? {
            file.write_all(piece).map_err(Error::Local)?;
        }
    }
    refused.map_or(Ok(()), Err)
}

/// One message that the server does not give does not keep the others back.
fn tell_refusal(number: MessageNumber, error: Error) -> Error {
    output::say(&format!("message {number}: {error}"));
    error
}
