//! [`Table`]: a table of the file, read by hand: an error tells its line, and shows no value, which may be a password.

use std::ops::Range;
use std::sync::Arc;

use netspeak::core::text::printable;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::file::line_after;
use super::source::{Source, nearest};
use crate::failure::Failure;

/// The file, as far as its errors need it.
#[derive(Debug)]
pub(super) struct Document<'t> {
    pub(super) name: Arc<str>,
    pub(super) text: &'t str,
}

impl Document<'_> {
    /// Where this stands.
    pub(super) fn source(&self, span: &Range<usize>) -> Source {
        let before = self.text.as_bytes().get(..span.start);
        Source::File(
            Arc::clone(&self.name),
            line_after(before.unwrap_or_default()),
        )
    }

    /// What is wrong there.
    pub(super) fn wrong(&self, span: &Range<usize>, what: impl std::fmt::Display) -> Failure {
        Failure::config(format!("{}: {what}", self.source(span)))
    }
}

/// A table, and what it is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'a> {
    pub(super) document: &'a Document<'a>,
    /// As in the file: `[group.prod]`.
    pub(super) title: &'a str,
    pub(super) entries: &'a DeTable<'a>,
    pub(super) span: &'a Range<usize>,
}

impl<'a> Table<'a> {
    /// The value as a table of this title.
    pub(super) fn of(
        document: &'a Document<'a>,
        title: &'a str,
        value: &'a Spanned<DeValue<'a>>,
        span: &'a Range<usize>,
    ) -> Result<Self, Failure> {
        match value.get_ref() {
            DeValue::Table(entries) => Ok(Self {
                document,
                title,
                entries,
                span,
            }),
            other => {
                let bare = title.trim_matches(['[', ']']);
                let what = format!("{bare} is {}, not the table {title}", kind(other));
                Err(document.wrong(span, what))
            }
        }
    }

    /// An error for a key that is none of these.
    pub(super) fn only(&self, keys: &[&str]) -> Result<(), Failure> {
        for key in self.entries.keys() {
            if !keys.contains(&key.get_ref().as_ref()) {
                let name = printable(key.get_ref().as_bytes());
                let title = self.title;
                let what = match nearest(&name, keys) {
                    Some(near) => format!("{title} has no key {name}; did you mean {near}?"),
                    None => {
                        let there = keys.join(", ");
                        format!("{title} has no key {name}; there are {there}")
                    }
                };
                return Err(self.document.wrong(&key.span(), what));
            }
        }
        Ok(())
    }

    /// The value of a key, and where the key stands.
    pub(super) fn get(&self, key: &str) -> Option<(&'a Spanned<DeValue<'a>>, Range<usize>)> {
        let found = self.entries.iter().find(|(name, _)| name.get_ref() == key);
        found.map(|(name, value)| (value, name.span()))
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, Failure> {
        let Some((value, span)) = self.get(key) else {
            return Ok(None);
        };
        match value.get_ref() {
            DeValue::String(text) => Ok(Some(text)),
            other => {
                let what = format!("{key} is {}, not a string", kind(other));
                Err(self.document.wrong(&span, what))
            }
        }
    }

    /// The texts of a key, none if it is not there. One alone may stand without brackets.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Failure> {
        let Some((value, span)) = self.get(key) else {
            return Ok(Vec::new());
        };
        let list: &DeArray<'_> = match value.get_ref() {
            DeValue::String(text) => return Ok(vec![text.to_string()]),
            DeValue::Array(list) => list,
            other => {
                let what = format!("{key} is {}, not an array of strings", kind(other));
                return Err(self.document.wrong(&span, what));
            }
        };
        let texts = list.iter().map(|item| match item.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            other => {
                let what = format!("there is {} in {key}, not a string", kind(other));
                Err(self.document.wrong(&item.span(), what))
            }
        });
        texts.collect()
    }
}

/// What kind of value it is, without the value.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
