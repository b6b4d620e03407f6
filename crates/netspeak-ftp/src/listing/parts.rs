//! [`Parts`]: what a dialect found in a line, before it is an [`Entry`](super::Entry).

use std::borrow::Cow;

use crate::listing::{Confidence, Kind, Modified};

/// What a line is in a dialect.
#[derive(Debug)]
pub(super) enum Reading<'l> {
    /// An entry.
    Entry(Parts<'l>),
    /// The heading that only this dialect has.
    Heading,
    /// No entry, as it should be: a total, the folder itself.
    Skip,
    /// The first of an entry's two lines.
    Wrapped,
}

/// Whether it is known, before a line is read, which dialect it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// By a hint, a heading, or an earlier line.
    Told,
    /// Not at all: only what cannot be anything else is taken.
    Untold,
}

/// The columns of an entry. All of them are pieces of the line.
#[derive(Debug)]
pub(super) struct Parts<'l> {
    pub(super) kind: Kind,
    /// A name that the line has in two columns is the only one that is no piece of it.
    pub(super) name: Cow<'l, [u8]>,
    pub(super) target: Option<&'l [u8]>,
    pub(super) size: Size,
    pub(super) modified: Option<Modified>,
    pub(super) mode: Option<u16>,
    pub(super) owner: Option<&'l [u8]>,
    pub(super) group: Option<&'l [u8]>,
    pub(super) version: Option<u32>,
    /// Where the facts of a machine-readable line end.
    pub(super) facts: usize,
    pub(super) confidence: Confidence,
}

/// The octets of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Unknown,
    Exact(u64),
    /// Rounded, as in `33.5k`.
    About(u64),
}

impl From<Option<u64>> for Size {
    fn from(octets: Option<u64>) -> Self {
        octets.map_or(Self::Unknown, Self::Exact)
    }
}

impl<'l> Parts<'l> {
    pub(super) fn new(kind: Kind, name: &'l [u8]) -> Self {
        Self {
            kind,
            name: Cow::Borrowed(name),
            target: None,
            size: Size::Unknown,
            modified: None,
            mode: None,
            owner: None,
            group: None,
            version: None,
            facts: 0,
            confidence: Confidence::Clear,
        }
    }

    /// The same, with the slash that marks a directory taken off its name.
    pub(super) fn without_slash(mut self) -> Self {
        if let Cow::Borrowed([name @ .., b'/']) = self.name
            && !name.is_empty()
        {
            self.name = Cow::Borrowed(name);
            if self.kind == Kind::Unknown {
                self.kind = Kind::Dir;
            }
        }
        self
    }

    /// An entry, unless it is the listed folder itself or the one above.
    pub(super) fn reading(self) -> Option<Reading<'l>> {
        match &*self.name {
            b"" => None,
            b"." | b".." => Some(Reading::Skip),
            _ => Some(Reading::Entry(self)),
        }
    }
}
