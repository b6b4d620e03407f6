//! [`Status`] and [`Continuation`]: OK, NO, BAD, PREAUTH, BYE and `+` (RFC 9051 section 7.1).

use std::fmt;

use super::Code;
use crate::grammar::{self, Upper, is_blank};
use crate::types::Text;

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusKind {
    /// `OK`: it is done; untagged, something to know.
    Ok,
    /// `NO`: it was not done; untagged, a warning.
    No,
    /// `BAD`: it was not understood.
    Bad,
    /// `PREAUTH`: a greeting that needs no login.
    PreAuth,
    /// `BYE`: the server closes the connection.
    Bye,
}

impl StatusKind {
    fn of(word: &[u8]) -> Option<Self> {
        Some(match Upper::new(word).as_bytes() {
            b"OK" => Self::Ok,
            b"NO" => Self::No,
            b"BAD" => Self::Bad,
            b"PREAUTH" => Self::PreAuth,
            b"BYE" => Self::Bye,
            _ => return None,
        })
    }

    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::PreAuth => "PREAUTH",
            Self::Bye => "BYE",
        }
    }
}

impl fmt::Display for StatusKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The answer to a command, or news about the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Yes or no.
    pub kind: StatusKind,
    /// What stands in brackets, for programs.
    pub code: Option<Code>,
    /// What stands behind it, for people. Servers leave it out at times.
    pub text: Text,
}

impl Status {
    /// A status, if it is one.
    ///
    /// ```text
    /// resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text     ; RFC 9051 section 9
    /// resp-text       = ["[" resp-text-code "]" SP] [text]
    /// ```
    pub(super) fn parse(input: &[u8]) -> Option<Self> {
        let is_end = |byte: &u8| is_blank(*byte) || *byte == b'[';
        let end = input.iter().position(is_end).unwrap_or(input.len());
        let (word, text) = input.split_at_checked(end)?;
        let kind = StatusKind::of(word)?;
        Some(Self::with_text(kind, text))
    }

    /// `resp-text`
    pub(super) fn with_text(kind: StatusKind, text: &[u8]) -> Self {
        let text = grammar::blanks(text);
        let (code, text) = match Code::find(text) {
            Some((code, rest)) => (Some(code), grammar::blanks(rest)),
            None => (None, text),
        };
        Self {
            kind,
            code,
            text: text.into(),
        }
    }
}

/// `+`: the server waits for the client to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continuation {
    /// The code, if the text begins with one.
    pub code: Option<Code>,
    /// Everything behind `+ ` as it came: a challenge in base64, or words. Servers leave it out at times.
    pub text: Text,
}

impl Continuation {
    /// ```text
    /// continue-req = "+" SP (resp-text / base64) CRLF
    /// ```
    pub(super) fn parse(behind_plus: &[u8]) -> Self {
        let text = behind_plus.strip_prefix(b" ").unwrap_or(behind_plus);
        Self {
            code: Code::find(text).map(|(code, _)| code),
            text: text.into(),
        }
    }
}
