//! One message, or a part of one, as it flows.

use netspeak_core::{ErrorKind, Phase, Reason};

use super::Client;
use super::fetch::{Fetching, Piece};
use crate::command::Items;
use crate::error::{Error, Result};
use crate::response::{Fetch, Value};
use crate::types::{Ids, ImapPath, Section};

/// A message being received, or a part of one. Its bytes are those that the server keeps.
///
/// Nothing is held in memory: read it piece by piece, copy it into a sink, or take it whole with a limit of
/// your own. Dropping it before its end poisons the session.
#[derive(Debug)]
pub struct Message<'a> {
    fetching: Fetching<'a>,
    message: Fetch,
    state: Flow,
    size: u64,
    /// What came within quotes instead of flowing past.
    quoted: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Flowing,
    Quoted,
    Ended,
}

impl Client {
    /// A whole message, which is not marked as read by that.
    ///
    /// # Errors
    /// `work.not_found` if there is none.
    pub async fn message(&mut self, which: impl Into<Ids>) -> Result<Message<'_>> {
        self.section(which, &Section::whole()).await
    }

    /// A part of a message (RFC 9051 section 6.4.5.1), which is not marked as read by that.
    ///
    /// # Errors
    /// `work.not_found` if there is no such message, or no such part of it.
    pub async fn section(
        &mut self,
        which: impl Into<Ids>,
        section: &Section,
    ) -> Result<Message<'_>> {
        self.body(which.into(), &Items::new().section(section))
            .await
    }

    /// `count` octets of a message or a part of it, from `first` on: what a transfer that broke off goes on
    /// with.
    ///
    /// # Errors
    /// As [`section`](Self::section).
    pub async fn partial(
        &mut self,
        which: impl Into<Ids>,
        section: &Section,
        first: u64,
        count: u64,
    ) -> Result<Message<'_>> {
        self.body(which.into(), &Items::new().partial(section, first, count))
            .await
    }

    /// What a URL means of a message (RFC 5092): all of it, a part of it, some octets of that.
    ///
    /// # Errors
    /// As [`section`](Self::section).
    pub async fn part(&mut self, which: impl Into<Ids>, path: &ImapPath) -> Result<Message<'_>> {
        let whole = Section::whole();
        let section = path.section.as_ref().unwrap_or(&whole);
        match path.partial {
            None => self.section(which, section).await,
            Some((first, count)) => {
                let count = count.unwrap_or(u64::from(u32::MAX));
                self.partial(which, section, first, count).await
            }
        }
    }

    /// A part without its transfer encoding (BINARY, RFC 3516).
    ///
    /// # Errors
    /// As [`section`](Self::section); `work.not_offered` if the server does not know BINARY.
    pub async fn binary(&mut self, which: impl Into<Ids>, part: &[u32]) -> Result<Message<'_>> {
        self.needs_any(&["BINARY", "IMAP4rev2"]).await?;
        self.body(which.into(), &Items::new().binary(part)).await
    }

    async fn body(&mut self, ids: Ids, items: &Items) -> Result<Message<'_>> {
        let mut fetching = self.fetch(ids, items).await?;
        while let Some(piece) = fetching.piece().await? {
            let (message, state, quoted, size) = match piece {
                Piece::Body(body) => (body.message, Flow::Flowing, Vec::new(), body.size),
                Piece::Message(message) => {
                    let quoted = message.bodies.iter().find_map(|body| match &body.value {
                        Value::Quoted(text) => Some(text.as_bytes().to_vec()),
                        _ => None,
                    });
                    let Some(quoted) = quoted else { continue };
                    let size = quoted.len() as u64;
                    (message, Flow::Quoted, quoted, size)
                }
            };
            return Ok(Message {
                fetching,
                message,
                state,
                size,
                quoted,
            });
        }
        Err(Error::net(
            ErrorKind::new(Phase::Work, Reason::NotFound),
            "the server knows no such message, or no such part of it",
        ))
    }
}

impl Message<'_> {
    netspeak_core::text_methods!("a message");

    /// What the server said of it before its octets: its number, its UID.
    pub fn fetched(&self) -> &Fetch {
        &self.message
    }

    /// Its octets.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// Network errors; `proto.closed` if the connection ends inside the message, `work.timeout` if nothing
    /// comes for too long; what the server refuses behind it.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>> {
        if self.state == Flow::Flowing
            && let Some(range) = self.fetching.next_data().await?
        {
            return Ok(Some(self.fetching.bytes(range)));
        }
        while self.fetching.piece().await?.is_some() {}
        let was = std::mem::replace(&mut self.state, Flow::Ended);
        Ok((was == Flow::Quoted && !self.quoted.is_empty()).then_some(&self.quoted))
    }
}
