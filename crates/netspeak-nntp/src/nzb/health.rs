//! [`Health`]: whether all that an NZB file lists is there.

use std::ops::Range;

use super::{File, Nzb, Segment};

/// What is there of the files, and what is not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health<'n> {
    /// How many segments there should be.
    pub segments: u64,
    /// Those that are not there, in the order of the files.
    pub missing: Vec<Missing<'n>>,
}

/// A segment that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missing<'n> {
    /// Of this file.
    pub file: &'n File,
    /// The number of the segment.
    pub number: u32,
    /// The segment; `None` if the NZB file does not list it.
    pub segment: Option<&'n Segment>,
}

/// No subject is believed that tells of more parts.
const MOST_PARTS: u32 = 100_000;

/// So many segments that are not listed are named at most.
const MOST_UNLISTED: usize = 1_000_000;

impl Nzb {
    /// Which segments are missing: those that are not there by the answers to STAT, and those that the
    /// NZB file leaves out, of which a million are named at most. `is_there` is asked about each segment once.
    pub fn health<'n>(&'n self, mut is_there: impl FnMut(&'n Segment) -> bool) -> Health<'n> {
        let mut health = Health {
            segments: 0,
            missing: Vec::new(),
        };
        for file in &self.files {
            file.add_to(&mut health, &mut is_there);
        }
        health
    }
}

impl Health<'_> {
    /// Whether nothing is missing.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }
}

impl File {
    /// How many segments the file should have: what its subject says, or else the last number.
    pub fn total(&self) -> u32 {
        let last = self.segments.last().map_or(0, |segment| segment.number);
        let told = self.told_total().filter(|total| *total <= MOST_PARTS);
        told.map_or(last, |told| told.max(last))
    }

    fn add_to<'n>(
        &'n self,
        health: &mut Health<'n>,
        is_there: &mut impl FnMut(&'n Segment) -> bool,
    ) {
        let mut due = 1;
        let unlisted = |health: &mut Health<'n>, numbers: Range<u32>| {
            let count = numbers.end.saturating_sub(numbers.start);
            health.segments = health.segments.saturating_add(count.into());
            // Numbers out of all proportion are no reason to name what lies before them.
            let room = MOST_UNLISTED.saturating_sub(health.missing.len());
            health
                .missing
                .extend(numbers.take(room).map(|number| Missing {
                    file: self,
                    number,
                    segment: None,
                }));
        };
        for segment in &self.segments {
            unlisted(health, due..segment.number);
            due = segment.number.saturating_add(1);
            health.segments = health.segments.saturating_add(1);
            if !is_there(segment) {
                health.missing.push(Missing {
                    file: self,
                    number: segment.number,
                    segment: Some(segment),
                });
            }
        }
        unlisted(health, due..self.total().saturating_add(1));
    }
}
