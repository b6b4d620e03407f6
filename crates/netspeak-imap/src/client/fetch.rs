//! FETCH: rows as they come, bodies as they flow.

use std::collections::VecDeque;
use std::ops::Range;

use netspeak_core::Phase;

use super::Client;
use super::rows::Rows;
use super::talk::Incoming;
use crate::codec::Event;
use crate::command::{Command, Items};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{Fetch, Response, StatusKind, Untagged};
use crate::types::Ids;

/// Sets of messages are cut so that no command is longer: servers take 8,192 octets at least (RFC 7162
/// section 4), and so much room is left for what stands around the set.
const LONGEST_SET: usize = 7_000;

/// How many commands run ahead of their answers.
const WINDOW: usize = 4;

/// Messages being fetched, in the order in which the server tells of them.
///
/// Rows without bodies are read with [`next`](Self::next); it takes bodies into memory as well, up to
/// [`Limits::literal`](crate::Limits). Bodies flow past with [`piece`](Self::piece) and
/// [`chunk`](Self::chunk):
///
/// ```no_run
/// # async fn example(client: &mut netspeak_imap::Client) -> netspeak_imap::Result<()> {
/// use netspeak_imap::{Items, Piece};
///
/// let mut fetching = client.fetch(1..=500, &Items::new().flags().message()).await?;
/// while let Some(piece) = fetching.piece().await? {
///     match piece {
///         Piece::Body(body) => {
///             println!("{} octets of message {:?}", body.size, body.message.uid);
///             while let Some(chunk) = fetching.chunk().await? {
///                 println!("{} of them", chunk.len());
///             }
///         }
///         Piece::Message(row) => println!("{:?} {:?}", row.uid, row.flags),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// What the server tells of other messages meanwhile is [news](Client::news). A long set of messages is
/// asked for in several commands, which run ahead of their answers. The futures of its methods may be
/// dropped and called again; dropping it before its end poisons the session.
#[derive(Debug)]
pub struct Fetching<'a> {
    client: &'a mut Client,
    wanted: Rows,
    verb: &'static str,
    /// What is not asked for yet.
    waiting: VecDeque<Ids>,
    items: Items,
    changed_since: Option<u64>,
    state: Flow,
    /// The first refusal; the rest of the window is read all the same.
    refusal: Option<Reply>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// Between responses.
    Between,
    /// So many octets of a body are to come.
    Body(u64),
    Ended,
}

/// A part of what is fetched.
#[derive(Clone, Debug)]
pub enum Piece {
    /// A body begins: read it with [`Fetching::chunk`], or leave it to be skipped.
    Body(BodyPart),
    /// All that was said of a message; its bodies have flowed past.
    Message(Fetch),
}

/// A body, or a part of one, whose octets follow.
#[derive(Clone, Debug)]
pub struct BodyPart {
    /// Its octets.
    pub size: u64,
    /// What was said of its message so far; the part itself is the last of its bodies.
    pub message: Fetch,
}

impl Client {
    /// FETCH, by UIDs unless they are numbers (RFC 9051 section 6.4.5).
    ///
    /// # Errors
    /// [`Error::Usage`] while no mailbox is open, or for an empty set; network errors. What the server
    /// refuses is told by the last call of [`Fetching::next`], behind what it did send.
    pub async fn fetch(&mut self, ids: impl Into<Ids>, items: &Items) -> Result<Fetching<'_>> {
        self.begin_fetch(ids.into(), items, None).await
    }

    /// FETCH of those that changed since a modification sequence (CONDSTORE, RFC 7162).
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch); `work.not_offered` if the server keeps none.
    pub async fn fetch_changed(
        &mut self,
        ids: impl Into<Ids>,
        items: &Items,
        since: u64,
    ) -> Result<Fetching<'_>> {
        self.needs_any(&["CONDSTORE", "QRESYNC"]).await?;
        self.begin_fetch(ids.into(), items, Some(since)).await
    }

    async fn begin_fetch(
        &mut self,
        ids: Ids,
        items: &Items,
        changed_since: Option<u64>,
    ) -> Result<Fetching<'_>> {
        let command = Command::Fetch {
            ids: &ids,
            items,
            changed_since,
            vanished: false,
        };
        self.begin(&command, Phase::Work)?;
        let (wanted, verb) = (self.rows(&ids), command.verb());
        let waiting = ids.split(LONGEST_SET).collect();
        let mut fetching = Fetching {
            client: self,
            wanted,
            verb,
            waiting,
            items: items.clone(),
            changed_since,
            state: Flow::Between,
            refusal: None,
        };
        fetching.run_ahead()?;
        // Bulk data may take its time as long as it flows.
        fetching.client.conn.data_due();
        Ok(fetching)
    }
}

impl Fetching<'_> {
    /// The next message with all that was asked of it; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Limit`] for a body that is too large to be held; `work.rejected` at the end if the server
    /// refused a part of what was asked; network errors.
    pub async fn next(&mut self) -> Result<Option<Fetch>> {
        loop {
            match self.step(Bodies::Gathered).await? {
                Some(Piece::Message(row)) => return Ok(Some(row)),
                Some(Piece::Body(_)) => {}
                None => return Ok(None),
            }
        }
    }

    /// The next body or message; `None` at the end. What was not read of the body before is skipped.
    ///
    /// # Errors
    /// As [`next`](Self::next), but for the limit.
    pub async fn piece(&mut self) -> Result<Option<Piece>> {
        self.step(Bodies::Flowing).await
    }

    /// The next octets of the body that [`piece`](Self::piece) has announced; `None` at its end.
    ///
    /// # Errors
    /// Network errors; `proto.closed` if the connection ends inside the body.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>> {
        let Some(range) = self.next_data().await? else {
            return Ok(None);
        };
        Ok(Some(self.bytes(range)))
    }

    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.client.conn.bytes(range)
    }

    /// All messages at once, at most `max` of them.
    ///
    /// # Errors
    /// As [`next`](Self::next), and [`Error::Limit`] for more messages.
    pub async fn all(mut self, max: usize) -> Result<Vec<Fetch>> {
        let mut rows = Vec::new();
        while let Some(row) = self.next().await? {
            if rows.len() == max {
                return Err(Error::limit("messages", max as u64));
            }
            rows.push(row);
        }
        Ok(rows)
    }

    pub(super) async fn next_data(&mut self) -> Result<Option<Range<usize>>> {
        while let Flow::Body(left) = self.state {
            if left == 0 {
                self.state = Flow::Between;
                break;
            }
            let client = &mut *self.client;
            if let Event::Data(range) = client.conn.next(&mut client.codec).await? {
                let left = left.saturating_sub(range.len() as u64);
                self.state = Flow::Body(left);
                return Ok(Some(range));
            }
        }
        Ok(None)
    }

    async fn step(&mut self, bodies: Bodies) -> Result<Option<Piece>> {
        while self.next_data().await?.is_some() {}
        while self.state != Flow::Ended {
            let incoming = self.client.next().await?;
            match incoming {
                Incoming::Literal(_) if bodies == Bodies::Gathered => {
                    self.client.codec.gather_literal()?;
                }
                Incoming::Literal(size) => {
                    self.state = Flow::Body(size);
                    if let Some(message) = self.begun() {
                        return Ok(Some(Piece::Body(BodyPart { size, message })));
                    }
                    while self.next_data().await?.is_some() {}
                }
                Incoming::Data(Untagged::Fetch(row)) if self.wanted.hold(&row) => {
                    return Ok(Some(Piece::Message(*row)));
                }
                Incoming::Answer(at, reply) => self.answered(at, reply)?,
                Incoming::Status(reply) if reply.kind() == StatusKind::Bye => {
                    return Err(self.client.farewell(Phase::Work, reply));
                }
                other => self.client.pass(other, &mut Some)?,
            }
        }
        match self.refusal.take() {
            None => Ok(None),
            Some(reply) => Err(Error::refused(self.verb, Phase::Work, reply)),
        }
    }

    /// What was said of a message up to its body.
    fn begun(&self) -> Option<Fetch> {
        match Response::parse(self.client.codec.assembled()) {
            Response::Untagged(Untagged::Fetch(row)) => Some(*row),
            _ => None,
        }
    }

    fn answered(&mut self, at: usize, reply: Reply) -> Result<()> {
        let client = &mut *self.client;
        client.open.remove(at);
        client.heed(&reply);
        if !reply.is_ok() && self.refusal.is_none() {
            self.refusal = Some(reply);
        }
        self.run_ahead()?;
        if self.client.open.is_empty() {
            self.client.conn.finish();
            self.state = Flow::Ended;
        }
        Ok(())
    }

    /// Queues commands up to the window; they leave while the next response is awaited.
    fn run_ahead(&mut self) -> Result<()> {
        let window = self.client.conn.limits().window(WINDOW);
        while self.client.open.len() < window && self.refusal.is_none() {
            let Some(ids) = self.waiting.pop_front() else {
                break;
            };
            let command = Command::Fetch {
                ids: &ids,
                items: &self.items,
                changed_since: self.changed_since,
                vanished: false,
            };
            self.client.put(&command)?;
        }
        Ok(())
    }
}

/// What becomes of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bodies {
    Gathered,
    Flowing,
}
