//! One message, and what is known about it.

use std::sync::Arc;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// A message that is to be put into a mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) flags: Vec<String>,
    pub(crate) received: Received,
    /// The id by which POP3 lists it, in place of one that is made.
    pub(crate) uidl: Option<String>,
}

impl Draft {
    /// A message that arrives now, without flags.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.into(),
            flags: Vec::new(),
            received: Received::now(),
            uidl: None,
        }
    }
}

/// A message in a mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) bytes: Arc<[u8]>,
    /// System flags and keywords.
    pub(crate) flags: Vec<String>,
    /// The internal date.
    pub(crate) received: Received,
    /// When it came into this mailbox.
    pub(crate) saved: Received,
    pub(crate) modseq: u64,
    /// Its number among all messages; copies have the same.
    pub(crate) serial: u64,
    /// The id by which POP3 lists it.
    pub(crate) uidl: String,
    /// Gmail's labels.
    pub(crate) labels: Vec<String>,
}

impl Message {
    /// Whether it has this flag, whatever its case.
    pub(crate) fn has_flag(&self, flag: &str) -> bool {
        has_flag(&self.flags, flag)
    }
}

/// Whether this flag is among these, whatever its case.
pub(crate) fn has_flag(flags: &[String], flag: &str) -> bool {
    flags.iter().any(|has| has.eq_ignore_ascii_case(flag))
}

/// A second, and the offset from UTC in which it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// Since 1970.
    pub(crate) second: i64,
    /// Seconds east of Greenwich.
    pub(crate) offset: i32,
}

impl Received {
    pub(crate) fn now() -> Self {
        Self {
            second: Timestamp::now().as_second(),
            offset: 0,
        }
    }

    /// The date and time, as its place says it.
    pub(crate) fn zoned(self) -> Zoned {
        let offset = Offset::from_seconds(self.offset).unwrap_or(Offset::UTC);
        let stamp = Timestamp::from_second(self.second).unwrap_or_default();
        stamp.to_zoned(TimeZone::fixed(offset))
    }
}
