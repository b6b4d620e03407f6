//! [`Metadata`]: what people and programs noted on a mailbox, or on the server (RFC 5464).

use crate::grammar::{self, Parsed};
use crate::types::{Mailbox, Text};

/// `METADATA`: entries with their values, or the names of those that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The mailbox; an empty name is the server itself.
    pub mailbox: Mailbox,
    /// Entries and their values; `None` for one that is not set.
    pub entries: Vec<(Text, Option<Text>)>,
    /// Entries that changed, in news that nobody asked for.
    pub changed: Vec<Text>,
}

impl Metadata {
    /// The value of an entry, by its name in any case.
    pub fn value(&self, name: &str) -> Option<&Text> {
        let mut entries = self.entries.iter();
        entries.find(|(entry, _)| entry.is(name))?.1.as_ref()
    }

    /// ```text
    /// "METADATA" SP mailbox SP (entry-values / entry-list)
    /// entry-values = "(" entry-value *(SP entry-value) ")"
    /// entry-value  = entry SP value
    /// entry-list   = entry *(SP entry)
    /// ```
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, mailbox) = super::mailbox(input)?;
        let mut found = Self {
            mailbox,
            entries: Vec::new(),
            changed: Vec::new(),
        };
        let rest = grammar::blanks(rest);
        if !rest.starts_with(b"(") {
            let (rest, changed) = super::texts(rest)?;
            found.changed = changed;
            return Ok((rest, found));
        }
        let (rest, entries) = grammar::list(rest, |input| {
            let (rest, name) = super::text(input)?;
            let (rest, value) = value(rest)?;
            Ok((rest, (name, value)))
        })?;
        found.entries = entries;
        Ok((rest, found))
    }
}

/// `nstring / literal8`; a value may be missing at the end.
fn value(input: &[u8]) -> Parsed<'_, Option<Text>> {
    match grammar::blanks(input) {
        rest if rest.starts_with(b")") => Ok((rest, None)),
        rest => grammar::nstring(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_5464() {
        let parse = |text: &str| Metadata::parse(text.as_bytes()).map(|(_, found)| found);
        let found =
            parse("\"INBOX\" (/private/comment \"My comment\" /shared/comment NIL)").unwrap();
        assert_eq!(found.value("/PRIVATE/comment").unwrap(), &"My comment");
        assert_eq!(
            (found.value("/shared/comment"), found.entries.len()),
            (None, 2)
        );
        let binary = parse("\"\" (/shared/x ~{2}\r\n\0\u{1} /shared/y {3}\r\na b)").unwrap();
        assert_eq!(binary.value("/shared/y").unwrap(), &"a b");
        let news = parse("\"\" /shared/comment /private/comment").unwrap();
        assert_eq!((news.entries.len(), news.changed.len()), (0, 2));
        assert!(parse("").is_err() && parse("a (x \"y").is_err());
    }
}
