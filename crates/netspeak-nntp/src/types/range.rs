//! [`ArticleRange`], [`Which`] and [`Span`]: how commands name articles.

use std::fmt;
use std::str::FromStr;

use netspeak_core::text::digits;
use netspeak_core::{Error as CoreError, Wire};

use super::MessageId;

/// Numbers of articles in the selected group (RFC 3977 section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArticleRange {
    /// One number.
    One(u64),
    /// This number and all above it.
    From(u64),
    /// From the first number to the second, both included. If the first is above the second there are
    /// none.
    Between(u64, u64),
}

impl fmt::Display for ArticleRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(number) => write!(f, "{number}"),
            Self::From(first) => write!(f, "{first}-"),
            Self::Between(first, last) => write!(f, "{first}-{last}"),
        }
    }
}

impl FromStr for ArticleRange {
    type Err = CoreError;

    /// `7`, `7-` or `7-9`.
    fn from_str(text: &str) -> Result<Self, CoreError> {
        let number = |text: &str| digits::<u64>(text).filter(|_| !text.is_empty());
        let range = match text.split_once('-') {
            None => number(text).map(Self::One),
            Some((first, "")) => number(first).map(Self::From),
            Some((first, last)) => number(first)
                .zip(number(last))
                .map(|(a, b)| Self::Between(a, b)),
        };
        range.ok_or_else(|| CoreError::usage("a range of articles is written 7, 7- or 7-9"))
    }
}

impl From<std::ops::RangeInclusive<u64>> for ArticleRange {
    fn from(range: std::ops::RangeInclusive<u64>) -> Self {
        Self::Between(*range.start(), *range.end())
    }
}

impl From<std::ops::RangeFrom<u64>> for ArticleRange {
    fn from(range: std::ops::RangeFrom<u64>) -> Self {
        Self::From(range.start)
    }
}

/// One article, for ARTICLE, HEAD, BODY and STAT (RFC 3977 section 6.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// The one that is selected.
    Current,
    /// By its number in the selected group.
    Number(u64),
    /// By its name; no group need be selected.
    Id(MessageId),
}

impl Which {
    /// Adds the argument to a command, if there is one.
    pub(crate) fn encode(&self, wire: &mut Wire) {
        match self {
            Self::Current => {}
            Self::Number(number) => {
                wire.number(*number);
            }
            Self::Id(id) => {
                wire.raw(b" ").raw(id.as_str().as_bytes());
            }
        }
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current => f.write_str("of the current article"),
            Self::Number(number) => number.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}

impl From<u64> for Which {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<MessageId> for Which {
    fn from(id: MessageId) -> Self {
        Self::Id(id)
    }
}

impl From<&MessageId> for Which {
    fn from(id: &MessageId) -> Self {
        Self::Id(id.clone())
    }
}

/// Some articles, for OVER and HDR (RFC 3977 section 8).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// The one that is selected.
    Current,
    /// By their numbers in the selected group.
    Range(ArticleRange),
    /// One by its name; servers list that as `OVER MSGID`.
    Id(MessageId),
}

impl Span {
    /// Adds the argument to a command, if there is one.
    pub(crate) fn encode(&self, wire: &mut Wire) {
        match self {
            Self::Current => {}
            Self::Range(range) => {
                wire.raw(format!(" {range}").as_bytes());
            }
            Self::Id(id) => {
                wire.raw(b" ").raw(id.as_str().as_bytes());
            }
        }
    }
}

impl<R: Into<ArticleRange>> From<R> for Span {
    fn from(range: R) -> Self {
        Self::Range(range.into())
    }
}

impl From<&MessageId> for Span {
    fn from(id: &MessageId) -> Self {
        Self::Id(id.clone())
    }
}

impl From<u64> for ArticleRange {
    fn from(number: u64) -> Self {
        Self::One(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_they_are_written() {
        for (text, range) in [
            ("7", ArticleRange::One(7)),
            ("7-", ArticleRange::From(7)),
            ("7-9", ArticleRange::Between(7, 9)),
            ("9-7", ArticleRange::Between(9, 7)),
            ("5000000000-", ArticleRange::From(5_000_000_000)),
        ] {
            assert_eq!(text.parse::<ArticleRange>().unwrap(), range);
            assert_eq!(range.to_string(), text);
        }
        for bad in [
            "",
            "-",
            "-9",
            "a",
            "7-b",
            "7-9-11",
            "+7",
            "99999999999999999999",
        ] {
            assert!(bad.parse::<ArticleRange>().is_err(), "{bad}");
        }
    }
}
