//! [`Entry`]: one thing in a folder.

use std::borrow::Cow;
use std::fmt;

use netspeak_core::text::printable;

use crate::listing::parts::{Parts, Size};
use crate::listing::{Confidence, Facts, Kind, Modified};

/// One thing in a folder, as a listing tells it.
///
/// It keeps the line that it was read from, and hands out pieces of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    line: Box<[u8]>,
    name: Name,
    target: Span,
    owner: Span,
    group: Span,
    facts: u32,
    size: Size,
    modified: Option<Modified>,
    mode: Option<u16>,
    version: Option<u32>,
    kind: Kind,
    confidence: Confidence,
}

#[derive(Clone, PartialEq, Eq)]
enum Name {
    InLine(Span),
    Composed(Box<[u8]>),
}

/// A piece of the line; empty for what is not there.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Where the piece, which is one of the line's, stands in it.
    fn of(piece: &[u8], line: &[u8]) -> Option<Self> {
        let start = piece.as_ptr().addr().checked_sub(line.as_ptr().addr())?;
        let end = start
            .checked_add(piece.len())
            .filter(|end| *end <= line.len())?;
        Some(Self {
            start: start.try_into().ok()?,
            end: end.try_into().ok()?,
        })
    }

    fn maybe(piece: Option<&[u8]>, line: &[u8]) -> Self {
        piece
            .and_then(|piece| Self::of(piece, line))
            .unwrap_or_default()
    }

    fn cut(self, line: &[u8]) -> &[u8] {
        line.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

impl Entry {
    pub(super) fn new(line: &[u8], parts: Parts<'_>) -> Option<Self> {
        let name = match parts.name {
            Cow::Borrowed(name) => Name::InLine(Span::of(name, line)?),
            Cow::Owned(name) => Name::Composed(name.into()),
        };
        // What ls and others show there for a directory or a link is no file's size.
        let size = match parts.kind {
            Kind::Dir | Kind::Link => Size::Unknown,
            _ => parts.size,
        };
        Some(Self {
            name,
            target: Span::maybe(parts.target, line),
            owner: Span::maybe(parts.owner, line),
            group: Span::maybe(parts.group, line),
            facts: parts.facts.try_into().ok()?,
            size,
            modified: parts.modified,
            mode: parts.mode,
            version: parts.version,
            kind: parts.kind,
            confidence: parts.confidence,
            line: line.into(),
        })
    }

    /// File, directory, link or what else.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The name as text. Bytes that are not UTF-8 are shown as U+FFFD: such a file has to be asked
    /// for by [`name_bytes`](Self::name_bytes).
    pub fn name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.name_bytes())
    }

    /// The name as the server wrote it. It has no CR, LF or NUL in it and is not empty, `.` or
    /// `..`; it may hold anything else, slashes included, so it is no local path:
    /// [`LocalName`](crate::LocalName) makes one of it.
    pub fn name_bytes(&self) -> &[u8] {
        match &self.name {
            Name::InLine(span) => span.cut(&self.line),
            Name::Composed(name) => name,
        }
    }

    /// The octets of a file, if the listing tells them exactly. `None` for directories and links,
    /// whose numbers mean something else.
    pub fn size(&self) -> Option<u64> {
        match self.size {
            Size::Exact(octets) => Some(octets),
            Size::Unknown | Size::About(_) => None,
        }
    }

    /// The octets of a file, roughly where the listing rounds them (`33.5k`).
    pub fn approximate_size(&self) -> Option<u64> {
        match self.size {
            Size::Exact(octets) | Size::About(octets) => Some(octets),
            Size::Unknown => None,
        }
    }

    /// When it was last changed.
    pub fn modified(&self) -> Option<Modified> {
        self.modified
    }

    /// The permissions as Unix numbers them, such as `0o755`, set-id and sticky bits included.
    pub fn mode(&self) -> Option<u16> {
        self.mode.or_else(|| self.facts().unix_mode())
    }

    /// Who owns it: a name or a number.
    pub fn owner(&self) -> Option<Cow<'_, str>> {
        text(self.owner.cut(&self.line)).or_else(|| self.facts().owner())
    }

    /// The group that owns it: a name or a number.
    pub fn group(&self) -> Option<Cow<'_, str>> {
        text(self.group.cut(&self.line)).or_else(|| self.facts().group())
    }

    /// Where a link points to, if the listing tells it.
    pub fn target(&self) -> Option<Cow<'_, str>> {
        text(self.target_bytes())
    }

    /// The same as the server wrote it; empty if it is not told.
    pub fn target_bytes(&self) -> &[u8] {
        self.target.cut(&self.line)
    }

    /// The version of a file on VMS.
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    /// The facts of MLSD and MLST (RFC 3659 section 7.5); none in other listings.
    pub fn facts(&self) -> Facts<'_> {
        Facts::new(self.line.get(..self.facts as usize).unwrap_or_default())
    }

    /// How far the line may be believed.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// The line it was read from, without its end; a line break stays between an entry's two lines.
    pub fn line(&self) -> &[u8] {
        &self.line
    }
}

fn text(piece: &[u8]) -> Option<Cow<'_, str>> {
    (!piece.is_empty()).then(|| String::from_utf8_lossy(piece))
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("kind", &self.kind)
            .field("name", &printable(self.name_bytes()))
            .field("size", &self.size)
            .field("modified", &self.modified.map(|time| time.to_string()))
            .field("confidence", &self.confidence)
            .field("line", &printable(&self.line))
            .finish()
    }
}
