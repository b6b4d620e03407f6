//! What a server says: each parser under its grammar. They work on whole lines without line end.

use std::fmt;

use netspeak_core::text::printable;
use netspeak_core::{Error as CoreError, Phase, Reason, Said};
use nom::bytes::complete::take_while_m_n;
use nom::combinator::{map_opt, verify};
use nom::{IResult, Parser};

mod digest;
mod facts;
mod passive;
mod path;
mod telnet;

pub use digest::{HashReply, hash};
pub use facts::{modified, size, size_hint, unique_name};
pub use passive::{PassivePort, passive};
pub use path::quoted_path;
pub(crate) use telnet::{iac_doubled, iac_undone};

/// What the beginning of a line says about it (RFC 959 section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineStart {
    /// `230 text`, or `230` alone: the last line of a reply with this code.
    Last(u16),
    /// `230-text`: more lines follow.
    More(u16),
    /// No code.
    Text,
}

/// The beginning of a line, and the text behind it.
///
/// ```text
/// reply = code SP *TEXT CRLF / code "-" *TEXT CRLF *( *TEXT CRLF ) code SP *TEXT CRLF
/// code  = %x31-35 2DIGIT                             ; RFC 959 section 4.2
/// ```
/// A code alone counts as one with a blank, and so does a tab.
pub fn line_start(line: &[u8]) -> (LineStart, &[u8]) {
    match code(line) {
        Ok(([b'-', text @ ..], code)) => (LineStart::More(code), text),
        Ok(([b' ' | b'\t', text @ ..], code)) => (LineStart::Last(code), text),
        Ok(([], code)) => (LineStart::Last(code), &[]),
        _ => (LineStart::Text, line),
    }
}

fn code(line: &[u8]) -> IResult<&[u8], u16> {
    let three = map_opt(
        take_while_m_n(3, 3, |b: u8| b.is_ascii_digit()),
        |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse().ok(),
    );
    verify(three, |code| (100..600).contains(code)).parse(line)
}

/// A whole reply (RFC 959 section 4.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    /// The lines, each closed by a line feed but the last.
    said: Said,
}

impl Reply {
    /// Reads a reply from its lines, without line ends.
    ///
    /// # Errors
    /// [`Malformed`](crate::Error::Malformed) if the first or the last line begins with no code.
    pub fn parse<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, CoreError> {
        let lines: Vec<_> = lines.into_iter().map(iac_undone).collect();
        Self::new(Said::new(lines.join(&b'\n')))
    }

    /// The reply whose lines these are, each closed by a line feed but the last. Its code is that of
    /// the last line: some servers end a reply with another code than they began it with.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn new(said: Said) -> Result<Self, CoreError> {
        let mut lines = said.came().split(|byte| *byte == b'\n');
        let first = lines.next().unwrap_or_default();
        let last = lines.next_back().unwrap_or(first);
        match (line_start(first).0, line_start(last).0) {
            (LineStart::Last(_) | LineStart::More(_), LineStart::Last(code)) => {
                Ok(Self { code, said })
            }
            _ => Err(not_a_reply(first)),
        }
    }

    /// The three digits.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// 1xx: it begins, and another reply follows.
    pub fn is_preliminary(&self) -> bool {
        self.code < 200
    }

    /// 2xx: done.
    pub fn is_positive(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// 3xx: go on.
    pub fn is_intermediate(&self) -> bool {
        (300..400).contains(&self.code)
    }

    /// 4xx and 5xx: no.
    pub fn is_negative(&self) -> bool {
        self.code >= 400
    }

    /// 4xx: a later attempt may succeed.
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// 421: the server is closing the connection.
    pub fn is_closing(&self) -> bool {
        self.code == 421
    }

    /// Whether the server does not know the command, or not with this argument (500 to 504).
    pub fn is_not_understood(&self) -> bool {
        (500..505).contains(&self.code)
    }

    /// The lines without line ends. Where the server repeated a secret that was sent to it, `***`
    /// stands.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.said.shown().split(|byte| *byte == b'\n')
    }

    /// The text of the last line, printable, without the code.
    pub fn text(&self) -> String {
        let last = self.lines().next_back().unwrap_or_default();
        printable(line_start(last).1.trim_ascii())
    }

    /// The text of every line as it came, without codes: for parsers.
    pub(crate) fn came(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        let lines = self.said.came().split(|byte| *byte == b'\n');
        lines.map(|line| line_start(line).1)
    }

    /// The text of the last line as it came.
    pub(crate) fn last_came(&self) -> &[u8] {
        self.came().next_back().unwrap_or_default()
    }

    /// The error for a reply that does not say what it should.
    pub(crate) fn lacks(&self, what: &'static str) -> CoreError {
        CoreError::malformed(what, self.lines().next_back().unwrap_or_default())
    }
}

impl netspeak_core::Reply for Reply {
    fn is_temporary(&self) -> bool {
        Self::is_temporary(self)
    }

    fn reason(&self, phase: Phase) -> Reason {
        match (phase, self.code) {
            (Phase::Starttls, _) => Reason::Refused,
            (Phase::Auth, 400..500) => Reason::Temporary,
            (Phase::Work | Phase::Data, 452 | 552) => Reason::Quota,
            (Phase::Data, 425) => Reason::Refused,
            (Phase::Data, _) => Reason::Aborted,
            (Phase::Work, 400..500) => Reason::Temporary,
            (Phase::Work, 550) => self.reason_of_550(),
            _ => Reason::Rejected,
        }
    }
}

impl Reply {
    /// 550 stands for all that can be wrong with a file; only the text can tell.
    fn reason_of_550(&self) -> Reason {
        let text = self.text().to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["denied", "permission", "not allowed"]) {
            Reason::Denied
        } else if says(&["file exists", "already exists", "not empty"]) {
            Reason::Rejected
        } else {
            Reason::NotFound
        }
    }
}

/// The code and the text; several lines are joined by blanks.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for line in self.lines() {
            let text = line_start(line).1.trim_ascii();
            if !text.is_empty() {
                write!(f, " {}", printable(text))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({:?})", self.to_string())
    }
}

pub(crate) fn not_a_reply(line: &[u8]) -> CoreError {
    CoreError::malformed("a three-digit reply code", line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_three_digits_from_1_to_5() {
        for (line, start, text) in [
            (&b"220 ready"[..], LineStart::Last(220), &b"ready"[..]),
            (b"220", LineStart::Last(220), b""),
            (b"220-", LineStart::More(220), b""),
            (b"220\tready", LineStart::Last(220), b"ready"),
            (b"2200 x", LineStart::Text, b"2200 x"),
            (b" 220 x", LineStart::Text, b" 220 x"),
            (b"600 x", LineStart::Text, b"600 x"),
            (b"099 x", LineStart::Text, b"099 x"),
            (b"22", LineStart::Text, b"22"),
            (b"", LineStart::Text, b""),
        ] {
            assert_eq!(line_start(line), (start, text), "{line:?}");
        }
    }

    #[test]
    fn a_reply_is_shown_with_all_its_words() {
        let reply = Reply::parse([&b"530-Sorry, \x1b[2J"[..], b"530-", b"530 no."]).unwrap();
        assert_eq!(reply.to_string(), "530 Sorry, \\x1b[2J no.");
        assert_eq!((reply.code(), reply.text().as_str()), (530, "no."));
        assert!(Reply::parse([]).is_err());
        assert!(Reply::parse([&b"220-a"[..], b"b"]).is_err());
    }
}
