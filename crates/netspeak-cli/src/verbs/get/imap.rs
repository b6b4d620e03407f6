//! `get` over IMAP. Nothing is marked as read by it.

mod by_id;
pub(super) mod removal;

use std::io::Write;

use netspeak::imap::response::{Fetch, Value};
use netspeak::imap::{Builder, Client, Fetching, IdSet, ImapPath, Items, Piece, Section};

use super::messages::{Messages, Refused, to_folder, to_mbox};
use super::{Get, Got, News, Order};
use crate::args::GetArgs;
use crate::failure::Failure;
use crate::output::Turn;
use crate::render::progress::Meter;
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
        Ok(Box::new(News(|order| Box::pin(get(order)))))
    },
};

async fn get(order: Order<'_, '_>) -> Result<Got, Failure> {
    let (target, args) = (order.target, order.args);
    let mut place = ImapPath::of(target)?;
    if args.remote_name || args.continue_at.is_some() || args.pace.limit_rate.is_some() {
        return Err(Failure::usage(
            "-O, -C and --limit-rate are for files: messages go to --dir DIR",
        ));
    }
    let is_part = place.section.is_some() || place.partial.is_some();
    if is_part && (args.mail.headers || args.mail.goes_by_id()) {
        return Err(Failure::usage(
            "--headers, --new and --delete are for messages, and the URL has ;SECTION= or ;PARTIAL=",
        ));
    }
    if args.mail.goes_by_id() {
        return by_id::get(order, &place).await;
    }
    if args.mail.headers {
        place.section = Some(Section::header());
    }
    let meter = super::meter(&order, None);
    let opening = mailbox::opening(&args.connect, target)?;
    mailbox::session_by(builder(args), opening, target, async |client| {
        let Some(uids) = mailbox::messages(client, &place).await? else {
            return Ok(());
        };
        let is_one = uids.len() == 1 && place.uids.is_some();
        match &args.dir {
            None if is_one => one(client, uids, &place, order.sink, meter).await,
            _ if is_part => Err(Failure::usage(
                "parts are fetched of one message: write ;UID=7 before ;SECTION=",
            )),
            _ => many(client, uids, args, order.sink, meter).await,
        }
    })
    .await?;
    Ok(Got::All)
}

fn builder(args: &GetArgs) -> Builder {
    match args.http.compressed {
        true => Client::builder().compress_if_offered(),
        false => Client::builder(),
    }
}

/// What of each message.
fn items(args: &GetArgs) -> Items {
    match args.mail.headers {
        true => Items::new().header(),
        false => Items::new().message(),
    }
}

/// A message, or a part of one, as it is.
async fn one(
    client: &mut Client,
    uid: IdSet,
    place: &ImapPath,
    sink: &mut Turn<'_>,
    mut meter: Meter,
) -> Result<(), Failure> {
    let mut message = client.part(uid, place).await?;
    while let Some(piece) = message.chunk().await? {
        sink.write_all(piece)?;
        meter.add(piece.len());
    }
    Ok(sink.flush()?)
}

async fn many(
    client: &mut Client,
    uids: IdSet,
    args: &GetArgs,
    sink: &mut Turn<'_>,
    meter: Meter,
) -> Result<(), Failure> {
    let messages = Fetched::new(client.fetch(uids, &items(args)).await?);
    match &args.dir {
        Some(dir) => to_folder(messages, dir, args.overwrite(), meter).await,
        None => to_mbox(messages, sink, meter).await,
    }
}

/// Messages, of which some came within quotes instead of flowing past.
struct Fetched<'c> {
    fetching: Fetching<'c>,
    piece: Option<Piece>,
    /// The quoted text was given.
    is_given: bool,
}

impl<'c> Fetched<'c> {
    fn new(fetching: Fetching<'c>) -> Self {
        Self {
            fetching,
            piece: None,
            is_given: false,
        }
    }

    /// What was said of the message.
    fn row(&self) -> Option<&Fetch> {
        match &self.piece {
            Some(Piece::Body(body)) => Some(&body.message),
            Some(Piece::Message(row)) => Some(row),
            None => None,
        }
    }
}

impl Messages for Fetched<'_> {
    async fn next(&mut self) -> Result<Option<Result<(), Refused>>, Failure> {
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
        let Some(row) = self.row() else {
            return String::new();
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
