//! [`GroupName`] and [`Group`]: what a newsgroup is called, and what GROUP says about it.

use std::fmt;
use std::str::FromStr;

use netspeak_core::Error as CoreError;

/// The name of a newsgroup, such as `comp.lang.rust` (RFC 3977 section 4.1, RFC 5536 section 3.1.4).
///
/// Any characters but blanks and controls are taken, up to 497 octets, which is what fits on a command
/// line (RFC 3977 section 3.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupName(Box<str>);

impl GroupName {
    const MAX: usize = 497;

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name that a server wrote, if it is one.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok()?.parse().ok()
    }
}

impl FromStr for GroupName {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        let fits = (1..=Self::MAX).contains(&text.len());
        if fits && !text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            Ok(Self(text.into()))
        } else {
            Err(CoreError::usage(
                "a newsgroup's name is 1 to 497 octets without blanks and control characters",
            ))
        }
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What GROUP says about a group (RFC 3977 section 6.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name, if the server repeats it.
    pub name: Option<GroupName>,
    /// About how many articles there are: servers may estimate.
    pub count: u64,
    /// The lowest number. In an empty group it may be above [`high`](Self::high).
    pub low: u64,
    /// The highest number.
    pub high: u64,
}

impl Group {
    /// Whether there is no article: a server says so by a count of 0, by numbers of 0, or by a low
    /// number above the high one.
    pub fn is_empty(&self) -> bool {
        self.count == 0 || self.high == 0 || self.low > self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_blanks_and_no_controls() {
        for good in ["misc.test", "alt.a+b", "de.grün", &"x".repeat(497)] {
            assert!(good.parse::<GroupName>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "a\r\nQUIT", "a\0", "a\tb", &"x".repeat(498)] {
            assert!(bad.parse::<GroupName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_empty_group_has_three_faces() {
        let group = |count, low, high| Group {
            name: None,
            count,
            low,
            high,
        };
        for empty in [group(0, 0, 0), group(0, 4001, 4000), group(3, 5, 4)] {
            assert!(empty.is_empty(), "{empty:?}");
        }
        assert!(!group(1, 7, 7).is_empty());
    }
}
