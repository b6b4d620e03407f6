//! APPEND: a message into a mailbox.

use netspeak_core::{ErrorKind, Phase, Reason, Wire};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::Client;
use super::append_all::places;
use super::talk::{Incoming, Said};
use crate::command::{AppendBody, Command, with_crlf};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{StatusKind, Untagged};
use crate::types::{Flag, InternalDate, Mailbox};

/// What is read from a source at once.
const CHUNK: usize = 64 * 1024;

/// How a message is kept: its flags and its date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Append {
    flags: Vec<Flag>,
    date: Option<InternalDate>,
    body: AppendBody,
}

/// Where a message was put (UIDPLUS, RFC 4315).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The UIDVALIDITY of the mailbox.
    pub uid_validity: u32,
    /// The message's UID.
    pub uid: u32,
}

impl Append {
    /// Without flags, dated now.
    pub fn new() -> Self {
        Self::default()
    }

    /// With these flags.
    #[must_use]
    pub fn flags(mut self, flags: impl IntoIterator<Item = Flag>) -> Self {
        self.flags.extend(flags);
        self
    }

    /// As if delivered then.
    #[must_use]
    pub fn date(mut self, date: InternalDate) -> Self {
        self.date = Some(date);
        self
    }

    /// In another form than a plain literal.
    #[must_use]
    pub fn body(mut self, body: AppendBody) -> Self {
        self.body = body;
        self
    }
}

impl Client {
    /// APPEND: puts a message into a mailbox (RFC 9051 section 6.3.12). Line ends become CR LF. Where it is
    /// now, if the server tells.
    ///
    /// # Errors
    /// `work.quota` before anything is sent if it is larger than the server takes (APPENDLIMIT);
    /// [`Error::Usage`] for a NUL byte where the server has no BINARY; `work.not_found` if there is no such
    /// mailbox, `work.rejected`; network errors.
    pub async fn append(
        &mut self,
        mailbox: &Mailbox,
        how: &Append,
        message: &[u8],
    ) -> Result<Option<Appended>> {
        let message = with_crlf(message);
        let body = self.body_of(how, &message).await?;
        let mut source = &*message;
        let size = source.len() as u64;
        self.append_as(mailbox, how, body, size, &mut source).await
    }

    /// APPEND of what a source gives, as it is: `size` octets of it, which are never held in memory.
    ///
    /// # Errors
    /// As [`append`](Self::append); [`Error::Local`] if the source fails or ends early: the session is
    /// poisoned then, since the server waits for more.
    pub async fn append_from(
        &mut self,
        mailbox: &Mailbox,
        how: &Append,
        size: u64,
        source: &mut (impl AsyncRead + Unpin),
    ) -> Result<Option<Appended>> {
        self.known_capabilities().await?;
        self.append_as(mailbox, how, how.body, size, source).await
    }

    async fn append_as(
        &mut self,
        mailbox: &Mailbox,
        how: &Append,
        body: AppendBody,
        size: u64,
        source: &mut (impl AsyncRead + Unpin),
    ) -> Result<Option<Appended>> {
        self.check_limit(size)?;
        let command = Command::Append {
            mailbox,
            flags: &how.flags,
            date: how.date.as_ref(),
            size,
            body,
        };
        self.begin(&command, Phase::Work)?;
        let reply = self.append_begun(&command, size, source).await?;
        let reply = self.done("APPEND", Phase::Work, reply)?;
        Ok(place(&reply))
    }

    async fn append_begun(
        &mut self,
        command: &Command<'_>,
        size: u64,
        source: &mut (impl AsyncRead + Unpin),
    ) -> Result<Reply> {
        let mut pass: fn(Untagged) -> Option<Untagged> = Some;
        if let Said::Answered(reply) = self.say(command, &mut pass).await? {
            return Ok(reply);
        }
        self.conn.data_due();
        let mut early = None;
        let mut chunk = vec![0; CHUNK];
        let mut left = size;
        while left > 0 {
            let most = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
            let room = chunk.get_mut(..most).unwrap_or_default();
            let count = source.read(room).await.map_err(Error::Local)?;
            if count == 0 {
                return Err(Error::Local(std::io::ErrorKind::UnexpectedEof.into()));
            }
            left = left.saturating_sub(count as u64);
            let mut data = chunk.get(..count).unwrap_or_default();
            self.send_and_hear(&mut data, &mut early).await?;
        }
        let mut end = Wire::new();
        if matches!(
            command,
            Command::Append {
                body: AppendBody::Utf8,
                ..
            }
        ) {
            end.raw(b")");
        }
        end.end();
        self.conn.queue(&end);
        self.send_and_hear(&mut &[][..], &mut early).await?;
        self.conn.reply_due();
        match early {
            Some(reply) => Ok(reply),
            None => self.answer(Phase::Work, &mut pass).await,
        }
    }

    /// Sends, and takes what the server says meanwhile. It may have refused already; what was announced is
    /// sent all the same, since it is read as part of the message.
    pub(super) async fn send_and_hear(
        &mut self,
        data: &mut &[u8],
        early: &mut Option<Reply>,
    ) -> Result<()> {
        while let Some(event) = self.conn.send_data_or_next(data, &mut self.codec).await? {
            match self.incoming(event)? {
                None => {}
                Some(Incoming::Answer(at, reply)) => {
                    self.open.remove(at);
                    *early = Some(reply);
                }
                Some(Incoming::Literal(_)) => self.codec.gather_literal()?,
                Some(Incoming::Status(reply)) if reply.kind() == StatusKind::Bye => {
                    return Err(self.farewell(Phase::Work, reply));
                }
                Some(other) => self.pass(other, &mut Some)?,
            }
        }
        Ok(())
    }

    /// In which form a message goes that is at hand.
    async fn body_of(&mut self, how: &Append, message: &[u8]) -> Result<AppendBody> {
        self.known_capabilities().await?;
        if how.body != AppendBody::Literal {
            return Ok(how.body);
        }
        if message.contains(&0) {
            if self.has_any(&["BINARY"]).await? {
                return Ok(AppendBody::Binary);
            }
            return Err(Error::usage(
                "the message holds a NUL byte, and the server takes none (BINARY); nothing was sent",
            ));
        }
        let header = memchr::memmem::find(message, b"\r\n\r\n").unwrap_or(message.len());
        let is_ascii = message.get(..header).unwrap_or_default().is_ascii();
        Ok(if !is_ascii && self.is_enabled("UTF8=ACCEPT") {
            AppendBody::Utf8
        } else {
            AppendBody::Literal
        })
    }

    /// RFC 7889: who knows the limit need not send what is above it.
    pub(super) fn check_limit(&self, size: u64) -> Result<()> {
        let limit = self.capabilities.as_ref().and_then(|it| it.append_limit());
        match limit {
            Some(limit) if size > limit => Err(Error::net(
                ErrorKind::new(Phase::Work, Reason::Quota),
                format!(
                    "the message has {size} octets, and the server takes {limit}; nothing was sent"
                ),
            )),
            _ => Ok(()),
        }
    }
}

/// Where a message is, as the answer tells it.
pub(super) fn place(reply: &Reply) -> Option<Appended> {
    let places = reply.code().map(places).unwrap_or_default();
    places.first().copied()
}
