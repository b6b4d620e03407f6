//! [`Options`]: how a mirror is made.

use crate::mirror::Filter;
use netspeak_core::NameRules;

/// How a mirror is made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// From where to where.
    pub direction: Direction,
    /// What counts as changed. Default [`Compare::SizeAndTime`].
    pub compare: Compare,
    /// What happens to what only the target has. Default [`Deletion::Keep`].
    pub deletion: Deletion,
    /// What the mirror is about. Default: everything.
    pub filter: Filter,
    /// How many folders deep it goes. Default 64.
    pub depth: usize,
}

impl Options {
    /// The defaults.
    pub fn new(direction: Direction) -> Self {
        Self {
            direction,
            compare: Compare::SizeAndTime,
            deletion: Deletion::Keep,
            filter: Filter::default(),
            depth: 64,
        }
    }
}

/// From where to where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the server to a local folder. Names that break these rules are skipped.
    Download(NameRules),
    /// From a local folder to the server.
    Upload,
}

/// What counts as changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Another size, or certainly newer, as exactly as both times are known.
    SizeAndTime,
    /// Another size. For servers whose clock cannot be relied on.
    SizeOnly,
    /// Everything.
    Always,
}

/// What happens to what only the target has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// It stays.
    Keep,
    /// It is deleted.
    Delete,
}
