//! [`IdSet`]: UIDs or message numbers, as commands name them (RFC 9051 section 9, `sequence-set`).

use std::fmt;
use std::iter::FusedIterator;
use std::ops::{BitOrAssign, Range, RangeFrom, RangeFull, RangeInclusive, Sub};
use std::str::FromStr;

use netspeak_core::Error as CoreError;

use crate::grammar;

/// Ids from 1 to 4294967295, sorted, with neighbours merged: servers exist that take nothing else.
///
/// `7:*` reaches up to the last id, which is at least as high as any: it counts as 4294967295 here, so
/// `*` alone holds that one number. 0 is no id, and is left out.
///
/// ```
/// use netspeak_imap::IdSet;
///
/// let ids = IdSet::from([9, 3, 4, 5, 1]);
/// assert_eq!(ids.to_string(), "1,3:5,9");
/// assert_eq!(IdSet::from(7..).to_string(), "7:*");
/// assert_eq!((&ids - &IdSet::from(4)).to_string(), "1,3,5,9");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct IdSet {
    /// Sorted, with gaps between them.
    runs: Vec<Run>,
    /// Whether the last id of the last run, which is the highest there is, is written `*`.
    star: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Run {
    first: u32,
    last: u32,
}

impl Run {
    /// Whether an id that comes behind this run goes on where it ends.
    fn reaches(self, id: u32) -> bool {
        id <= self.last.saturating_add(1)
    }

    fn octets(self, star: bool) -> usize {
        let length = |id: u32| id.checked_ilog10().map_or(1, |log| log as usize + 1);
        let last = if star { 1 } else { length(self.last) };
        match self.first == self.last {
            true => last,
            false => length(self.first) + 1 + last,
        }
    }
}

impl IdSet {
    /// No id.
    pub const fn new() -> Self {
        Self {
            runs: Vec::new(),
            star: false,
        }
    }

    /// `1:*`: every message.
    pub fn all() -> Self {
        Self::from(1..)
    }

    /// `*`: the last message.
    pub fn last() -> Self {
        Self::from(u32::MAX..)
    }

    /// Whether it ends with `*`.
    pub fn has_star(&self) -> bool {
        self.star
    }

    /// Whether there is no id in it.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How many ids there are.
    pub fn len(&self) -> u64 {
        let count = |run: &Run| u64::from(run.last - run.first) + 1;
        self.runs.iter().map(count).sum()
    }

    /// Whether an id is in it. Takes logarithmic time.
    pub fn contains(&self, id: u32) -> bool {
        let at = self.runs.partition_point(|run| run.last < id);
        self.runs.get(at).is_some_and(|run| run.first <= id)
    }

    /// The ids, rising. A set that a server sent may have billions: they are counted off, not stored.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + Clone + FusedIterator + '_ {
        self.ranges().flatten()
    }

    /// The ids as ranges, rising, with gaps between them.
    pub fn ranges(
        &self,
    ) -> impl DoubleEndedIterator<Item = RangeInclusive<u32>> + Clone + FusedIterator + '_ {
        self.runs.iter().map(|run| run.first..=run.last)
    }

    /// Adds an id. Fastest at the end.
    pub fn insert(&mut self, id: u32) {
        self.insert_range(id..=id);
    }

    /// Adds every id of a range.
    pub fn insert_range(&mut self, range: RangeInclusive<u32>) {
        let (first, last) = ((*range.start()).max(1), *range.end());
        if first > last {
            return;
        }
        // The runs that the new one touches become one with it.
        let from = self.runs.partition_point(|run| !run.reaches(first));
        let behind = self.runs.get(from..).unwrap_or_default();
        let touched = behind.partition_point(|run| run.first <= last.saturating_add(1));
        let (mut new, to) = (Run { first, last }, from + touched);
        if let Some([low, .., high] | [low @ high]) = self.runs.get(from..to) {
            new.first = new.first.min(low.first);
            new.last = new.last.max(high.last);
        }
        self.runs.splice(from..to, [new]);
    }

    /// The same ids in several sets, each one's text at most so long: servers limit their lines.
    ///
    /// A range is never cut: it takes 21 octets at most, whatever the limit says.
    pub fn split(&self, max_octets: usize) -> impl Iterator<Item = Self> + '_ {
        let mut runs = self.runs.as_slice();
        std::iter::from_fn(move || {
            let mut octets = 0;
            let mut count = 0;
            for (at, run) in runs.iter().enumerate() {
                let star = self.star && at + 1 == runs.len();
                octets += run.octets(star) + usize::from(at > 0);
                if octets > max_octets && at > 0 {
                    break;
                }
                count = at + 1;
            }
            let (taken, rest) = runs.split_at_checked(count).filter(|_| count > 0)?;
            runs = rest;
            Some(Self {
                runs: taken.to_vec(),
                star: self.star && rest.is_empty(),
            })
        })
    }

    /// Sorts and merges.
    fn build(mut runs: Vec<Run>, star: bool) -> Self {
        if !runs.is_sorted_by(|one, next| one.last < next.first && !one.reaches(next.first)) {
            runs.sort_unstable_by_key(|run| run.first);
            runs.dedup_by(|next, one| {
                let is_one = one.reaches(next.first);
                if is_one {
                    one.last = one.last.max(next.last);
                }
                is_one
            });
        }
        Self { runs, star }
    }

    /// `sequence-set`, in any order, with ranges in either direction; 0 and what is beyond 32 bits is
    /// refused.
    pub(crate) fn from_wire(wire: &[u8]) -> Option<Self> {
        let mut runs = Vec::new();
        let mut star = false;
        for part in wire.split(|byte| *byte == b',') {
            let mut id = |word: &[u8]| match word {
                b"*" => {
                    star = true;
                    Some(u32::MAX)
                }
                word => grammar::whole_id(word),
            };
            let (one, other) = match memchr::memchr(b':', part) {
                None => {
                    let id = id(part)?;
                    (id, id)
                }
                Some(colon) => (id(part.get(..colon)?)?, id(part.get(colon + 1..)?)?),
            };
            push(&mut runs, one.min(other), one.max(other));
        }
        Some(Self::build(runs, star))
    }
}

/// Adds a run behind the others, or to the last if it goes on where that ends.
fn push(runs: &mut Vec<Run>, first: u32, last: u32) {
    match runs.last_mut() {
        Some(run) if run.last.checked_add(1) == Some(first) => run.last = last,
        _ => runs.push(Run { first, last }),
    }
}

impl FromIterator<u32> for IdSet {
    fn from_iter<I: IntoIterator<Item = u32>>(ids: I) -> Self {
        ids.into_iter().map(|id| id..=id).collect()
    }
}

impl FromIterator<RangeInclusive<u32>> for IdSet {
    fn from_iter<I: IntoIterator<Item = RangeInclusive<u32>>>(ranges: I) -> Self {
        let mut runs = Vec::new();
        for range in ranges {
            let (first, last) = ((*range.start()).max(1), *range.end());
            if first <= last {
                push(&mut runs, first, last);
            }
        }
        Self::build(runs, false)
    }
}

impl Extend<u32> for IdSet {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, ids: I) {
        let mut runs = std::mem::take(&mut self.runs);
        for id in ids.into_iter().filter(|id| *id > 0) {
            push(&mut runs, id, id);
        }
        *self = Self::build(runs, self.star);
    }
}

impl From<u32> for IdSet {
    fn from(id: u32) -> Self {
        Self::from(id..=id)
    }
}

impl From<RangeInclusive<u32>> for IdSet {
    fn from(range: RangeInclusive<u32>) -> Self {
        std::iter::once(range).collect()
    }
}

impl From<Range<u32>> for IdSet {
    fn from(range: Range<u32>) -> Self {
        match range.end.checked_sub(1) {
            Some(last) => Self::from(range.start..=last),
            None => Self::new(),
        }
    }
}

impl From<RangeFrom<u32>> for IdSet {
    fn from(range: RangeFrom<u32>) -> Self {
        Self {
            star: true,
            ..Self::from(range.start..=u32::MAX)
        }
    }
}

impl From<RangeFull> for IdSet {
    fn from(_: RangeFull) -> Self {
        Self::all()
    }
}

impl From<&[u32]> for IdSet {
    fn from(ids: &[u32]) -> Self {
        ids.iter().copied().collect()
    }
}

impl From<Vec<u32>> for IdSet {
    fn from(ids: Vec<u32>) -> Self {
        ids.into_iter().collect()
    }
}

impl<const N: usize> From<[u32; N]> for IdSet {
    fn from(ids: [u32; N]) -> Self {
        ids.into_iter().collect()
    }
}

/// The ids of both sets. Takes linear time if they do not overlap.
impl BitOrAssign<&Self> for IdSet {
    fn bitor_assign(&mut self, other: &Self) {
        let mut runs = std::mem::take(&mut self.runs);
        for run in &other.runs {
            push(&mut runs, run.first, run.last);
        }
        *self = Self::build(runs, self.star || other.star);
    }
}

/// The ids of one set that are not in the other. Takes linear time.
impl Sub for &IdSet {
    type Output = IdSet;

    fn sub(self, other: &IdSet) -> IdSet {
        let mut left = Vec::with_capacity(self.runs.len());
        let mut others = other.runs.iter().peekable();
        for run in &self.runs {
            let mut first = Some(run.first);
            while let (Some(from), Some(taken)) = (first, others.peek()) {
                if taken.first > run.last {
                    break;
                }
                if taken.last >= from {
                    if taken.first > from {
                        left.push(Run {
                            first: from,
                            last: taken.first - 1,
                        });
                    }
                    first = taken.last.checked_add(1).filter(|next| *next <= run.last);
                }
                if taken.last > run.last {
                    break;
                }
                others.next();
            }
            left.extend(first.map(|first| Run { first, ..*run }));
        }
        let reaches_up = left.last().is_some_and(|run| run.last == u32::MAX);
        IdSet {
            runs: left,
            star: self.star && reaches_up,
        }
    }
}

impl FromStr for IdSet {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        Self::from_wire(text.as_bytes()).ok_or_else(|| {
            CoreError::usage(
                "a set of ids is written 1,3:5,9 or 7:*, with ids from 1 to 4294967295",
            )
        })
    }
}

/// As it is sent: `1,3:5,9`.
impl fmt::Display for IdSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, run) in self.runs.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            let star = self.star && run.last == u32::MAX;
            match (run.first == run.last, star) {
                (true, true) => f.write_str("*")?,
                (true, false) => write!(f, "{}", run.first)?,
                (false, true) => write!(f, "{}:*", run.first)?,
                (false, false) => write!(f, "{}:{}", run.first, run.last)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for IdSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdSet({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(text: &str) -> IdSet {
        text.parse().unwrap()
    }

    #[test]
    fn sets_are_sorted_and_merged() {
        for (text, written) in [
            ("1", "1"),
            ("9,3,4,5,1", "1,3:5,9"),
            ("5:1", "1:5"),
            ("*:7", "7:*"),
            ("*", "*"),
            ("*,1", "1,*"),
            ("4294967295", "4294967295"),
            ("1:10,5:7,11", "1:11"),
            ("4294967294,4294967295,4294967295", "4294967294:4294967295"),
        ] {
            assert_eq!(set(text).to_string(), written);
        }
        for bad in [
            "",
            "0",
            "1,,2",
            "1:",
            ":1",
            "4294967296",
            "-1",
            "1 2",
            "a",
            "1:2:3",
            "**",
        ] {
            assert!(bad.parse::<IdSet>().is_err(), "{bad}");
        }
    }

    #[test]
    fn they_are_made_of_whatever_holds_ids() {
        for (made, written) in [
            (IdSet::from(7), "7"),
            (IdSet::from(0), ""),
            (IdSet::from(3..=5), "3:5"),
            (IdSet::from(0..3), "1:2"),
            (IdSet::from(5..5), ""),
            (IdSet::from(0..0), ""),
            (IdSet::from(7..), "7:*"),
            (IdSet::from(..), "1:*"),
            (IdSet::from(vec![2, 1, 2]), "1:2"),
            (IdSet::last(), "*"),
            ([1..=2, 3..=4].into_iter().collect(), "1:4"),
        ] {
            assert_eq!(made.to_string(), written);
        }
    }

    #[test]
    fn billions_of_ids_take_no_time() {
        let all = set("1:4294967295");
        assert_eq!(
            (all.len(), all.iter().next_back()),
            (4_294_967_295, Some(u32::MAX))
        );
        assert_eq!(all.iter().take(2).collect::<Vec<_>>(), [1, 2]);
        assert!(all.contains(77) && !all.contains(0));
        assert_eq!((&all - &set("5:*")).to_string(), "1:4");
    }

    #[test]
    fn what_is_left() {
        for (one, other, left) in [
            ("1:10", "3:4,6,10", "1:2,5,7:9"),
            ("1:10", "1:10", ""),
            ("1:3,7:9", "2:8", "1,9"),
            ("5:*", "7", "5:6,8:*"),
            ("5:*", "8:*", "5:7"),
            ("1,3,5", "2,4", "1,3,5"),
        ] {
            assert_eq!((&set(one) - &set(other)).to_string(), left);
        }
    }

    #[test]
    fn pieces_fit_and_are_all_of_it() {
        let ids = set("1,3:5,9,100:200,4294967295");
        let pieces = |most| {
            ids.split(most)
                .map(|set| set.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(pieces(7), ["1,3:5,9", "100:200", "4294967295"]);
        assert_eq!(pieces(0), ["1", "3:5", "9", "100:200", "4294967295"]);
        assert_eq!(pieces(100), [ids.to_string()]);
        assert_eq!(IdSet::new().split(10).count(), 0);
        let open: Vec<IdSet> = set("1,50:*").split(4).collect();
        assert_eq!(open, [IdSet::from(1), IdSet::from(50..)]);
    }

    #[test]
    fn half_a_million_ids_in_any_order_are_sorted_at_once() {
        let scattered = (0..500_000u32).map(|at| at.wrapping_mul(2_654_435_761) % 1_000_003 + 1);
        let ids: IdSet = scattered.clone().collect();
        assert!(scattered.into_iter().all(|id| ids.contains(id)));
        assert_eq!(set(&ids.to_string()), ids);
    }

    proptest! {
        #[test]
        fn a_set_is_a_set(ids in proptest::collection::vec(1u32..60, 0..40), others in proptest::collection::vec(1u32..60, 0..40), most in 0usize..30) {
            let known: BTreeSet<u32> = ids.iter().copied().collect();
            let set = IdSet::from(ids.as_slice());
            prop_assert!(set.iter().eq(known.iter().copied()));
            prop_assert_eq!(set.len(), known.len() as u64);
            let mut one_by_one = IdSet::new();
            ids.iter().for_each(|id| one_by_one.insert(*id));
            prop_assert_eq!(&one_by_one, &set);
            let mut extended = IdSet::from(others.as_slice());
            extended.extend(ids.iter().copied());
            prop_assert!(extended.iter().eq(known.union(&others.iter().copied().collect()).copied()));
            let other: BTreeSet<u32> = others.iter().copied().collect();
            let left = &set - &IdSet::from(others);
            prop_assert!(left.iter().eq(known.difference(&other).copied()));
            prop_assert!(set.ranges().zip(set.ranges().skip(1)).all(|(one, next)| one.end() + 1 < *next.start()));
            let pieces: Vec<IdSet> = set.split(most).collect();
            prop_assert!(pieces.iter().all(|piece| piece.to_string().len() <= most.max(21)));
            prop_assert!(pieces.iter().flat_map(IdSet::iter).eq(known.iter().copied()));
            if !set.is_empty() {
                prop_assert_eq!(set.to_string().parse::<IdSet>().unwrap(), set);
            }
        }
    }
}
