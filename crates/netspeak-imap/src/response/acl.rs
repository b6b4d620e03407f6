//! [`Acl`], [`ListRights`], [`MyRights`]: who may do what with a mailbox (RFC 4314).

use crate::grammar::{Parsed, no};
use crate::types::{Mailbox, Rights, Text};

/// `ACL`: everybody's rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acl {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Who has which rights; a `-` before a name takes rights away.
    pub rights: Vec<(Text, Rights)>,
}

impl Acl {
    /// `"ACL" SP mailbox *(SP identifier SP rights)`
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, mailbox) = super::mailbox(input)?;
        let (rest, words) = super::texts(rest)?;
        let mut rights = Vec::new();
        let mut words = words.into_iter();
        while let Some(identifier) = words.next() {
            rights.push((identifier, rights_of(words.next())));
        }
        Ok((rest, Self { mailbox, rights }))
    }
}

/// `LISTRIGHTS`: which rights somebody can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRights {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Who.
    pub identifier: Text,
    /// Rights that cannot be taken away.
    pub required: Rights,
    /// Rights that can be given; those that stand together only together.
    pub optional: Vec<Rights>,
}

impl ListRights {
    /// `"LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)`
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, mailbox) = super::mailbox(input)?;
        let (rest, words) = super::texts(rest)?;
        let mut words = words.into_iter();
        let Some(identifier) = words.next() else {
            return no();
        };
        let found = Self {
            mailbox,
            identifier,
            required: rights_of(words.next()),
            optional: words.map(|word| rights_of(Some(word))).collect(),
        };
        Ok((rest, found))
    }
}

/// `MYRIGHTS`: what the user may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyRights {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// What.
    pub rights: Rights,
}

impl MyRights {
    /// `"MYRIGHTS" SP mailbox SP rights`
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, mailbox) = super::mailbox(input)?;
        let (rest, words) = super::texts(rest)?;
        let rights = rights_of(words.into_iter().next());
        Ok((rest, Self { mailbox, rights }))
    }
}

fn rights_of(word: Option<Text>) -> Rights {
    Rights::from_wire(word.unwrap_or_default().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(letters: &str) -> Rights {
        letters.parse().unwrap()
    }

    #[test]
    fn the_examples_of_rfc_4314() {
        let (_, acl) = Acl::parse(b"INBOX Fred rwipsldexta \"-anyone\" w odd").unwrap();
        assert_eq!(acl.rights.len(), 3);
        assert_eq!(acl.rights[1], ("-anyone".into(), rights("w")));
        let (_, listed) = ListRights::parse(b"~/Mail/saved smith la r swicdkxte").unwrap();
        assert_eq!(
            (listed.identifier, listed.required),
            ("smith".into(), rights("la"))
        );
        assert_eq!(listed.optional, [rights("r"), rights("swicdkxte")]);
        let (_, mine) = MyRights::parse(b"\"IN BOX\" rwiptsldaex").unwrap();
        assert_eq!(
            (mine.mailbox.name(), mine.rights),
            ("IN BOX", rights("rwiptsldaex"))
        );
        assert!(Acl::parse(b"").is_err() && ListRights::parse(b"INBOX").is_err());
    }
}
