//! Reading: what comes, and what is waited for.

use netspeak_core::{Deadline, ErrorKind, Phase, Reason};

use super::{Client, hold};
use crate::error::{Error, Result};

impl Client {
    /// The next piece of text or data, as it comes; `None` once the server has closed the
    /// connection.
    ///
    /// # Errors
    /// `wait.timeout`; those of the network, and of a peer that breaks the protocol.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>> {
        let deadline = self.patience();
        while self.text.is_empty() {
            if !self.gather(&deadline).await? && self.text.is_empty() {
                return match self.ended {
                    true => Ok(None),
                    false => Err(deadline.expired("waiting for text").into()),
                };
            }
        }
        self.lent.clear();
        std::mem::swap(&mut self.lent, &mut self.text);
        Ok(Some(&self.lent))
    }

    /// Some text, at least a byte; empty once the server has closed the connection.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk).
    pub async fn read_some(&mut self) -> Result<Vec<u8>> {
        Ok(self.chunk().await?.unwrap_or_default().to_vec())
    }

    /// All text up to the end of the connection, at most `max` bytes.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), the limit being on each silence; [`Error::Limit`] if there is more.
    pub async fn read_all(&mut self, max: usize) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        while let Some(piece) = self.chunk().await? {
            all.extend_from_slice(piece);
            hold(&all, max)?;
        }
        Ok(all)
    }

    /// The text that is there by now, without waiting for more than what is already on its way through
    /// the system; empty if there is none.
    ///
    /// # Errors
    /// `proto.closed` if the connection is over and all was read; those of the network.
    pub async fn read_available(&mut self) -> Result<Vec<u8>> {
        let instant = self
            .conn
            .deadlines()
            .within(Phase::Wait, std::time::Duration::ZERO);
        while self.fill(&instant).await? {}
        self.queue_answers();
        match self.text.is_empty() && self.ended {
            true => Err(closed()),
            false => Ok(std::mem::take(&mut self.text)),
        }
    }

    /// Text that has come and was not read; nothing is waited for.
    pub fn take_text(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }

    /// Everything up to this text, and the text. It may come in pieces, with negotiation in between.
    ///
    /// # Errors
    /// `wait.timeout` and `proto.closed` if it does not come: what has come instead stays, for
    /// [`take_text`](Self::take_text) and the next call. [`Error::Limit`] beyond
    /// [`Limits::reply_bytes`](crate::Limits::reply_bytes).
    pub async fn read_until(&mut self, text: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let pattern = super::Pattern::text(text.as_ref());
        let found = self.expect(&[pattern]).await?;
        Ok([found.before, found.matched].concat())
    }

    /// Text that has come and was not read; it stays.
    pub fn peek_text(&self) -> &[u8] {
        &self.text
    }

    /// Takes some more; whether there may be more before the deadline.
    pub(crate) async fn fill(&mut self, deadline: &Deadline) -> Result<bool> {
        let may_be_more = self.gather(deadline).await?;
        hold(&self.text, self.conn.limits().reply_bytes)?;
        Ok(may_be_more)
    }
}

pub(crate) fn closed() -> Error {
    Error::net(
        ErrorKind::new(Phase::Proto, Reason::Closed),
        "the server closed the connection",
    )
}
