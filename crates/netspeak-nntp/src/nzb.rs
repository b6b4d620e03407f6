//! NZB files: which articles hold which parts of which files.
//!
//! ```
//! use netspeak_nntp::nzb::Nzb;
//!
//! let nzb = Nzb::read(
//!     br#"<nzb xmlns="http://www.newzbin.com/DTD/2003/nzb">
//!         <file poster="p@example.com" date="1700000000" subject="&quot;a.bin&quot; yEnc (1/2)">
//!             <groups><group>alt.binaries.test</group></groups>
//!             <segments>
//!                 <segment bytes="500" number="2">two@example.com</segment>
//!                 <segment bytes="1000" number="1">one@example.com</segment>
//!             </segments>
//!         </file></nzb>"#,
//! )?;
//! let file = &nzb.files[0];
//! assert_eq!(file.name().as_deref(), Some("a.bin"));
//! assert_eq!(file.segments[0].message_id, "<one@example.com>".parse()?);
//!
//! // What STAT said about each.
//! let health = nzb.health(|segment| segment.number == 1);
//! assert_eq!(health.missing.len(), 1);
//! # Ok::<(), netspeak_nntp::Error>(())
//! ```
//!
//! A file that is damaged is read as far as it can be ([`Nzb::damage`]). Nothing that it names is ever
//! fetched: DTDs and their entities are passed over.

mod health;
mod name;
mod pieces;
mod read;
#[cfg(test)]
mod tests;
mod xml;

pub use health::{Health, Missing};
pub use pieces::Pieces;
pub use read::Limits;

use crate::types::MessageId;

/// The content of an NZB file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nzb {
    /// What its head says, in its order: a kind such as `password` or `title`, and the text.
    pub meta: Vec<(String, String)>,
    /// The files, in its order; none without segments.
    pub files: Vec<File>,
    /// How many segments were left out because they have no fit message-id or number.
    pub rejected: usize,
    /// Where reading came to an end too early, if it did.
    pub damage: Option<Damage>,
}

/// A file, and the articles that hold its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Who posted it.
    pub poster: String,
    /// When it was posted, in seconds since 1970.
    pub date: Option<i64>,
    /// The subject of its first article.
    pub subject: String,
    /// The groups it was posted to.
    pub groups: Vec<String>,
    /// Its parts by number, each number once.
    pub segments: Vec<Segment>,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Segment {
    /// The first part has 1.
    pub number: u32,
    /// Bytes of the article, encoded.
    pub bytes: Option<u64>,
    /// The article.
    pub message_id: MessageId,
}

/// Where and why an NZB file could be read no further.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// The line, from 1.
    pub line: usize,
    /// The character within it, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
}

impl Nzb {
    /// The texts of one kind, such as `password`.
    pub fn meta<'n>(&'n self, kind: &'n str) -> impl Iterator<Item = &'n str> {
        let of_kind = move |(other, _): &&(String, String)| other.eq_ignore_ascii_case(kind);
        self.meta
            .iter()
            .filter(of_kind)
            .map(|(_, text)| text.as_str())
    }

    /// Bytes of all articles, encoded, as far as they are told.
    pub fn bytes(&self) -> u64 {
        self.files
            .iter()
            .map(File::bytes)
            .fold(0, u64::saturating_add)
    }
}

impl File {
    /// Bytes of its articles, encoded, as far as they are told.
    pub fn bytes(&self) -> u64 {
        let bytes = self.segments.iter().filter_map(|segment| segment.bytes);
        bytes.fold(0, u64::saturating_add)
    }
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.what
        )
    }
}
