//! `get` over IMAP. Nothing is marked as read by it.

use std::io::Write;
use std::path::Path;

use netspeak::imap::response::{Fetch, Value};
use netspeak::imap::{Client, Fetching, IdSet, ImapPath, Items, Piece};

use super::messages::{Messages, to_folder, to_mbox};
use super::{Apart, Get, Order};
use crate::failure::Failure;
use crate::output::{Overwrite, Turn};
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
        args.refuse_http_but_compressed("imap")?;
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
    let builder = match args.http.compressed {
        true => Client::builder().compress_if_offered(),
        false => Client::builder(),
    };
    mailbox::session_by(builder, target, &args.connect, async |client| {
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
    let mut message = client.part(uid, place).await?;
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
    let messages = Fetched {
        fetching: client.fetch(uids, &items).await?,
        piece: None,
        is_given: false,
    };
    match dir {
        Some(dir) => to_folder(messages, dir, overwrite).await,
        None => to_mbox(messages, sink).await,
    }
}

/// Messages, of which some came within quotes instead of flowing past.
struct Fetched<'c> {
    fetching: Fetching<'c>,
    piece: Option<Piece>,
    /// The quoted text was given.
    is_given: bool,
}

impl Messages for Fetched<'_> {
    async fn next(&mut self) -> Result<Option<Result<(), Failure>>, Failure> {
        self.is_given = false;
        loop {
            self.piece = self.fetching.piece().await?;
            match &self.piece {
                None => return Ok(None),
                Some(Piece::Message(row)) if quoted(row).is_none() => {}
                Some(_) => return Ok(Some(Ok(()))),
            }
        }
    }

    async fn chunk(&mut self) -> Result<Option<&[u8]>, Failure> {
        match &self.piece {
            Some(Piece::Message(row)) => {
                let is_given = std::mem::replace(&mut self.is_given, true);
                Ok(quoted(row).filter(|_| !is_given))
            }
            _ => Ok(self.fetching.chunk().await?),
        }
    }

    fn file_name(&self) -> String {
        let row = match &self.piece {
            Some(Piece::Body(body)) => &body.message,
            Some(Piece::Message(row)) => row,
            None => return String::new(),
        };
        // A server that tells the UID behind the body has told its number before.
        match row.uid {
            Some(uid) => format!("{uid:0>10}.eml"),
            None => format!("number-{:0>10}.eml", row.number),
        }
    }
}

/// A body that came within quotes instead of flowing past.
fn quoted(row: &Fetch) -> Option<&[u8]> {
    row.bodies.iter().find_map(|body| match &body.value {
        Value::Quoted(text) => Some(text.as_bytes()),
        _ => None,
    })
}
