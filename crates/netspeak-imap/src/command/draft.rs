//! [`Draft`]: a message on its way into a mailbox with others (MULTIAPPEND), in the place of another (REPLACE), or put
//! together from what the server has (CATENATE).

use std::borrow::Cow;

use netspeak_core::{Error, Result, check_text};

use super::{Parts, store};
use crate::types::{Flag, InternalDate};

/// A message that is to be kept, with its flags and its date.
///
/// ```
/// use netspeak_imap::{Draft, DraftPart, Flag};
///
/// let plain = Draft::new(b"Subject: x\n\nhello\n").flags([Flag::Draft]);
/// let forwarded = Draft::catenate([
///     DraftPart::Text(b"Subject: fwd\r\n\r\n"),
///     DraftPart::Url("/INBOX;UIDVALIDITY=7/;UID=20/;SECTION=TEXT"),
/// ]);
/// # let _ = (plain, forwarded);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft<'a> {
    flags: Vec<Flag>,
    date: Option<InternalDate>,
    content: Content<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content<'a> {
    Message(Cow<'a, [u8]>),
    Parts(Vec<DraftPart<'a>>),
}

/// A piece of a message that the server puts together (CATENATE, RFC 4469).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftPart<'a> {
    /// What the server finds at this URL, as a path on the server itself (RFC 5092).
    Url(&'a str),
    /// These octets.
    Text(&'a [u8]),
}

impl<'a> Draft<'a> {
    /// A message, without flags, dated now. Line ends become CR LF. One with NUL in it goes as a literal8 (BINARY);
    /// for a header that is not ASCII there is [`AppendBody::Utf8`](crate::AppendBody::Utf8).
    pub fn new(message: &'a [u8]) -> Self {
        Self::of(Content::Message(with_crlf(message)))
    }

    /// A message from pieces, in their order; they are sent as they are (CATENATE, RFC 4469).
    pub fn catenate(parts: impl IntoIterator<Item = DraftPart<'a>>) -> Self {
        Self::of(Content::Parts(parts.into_iter().collect()))
    }

    fn of(content: Content<'a>) -> Self {
        Self {
            flags: Vec::new(),
            date: None,
            content,
        }
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

    #[cfg(feature = "net")]
    fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let (message, parts) = match &self.content {
            Content::Message(message) => (Some(&**message), [].as_slice()),
            Content::Parts(parts) => (None, parts.as_slice()),
        };
        let parts = parts.iter().filter_map(|part| match part {
            DraftPart::Text(text) => Some(*text),
            DraftPart::Url(_) => None,
        });
        message.into_iter().chain(parts)
    }

    /// Octets that are sent.
    #[cfg(feature = "net")]
    pub(crate) fn size(&self) -> u64 {
        self.texts().map(|text| text.len() as u64).sum()
    }

    /// Whether it needs BINARY.
    #[cfg(feature = "net")]
    pub(crate) fn has_nul(&self) -> bool {
        self.texts().any(|text| text.contains(&0))
    }

    /// Whether it needs CATENATE.
    #[cfg(feature = "net")]
    pub(crate) fn is_catenated(&self) -> bool {
        matches!(self.content, Content::Parts(_))
    }

    /// ```text
    /// append-message = [SP flag-list] [SP date-time] SP append-data
    /// append-data    = literal / literal8 / "CATENATE" SP "(" cat-part *(SP cat-part) ")"
    /// cat-part       = "TEXT" SP literal / "URL" SP url
    /// ```
    pub(super) fn encode(&self, parts: &mut Parts) -> Result<()> {
        if !self.flags.is_empty() {
            store::flags(parts, &self.flags);
        }
        if let Some(date) = &self.date {
            parts.word(&format!("\"{date}\""));
        }
        let pieces = match &self.content {
            Content::Message(message) => {
                parts.raw(" ").literal(message);
                return Ok(());
            }
            Content::Parts(pieces) => pieces,
        };
        parts.word("CATENATE (");
        for (at, piece) in pieces.iter().enumerate() {
            parts.raw(if at > 0 { " " } else { "" });
            match piece {
                DraftPart::Url(url) => parts.raw("URL").string("URL", url.as_bytes())?,
                DraftPart::Text(text) => parts.raw("TEXT ").literal(text),
            };
        }
        parts.raw(")");
        Ok(())
    }

    /// An empty literal means that nothing is to be kept after all (RFC 3502 section 6.3.11).
    pub(super) fn check(&self) -> Result<()> {
        self.flags.iter().try_for_each(Flag::check)?;
        let is_empty = match &self.content {
            Content::Message(message) => message.is_empty(),
            Content::Parts(parts) => parts.is_empty(),
        };
        if is_empty {
            return Err(Error::usage("the message is empty; nothing was sent"));
        }
        let Content::Parts(parts) = &self.content else {
            return Ok(());
        };
        parts.iter().try_for_each(|part| match part {
            DraftPart::Url(url) => check_text("the URL", url.as_bytes()),
            DraftPart::Text(_) => Ok(()),
        })
    }
}

/// The same with CR LF where LF stood alone.
pub(crate) fn with_crlf(message: &[u8]) -> Cow<'_, [u8]> {
    let mut from = 0;
    let mut mended = Vec::new();
    for at in memchr::memchr_iter(b'\n', message) {
        let before = at.checked_sub(1).and_then(|before| message.get(before));
        if before != Some(&b'\r') {
            mended.extend_from_slice(message.get(from..at).unwrap_or_default());
            mended.extend_from_slice(b"\r\n");
            from = at + 1;
        }
    }
    if from == 0 {
        return Cow::Borrowed(message);
    }
    mended.extend_from_slice(message.get(from..).unwrap_or_default());
    Cow::Owned(mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_line_feed_becomes_a_line_end() {
        for (given, sent) in [
            ("", ""),
            ("a\r\nb\r\n", "a\r\nb\r\n"),
            ("\n", "\r\n"),
            ("a\nb\r\nc\n\n", "a\r\nb\r\nc\r\n\r\n"),
            ("\r\r\n", "\r\r\n"),
        ] {
            assert_eq!(&*with_crlf(given.as_bytes()), sent.as_bytes(), "{given:?}");
        }
    }
}
