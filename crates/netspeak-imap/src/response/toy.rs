//! What a server says: each parser under its grammar. They work on whole lines without line end.

use std::fmt;

use netspeak_core::text::printable;
use netspeak_core::{Error as CoreError, Said};
use nom::branch::alt;
use nom::bytes::complete::tag_no_case;
use nom::character::complete::space1;
use nom::combinator::{eof, rest, value};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// Whether the server has done what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `OK`
    Ok,
    /// `NO`
    No,
}

/// A line of the server's: a status and a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    status: Status,
    said: Said,
    text_at: usize,
}

impl Reply {
    /// Reads a reply.
    ///
    /// ```text
    /// reply  = status [SP text] CRLF
    /// status = "OK" / "NO"
    /// ```
    ///
    /// # Errors
    /// [`Malformed`](crate::Error::Malformed) if the line begins with something else.
    pub fn parse(line: &[u8]) -> Result<Self, CoreError> {
        Self::new(Said::new(line))
    }

    /// Reads a reply that may have secrets in it.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn new(said: Said) -> Result<Self, CoreError> {
        let line = said.came();
        let (text, status) =
            status(line).map_err(|_| CoreError::malformed("OK or NO", said.shown()))?;
        Ok(Self {
            status,
            text_at: line.len().saturating_sub(text.len()),
            said,
        })
    }

    /// Yes or no.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The text behind the status, printable and without secrets.
    pub fn text(&self) -> String {
        printable(self.raw().get(self.text_at..).unwrap_or_default())
    }

    /// The line without its end. Where the server repeated a secret that was sent to it, `***`
    /// stands.
    pub fn raw(&self) -> &[u8] {
        self.said.shown()
    }
}

impl netspeak_core::Reply for Reply {
    fn is_temporary(&self) -> bool {
        false
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said.fmt(f)
    }
}

fn status(line: &[u8]) -> IResult<&[u8], Status> {
    let word = alt((
        value(Status::Ok, tag_no_case("OK")),
        value(Status::No, tag_no_case("NO")),
    ));
    let text = alt((eof, preceded(space1, rest)));
    (word, text)
        .map(|(status, text)| (text, status))
        .parse(line)
        .map(|(_, (text, status))| (text, status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_have_a_status_and_a_text() {
        for (line, status, text) in [
            ("OK", Status::Ok, ""),
            ("OK ready", Status::Ok, "ready"),
            ("no  such thing", Status::No, "such thing"),
        ] {
            let reply = Reply::parse(line.as_bytes()).unwrap();
            assert_eq!((reply.status(), reply.text().as_str()), (status, text));
            assert_eq!(reply.to_string(), line);
        }
        for line in ["", "OKAY", "220 ready", "+OK"] {
            assert!(Reply::parse(line.as_bytes()).is_err(), "{line}");
        }
    }
}
