//! [`Namespaces`]: where mailboxes of one's own, of others and of all stand (RFC 9051 section 7.3.5, RFC
//! 2342).

use super::list;
use crate::grammar::{self, Parsed, no};
use crate::types::{Mailbox, Text};

/// Where mailboxes stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namespaces {
    /// One's own.
    pub personal: Vec<Namespace>,
    /// Those of other users.
    pub others: Vec<Namespace>,
    /// Those that are meant for several.
    pub shared: Vec<Namespace>,
}

/// One place of mailboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespace {
    /// What the names begin with.
    pub prefix: Mailbox,
    /// What stands between the levels of names; `None` if there are no levels.
    pub delimiter: Option<char>,
    /// What extensions tell: names, and their values.
    pub extensions: Vec<(Text, Vec<Text>)>,
}

impl Namespaces {
    /// ```text
    /// "NAMESPACE" SP namespace SP namespace SP namespace
    /// namespace = nil / "(" 1*namespace-descr ")"
    /// ```
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, personal) = grammar::nlist(input, Namespace::parse)?;
        let kind = |rest| match grammar::nlist(rest, Namespace::parse) {
            Ok(found) => found,
            Err(_) => (rest, Vec::new()),
        };
        let (rest, others) = kind(rest);
        let (rest, shared) = kind(rest);
        let found = Self {
            personal,
            others,
            shared,
        };
        Ok((rest, found))
    }
}

impl Namespace {
    /// ```text
    /// namespace-descr = "(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil)
    ///                   [*(SP string SP "(" string *(SP string) ")")] ")"
    /// ```
    fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let Some(inside) = input.strip_prefix(b"(") else {
            return no();
        };
        let (rest, prefix) = super::mailbox(inside)?;
        let (mut rest, delimiter) = match grammar::blanks(rest) {
            rest if rest.starts_with(b")") => (rest, None),
            rest => list::delimiter(rest)?,
        };
        let mut extensions = Vec::new();
        loop {
            rest = grammar::blanks(rest);
            if let Some(rest) = rest.strip_prefix(b")") {
                let namespace = Self {
                    prefix,
                    delimiter,
                    extensions,
                };
                return Ok((rest, namespace));
            }
            let (behind, name) = super::text(rest)?;
            let (behind, values) = grammar::nlist(behind, super::text)?;
            extensions.push((name, values));
            rest = behind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_2342() {
        for (text, counts) in [
            ("((\"\" \"/\")) NIL NIL", (1, 0, 0)),
            ("NIL NIL ((\"\" \".\"))", (0, 0, 1)),
            (
                "((\"\" \"/\")) NIL ((\"Public Folders/\" \"/\"))",
                (1, 0, 1),
            ),
            (
                "((\"\" \"/\")(\"#mh/\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) ((\"~\" \"/\")) ((\"#shared/\" NIL))",
                (2, 1, 1),
            ),
            ("((\"INBOX.\" \".\"))", (1, 0, 0)),
            ("((\"\")) NIL", (1, 0, 0)),
        ] {
            let (_, found) = Namespaces::parse(text.as_bytes()).unwrap();
            assert_eq!(
                (found.personal.len(), found.others.len(), found.shared.len()),
                counts,
                "{text}"
            );
        }
        let (_, found) = Namespaces::parse(b"((\"#mh/\" \"/\" \"X\" (\"a\" \"b\")))").unwrap();
        let own = &found.personal[0];
        assert_eq!((own.prefix.name(), own.delimiter), ("#mh/", Some('/')));
        assert_eq!(own.extensions, [("X".into(), vec!["a".into(), "b".into()])]);
        for bad in ["", "x", "((", "(\"\" \"/\")"] {
            assert!(Namespaces::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
