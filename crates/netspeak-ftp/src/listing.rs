//! Listings: what LIST, MLSD, NLST and STAT send, as [entries](Entry).
//!
//! LIST has no format of its own (RFC 959 section 4.1.3), so every system writes its own. All of
//! them are read here, each by its grammar; what none of them means is kept as it came, and is
//! never taken for a name.
//!
//! ```
//! use netspeak_ftp::listing::{Kind, ListingParser, Zoned};
//!
//! let now: Zoned = "2026-11-25T12:00+00:00[+00:00]".parse().unwrap();
//! let mut parser = ListingParser::list(&now);
//! let line = b"-rw-r--r--   1 ftp  ftp  1187 Aug  8 14:14 notes.txt";
//! let entry = parser.push(line).next().and_then(|listed| listed.entry()).unwrap();
//! assert_eq!((entry.kind(), entry.size()), (Kind::File, Some(1187)));
//! assert_eq!(entry.name(), "notes.txt");
//! assert_eq!(entry.modified().unwrap().to_string(), "2026-08-08T14:14");
//! ```

mod codec;
mod date;
mod dialect;
mod dos;
mod enterprise;
mod entry;
mod eplf;
mod facts;
mod mlsx;
mod mode;
mod modified;
mod month;
mod mvs;
mod names;
mod netpresenz;
mod netware;
mod noise;
mod nonstop;
mod os2;
mod os400;
mod parser;
mod parts;
mod unix;
mod vms;
mod vshell;
mod vxworks;
mod words;
mod zvm;

#[cfg(test)]
mod tests;

pub use codec::{ListingCodec, ListingEvent};
pub use dialect::Dialect;
pub use entry::Entry;
pub use facts::{Facts, Permission, Permissions, time_value};
pub use mlsx::mlst;
pub use modified::{Clock, Modified, Precision};
pub use parser::{Found, Listed, ListingParser};

/// Jiff's types, which times are told in.
#[doc(no_inline)]
pub use jiff::{
    Timestamp, Zoned,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A file, which can be retrieved.
    File,
    /// A directory.
    Dir,
    /// A symbolic link.
    Link,
    /// A device, a socket, a pipe: nothing that can be transferred.
    Other,
    /// The listing does not tell.
    Unknown,
}

/// How far an entry may be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Columns are missing or ambiguous: names and sizes are probably right.
    Guessed,
    /// All columns are where the dialect has them.
    Clear,
    /// The listing has a specification, and the line is as it says.
    Specified,
}
