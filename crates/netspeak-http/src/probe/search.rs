//! [`Search`]: whether a text stands in a body that flows by.

use std::fmt;

use memchr::memmem::Finder;
use netspeak_core::text::excerpt;

/// Looks for a text in pieces of a body, of which it keeps no more than it must.
pub(super) struct Search {
    finder: Finder<'static>,
    /// The end of what came before: the text may begin there.
    tail: Vec<u8>,
    pub(super) is_found: bool,
}

impl Search {
    pub(super) fn new(text: &str) -> Self {
        Self {
            finder: Finder::new(text).into_owned(),
            tail: Vec::new(),
            // Nothing is everywhere.
            is_found: text.is_empty(),
        }
    }

    pub(super) fn look(&mut self, piece: &[u8]) {
        if self.is_found {
            return;
        }
        let overlap = self.finder.needle().len().saturating_sub(1);
        self.tail.extend_from_slice(piece);
        self.is_found = self.finder.find(&self.tail).is_some();
        let spent = self.tail.len().saturating_sub(overlap);
        self.tail.drain(..spent);
    }
}

/// What is looked for.
impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", excerpt(self.finder.needle()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_however_the_body_is_cut() {
        let body = b"aaab aab";
        for size in 1..=body.len() {
            for (text, is_there) in [("aab", true), ("ab a", true), ("abb", false), ("", true)] {
                let mut search = Search::new(text);
                body.chunks(size).for_each(|piece| search.look(piece));
                assert_eq!(search.is_found, is_there, "{text:?} in pieces of {size}");
                assert!(search.tail.len() < text.len().max(1));
            }
        }
    }
}
