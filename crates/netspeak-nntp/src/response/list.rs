//! The lines of LIST (RFC 3977 section 7.6, RFC 6048). What is no such line is `None`, and the rest of
//! the list is read all the same.

use std::fmt;

use jiff::Timestamp;
use netspeak_core::Encoding;

use super::{number, words};
use crate::types::GroupName;

/// A line of LIST ACTIVE or NEWGROUPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveGroup {
    /// Its name.
    pub name: GroupName,
    /// The highest number of an article.
    pub high: u64,
    /// The lowest; above [`high`](Self::high) if there is none.
    pub low: u64,
    /// What may be done with it.
    pub status: GroupStatus,
}

/// What may be done with a group (RFC 3977 section 7.6.3, RFC 6048 section 3.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GroupStatus {
    /// `y`: posting is allowed.
    Open,
    /// `n`: posting is not allowed here, articles come from elsewhere.
    ReadOnly,
    /// `m`: a moderator posts.
    Moderated,
    /// `j`: articles are filed elsewhere.
    Junk,
    /// `x`: closed, neither posting nor articles.
    Closed,
    /// `=name`: another name for this group.
    Alias(GroupName),
    /// Something else, printable.
    Other(String),
}

impl fmt::Display for GroupStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("y"),
            Self::ReadOnly => f.write_str("n"),
            Self::Moderated => f.write_str("m"),
            Self::Junk => f.write_str("j"),
            Self::Closed => f.write_str("x"),
            Self::Alias(name) => write!(f, "={name}"),
            Self::Other(other) => f.write_str(other),
        }
    }
}

/// A line of LIST COUNTS (RFC 6048 section 2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCount {
    /// The group.
    pub group: ActiveGroup,
    /// About how many articles there are.
    pub count: u64,
}

/// A line of LIST ACTIVE.TIMES (RFC 3977 section 7.6.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveTime {
    /// The group.
    pub name: GroupName,
    /// When it was made.
    pub created: Timestamp,
    /// By whom.
    pub creator: String,
}

/// A line of LIST NEWSGROUPS (RFC 3977 section 7.6.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The group.
    pub name: GroupName,
    /// What it is about; UTF-8, or taken for ISO-8859-1. May be empty.
    pub text: String,
}

/// A line of LIST DISTRIB.PATS (RFC 3977 section 7.6.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistribPat {
    /// The line with the highest weight wins.
    pub weight: u64,
    /// The groups that it is about.
    pub wildmat: String,
    /// The distribution to suggest.
    pub distribution: String,
}

/// A line of LIST MODERATORS (RFC 6048 section 2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moderator {
    /// The groups that it is about.
    pub pattern: String,
    /// The address, in which `%s` stands for the group's name with dashes for dots.
    pub address: String,
}

/// `name high low status`
pub fn active_group(line: &[u8]) -> Option<ActiveGroup> {
    let mut words = words(line);
    Some(ActiveGroup {
        name: GroupName::from_bytes(words.next()?)?,
        high: number(words.next()?)?,
        low: number(words.next()?)?,
        status: group_status(words.next()?),
    })
}

/// `name high low count status`
pub fn group_count(line: &[u8]) -> Option<GroupCount> {
    let mut words = words(line);
    let name = GroupName::from_bytes(words.next()?)?;
    let (high, low) = (number(words.next()?)?, number(words.next()?)?);
    let (count, status) = (number(words.next()?)?, group_status(words.next()?));
    Some(GroupCount {
        group: ActiveGroup {
            name,
            high,
            low,
            status,
        },
        count,
    })
}

/// `name seconds creator`
pub fn active_time(line: &[u8]) -> Option<ActiveTime> {
    let (name, rest) = first_word(line);
    let (seconds, creator) = first_word(rest);
    let seconds = i64::try_from(number(seconds)?).ok()?;
    Some(ActiveTime {
        name: GroupName::from_bytes(name)?,
        created: Timestamp::from_second(seconds).ok()?,
        creator: text(creator),
    })
}

/// `name text`, with blanks or a tab between
pub fn description(line: &[u8]) -> Option<Description> {
    let (name, about) = first_word(line);
    Some(Description {
        name: GroupName::from_bytes(name)?,
        text: text(about),
    })
}

/// `weight:wildmat:distribution`
pub fn distrib_pat(line: &[u8]) -> Option<DistribPat> {
    let mut parts = line.splitn(3, |byte| *byte == b':');
    Some(DistribPat {
        weight: number(parts.next()?.trim_ascii())?,
        wildmat: text(parts.next()?),
        distribution: text(parts.next()?),
    })
}

/// `pattern:address`
pub fn moderator(line: &[u8]) -> Option<Moderator> {
    let at = memchr::memchr(b':', line)?;
    let (pattern, address) = line.split_at_checked(at)?;
    Some(Moderator {
        pattern: text(pattern),
        address: text(address.get(1..)?.trim_ascii()),
    })
}

fn group_status(word: &[u8]) -> GroupStatus {
    match word {
        b"y" => GroupStatus::Open,
        b"n" => GroupStatus::ReadOnly,
        b"m" => GroupStatus::Moderated,
        b"j" => GroupStatus::Junk,
        b"x" => GroupStatus::Closed,
        [b'=', name @ ..] => match GroupName::from_bytes(name) {
            Some(name) => GroupStatus::Alias(name),
            None => GroupStatus::Other(text(word)),
        },
        other => GroupStatus::Other(text(other)),
    }
}

/// The first word, and what stands behind the blanks that follow it.
pub(super) fn first_word(line: &[u8]) -> (&[u8], &[u8]) {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let end = line.iter().position(is_blank).unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end).unwrap_or((line, &[]));
    let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
    (word, rest.get(blanks..).unwrap_or_default())
}

fn text(bytes: &[u8]) -> String {
    Encoding::guess(bytes).decode(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_rfc_3977_and_6048() {
        let group = active_group(b"misc.test 3002322 3000234 y").unwrap();
        assert_eq!((group.high, group.low), (3_002_322, 3_000_234));
        assert_eq!(group.status, GroupStatus::Open);
        let count = group_count(b"misc.test 3002322 3000234 1234 m").unwrap();
        assert_eq!(
            (count.count, count.group.status),
            (1234, GroupStatus::Moderated)
        );
        let time = active_time(b"misc.test 930445408 <creatme@isc.org> and more").unwrap();
        assert_eq!(time.created.to_string(), "1999-06-27T01:03:28Z");
        assert_eq!(time.creator, "<creatme@isc.org> and more");
        let pattern = distrib_pat(b"10:local.*:local").unwrap();
        assert_eq!(
            (pattern.weight, pattern.distribution.as_str()),
            (10, "local")
        );
        let moderator = moderator(b"foo.bar:announce@example.com").unwrap();
        assert_eq!(moderator.address, "announce@example.com");
        assert_eq!(description(b"a.b caf\xe9").unwrap().text, "café");
    }

    #[test]
    fn other_lines_are_none() {
        for line in [&b""[..], b"bad line", b"a 1 2", b"a -1 2 y", b"\xff 1 2 y"] {
            assert_eq!(active_group(line), None, "{line:?}");
            assert_eq!(group_count(line), None, "{line:?}");
        }
        for line in [&b""[..], b"a", b"a b c", b"a 99999999999999999999 c"] {
            assert_eq!(active_time(line), None, "{line:?}");
        }
        assert_eq!(description(b""), None);
        assert_eq!(distrib_pat(b"x:y:z"), None);
        assert_eq!(moderator(b"x"), None);
    }

    #[test]
    fn a_status_is_written_as_it_was_read() {
        for status in ["y", "n", "m", "j", "x", "=misc.new", "q"] {
            assert_eq!(group_status(status.as_bytes()).to_string(), status);
        }
    }
}
