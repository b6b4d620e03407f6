//! GETMETADATA and SETMETADATA (RFC 5464).

use netspeak_core::{Error, Result};

use super::Parts;
use crate::types::Mailbox;

/// What is said about notes on a mailbox, or on the server where none is named.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataCommand<'a> {
    /// `GETMETADATA [options] mailbox (entry ...)`.
    Get {
        /// Where; `None` is the server.
        mailbox: Option<&'a Mailbox>,
        /// Which entries.
        entries: &'a [&'a str],
        /// How far it reaches.
        reach: MetadataReach,
    },
    /// `SETMETADATA mailbox (entry value ...)`.
    Set {
        /// Where; `None` is the server.
        mailbox: Option<&'a Mailbox>,
        /// Entries and their values; `None` removes one.
        entries: &'a [(&'a str, Option<&'a [u8]>)],
    },
}

/// How far GETMETADATA reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetadataReach {
    depth: Depth,
    max_size: Option<u32>,
}

/// How many levels of entries below those that are named are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// None: only what is named.
    #[default]
    Zero,
    /// One.
    One,
    /// All.
    Infinity,
}

impl MetadataReach {
    /// What is named, of any size.
    pub fn new() -> Self {
        Self::default()
    }

    /// DEPTH: also entries below.
    #[must_use]
    pub fn depth(mut self, depth: Depth) -> Self {
        self.depth = depth;
        self
    }

    /// MAXSIZE: no value of more octets.
    #[must_use]
    pub fn max_size(mut self, octets: u32) -> Self {
        self.max_size = Some(octets);
        self
    }

    fn encode(self, parts: &mut Parts) {
        let depth = match self.depth {
            Depth::Zero => None,
            Depth::One => Some("DEPTH 1".to_owned()),
            Depth::Infinity => Some("DEPTH infinity".to_owned()),
        };
        let size = self.max_size.map(|octets| format!("MAXSIZE {octets}"));
        let options: Vec<String> = size.into_iter().chain(depth).collect();
        if !options.is_empty() {
            parts.word("(").raw(&options.join(" ")).raw(")");
        }
    }
}

impl MetadataCommand<'_> {
    pub(super) fn verb(&self) -> &'static str {
        match self {
            Self::Get { .. } => "GETMETADATA",
            Self::Set { .. } => "SETMETADATA",
        }
    }

    pub(super) fn encode(&self, parts: &mut Parts) -> Result<()> {
        match self {
            Self::Get {
                mailbox,
                entries,
                reach,
            } => {
                reach.encode(parts);
                place(parts, *mailbox)?.word("(");
                for (at, entry) in entries.iter().enumerate() {
                    next(parts, at).bare_string("entry", entry.as_bytes())?;
                }
            }
            Self::Set { mailbox, entries } => {
                place(parts, *mailbox)?.word("(");
                for (at, (entry, value)) in entries.iter().enumerate() {
                    next(parts, at).bare_string("entry", entry.as_bytes())?;
                    match value {
                        None => parts.word("NIL"),
                        Some(value) => parts.octets(value)?,
                    };
                }
            }
        }
        parts.raw(")");
        Ok(())
    }

    pub(super) fn check(&self) -> Result<()> {
        let names: Vec<&str> = match self {
            Self::Get { entries, .. } => entries.to_vec(),
            Self::Set { entries, .. } => entries.iter().map(|(name, _)| *name).collect(),
        };
        if names.is_empty() {
            return Err(Error::usage("no entry is named; nothing was sent"));
        }
        names.into_iter().try_for_each(check_entry)
    }
}

fn place<'p>(parts: &'p mut Parts, mailbox: Option<&Mailbox>) -> Result<&'p mut Parts> {
    match mailbox {
        Some(mailbox) => parts.mailbox(mailbox),
        None => Ok(parts.word("\"\"")),
    }
}

fn next(parts: &mut Parts, at: usize) -> &mut Parts {
    match at {
        0 => parts,
        _ => parts.raw(" "),
    }
}

/// Entries begin with `/private` or `/shared`; each level has a name (RFC 5464 section 3.1).
fn check_entry(entry: &str) -> Result<()> {
    let below = ["/private", "/shared"].iter().find_map(|top| {
        let start = entry.get(..top.len())?;
        let rest = entry.get(top.len()..)?;
        start.eq_ignore_ascii_case(top).then_some(rest)
    });
    let is_level = |level: &str| {
        let is_plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'*' | b'%');
        !level.is_empty() && level.bytes().all(is_plain)
    };
    let is_entry = match below {
        Some("") => true,
        Some(rest) => rest
            .strip_prefix('/')
            .is_some_and(|levels| levels.split('/').all(is_level)),
        None => false,
    };
    if is_entry {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{entry:?} is no entry: it begins with /private/ or /shared/ and has neither * nor %; nothing was sent"
    )))
}
