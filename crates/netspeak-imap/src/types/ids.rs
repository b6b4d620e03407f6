//! [`Ids`]: whether ids are UIDs or message numbers.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive};

use super::IdSet;

/// Messages of a mailbox, for commands that take either kind of id. Whatever turns into it by itself
/// is meant as UIDs: message numbers change whenever something is expunged.
///
/// ```
/// use netspeak_imap::Ids;
///
/// assert_eq!(Ids::from(7), Ids::Uid(7.into()));
/// assert_eq!(Ids::numbers(1..=5).set().to_string(), "1:5");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ids {
    /// Unique ids: `UID FETCH`, `UID STORE`, ...
    Uid(IdSet),
    /// Message numbers, from 1 to the number of messages.
    Number(IdSet),
}

impl Ids {
    /// By their unique ids.
    pub fn uids(ids: impl Into<IdSet>) -> Self {
        Self::Uid(ids.into())
    }

    /// By their numbers.
    pub fn numbers(ids: impl Into<IdSet>) -> Self {
        Self::Number(ids.into())
    }

    /// The ids, of either kind.
    pub fn set(&self) -> &IdSet {
        match self {
            Self::Uid(ids) | Self::Number(ids) => ids,
        }
    }

    /// Whether there is no id in it.
    pub fn is_empty(&self) -> bool {
        self.set().is_empty()
    }

    /// As [`IdSet::split`], of the same kind.
    pub fn split(&self, max_octets: usize) -> impl Iterator<Item = Self> + '_ {
        self.set().split(max_octets).map(move |ids| match self {
            Self::Uid(_) => Self::Uid(ids),
            Self::Number(_) => Self::Number(ids),
        })
    }
}

impl From<IdSet> for Ids {
    fn from(ids: IdSet) -> Self {
        Self::Uid(ids)
    }
}

impl From<&IdSet> for Ids {
    fn from(ids: &IdSet) -> Self {
        Self::Uid(ids.clone())
    }
}

/// Everything else that makes a set makes UIDs.
macro_rules! uids_from {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Ids {
            fn from(ids: $kind) -> Self {
                Self::Uid(ids.into())
            }
        }
    )*};
}

uids_from!(
    u32,
    RangeInclusive<u32>,
    Range<u32>,
    RangeFrom<u32>,
    RangeFull,
    Vec<u32>,
    &[u32]
);

impl<const N: usize> From<[u32; N]> for Ids {
    fn from(ids: [u32; N]) -> Self {
        Self::Uid(ids.into())
    }
}

/// The ids as they are sent.
impl fmt::Display for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.set().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uids_unless_they_are_called_numbers() {
        for ids in [Ids::from(5), (5..=5).into(), [5].into(), vec![5].into()] {
            assert_eq!(ids, Ids::uids(5));
        }
        assert_eq!(Ids::from(..).to_string(), "1:*");
        let halves: Vec<Ids> = Ids::numbers([1, 3]).split(1).collect();
        assert_eq!(halves, [Ids::numbers(1), Ids::numbers(3)]);
        assert!(Ids::from(0).is_empty());
    }
}
