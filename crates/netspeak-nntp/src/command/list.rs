//! [`List`]: the lists that a server keeps.

use netspeak_core::{Result, Wire, check_word};

/// What LIST lists (RFC 3977 section 7.6, RFC 6048). A wildmat leaves out the groups that it does not
/// match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum List<'a> {
    /// The groups, with their numbers.
    Active(Option<&'a str>),
    /// When the groups were made, and by whom.
    ActiveTimes(Option<&'a str>),
    /// What the groups are about.
    Newsgroups(Option<&'a str>),
    /// The groups with how many articles they hold (RFC 6048 section 2.2).
    Counts(Option<&'a str>),
    /// Which groups the server recommends (RFC 6048 section 2.6).
    Subscriptions(Option<&'a str>),
    /// The fields of an overview.
    OverviewFmt,
    /// Which fields HDR knows.
    Headers,
    /// Which distribution to suggest for which groups.
    DistribPats,
    /// The distributions (RFC 6048 section 2.3).
    Distributions,
    /// Where to send articles for moderated groups (RFC 6048 section 2.4).
    Moderators,
    /// The message of the day (RFC 6048 section 2.5).
    Motd,
}

impl<'a> List<'a> {
    /// The verb and its keyword.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Active(_) => "LIST ACTIVE",
            Self::ActiveTimes(_) => "LIST ACTIVE.TIMES",
            Self::Newsgroups(_) => "LIST NEWSGROUPS",
            Self::Counts(_) => "LIST COUNTS",
            Self::Subscriptions(_) => "LIST SUBSCRIPTIONS",
            Self::OverviewFmt => "LIST OVERVIEW.FMT",
            Self::Headers => "LIST HEADERS",
            Self::DistribPats => "LIST DISTRIB.PATS",
            Self::Distributions => "LIST DISTRIBUTIONS",
            Self::Moderators => "LIST MODERATORS",
            Self::Motd => "LIST MOTD",
        }
    }

    fn wildmat(self) -> Option<&'a str> {
        match self {
            Self::Active(wildmat)
            | Self::ActiveTimes(wildmat)
            | Self::Newsgroups(wildmat)
            | Self::Counts(wildmat)
            | Self::Subscriptions(wildmat) => wildmat,
            _ => None,
        }
    }

    pub(crate) fn encode(self, wire: &mut Wire) -> Result<()> {
        match self.wildmat() {
            Some(wildmat) => wire.arg("wildmat", wildmat).map(drop),
            None => Ok(()),
        }
    }

    pub(crate) fn check(self) -> Result<()> {
        match self.wildmat() {
            Some(wildmat) => check_word("wildmat", wildmat),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;

    #[test]
    fn every_list_has_its_keyword() {
        for (list, line) in [
            (List::Active(None), "LIST ACTIVE"),
            (List::Active(Some("misc.*")), "LIST ACTIVE misc.*"),
            (List::ActiveTimes(None), "LIST ACTIVE.TIMES"),
            (List::Newsgroups(Some("*")), "LIST NEWSGROUPS *"),
            (List::Counts(None), "LIST COUNTS"),
            (List::Subscriptions(None), "LIST SUBSCRIPTIONS"),
            (List::OverviewFmt, "LIST OVERVIEW.FMT"),
            (List::Headers, "LIST HEADERS"),
            (List::DistribPats, "LIST DISTRIB.PATS"),
            (List::Distributions, "LIST DISTRIBUTIONS"),
            (List::Moderators, "LIST MODERATORS"),
            (List::Motd, "LIST MOTD"),
        ] {
            let mut wire = Wire::new();
            Command::List(list).encode(&mut wire).unwrap();
            assert_eq!(wire.bytes(), format!("{line}\r\n").as_bytes());
        }
        assert!(List::Counts(Some("a b")).check().is_err());
    }
}
