//! [`Quota`] and [`QuotaRoot`]: how much may be stored (RFC 9208, RFC 2087).

use crate::grammar::{self, Parsed, whole_number};
use crate::types::{Mailbox, Text};

/// `QUOTA`: the limits of a root, and what is used of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The root: a name that the server chose, often empty.
    pub root: Text,
    /// What is limited.
    pub resources: Vec<Resource>,
    /// Resources with a number beyond 64 bits, which nobody can count with: their names.
    pub beyond: Vec<Text>,
}

/// Something that is limited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// `STORAGE` (in units of 1024 octets), `MESSAGE`, `MAILBOX`, `ANNOTATION-STORAGE`.
    pub name: Text,
    /// How much is used.
    pub used: u64,
    /// How much may be used.
    pub limit: u64,
}

impl Quota {
    /// What is told of a resource, by its name in any case.
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources
            .iter()
            .find(|resource| resource.name.is(name))
    }

    /// ```text
    /// "QUOTA" SP quota-root-name SP "(" [quota-resource *(SP quota-resource)] ")"
    /// quota-resource = resource-name SP resource-usage SP resource-limit
    /// ```
    /// Resources whose numbers are none, such as -1 for what is not known, are left out.
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, root) = match grammar::blanks(input) {
            // The root is missing.
            rest if rest.starts_with(b"(") => (rest, Text::default()),
            rest => super::text(rest)?,
        };
        let mut beyond = Vec::new();
        let (rest, resources) = grammar::nlist(rest, |input| {
            let (rest, name) = super::text(input)?;
            let (rest, used) = grammar::word(grammar::blanks(rest))?;
            let (rest, limit) = grammar::word(grammar::blanks(rest))?;
            let numbers = whole_number(used).zip(whole_number(limit));
            if numbers.is_none() && [used, limit].iter().any(|word| is_beyond(word)) {
                beyond.push(name.clone());
            }
            Ok((
                rest,
                numbers.map(|(used, limit)| Resource { name, used, limit }),
            ))
        })?;
        let found = Self {
            root,
            resources: resources.into_iter().flatten().collect(),
            beyond,
        };
        Ok((rest, found))
    }
}

/// Whether it is a number, and too large for 64 bits.
fn is_beyond(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_digit) && whole_number(word).is_none()
}

/// `QUOTAROOT`: which limits a mailbox has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaRoot {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Its roots: each has a QUOTA.
    pub roots: Vec<Text>,
}

impl QuotaRoot {
    /// `"QUOTAROOT" SP mailbox *(SP quota-root-name)`
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, mailbox) = super::mailbox(input)?;
        let (rest, roots) = super::texts(rest)?;
        Ok((rest, Self { mailbox, roots }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_9208() {
        let quota = |text: &str| Quota::parse(text.as_bytes()).map(|(_, quota)| quota);
        let found = quota("\"!partition/sda4\" (STORAGE 104 10923847)").unwrap();
        assert_eq!(found.root, "!partition/sda4");
        let storage = found.resource("storage").unwrap();
        assert_eq!((storage.used, storage.limit), (104, 10_923_847));
        for (text, resources) in [
            ("\"\" (STORAGE  1  2 MESSAGE 3 4)", 2),
            ("\"\" ()", 0),
            ("#user/alice NIL", 0),
            ("(STORAGE 1 2)", 1),
            ("\"\" (STORAGE -1 2 MESSAGE 18446744073709551615 4)", 1),
        ] {
            assert_eq!(quota(text).unwrap().resources.len(), resources, "{text}");
        }
        for (text, beyond) in [
            (
                "\"\" (STORAGE 1 18446744073709551616 MESSAGE 1 2)",
                &["STORAGE"][..],
            ),
            ("\"\" (STORAGE 99999999999999999999999 1)", &["STORAGE"]),
            ("\"\" (STORAGE 18446744073709551615 -1)", &[]),
        ] {
            assert_eq!(quota(text).unwrap().beyond, beyond, "{text}");
        }
        for bad in ["", "\"\"", "\"\" (STORAGE 1)", "\"\" x"] {
            assert!(quota(bad).is_err(), "{bad}");
        }
        let (_, roots) = QuotaRoot::parse(b"INBOX #user/alice \"!partition/sda4\"").unwrap();
        assert_eq!(roots.roots, ["#user/alice", "!partition/sda4"]);
        let (_, none) = QuotaRoot::parse(b"comp.mail.mime ").unwrap();
        assert!(none.roots.is_empty());
    }
}
