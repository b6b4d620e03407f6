//! [`Body`]: the text of a mail, in memory or as it comes.

use std::fmt;

use bytes::Bytes;
use netspeak_core::{Deadlines, Pages, Phase};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::manner::{PIECE, needs_eight_bit_mime};
use super::survey::{Needs, Survey};
use crate::error::{Error, Result};

/// The text of a mail: header, blank line, body.
///
/// Bytes in memory, or anything that can be read; a reader's text never stands in memory as a
/// whole. Line ends are made CR LF on the way.
pub struct Body<'a> {
    source: Source<'a>,
    size: Option<u64>,
    /// What is known of a reader's text.
    needs: Option<Needs>,
    /// Its first piece, read to know what it needs; all that is known then is of this piece.
    ahead: Vec<u8>,
    is_partly_known: bool,
    /// A reader has been sent from: it does not begin again.
    is_begun: bool,
}

enum Source<'a> {
    Borrowed(&'a [u8]),
    Shared(Bytes),
    Reader(Box<dyn AsyncRead + Send + Unpin + 'a>),
    /// A reader that has been read to its end.
    Read(Bytes),
}

impl<'a> Body<'a> {
    /// What a reader gives, to its end. Its first 256 KiB are read before anything of it is sent, to know
    /// what its header needs.
    pub fn reader(reader: impl AsyncRead + Send + Unpin + 'a) -> Self {
        Source::Reader(Box::new(reader)).into()
    }

    /// Says how long a reader's text is as it is sent (with CR LF line ends), so that a server can refuse it
    /// before.
    #[must_use]
    pub fn with_size(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }

    /// Says what a look through all of a reader's text has shown, its size among it.
    #[must_use]
    pub fn surveyed(mut self, survey: Survey) -> Self {
        let needs = survey.needs();
        self.size = Some(needs.wire_octets);
        self.needs = Some(needs);
        self
    }

    /// How long it is: of a reader if that was told, as it is sent; else the bytes in memory as they are.
    pub fn size(&self) -> Option<u64> {
        match &self.source {
            Source::Reader(_) | Source::Read(_) => self.size,
            Source::Borrowed(bytes) => self.size.or(Some(bytes.len() as u64)),
            Source::Shared(bytes) => self.size.or(Some(bytes.len() as u64)),
        }
    }

    /// Whether it can be sent from its beginning.
    pub(crate) fn is_whole(&self) -> bool {
        !self.is_begun
    }

    /// All of it, if it is in memory.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match &self.source {
            Source::Borrowed(bytes) => Some(bytes),
            Source::Shared(bytes) | Source::Read(bytes) => Some(bytes),
            Source::Reader(_) => None,
        }
    }

    /// Whether [`look_ahead`](Self::look_ahead) comes before all that follows.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.source, Source::Reader(_)) && self.needs.is_none() && !self.is_begun
    }

    /// What it needs of the server. Of a reader whose end was not seen only the beginning is known.
    pub(super) fn needs(&self) -> Option<Needs> {
        self.needs.or_else(|| self.bytes().map(Needs::of))
    }

    /// Whether only the beginning of it is known.
    pub(super) fn is_partly_known(&self) -> bool {
        self.is_partly_known
    }

    /// How long it is as it is sent, if that was said.
    pub(super) fn stated_size(&self) -> Option<u64> {
        self.size
    }

    /// Whether its size is that of something in memory, or was said; what a pipe gave is not announced.
    pub(super) fn is_announced(&self) -> bool {
        self.size().is_some()
    }

    /// Reads the first piece of a reader that nobody has looked through. The future may be dropped and the
    /// call made again.
    ///
    /// # Errors
    /// As [`Pieces::next`].
    pub(super) async fn look_ahead(&mut self, deadlines: &Deadlines) -> Result<()> {
        if !self.is_unknown() {
            return Ok(());
        }
        let Source::Reader(reader) = &mut self.source else {
            return Ok(());
        };
        while let Some(room) = PIECE.checked_sub(self.ahead.len()).filter(|room| *room > 0) {
            let mut rest = (&mut *reader).take(room as u64);
            let deadline = deadlines.progress(Phase::Work);
            let read = deadline.run("reading the mail", rest.read_buf(&mut self.ahead));
            if read.await?.map_err(Error::Local)? == 0 {
                self.source = Source::Read(std::mem::take(&mut self.ahead).into());
                return Ok(());
            }
        }
        self.needs = Some(Needs::of(&self.ahead));
        self.is_partly_known = true;
        Ok(())
    }
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.source, self.size()) {
            (Source::Reader(_), Some(size)) => write!(f, "Body(reader, {size} bytes)"),
            (Source::Reader(_) | Source::Read(_), None) => f.write_str("Body(reader)"),
            (_, size) => write!(f, "Body({} bytes)", size.unwrap_or(0)),
        }
    }
}

impl<'a> From<Source<'a>> for Body<'a> {
    fn from(source: Source<'a>) -> Self {
        Self {
            source,
            size: None,
            needs: None,
            ahead: Vec::new(),
            is_partly_known: false,
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
    is_ascii_only: bool,
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
            is_ascii_only: false,
            buffer: Pages::default(),
        }
    }

    /// Whether bytes beyond ASCII are an error, that was not seen beforehand.
    pub(super) fn ascii_only(mut self, is_ascii_only: bool) -> Self {
        self.is_ascii_only = is_ascii_only;
        self
    }

    /// The next piece.
    ///
    /// # Errors
    /// [`Error::Local`] if the reader fails, `work.timeout` if it gives nothing for too long,
    /// [`Error::Unsupported`] for bytes beyond ASCII where they cannot be sent.
    pub(super) async fn next(&mut self, deadlines: &Deadlines) -> Result<Piece<'_>> {
        let bytes: &[u8] = match &mut self.body.source {
            Source::Borrowed(bytes) => bytes,
            Source::Shared(bytes) | Source::Read(bytes) => bytes,
            Source::Reader(reader) => {
                if self.buffer.is_empty() {
                    self.buffer = Pages::new(PIECE);
                }
                let ahead = std::mem::take(&mut self.body.ahead);
                let mut filled = ahead.len();
                self.body.is_begun |= filled > 0;
                if let Some(begun) = self.buffer.get_mut(..filled) {
                    begun.copy_from_slice(&ahead);
                }
                while let Some(room) = self.buffer.get_mut(filled..).filter(|r| !r.is_empty()) {
                    let deadline = deadlines.progress(Phase::Work);
                    let read = deadline.run("reading the mail", reader.read(room)).await?;
                    match read.map_err(Error::Local)? {
                        0 => break,
                        read => filled += read,
                    }
                }
                self.body.is_begun |= filled > 0;
                let bytes = self.buffer.get(..filled).unwrap_or_default();
                if self.is_ascii_only && !bytes.is_ascii() {
                    return Err(needs_eight_bit_mime());
                }
                return Ok(Piece {
                    bytes,
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
