//! Values checked where they are made: message numbers, unique ids, capabilities.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use netspeak_core::Error as CoreError;

mod capability;
mod path;

pub use capability::{Capabilities, Expire, LoginDelay};
pub use path::Pop3Path;

/// The number of a message in this session, from 1. It says nothing in another session: that is
/// what [`UniqueId`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MessageNumber(NonZeroU32);

impl MessageNumber {
    /// The number, if it is not 0.
    pub fn new(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// As an integer.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

impl TryFrom<u32> for MessageNumber {
    type Error = CoreError;

    fn try_from(number: u32) -> Result<Self, CoreError> {
        Self::new(number).ok_or_else(|| CoreError::usage("message numbers start at 1"))
    }
}

impl fmt::Display for MessageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A message's unique id: the same in every session (RFC 1939 section 7, UIDL).
///
/// The RFC allows 1 to 70 visible ASCII characters; servers that exceed the length exist, so up to
/// 1,000 are taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String")
)]
pub struct UniqueId(Box<str>);

impl UniqueId {
    const MAX: usize = 1000;

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UniqueId {
    type Error = CoreError;

    fn try_from(text: String) -> Result<Self, CoreError> {
        text.parse()
    }
}

impl FromStr for UniqueId {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        let fits = (1..=Self::MAX).contains(&text.len());
        if fits && text.bytes().all(|b| (0x21..=0x7e).contains(&b)) {
            Ok(Self(text.into()))
        } else {
            Err(CoreError::usage(
                "a unique id is 1 to 1000 visible ASCII characters",
            ))
        }
    }
}

impl fmt::Display for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What STAT says (RFC 1939 section 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Stat {
    /// Messages in the maildrop, those marked as deleted not counted.
    pub messages: u32,
    /// Their size in octets. `None` if the server sent something that is no number: some send
    /// negative sizes for maildrops of over 2 GiB, and that is no reason to fail.
    pub octets: Option<u64>,
}

/// One line of LIST: a message and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ScanListing {
    /// The message.
    pub number: MessageNumber,
    /// Its size in octets, as the server reckons it; `None` if that was no number.
    pub octets: Option<u64>,
}

/// One line of UIDL: a message and its unique id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UniqueIdListing {
    /// The message.
    pub number: MessageNumber,
    /// Its unique id.
    pub id: UniqueId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_ids_are_visible_ascii() {
        for good in ["a", "whqtswO00WBw418f9t5JxYwZ", &"x".repeat(1000)] {
            assert!(good.parse::<UniqueId>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "a\r\n", "\u{e9}", &"x".repeat(1001)] {
            assert!(bad.parse::<UniqueId>().is_err(), "{bad:?}");
        }
    }
}
