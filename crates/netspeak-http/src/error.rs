//! [`Error`]: core's error with HTTP's answer.

use std::fmt;

use http::StatusCode;
use netspeak_core::text::printable;
use netspeak_core::{Phase, Reason};

/// What can go wrong in HTTP.
pub type Error = netspeak_core::Error<Reply>;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An answer that says no: its status, and the words beside it (RFC 9110 section 15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    status: StatusCode,
    words: Option<String>,
}

impl Reply {
    /// A status, and the server's own words for it, if it has any that are not the usual ones.
    pub fn new(status: StatusCode, words: Option<&[u8]>) -> Self {
        let words = words.map(printable).filter(|words| !words.is_empty());
        Self { status, words }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.status.as_str())?;
        let usual = self.status.canonical_reason();
        match self.words.as_deref().or(usual) {
            Some(words) => write!(f, " {words}"),
            None => Ok(()),
        }
    }
}

impl netspeak_core::Reply for Reply {
    fn is_temporary(&self) -> bool {
        matches!(self.status.as_u16(), 408 | 425 | 429 | 500 | 502..=504)
    }

    fn reason(&self, phase: Phase) -> Reason {
        match self.status.as_u16() {
            401 if phase == Phase::Auth => Reason::Rejected,
            401 | 407 => Reason::Auth,
            403 => Reason::Denied,
            404 | 410 => Reason::NotFound,
            413 | 507 => Reason::Quota,
            _ if self.is_temporary() => Reason::Temporary,
            _ => Reason::Rejected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_gets_its_word_where_it_is_born() {
        for (status, word, temporary) in [
            (401, "work.auth", false),
            (403, "work.denied", false),
            (404, "work.not_found", false),
            (418, "work.rejected", false),
            (429, "work.temporary", true),
            (503, "work.temporary", true),
            (507, "work.quota", false),
        ] {
            let reply = Reply::new(StatusCode::from_u16(status).unwrap(), None);
            let error = Error::refused("GET", Phase::Work, reply);
            let kind = error.kind().to_string();
            assert_eq!(
                (kind.as_str(), error.is_temporary()),
                (word, temporary),
                "{status}"
            );
        }
    }
}
