//! [`Body`]: the text of a mail, in memory or as it comes.

use std::fmt;

use bytes::Bytes;
use netspeak_core::{Deadlines, Pages, Phase};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::manner::PIECE;
use crate::error::{Error, Result};

/// The text of a mail: header, blank line, body.
///
/// Bytes in memory, or anything that can be read; a reader's text never stands in memory as a
/// whole. Line ends are made CR LF on the way.
pub struct Body<'a> {
    pub(super) source: Source<'a>,
    size: Option<u64>,
    /// A reader has been read from: it does not begin again.
    is_begun: bool,
}

pub(super) enum Source<'a> {
    Borrowed(&'a [u8]),
    Shared(Bytes),
    Reader(Box<dyn AsyncRead + Send + Unpin + 'a>),
}

impl<'a> Body<'a> {
    /// What a reader gives, to its end.
    pub fn reader(reader: impl AsyncRead + Send + Unpin + 'a) -> Self {
        Self {
            source: Source::Reader(Box::new(reader)),
            size: None,
            is_begun: false,
        }
    }

    /// Says how long a reader's text is, so that a server can refuse it before it is sent.
    #[must_use]
    pub fn with_size(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }

    /// How long it is, if that is known.
    pub fn size(&self) -> Option<u64> {
        self.size.or(self.bytes().map(|bytes| bytes.len() as u64))
    }

    /// Whether it can be sent from its beginning.
    pub(crate) fn is_whole(&self) -> bool {
        !self.is_begun
    }

    /// All of it, if it is in memory.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match &self.source {
            Source::Borrowed(bytes) => Some(bytes),
            Source::Shared(bytes) => Some(bytes),
            Source::Reader(_) => None,
        }
    }

    /// Whether it may hold bytes beyond ASCII.
    pub(super) fn may_be_eight_bit(&self) -> bool {
        !self.bytes().is_some_and(<[u8]>::is_ascii)
    }

    /// Whether its header is known to be UTF-8 and not ASCII (RFC 6532).
    pub(super) fn has_utf8_header(&self) -> bool {
        let Some(bytes) = self.bytes() else {
            return false;
        };
        let crlf = memchr::memmem::find(bytes, b"\r\n\r\n");
        let header = match crlf.or_else(|| memchr::memmem::find(bytes, b"\n\n")) {
            Some(end) => bytes.get(..end).unwrap_or_default(),
            None => bytes,
        };
        !header.is_ascii() && std::str::from_utf8(header).is_ok()
    }
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.source, self.size()) {
            (Source::Reader(_), Some(size)) => write!(f, "Body(reader, {size} bytes)"),
            (Source::Reader(_), None) => f.write_str("Body(reader)"),
            (_, size) => write!(f, "Body({} bytes)", size.unwrap_or(0)),
        }
    }
}

impl<'a> From<Source<'a>> for Body<'a> {
    fn from(source: Source<'a>) -> Self {
        Self {
            source,
            size: None,
            is_begun: false,
        }
    }
}

impl<'a> From<&'a [u8]> for Body<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Source::Borrowed(bytes).into()
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Body<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Source::Borrowed(bytes).into()
    }
}

impl<'a> From<&'a Vec<u8>> for Body<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Source::Borrowed(bytes).into()
    }
}

impl<'a> From<&'a str> for Body<'a> {
    fn from(text: &'a str) -> Self {
        Source::Borrowed(text.as_bytes()).into()
    }
}

impl From<Vec<u8>> for Body<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Source::Shared(bytes.into()).into()
    }
}

impl From<String> for Body<'_> {
    fn from(text: String) -> Self {
        Source::Shared(text.into()).into()
    }
}

impl From<Bytes> for Body<'_> {
    fn from(bytes: Bytes) -> Self {
        Source::Shared(bytes).into()
    }
}

impl From<&lettre::Message> for Body<'_> {
    fn from(message: &lettre::Message) -> Self {
        message.formatted().into()
    }
}

/// A body in pieces.
pub(super) struct Pieces<'p, 'b> {
    body: &'p mut Body<'b>,
    at: usize,
    /// Empty until a reader needs it.
    buffer: Pages,
}

/// A piece of a body.
pub(super) struct Piece<'p> {
    /// Empty at most if it is the last.
    pub(super) bytes: &'p [u8],
    pub(super) is_last: bool,
}

impl<'p, 'b> Pieces<'p, 'b> {
    pub(super) fn new(body: &'p mut Body<'b>) -> Self {
        Self {
            body,
            at: 0,
            buffer: Pages::default(),
        }
    }

    /// The next piece.
    ///
    /// # Errors
    /// [`Error::Local`] if the reader fails, `work.timeout` if it gives nothing for too long.
    pub(super) async fn next(&mut self, deadlines: &Deadlines) -> Result<Piece<'_>> {
        let bytes: &[u8] = match &mut self.body.source {
            Source::Borrowed(bytes) => bytes,
            Source::Shared(bytes) => bytes,
            Source::Reader(reader) => {
                if self.buffer.is_empty() {
                    self.buffer = Pages::new(PIECE);
                }
                let mut filled = 0;
                while let Some(room) = self.buffer.get_mut(filled..).filter(|r| !r.is_empty()) {
                    let deadline = deadlines.progress(Phase::Work);
                    let read = deadline.run("reading the mail", reader.read(room)).await?;
                    match read.map_err(Error::Local)? {
                        0 => break,
                        read => filled += read,
                    }
                }
                self.body.is_begun |= filled > 0;
                return Ok(Piece {
                    bytes: self.buffer.get(..filled).unwrap_or_default(),
                    is_last: filled < PIECE,
                });
            }
        };
        let rest = bytes.get(self.at..).unwrap_or_default();
        let piece = rest.get(..PIECE).unwrap_or(rest);
        self.at = self.at.saturating_add(piece.len());
        Ok(Piece {
            bytes: piece,
            is_last: piece.len() == rest.len(),
        })
    }
}
