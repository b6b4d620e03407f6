//! `get` over IMAP. Nothing is marked as read by it.

use std::io::Write;
use std::path::Path;

use netspeak::imap::response::{Fetch, Value};
use netspeak::imap::{Client, Fetching, IdSet, ImapPath, Items, Piece, Section};

use super::{Apart, Get, Order};
use crate::failure::Failure;
use crate::mbox::MboxWriter;
use crate::output::{self, Overwrite, OwnFile, Turn};
use crate::verbs::mailbox;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Get> = Row {
    protocol: "imap",
    urls: &[
        ("imaps://host/INBOX;UID=7", "the message with this UID"),
        (
            "imaps://host/INBOX;UID=7/;SECTION=1.2",
            "a part of it, as it is encoded",
        ),
        (
            "imaps://host/INBOX;UID=3:9",
            "messages with these UIDs, as an mbox",
        ),
        ("imaps://host/INBOX", "the whole mailbox, as an mbox"),
        ("imaps://host/INBOX?UNSEEN", "what a search finds"),
    ],
    run: |args| {
        args.refuse_http("imap")?;
        args.data.refuse("imap")?;
        Ok(Box::new(Apart(|order| Box::pin(get(order)))))
    },
};

async fn get(order: Order<'_, '_>) -> Result<(), Failure> {
    let Order {
        target, args, sink, ..
    } = order;
    let place = ImapPath::of(target)?;
    if args.remote_name || args.continue_at.is_some() || args.pace.limit_rate.is_some() {
        return Err(Failure::usage(
            "-O, -C and --limit-rate are for files: messages go to --dir DIR",
        ));
    }
    mailbox::session(target, &args.connect, async |client| {
        let Some(uids) = mailbox::messages(client, &place).await? else {
            return Ok(());
        };
        let is_one = uids.len() == 1 && place.uids.is_some();
        match &args.dir {
            None if is_one => one(client, uids, &place, sink).await,
            dir => many(client, uids, &place, dir.as_deref(), args.overwrite(), sink).await,
        }
    })
    .await
}

/// A message, or a part of one, as it is.
async fn one(
    client: &mut Client,
    uid: IdSet,
    place: &ImapPath,
    sink: &mut Turn<'_>,
) -> Result<(), Failure> {
    let section = place.section.clone().unwrap_or_else(Section::whole);
    let mut message = match place.partial {
        None => client.section(uid, &section).await?,
        Some((first, count)) => {
            let count = count.unwrap_or(u64::from(u32::MAX));
            client.partial(uid, &section, first, count).await?
        }
    };
    while let Some(piece) = message.chunk().await? {
        sink.write_all(piece)?;
    }
    Ok(sink.flush()?)
}

async fn many(
    client: &mut Client,
    uids: IdSet,
    place: &ImapPath,
    dir: Option<&Path>,
    overwrite: Overwrite,
    sink: &mut Turn<'_>,
) -> Result<(), Failure> {
    if place.section.is_some() || place.partial.is_some() {
        return Err(Failure::usage(
            "parts are fetched of one message: write ;UID=7 before ;SECTION=",
        ));
    }
    let items = Items::new().message();
    let fetching = client.fetch(uids, &items).await?;
    match dir {
        Some(dir) => to_folder(fetching, dir, overwrite).await,
        None => to_mbox(fetching, sink).await,
    }
}

/// All messages as one mailbox file.
async fn to_mbox(mut fetching: Fetching<'_>, sink: &mut Turn<'_>) -> Result<(), Failure> {
    let mut mbox = MboxWriter::new(sink);
    while let Some(piece) = fetching.piece().await? {
        match piece {
            Piece::Body(_) => {
                mbox.begin();
                while let Some(chunk) = fetching.chunk().await? {
                    mbox.push(chunk)?;
                }
                mbox.end()?;
            }
            Piece::Message(row) => {
                if let Some(text) = quoted(&row) {
                    mbox.begin();
                    mbox.push(text)?;
                    mbox.end()?;
                }
            }
        }
    }
    Ok(mbox.finish()?)
}

/// One file for each message, byte for byte as the server keeps it. What is there already is no fault if it is the
/// same, and keeps the others back in no case.
async fn to_folder(
    mut fetching: Fetching<'_>,
    dir: &Path,
    overwrite: Overwrite,
) -> Result<(), Failure> {
    std::fs::create_dir_all(dir)?;
    let mut refused: Option<Failure> = None;
    while let Some(piece) = fetching.piece().await? {
        let row = match &piece {
            Piece::Body(body) => &body.message,
            Piece::Message(row) if quoted(row).is_none() => continue,
            Piece::Message(row) => row,
        };
        // A server that tells the UID behind the body has told its number before.
        let name = match row.uid {
            Some(uid) => format!("{uid:0>10}.eml"),
            None => format!("number-{:0>10}.eml", row.number),
        };
        let mut file = OwnFile::new(&dir.join(name), overwrite)?;
        match &piece {
            Piece::Body(_) => {
                while let Some(chunk) = fetching.chunk().await? {
                    file.write_all(chunk)?;
                }
            }
            Piece::Message(row) => file.write_all(quoted(row).unwrap_or_default())?,
        }
        if let Some(other) = output::otherwise_there(file.complete())? {
            refused = Some(other.into());
        }
    }
    refused.map_or(Ok(()), Err)
}

/// A body that came within quotes instead of flowing past.
fn quoted(row: &Fetch) -> Option<&[u8]> {
    row.bodies.iter().find_map(|body| match &body.value {
        Value::Quoted(text) => Some(text.as_bytes()),
        _ => None,
    })
}
