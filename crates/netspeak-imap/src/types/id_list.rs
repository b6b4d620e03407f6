//! [`IdList`]: ids in the order in which a server sent them.

use std::fmt;
use std::ops::RangeInclusive;

use super::IdSet;
use crate::grammar::whole_id;

/// Ids in an order that means something: which copy is which (COPYUID), which message comes first
/// (`ESEARCH` after a SORT). `IdSet::from` forgets the order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IdList {
    runs: Vec<(u32, u32)>,
}

impl IdList {
    /// Whether there is no id in it.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How many ids there are; one that came twice counts twice.
    pub fn len(&self) -> u64 {
        let count = |(first, last): &(u32, u32)| u64::from(last - first) + 1;
        self.runs.iter().map(count).sum()
    }

    /// The ids as they came. There may be billions: they are counted off, not stored.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + Clone + '_ {
        self.ranges().flatten()
    }

    /// The ranges as they came.
    pub fn ranges(&self) -> impl DoubleEndedIterator<Item = RangeInclusive<u32>> + Clone + '_ {
        self.runs.iter().map(|(first, last)| *first..=*last)
    }

    /// The same ids, sorted.
    pub fn to_set(&self) -> IdSet {
        self.ranges().collect()
    }

    /// `sequence-set` without `*`: 5:3 is 3:5 (RFC 9051 section 9).
    pub(crate) fn from_wire(wire: &[u8]) -> Option<Self> {
        let range = |part: &[u8]| {
            let mut ids = part.splitn(2, |byte| *byte == b':').map(whole_id);
            let first = ids.next()??;
            let last = ids.next().unwrap_or(Some(first))?;
            Some((first.min(last), first.max(last)))
        };
        let runs = wire.split(|byte| *byte == b',').map(range);
        Some(Self {
            runs: runs.collect::<Option<_>>()?,
        })
    }
}

impl From<IdList> for IdSet {
    fn from(list: IdList) -> Self {
        list.to_set()
    }
}

/// As it came: `4,7,9:16`.
impl fmt::Display for IdList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.runs.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            if first == last {
                write!(f, "{comma}{first}")?;
            } else {
                write!(f, "{comma}{first}:{last}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for IdList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdList({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept() {
        let list = IdList::from_wire(b"9,3:5,8:7").unwrap();
        assert_eq!(list.iter().collect::<Vec<_>>(), [9, 3, 4, 5, 7, 8]);
        assert_eq!((list.len(), list.to_string().as_str()), (6, "9,3:5,7:8"));
        assert_eq!(list.to_set().to_string(), "3:5,7:9");
        for bad in ["", "*", "1:*", "0", "1:2:3", "1,"] {
            assert_eq!(IdList::from_wire(bad.as_bytes()), None, "{bad}");
        }
    }
}
