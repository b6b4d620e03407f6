//! [`Body`]: a text or a file as it flows.

use netspeak_core::{Encoding, Trace};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::answer::{Answer, Part};
use crate::codec::Ending;
use crate::error::{Error, Result};

/// A text or a file being received. Nothing is held in memory: read it piece by piece, copy it into a
/// sink, or take it whole with a limit of your own.
#[derive(Debug)]
pub struct Body {
    answer: Answer,
}

impl Body {
    pub(super) fn new(answer: Answer) -> Self {
        Self { answer }
    }

    /// The next piece, at most 256 KiB; `None` once all has come.
    ///
    /// # Errors
    /// `work.not_found` if the server answers with an error item instead; `proto.closed` if it closes
    /// before all has come that it announced, `tls.truncated` if TLS ends without its closing alert,
    /// [`Error::Malformed`] if something follows a text's final dot.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>> {
        match self.answer.next().await? {
            Some(Part::Line(range) | Part::Data(range)) => Ok(Some(self.answer.get(range))),
            None => Ok(None),
        }
    }

    /// All of it, at most `max` bytes.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk); [`Error::Limit`] if there is more.
    pub async fn bytes(mut self, max: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.chunk().await? {
            if piece.len() > max.saturating_sub(bytes.len()) {
                return Err(Error::limit("bytes of an answer", max as u64));
            }
            bytes.extend_from_slice(piece);
        }
        Ok(bytes)
    }

    /// All of it as text, at most `max` bytes: in this encoding, or in the one that it looks like.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes).
    pub async fn string(self, max: usize, encoding: Option<Encoding>) -> Result<String> {
        let bytes = self.bytes(max).await?;
        let encoding = encoding.unwrap_or_else(|| Encoding::guess(&bytes));
        Ok(encoding.decode(&bytes).into_owned())
    }

    /// Copies it into a sink; how many bytes that were.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk); [`Error::Local`] if the sink fails.
    pub async fn copy_to(&mut self, sink: &mut (impl AsyncWrite + Unpin)) -> Result<u64> {
        let mut copied: u64 = 0;
        while let Some(piece) = self.chunk().await? {
            copied = copied.saturating_add(piece.len() as u64);
            sink.write_all(piece).await.map_err(Error::Local)?;
        }
        sink.flush().await.map_err(Error::Local)?;
        Ok(copied)
    }

    /// What ended it; `None` while it flows.
    pub fn ending(&self) -> Option<Ending> {
        self.answer.ending()
    }

    /// The record of the connection.
    pub fn trace(&self) -> &Trace {
        self.answer.trace()
    }
}
