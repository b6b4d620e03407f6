//! [`Item`]: a thing in a folder of one of the two trees.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::listing::{Entry, Kind, Modified, Precision};

/// A thing in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name, as its own side writes it.
    pub name: Box<[u8]>,
    /// What it is.
    pub kind: ItemKind,
    /// The octets of a file.
    pub size: Option<u64>,
    /// When it was last changed.
    pub modified: Option<Stamp>,
}

/// What an item is. A link is what it is called here, whatever it leads to: who wants links
/// followed says [`File`](Self::File) or [`Folder`](Self::Folder) instead, and
/// [`Options::depth`](crate::mirror::Options::depth) ends those that lead in circles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Nothing that can be transferred, or not known what.
    Other,
}

/// An instant, and how exactly it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The first instant that it may be.
    pub at: Timestamp,
    /// How long after that it may be.
    pub precision: Precision,
}

impl Stamp {
    /// From a listing of a server whose clock is in this zone.
    pub fn of(modified: Modified, server: &TimeZone) -> Option<Self> {
        Some(Self {
            at: modified.timestamp(server)?,
            precision: modified.precision,
        })
    }
}

impl Item {
    /// An item of which no more is known.
    pub fn new(name: impl AsRef<[u8]>, kind: ItemKind) -> Self {
        Self {
            name: name.as_ref().into(),
            kind,
            size: None,
            modified: None,
        }
    }

    /// The same with a size, in octets.
    #[must_use]
    pub fn with_size(mut self, octets: u64) -> Self {
        self.size = Some(octets);
        self
    }

    /// The same with the time of its last change.
    #[must_use]
    pub fn with_modified(mut self, modified: Stamp) -> Self {
        self.modified = Some(modified);
        self
    }

    /// From a listing of a server whose clock is in this zone. What the listing does not tell the
    /// kind of is an [`Other`](ItemKind::Other).
    pub fn from_entry(entry: &Entry, server: &TimeZone) -> Self {
        Self {
            name: entry.name_bytes().into(),
            kind: match entry.kind() {
                Kind::File => ItemKind::File,
                Kind::Dir => ItemKind::Folder,
                Kind::Link => ItemKind::Link,
                Kind::Other | Kind::Unknown => ItemKind::Other,
            },
            size: entry.size(),
            modified: entry.modified().and_then(|time| Stamp::of(time, server)),
        }
    }
}

/// What is in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The items, in any order.
    pub items: Vec<Item>,
    /// Whether these are all.
    pub completeness: Completeness,
}

impl Content {
    /// All that is in a folder.
    pub fn whole(items: Vec<Item>) -> Self {
        Self {
            items,
            completeness: Completeness::Whole,
        }
    }

    /// A part of what is in a folder.
    pub fn partial(items: Vec<Item>) -> Self {
        Self {
            items,
            completeness: Completeness::Partial,
        }
    }
}

/// Whether all of a folder is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Completeness {
    /// All.
    #[default]
    Whole,
    /// Not all: lines of the listing were not understood. What seems to be missing may be there, so
    /// nothing is deleted for that.
    Partial,
}
