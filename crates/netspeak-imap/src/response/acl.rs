//! [`Acl`], [`ListRights`], [`MyRights`]: who may do what with a mailbox (RFC 4314).

use crate::grammar::{Parsed, no};
use crate::types::{Mailbox, Text};

/// `ACL`: everybody's rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acl {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Who has which rights, one letter each; a `-` before a name takes rights away.
    pub rights: Vec<(Text, Text)>,
}

impl Acl {
    /// `"ACL" SP mailbox *(SP identifier SP rights)`
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, mailbox) = super::mailbox(input)?;
        let (rest, words) = super::texts(rest)?;
        let mut rights = Vec::new();
        let mut words = words.into_iter();
        while let Some(identifier) = words.next() {
            rights.push((identifier, words.next().unwrap_or_default()));
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
    pub required: Text,
    /// Rights that can be given; those in one text only together.
    pub optional: Vec<Text>,
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
            required: words.next().unwrap_or_default(),
            optional: words.collect(),
        };
        Ok((rest, found))
    }
}

/// `MYRIGHTS`: what the user may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyRights {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// The rights, one letter each.
    pub rights: Text,
}

impl MyRights {
    /// `"MYRIGHTS" SP mailbox SP rights`
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, mailbox) = super::mailbox(input)?;
        let (rest, words) = super::texts(rest)?;
        let rights = words.into_iter().next().unwrap_or_default();
        Ok((rest, Self { mailbox, rights }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4314() {
        let (_, acl) = Acl::parse(b"INBOX Fred rwipsldexta \"-anyone\" w odd").unwrap();
        assert_eq!(acl.rights.len(), 3);
        assert_eq!(acl.rights[1], ("-anyone".into(), "w".into()));
        let (_, rights) = ListRights::parse(b"~/Mail/saved smith la r swicdkxte").unwrap();
        assert_eq!(
            (rights.identifier, rights.required),
            ("smith".into(), "la".into())
        );
        assert_eq!(rights.optional, ["r", "swicdkxte"]);
        let (_, mine) = MyRights::parse(b"\"IN BOX\" rwiptsldaex").unwrap();
        assert_eq!(
            (mine.mailbox.name(), mine.rights),
            ("IN BOX", "rwiptsldaex".into())
        );
        assert!(Acl::parse(b"").is_err() && ListRights::parse(b"INBOX").is_err());
    }
}
