//! `copy_to`: messages from one server to another, once each.

use netspeak_core::{ErrorKind, Phase, Reason};

use super::{Appended, Client};
use crate::command::Items;
use crate::error::{Error, Result};
use crate::types::{IdSet, Ids, Mailbox};

mod accepted;
mod appender;
mod batch;
mod flow;
mod likeness;
mod settle;

use accepted::Accepted;
use appender::{Appender, Verdict};
use flow::Flow;
use likeness::{Entry, Eye, FIELDS};

const NOT_FOUND: ErrorKind = ErrorKind::new(Phase::Work, Reason::NotFound);

/// How far [`Client::copy_to`] is.
#[derive(Debug)]
#[non_exhaustive]
pub enum Copying {
    /// Both mailboxes have been looked through, and so much is to be copied.
    Planned {
        /// Messages.
        messages: u64,
        /// Their octets, as the server counts them.
        octets: u64,
    },
    /// So many octets have been read and sent on since the last time.
    Moved(u64),
    /// What became of a message.
    Message {
        /// Its UID in the mailbox that is copied.
        uid: u32,
        /// What became of it.
        fate: Fate,
    },
}

/// What became of a message that was to be copied.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fate {
    /// The other server has it: where, if it tells (UIDPLUS).
    Copied(Option<Appended>),
    /// It was there before.
    There,
    /// One of the servers does not want it to be copied, for this reason. Others are copied all the same.
    Refused(Error),
    /// Somebody removed it before it was its turn.
    Gone,
}

/// What [`Client::copy_to`] has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyTally {
    /// Messages that were copied.
    pub copied: u64,
    /// Their octets.
    pub octets: u64,
    /// Messages that were there before.
    pub there: u64,
    /// Messages that were refused.
    pub refused: u64,
    /// Messages that somebody removed meanwhile.
    pub gone: u64,
}

impl Client {
    /// Copies messages of the open mailbox into a mailbox of another server, by UIDs, and tells what becomes of each.
    ///
    /// What is there already is not copied again, so a copy that was interrupted is made whole by copying once more. A
    /// message is there if one with the same Message-ID is. Messages without one, and several with the same one, are
    /// compared by size, date and header fields; what is still alike after that is counted. Of each message 64 octets
    /// are kept in memory for that, and of those to be copied nothing but a few pieces of text: they flow from one
    /// server to the other, many on their way at once.
    ///
    /// Flags go along, keywords if the mailbox takes them, and the date of delivery. At the end no mailbox is open at
    /// the other server.
    ///
    /// # Errors
    /// [`Error::Usage`] while no mailbox is open here; `work.not_found` if there is no such mailbox over there;
    /// [`Error::Limit`] for more messages than [`Limits::listing_entries`](crate::Limits); network errors, told of the
    /// server that they are about. After an error in the middle of a message both sessions are poisoned. A server
    /// that was cut off may still be busy with what it was sent last; it is waited for, as far as it can be seen.
    pub async fn copy_to(
        &mut self,
        which: &IdSet,
        other: &mut Self,
        to: &Mailbox,
        told: impl FnMut(Copying),
    ) -> Result<CopyTally> {
        let (here, there) = (Peer::of(self), Peer::of(other));
        if self.selected.is_none() {
            return Err(Error::usage("no mailbox is open to copy from"));
        }
        let eye = Eye::new();
        let ours = match self.is_empty() || which.is_empty() {
            true => Vec::new(),
            false => self
                .look_through(which, &eye)
                .await
                .map_err(|e| here.told(e))?,
        };
        let opened = async {
            other.select(to).await?;
            other.known_capabilities().await?;
            Ok(Accepted::of(other.selected()))
        };
        let accepted = opened.await.map_err(|e| there.told(e))?;
        let found = other.find(ours, &eye).await;
        let (known, missing) = found.map_err(|e| there.told(e))?;
        // What is told of the mailbox while it is filled helps nobody.
        other.unselect().await.map_err(|e| there.told(e))?;

        let mut ledger = Ledger {
            tally: CopyTally::default(),
            told,
        };
        ledger.plan(&missing);
        for entry in known {
            ledger.write(entry.uid, Fate::There);
        }
        if missing.is_empty() {
            return Ok(ledger.tally);
        }
        let mut appender = Appender::begin(other, to).map_err(|e| there.told(e))?;
        let mut flow = Flow {
            appender: &mut appender,
            ledger: &mut ledger,
            accepted: &accepted,
            there: &there,
        };
        let flowed = flow.all(self, &missing).await;
        // What was taken before an error is told all the same.
        ledger.take_from(&mut appender);
        flowed.map_err(|e| here.told(e))?;
        Ok(ledger.tally)
    }

    /// What there is of these, without their texts.
    async fn look_through(&mut self, which: &IdSet, eye: &Eye) -> Result<Vec<Entry>> {
        let most = self.conn.limits().listing_entries;
        let items = Items::new().size().internal_date().header_fields(FIELDS);
        let mut rows = self.fetch(Ids::from(which), &items).await?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().await? {
            let Some(uid) = row.uid else { continue };
            if found.len() == most {
                return Err(Error::limit("messages", most as u64));
            }
            found.push(Entry {
                uid,
                size: row.size.unwrap_or(0),
                likeness: eye.look(&row),
            });
        }
        found.sort_unstable_by_key(|entry| entry.uid);
        found.dedup_by_key(|entry| entry.uid);
        Ok(found)
    }
}

/// Who is told, and what has been told.
struct Ledger<F> {
    tally: CopyTally,
    told: F,
}

impl<F: FnMut(Copying)> Ledger<F> {
    fn plan(&mut self, missing: &[Entry]) {
        let octets = missing.iter().map(|entry| entry.size);
        (self.told)(Copying::Planned {
            messages: missing.len() as u64,
            octets: octets.fold(0, u64::saturating_add),
        });
    }

    fn moved(&mut self, octets: usize) {
        (self.told)(Copying::Moved(octets as u64));
    }

    fn write(&mut self, uid: u32, fate: Fate) {
        let count = match fate {
            Fate::Copied(_) => &mut self.tally.copied,
            Fate::There => &mut self.tally.there,
            Fate::Refused(_) => &mut self.tally.refused,
            Fate::Gone => &mut self.tally.gone,
        };
        *count += 1;
        (self.told)(Copying::Message { uid, fate });
    }

    fn take_from(&mut self, appender: &mut Appender<'_>) {
        while let Some(Verdict { uid, size, taken }) = appender.verdict() {
            let fate = match taken {
                Ok(place) => {
                    self.tally.octets = self.tally.octets.saturating_add(size);
                    Fate::Copied(place)
                }
                Err(error) => Fate::Refused(error),
            };
            self.write(uid, fate);
        }
    }
}

/// One of the two servers, by its address.
struct Peer(Option<std::net::SocketAddr>);

impl Peer {
    fn of(client: &Client) -> Self {
        Self(client.conn.peer_addr())
    }

    fn told(&self, error: Error) -> Error {
        match &self.0 {
            Some(address) => error.at(address),
            None => error,
        }
    }
}
