//! [`Menu`]: a menu line by line, and [`Listing`]: all of it.

use netspeak_core::{Budget, Trace};

use super::answer::{Answer, Part};
use crate::codec::Ending;
use crate::error::Result;
use crate::menu::{Item, MenuLine};

/// A menu being received, line by line.
#[derive(Debug)]
pub struct Menu {
    answer: Answer,
}

/// A whole menu.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listing {
    /// Its lines, in order.
    pub lines: Vec<MenuLine<'static>>,
    /// What ended it. Many servers leave the final dot out.
    pub ending: Ending,
}

impl Menu {
    pub(super) fn new(answer: Answer) -> Self {
        Self { answer }
    }

    /// The next line; `None` once all have come. Empty lines come as
    /// [`Malformed`](MenuLine::Malformed).
    ///
    /// # Errors
    /// [`Error::Limit`](crate::Error::Limit) for a line longer than [`Limits`](crate::Limits) allow,
    /// and those of the network.
    pub async fn next(&mut self) -> Result<Option<MenuLine<'_>>> {
        match self.answer.next().await? {
            Some(Part::Line(range) | Part::Data(range)) => {
                Ok(Some(MenuLine::parse(self.answer.get(range))))
            }
            None => Ok(None),
        }
    }

    /// All of it, within [`Limits::listing_entries`](crate::Limits::listing_entries) and
    /// [`listing_bytes`](crate::Limits::listing_bytes).
    ///
    /// # Errors
    /// As [`next`](Self::next); [`Error::Limit`](crate::Error::Limit) for a menu without end.
    pub async fn collect(mut self) -> Result<Listing> {
        let mut budget = Budget::of_listing(self.answer.limits());
        let mut lines = Vec::new();
        while let Some(part) = self.answer.next().await? {
            let (Part::Line(range) | Part::Data(range)) = part;
            budget.spend(range.len())?;
            lines.push(MenuLine::parse(self.answer.get(range)).into_owned());
        }
        let ending = self.answer.ending().unwrap_or(Ending::Close);
        Ok(Listing { lines, ending })
    }

    /// What ended it; `None` while it flows.
    pub fn ending(&self) -> Option<Ending> {
        self.answer.ending()
    }

    /// The record of the connection.
    pub fn trace(&self) -> &Trace {
        self.answer.trace()
    }
}

impl Listing {
    /// The items among the lines.
    pub fn items(&self) -> impl Iterator<Item = &Item<'static>> {
        self.lines.iter().filter_map(MenuLine::item)
    }
}
