//! Waiting for one of several texts.

use std::ops::Range;

use memchr::memmem;
use netspeak_core::Error as CoreError;
use regex::bytes::{Regex, RegexBuilder};

use super::Client;
use super::read::closed;
use crate::error::Result;

/// What a regular expression may cost, compiled.
const LARGEST: usize = 1 << 20;

/// A text, or a regular expression over bytes.
///
/// ```
/// use netspeak_telnet::Pattern;
///
/// let prompt = Pattern::regex(r"(?m)^(\S+)[#>] ?$").unwrap();
/// let password = Pattern::text("Password:");
/// assert!(Pattern::regex("(").is_err());
/// # let _ = (prompt, password);
/// ```
#[derive(Clone, Debug)]
pub struct Pattern(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Text(Vec<u8>),
    Regex(Regex),
}

/// What was waited for, and what came before it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// Which of the patterns it was.
    pub index: usize,
    /// What came before it.
    pub before: Vec<u8>,
    /// The text that it found.
    pub matched: Vec<u8>,
    /// The groups of a regular expression, from the first one on; `None` for those that took no part.
    pub groups: Vec<Option<Vec<u8>>>,
}

impl Pattern {
    /// Exactly this text.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Self(Kind::Text(text.into()))
    }

    /// A regular expression, in the syntax of the `regex` package. It knows characters of UTF-8 and other
    /// bytes alike. `$` is the end of what has come so far.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) if it is none, or too large.
    pub fn regex(pattern: &str) -> Result<Self, CoreError> {
        let built = RegexBuilder::new(pattern).size_limit(LARGEST).build();
        match built {
            Ok(regex) => Ok(Self(Kind::Regex(regex))),
            Err(error) => Err(CoreError::usage(format!(
                "{pattern:?} is no pattern: {error}"
            ))),
        }
    }

    /// Where it is; texts are known not to begin before `searched`.
    fn find(&self, text: &[u8], searched: usize) -> Option<Range<usize>> {
        match &self.0 {
            Kind::Text(wanted) => {
                let from = searched.saturating_sub(wanted.len().saturating_sub(1));
                let rest = text.get(from..).unwrap_or_default();
                let at = memmem::find(rest, wanted)? + from;
                Some(at..at + wanted.len())
            }
            Kind::Regex(regex) => regex.find(text).map(|found| found.range()),
        }
    }

    fn groups(&self, text: &[u8]) -> Vec<Option<Vec<u8>>> {
        let Kind::Regex(regex) = &self.0 else {
            return Vec::new();
        };
        let groups = regex.captures(text);
        let groups = groups.iter().flat_map(|groups| groups.iter().skip(1));
        groups
            .map(|group| group.map(|group| group.as_bytes().to_vec()))
            .collect()
    }
}

impl Client {
    /// Waits for one of these patterns: the one that is found first in the text, and of several at the
    /// same place the first of the list. What comes behind it stays for the next call.
    ///
    /// # Errors
    /// `wait.timeout` and `proto.closed` if none comes: what has come instead stays, for
    /// [`take_text`](Self::take_text) and the next call. [`Error::Limit`](crate::Error::Limit) beyond
    /// [`Limits::reply_bytes`](crate::Limits::reply_bytes).
    pub async fn expect(&mut self, patterns: &[Pattern]) -> Result<Match> {
        let deadline = self.patience();
        let mut searched = 0;
        loop {
            if let Some(found) = first(patterns, &self.text, searched) {
                return Ok(self.matched(patterns, found));
            }
            searched = self.text.len();
            if !self.fill(&deadline).await? {
                return Err(match self.ended {
                    true => closed(),
                    false => deadline.expired("waiting for a text").into(),
                });
            }
        }
    }

    fn matched(&mut self, patterns: &[Pattern], found: (usize, Range<usize>)) -> Match {
        let (index, range) = found;
        let groups = patterns
            .get(index)
            .map(|pattern| pattern.groups(&self.text));
        let rest = self.text.split_off(range.end.min(self.text.len()));
        let mut before = std::mem::replace(&mut self.text, rest);
        let matched = before.split_off(range.start.min(before.len()));
        Match {
            index,
            before,
            matched,
            groups: groups.unwrap_or_default(),
        }
    }
}

pub(super) fn first(
    patterns: &[Pattern],
    text: &[u8],
    searched: usize,
) -> Option<(usize, Range<usize>)> {
    let found = patterns.iter().enumerate();
    let found = found.filter_map(|(index, pattern)| Some((index, pattern.find(text, searched)?)));
    found.min_by_key(|(_, range)| range.start)
}
