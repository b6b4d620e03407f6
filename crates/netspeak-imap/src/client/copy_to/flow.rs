//! [`Flow`]: texts from one server to the other.

use std::collections::{BTreeMap, BTreeSet};

use super::appender::{About, Appender, Wanted};
use super::likeness::Entry;
use super::{Accepted, Copying, Fate, Ledger, NOT_FOUND, Peer};
use crate::client::{Client, Fetching, Message, Piece};
use crate::command::Items;
use crate::error::{Error, Result};
use crate::response::{Fetch, Value};
use crate::state::State;
use crate::types::IdSet;

/// So many messages are asked about at once, and then fetched.
const BATCH: usize = 256;

/// The way of messages to the other server.
pub(super) struct Flow<'f, 'b, F> {
    pub(super) appender: &'f mut Appender<'b>,
    pub(super) ledger: &'f mut Ledger<F>,
    pub(super) accepted: &'f Accepted,
    pub(super) there: &'f Peer,
}

/// What is known of messages whose texts have not gone their way, by their UIDs.
type Left = BTreeMap<u32, About>;

impl<F: FnMut(Copying)> Flow<'_, '_, F> {
    /// Copies messages of a server, and waits for what the other one says to them.
    pub(super) async fn all(&mut self, from: &mut Client, entries: &[Entry]) -> Result<()> {
        for some in entries.chunks(BATCH) {
            self.some(from, some).await?;
        }
        let finished = self.appender.finish().await;
        finished.map_err(|error| self.there.told(error))
    }

    async fn some(&mut self, from: &mut Client, some: &[Entry]) -> Result<()> {
        let mut left = self.prepare(from, some).await?;
        if left.is_empty() {
            return Ok(());
        }
        self.together(from, &mut left).await?;
        // Where the server told the UID too late, or stopped in the middle.
        for about in left.values() {
            self.alone(from, about).await?;
        }
        Ok(())
    }

    /// Asks for flags and dates of those that the other server may take.
    async fn prepare(&mut self, from: &mut Client, some: &[Entry]) -> Result<Left> {
        let (mut wanted, mut left) = (BTreeSet::new(), Left::new());
        for entry in some {
            match self.appender.fits(entry.size) {
                Ok(()) => drop(wanted.insert(entry.uid)),
                Err(error) => self.ledger.write(entry.uid, Fate::Refused(error)),
            }
        }
        if wanted.is_empty() {
            return Ok(left);
        }
        let all: IdSet = wanted.iter().copied().collect();
        let refusal = self.ask(from, &all, &mut wanted, &mut left).await?;
        for uid in wanted.clone() {
            let mut reason = None;
            if refusal.is_some() {
                reason = self.ask(from, &uid.into(), &mut wanted, &mut left).await?;
            }
            if wanted.contains(&uid) {
                self.ledger
                    .write(uid, reason.map_or(Fate::Gone, Fate::Refused));
            }
        }
        Ok(left)
    }

    /// Moves what is told of from one set to the other; why the server told no more.
    async fn ask(
        &mut self,
        from: &mut Client,
        uids: &IdSet,
        wanted: &mut BTreeSet<u32>,
        left: &mut Left,
    ) -> Result<Option<Error>> {
        let items = Items::new().flags().internal_date();
        let mut rows = from.fetch(uids, &items).await?;
        loop {
            match rows.next().await {
                Ok(Some(row)) => {
                    let Some(uid) = row.uid.filter(|uid| wanted.remove(uid)) else {
                        continue;
                    };
                    let about = About {
                        uid,
                        flags: self.accepted.of_message(row.flags),
                        date: row.internal_date,
                    };
                    left.insert(uid, about);
                }
                Ok(None) => return Ok(None),
                Err(error) => return only_a_refusal(from, error).map(Some),
            }
        }
    }

    /// All texts behind each other; those that went their way are no longer left.
    async fn together(&mut self, from: &mut Client, left: &mut Left) -> Result<()> {
        let uids: IdSet = left.keys().copied().collect();
        let items = Items::new().message();
        let mut fetching = from.fetch(&uids, &items).await?;
        loop {
            match fetching.piece().await {
                Ok(Some(Piece::Body(body))) => {
                    let about = body.message.uid.and_then(|uid| left.remove(&uid));
                    if let Some(about) = about {
                        self.pour(&about, body.size, &mut fetching).await?;
                    }
                }
                Ok(Some(Piece::Message(row))) => {
                    let Some(text) = quoted(&row) else { continue };
                    if let Some(about) = row.uid.and_then(|uid| left.remove(&uid)) {
                        let size = text.len() as u64;
                        self.pour(&about, size, &mut AtHand(Some(text))).await?;
                    }
                }
                Ok(None) => return Ok(()),
                Err(error) => return only_a_refusal(from, error).map(drop),
            }
        }
    }

    async fn alone(&mut self, from: &mut Client, about: &About) -> Result<()> {
        let refusal = match from.message(about.uid).await {
            Ok(mut message) => {
                let size = message.size();
                self.pour(about, size, &mut message).await?;
                // The text is complete, whatever the server says behind it.
                match message.skip().await {
                    Ok(()) => return Ok(()),
                    Err(error) => return only_a_refusal(from, error).map(drop),
                }
            }
            Err(error) => error,
        };
        let fate = match refusal.kind() == NOT_FOUND {
            true => Fate::Gone,
            false => Fate::Refused(only_a_refusal(from, refusal)?),
        };
        self.ledger.write(about.uid, fate);
        Ok(())
    }

    /// Sends a text on as it comes.
    async fn pour(&mut self, about: &About, size: u64, text: &mut impl Text) -> Result<()> {
        let there = self.there;
        let started = self.appender.start(about, size).await;
        if started.map_err(|error| there.told(error))? == Wanted::Text {
            while self.appender.lacks_text() {
                let piece = text.piece().await?.ok_or_else(cut_short)?;
                self.ledger.moved(piece.len());
                let sent = self.appender.send(piece).await;
                sent.map_err(|error| there.told(error))?;
            }
        }
        self.ledger.take_from(self.appender);
        Ok(())
    }
}

/// A text that comes in pieces.
trait Text {
    async fn piece(&mut self) -> Result<Option<&[u8]>>;
}

impl Text for Fetching<'_> {
    async fn piece(&mut self) -> Result<Option<&[u8]>> {
        self.chunk().await
    }
}

impl Text for Message<'_> {
    async fn piece(&mut self) -> Result<Option<&[u8]>> {
        self.chunk().await
    }
}

/// A text that is at hand.
struct AtHand<'t>(Option<&'t [u8]>);

impl Text for AtHand<'_> {
    async fn piece(&mut self) -> Result<Option<&[u8]>> {
        Ok(self.0.take())
    }
}

/// The error of a server that refused something, and with which one can go on.
fn only_a_refusal(from: &Client, error: Error) -> Result<Error> {
    match error {
        Error::Refused { .. } if from.state != State::Logout => Ok(error),
        other => Err(other),
    }
}

fn cut_short() -> Error {
    Error::malformed("all octets of a message", b"")
}

/// A text that came within quotes instead of flowing past.
fn quoted(row: &Fetch) -> Option<&[u8]> {
    row.bodies.iter().find_map(|body| match &body.value {
        Value::Quoted(text) => Some(text.as_bytes()),
        _ => None,
    })
}
