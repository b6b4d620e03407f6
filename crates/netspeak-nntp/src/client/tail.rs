//! [`Tail`]: what is new in a group.

use std::collections::BTreeSet;

use super::Client;
use crate::error::{Error, Result};
use crate::response::Overview;
use crate::types::{ArticleRange, GroupName};

/// How many numbers without an article are remembered: their articles may come late.
const MOST_GAPS: usize = 1000;

/// The new articles of a group, as they come.
///
/// Servers hand out numbers before they file what has them, and overviews come later than articles, so
/// a number may be missing today and be there tomorrow. Such gaps above the mark are remembered, at most
/// 1,000 of them, the latest, and looked for at each [`poll`](Self::poll) until they are filled or the group's
/// low-water mark passes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    group: GroupName,
    mark: u64,
    gaps: BTreeSet<u64>,
}

impl Tail {
    /// What is new above this number. It is what [`mark`](Self::mark) said last time, or the group's
    /// `high`.
    pub fn since(group: GroupName, mark: u64) -> Self {
        Self {
            group,
            mark,
            gaps: BTreeSet::new(),
        }
    }

    /// The highest number that was seen: to go on from in another session.
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// The numbers below the mark whose articles have not come.
    pub fn gaps(&self) -> impl Iterator<Item = u64> {
        self.gaps.iter().copied()
    }

    /// Looks once: the articles that came since the last time, by their numbers. How often to look is
    /// yours to say; a group whose highest number has gone down was made anew, and is read from its
    /// beginning.
    ///
    /// # Errors
    /// `work.not_found` if there is no such group; network errors. What was not delivered is delivered
    /// the next time.
    pub async fn poll(&mut self, client: &mut Client) -> Result<Vec<Overview>> {
        let group = client.group(&self.group).await?;
        if group.high.saturating_add(1) < self.mark.max(1) && group.high < self.mark {
            *self = Self::since(self.group.clone(), group.low.saturating_sub(1));
        }
        self.gaps = self.gaps.split_off(&group.low);
        let next = self.mark.saturating_add(1);
        let from = self.gaps.first().copied().unwrap_or(next).min(next);
        if group.is_empty() || group.high < from {
            return Ok(Vec::new());
        }
        let range = ArticleRange::Between(from, group.high);
        let rows = match client.over(range).await {
            Ok(mut rows) => rows.all().await?,
            // Nothing in that range.
            Err(Error::Refused { reply, .. }) if matches!(reply.code(), 420 | 423) => Vec::new(),
            Err(error) => return Err(error),
        };
        let is_new = |number: u64| number > self.mark || self.gaps.contains(&number);
        let mut new: Vec<Overview> = rows.into_iter().filter(|row| is_new(row.number)).collect();
        new.sort_by_key(|row| row.number);
        new.dedup_by_key(|row| row.number);
        self.saw(&new, group.low, group.high);
        Ok(new)
    }

    fn saw(&mut self, new: &[Overview], low: u64, high: u64) {
        let first = self.mark.saturating_add(1).max(low);
        let first = first.max(high.saturating_sub(MOST_GAPS as u64));
        if high > self.mark {
            self.gaps.extend(first..=high);
            self.mark = high;
        }
        for row in new {
            self.gaps.remove(&row.number);
            self.mark = self.mark.max(row.number);
        }
        while self.gaps.len() > MOST_GAPS {
            self.gaps.pop_first();
        }
    }
}
