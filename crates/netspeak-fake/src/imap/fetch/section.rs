//! Sections of a message (RFC 9051 section 6.4.5.1), and the octets in them.

use std::borrow::Cow;

use crate::imap::mime::{Inner, Part, fields};

/// What is within the brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) path: Vec<u32>,
    pub(super) which: Which,
}

/// What of a part is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Header,
    Body,
    Mime,
    Fields { names: Vec<String>, only: Only },
}

/// Whether the named fields are meant, or all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Only {
    Named,
    Others,
}

impl Section {
    pub(super) fn parse(inside: &str) -> Option<Self> {
        let mut rest = inside;
        let mut path = Vec::new();
        loop {
            let (word, behind) = rest.split_once('.').unwrap_or((rest, ""));
            if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_digit()) {
                break;
            }
            path.push(word.parse().ok().filter(|number| *number > 0)?);
            if behind.is_empty() {
                return (!rest.ends_with('.')).then_some(Self {
                    path,
                    which: Which::All,
                });
            }
            rest = behind;
        }
        let which = which(rest)?;
        let is_fit = match which {
            Which::All => path.is_empty(),
            Which::Mime => !path.is_empty(),
            _ => true,
        };
        is_fit.then_some(Self { path, which })
    }

    /// As it is told in the answer.
    pub(super) fn shown(&self) -> String {
        let mut words: Vec<String> = self.path.iter().map(u32::to_string).collect();
        match &self.which {
            Which::All => {}
            Which::Header => words.push("HEADER".to_owned()),
            Which::Body => words.push("TEXT".to_owned()),
            Which::Mime => words.push("MIME".to_owned()),
            Which::Fields { names, only } => {
                let not = match only {
                    Only::Named => "",
                    Only::Others => ".NOT",
                };
                words.push(format!("HEADER.FIELDS{not} ({})", names.join(" ")));
            }
        }
        words.join(".")
    }

    /// The part that is meant.
    pub(super) fn part<'m>(&self, message: &'m Part) -> Option<&'m Part> {
        message.find(&self.path)
    }

    /// The octets that are meant; `None` if there are none such.
    pub(super) fn octets<'b>(&self, bytes: &'b [u8], message: &Part) -> Option<Cow<'b, [u8]>> {
        let part = self.part(message)?;
        // HEADER and TEXT of a part are those of the message in it.
        let inner = match (&part.inner, self.path.is_empty()) {
            (_, true) => part,
            (Inner::Message(inner), false) => inner,
            _ if matches!(self.which, Which::All | Which::Mime) => part,
            _ => return None,
        };
        let range = match &self.which {
            Which::All if self.path.is_empty() => return Some(Cow::Borrowed(bytes)),
            Which::All => part.body.clone(),
            Which::Mime => part.header.clone(),
            Which::Header => inner.header.clone(),
            Which::Body => inner.body.clone(),
            Which::Fields { names, only } => {
                let header = bytes.get(inner.header.clone())?;
                return Some(Cow::Owned(chosen(header, names, *only)));
            }
        };
        bytes.get(range).map(Cow::Borrowed)
    }
}

/// The named fields of a header, or the others, and the empty line if there is one.
fn chosen(header: &[u8], names: &[String], only: Only) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields(header) {
        let is_named = names.iter().any(|name| field.is(name));
        if is_named == (only == Only::Named) {
            out.extend_from_slice(&field.raw);
        }
    }
    if header.ends_with(b"\n\r\n") || header.ends_with(b"\n\n") || header == b"\r\n" {
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn which(word: &str) -> Option<Which> {
    let upper = word.to_ascii_uppercase();
    Some(match upper.as_str() {
        "" => Which::All,
        "HEADER" => Which::Header,
        "TEXT" => Which::Body,
        "MIME" => Which::Mime,
        _ => {
            let rest = upper.strip_prefix("HEADER.FIELDS")?;
            let (only, rest) = match rest.strip_prefix(".NOT") {
                Some(rest) => (Only::Others, rest),
                None => (Only::Named, rest),
            };
            let list = rest.strip_prefix(" (")?.strip_suffix(')')?;
            let names: Vec<String> = list
                .split(' ')
                .map(|name| name.trim_matches('"').to_owned())
                .collect();
            let is_whole = !names.iter().any(String::is_empty);
            is_whole.then_some(Which::Fields { names, only })?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_read_and_told_again() {
        for text in [
            "",
            "1",
            "1.2.3",
            "HEADER",
            "TEXT",
            "4.1.MIME",
            "4.HEADER",
            "HEADER.FIELDS (FROM TO)",
            "1.HEADER.FIELDS.NOT (X-A)",
        ] {
            assert_eq!(
                Section::parse(text).map(|it| it.shown()).as_deref(),
                Some(text)
            );
        }
        for text in [
            "0",
            "1.",
            "MIME",
            "1..2",
            "HEADER.FIELDS",
            "HEADER.FIELDS ()",
            "x",
            "1.x",
        ] {
            assert_eq!(Section::parse(text), None, "{text}");
        }
    }
}
