//! What a server says: each parser under its grammar. They work on whole lines without line end.

use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use netspeak_core::text::printable;
use netspeak_core::{Error as CoreError, Phase, Reason, Said};

use crate::types::{Group, GroupName, MessageId};

mod headers;
mod list;
mod meaning;
mod overview;

pub use headers::{HeaderRow, Headers, RowKey, header_row};
pub use list::{
    ActiveGroup, ActiveTime, Description, DistribPat, GroupCount, GroupStatus, Moderator,
    active_group, active_time, description, distrib_pat, group_count, moderator,
};
pub use meaning::Meaning;
pub use overview::{Overview, OverviewFormat, OverviewRow};

/// Where the parts of a status line stand in it (RFC 3977 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusLine {
    /// The three digits.
    pub code: u16,
    /// All of it.
    pub line: Range<usize>,
    /// What stands behind the code.
    pub text: Range<usize>,
}

impl StatusLine {
    /// Reads a status line, whole and without its end.
    ///
    /// ```text
    /// initial-response-line = initial-response-content [SP trailing-comment] CRLF   ; RFC 3977 9.4
    /// response-code         = "1" / "2" / "3" / "4" / "5" 2DIGIT
    /// ```
    /// # Errors
    /// [`Malformed`](crate::Error::Malformed) if the line begins with no such code: the connection is
    /// out of step then.
    pub fn parse(line: &[u8]) -> Result<Self, CoreError> {
        let (code, text) = match line {
            [a @ b'1'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9', text @ ..] => {
                let digit = |byte: &u8| u16::from(byte - b'0');
                (digit(a) * 100 + digit(b) * 10 + digit(c), text)
            }
            _ => return Err(CoreError::malformed("a three-digit code", line)),
        };
        match text.first() {
            None | Some(b' ' | b'\t') => {}
            Some(_) => return Err(CoreError::malformed("a three-digit code", line)),
        }
        let text = text.trim_ascii_start();
        Ok(Self {
            code,
            line: 0..line.len(),
            text: line.len() - text.len()..line.len(),
        })
    }
}

/// A status line: three digits and a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    said: Said,
    text_at: usize,
}

impl Reply {
    /// Reads a status line.
    ///
    /// # Errors
    /// As [`StatusLine::parse`].
    pub fn parse(line: &[u8]) -> Result<Self, CoreError> {
        Ok(Self::new(&StatusLine::parse(line)?, Said::new(line)))
    }

    /// The reply that a status line is.
    pub fn new(status: &StatusLine, said: Said) -> Self {
        Self {
            code: status.code,
            said,
            text_at: status.text.start.saturating_sub(status.line.start),
        }
    }

    /// The three digits.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Whether the server does, or has done, what was asked: 1xx, 2xx, 3xx.
    pub fn is_ok(&self) -> bool {
        self.code < 400
    }

    /// What a refusal means; `None` if it is none.
    pub fn meaning(&self) -> Option<Meaning> {
        Meaning::of(self.code)
    }

    /// The text behind the code, printable and without secrets.
    pub fn text(&self) -> String {
        printable(self.raw().get(self.text_at..).unwrap_or_default())
    }

    /// The line without its end. Where the server repeated a secret that was sent to it, `***` stands.
    pub fn raw(&self) -> &[u8] {
        self.said.shown()
    }

    /// Whether a later attempt may succeed, by the server's own word: 400, 403, 431, 436, and 482 where
    /// it is about too many connections.
    pub fn is_temporary(&self) -> bool {
        matches!(self.code, 400 | 403 | 431 | 436) || self.code == 482 && self.mentions(b"too many")
    }

    /// Whether an article was refused because the server has one of this name: 435, and 441 or 437 with
    /// the words by which servers say so.
    pub fn is_duplicate(&self) -> bool {
        self.code == 435
            || matches!(self.code, 437 | 441)
                && (self.mentions(b"duplicate") || self.mentions(b"435"))
    }

    /// What stands behind the code, as it came: for parsers.
    pub(crate) fn came(&self) -> &[u8] {
        self.said.came().get(self.text_at..).unwrap_or_default()
    }

    fn mentions(&self, words: &[u8]) -> bool {
        let text = self.came().to_ascii_lowercase();
        memchr::memmem::find(&text, words).is_some()
    }

    fn words(&self) -> impl Iterator<Item = &[u8]> {
        words(self.came())
    }
}

impl netspeak_core::Reply for Reply {
    fn is_temporary(&self) -> bool {
        Self::is_temporary(self)
    }

    fn reason(&self, phase: Phase) -> Reason {
        match (phase, self.meaning()) {
            (Phase::Starttls, _) => Reason::Refused,
            (Phase::Auth, _) if self.is_temporary() => Reason::Temporary,
            (Phase::Auth | Phase::Greeting, _) | (_, None) => Reason::Rejected,
            (_, Some(meaning)) => meaning.reason(),
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said.fmt(f)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({:?})", self.said)
    }
}

/// What a reply to ARTICLE, HEAD, BODY, STAT, NEXT or LAST says about the article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Its number in the selected group; `None` if it was asked for by its id.
    pub number: Option<u64>,
    /// Its id, if the server tells one.
    pub id: Option<MessageId>,
}

/// The text of a reply about an article.
///
/// ```text
/// article-number SP message-id [SP ...]           ; RFC 3977 section 6.2.1
/// ```
pub fn found(reply: &Reply) -> Found {
    let mut words = reply.words();
    Found {
        number: words.next().and_then(number).filter(|number| *number > 0),
        id: words.next().and_then(MessageId::from_bytes),
    }
}

/// The text of a GROUP reply.
///
/// ```text
/// number SP low SP high [SP newsgroup-name]       ; RFC 3977 section 6.1.1
/// ```
///
/// # Errors
/// [`Malformed`](crate::Error::Malformed) if there are no three numbers.
pub fn group(reply: &Reply) -> Result<Group, CoreError> {
    let mut words = reply.words();
    let mut next = || words.next().and_then(number);
    let numbers = next().zip(next()).zip(next());
    let ((count, low), high) = numbers
        .ok_or_else(|| CoreError::malformed("a group's count, low and high", reply.raw()))?;
    Ok(Group {
        count,
        low,
        high,
        name: words.next().and_then(GroupName::from_bytes),
    })
}

/// The text of a DATE reply: fourteen digits, in UTC (RFC 3977 section 7.1).
///
/// # Errors
/// [`Malformed`](crate::Error::Malformed) if it is no date.
pub fn date(reply: &Reply) -> Result<Timestamp, CoreError> {
    let digits = reply.words().next().filter(|word| word.len() == 14);
    let time = digits
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| DateTime::strptime("%Y%m%d%H%M%S", digits).ok())
        .and_then(|time| time.to_zoned(TimeZone::UTC).ok());
    match time {
        Some(time) => Ok(time.timestamp()),
        None => Err(CoreError::malformed(
            "a date of fourteen digits",
            reply.raw(),
        )),
    }
}

/// The id that a server recommends for an article, in its 340 to POST.
pub fn recommended_id(reply: &Reply) -> Option<MessageId> {
    let is_id = |word: &&[u8]| word.starts_with(b"<");
    reply.words().find(is_id).and_then(MessageId::from_bytes)
}

/// A number on a line of LISTGROUP.
pub fn article_number(line: &[u8]) -> Option<u64> {
    words(line).next().and_then(number)
}

/// A message-id on a line of NEWNEWS.
pub fn message_id(line: &[u8]) -> Option<MessageId> {
    words(line).next().and_then(MessageId::from_bytes)
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| matches!(byte, b' ' | b'\t'))
        .filter(|word| !word.is_empty())
}

/// Digits without sign that fit. By hand: this stands in the loop over overviews.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |number, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(line: &str) -> Reply {
        Reply::parse(line.as_bytes()).unwrap()
    }

    #[test]
    fn status_lines() {
        for (line, code, text) in [
            ("200 ready", 200, "ready"),
            ("205", 205, ""),
            ("281  two blanks", 281, "two blanks"),
            ("400\ttab", 400, "tab"),
        ] {
            let reply = reply(line);
            assert_eq!((reply.code(), reply.text().as_str()), (code, text));
        }
        for line in [
            "", "20", "600 x", "099 x", "2000 x", "+OK", " 200 x", "200x",
        ] {
            let error = Reply::parse(line.as_bytes()).unwrap_err();
            assert_eq!(error.kind().to_string(), "proto.malformed", "{line:?}");
        }
    }

    #[test]
    fn groups_with_and_without_a_name() {
        let of = |line| group(&reply(line)).ok();
        let found = of("211 1234 3000234 3002322 misc.test list follows").unwrap();
        assert_eq!(
            (found.count, found.low, found.high),
            (1234, 3_000_234, 3_002_322)
        );
        assert_eq!(found.name.unwrap().as_str(), "misc.test");
        assert_eq!(of("211 0 0 0").unwrap().name, None);
        for bad in [
            "211",
            "211 1 2",
            "211 a 2 3 x",
            "211 -1 2 3 x",
            "211 99999999999999999999 1 1",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_have_fourteen_digits() {
        let of = |line| date(&reply(line)).map(|time| time.to_string());
        assert_eq!(of("111 20261125235959").unwrap(), "2026-11-25T23:59:59Z");
        for bad in [
            "111",
            "111 20261125",
            "111 20261325235959",
            "111 2026112523595a",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_duplicate_is_told_by_code_or_words() {
        for (line, is_duplicate) in [
            ("441 435 Duplicate", true),
            ("441 437 Article rejected", false),
            ("437 Duplicate article", true),
            ("435 not wanted", true),
            ("441 no newsgroups", false),
            ("240 duplicate", false),
        ] {
            assert_eq!(reply(line).is_duplicate(), is_duplicate, "{line}");
        }
    }
}
