//! [`Reply`]: what a server answers to a command, and its place among core's errors.

use std::fmt;
use std::time::Duration;

use netspeak_core::text::printable;
use netspeak_core::{Error as CoreError, Phase, Reason, Said};

use crate::response::{Code, MetadataCode, Response, Status, StatusKind, Untagged};

/// A status: the answer to a command, a greeting, a goodbye (RFC 9051 section 7.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Reply(Box<Parts>);

/// Behind a pointer, so that an error stays small.
#[derive(Clone, PartialEq, Eq)]
struct Parts {
    status: Status,
    said: Said,
}

impl Reply {
    /// Reads a line that holds a status, tagged or not.
    ///
    /// # Errors
    /// [`Malformed`](crate::Error::Malformed) if it holds none.
    pub fn parse(line: &[u8]) -> Result<Self, CoreError> {
        match Response::parse(line) {
            Response::Tagged { status, .. } | Response::Untagged(Untagged::Status(status)) => {
                Ok(Self::new(status, Said::new(line)))
            }
            _ => Err(CoreError::malformed("OK, NO or BAD", line)),
        }
    }

    /// The reply that a status is. What it means is read as it came; its code and its words are told
    /// without secrets that were sent before.
    pub(crate) fn new(mut status: Status, said: Said) -> Self {
        if said.shown() != said.came() {
            match Response::parse(said.shown()) {
                Response::Tagged { status: shown, .. }
                | Response::Untagged(Untagged::Status(shown)) => {
                    (status.code, status.text) = (shown.code, shown.text);
                }
                _ => (status.code, status.text) = (None, said.shown().into()),
            }
        }
        Self(Box::new(Parts { status, said }))
    }

    /// OK, NO, BAD, PREAUTH or BYE.
    pub fn kind(&self) -> StatusKind {
        self.0.status.kind
    }

    /// Whether it is OK or PREAUTH.
    pub fn is_ok(&self) -> bool {
        matches!(self.kind(), StatusKind::Ok | StatusKind::PreAuth)
    }

    /// The code in brackets.
    pub fn code(&self) -> Option<&Code> {
        self.0.status.code.as_ref()
    }

    /// The words behind it, printable and without secrets.
    pub fn text(&self) -> String {
        printable(self.0.status.text.as_bytes())
    }

    /// The status itself.
    pub fn status(&self) -> &Status {
        &self.0.status
    }

    /// The line without its end. Where the server repeated a secret that was sent to it, `***` stands.
    pub fn raw(&self) -> &[u8] {
        self.0.said.shown()
    }

    /// After how long to come again, where the server asks for it: `Some(None)` if it names no time.
    pub fn back_off(&self) -> Option<Option<Duration>> {
        self.0.status.back_off().map(|back_off| back_off.after)
    }
}

impl Reply {
    /// Without a code: Dovecot 2.3 to SELECT, Cyrus 3.6 to every command.
    fn tells_of_no_mailbox(&self) -> bool {
        let text = self.status().text.as_bytes();
        let starts = |words: &[u8]| text.starts_with(words);
        self.kind() == StatusKind::No
            && (starts(b"Mailbox doesn't exist") || starts(b"Mailbox does not exist"))
    }
}

impl netspeak_core::Reply for Reply {
    fn is_temporary(&self) -> bool {
        self.0.status.back_off().is_some()
    }

    fn reason(&self, phase: Phase) -> Reason {
        if self.kind() == StatusKind::Bye && phase != Phase::Greeting {
            return Reason::Closed;
        }
        match (phase, self.code()) {
            (Phase::Starttls, _) => Reason::Refused,
            (_, Some(Code::NonExistent | Code::TryCreate)) => Reason::NotFound,
            (_, Some(Code::OverQuota | Code::TooBig)) => Reason::Quota,
            (_, Some(Code::Metadata(MetadataCode::MaxSize(_) | MetadataCode::TooMany))) => {
                Reason::Quota
            }
            (_, Some(Code::NoPerm)) if phase == Phase::Work => Reason::Denied,
            (Phase::Work, None) if self.tells_of_no_mailbox() => Reason::NotFound,
            _ if self.is_temporary() && phase == Phase::Auth => Reason::Temporary,
            _ => Reason::Rejected,
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.said.fmt(f)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({:?})", self.0.said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn a_refusal_gets_its_word_where_it_is_born() {
        for (phase, line, word, temporary) in [
            (
                Phase::Auth,
                "A1 NO [AUTHENTICATIONFAILED] no",
                "auth.rejected",
                false,
            ),
            (
                Phase::Auth,
                "A1 NO [UNAVAILABLE] later",
                "auth.temporary",
                true,
            ),
            (
                Phase::Work,
                "A1 NO [NONEXISTENT] gone",
                "work.not_found",
                false,
            ),
            (
                Phase::Work,
                "A1 NO Mailbox doesn't exist: x (0.001 + 0.000 secs).",
                "work.not_found",
                false,
            ),
            (
                Phase::Work,
                "A1 NO Mailbox does not exist",
                "work.not_found",
                false,
            ),
            (
                Phase::Work,
                "A1 NO [CANNOT] Mailbox does not exist",
                "work.rejected",
                false,
            ),
            (Phase::Work, "A1 NO [OVERQUOTA] full", "work.quota", false),
            (
                Phase::Work,
                "A1 NO [METADATA MAXSIZE 1024] too long",
                "work.quota",
                false,
            ),
            (Phase::Work, "A1 BAD what", "work.rejected", false),
            (Phase::Starttls, "A1 BAD no", "starttls.refused", false),
            (
                Phase::Greeting,
                "* BYE too many",
                "greeting.rejected",
                false,
            ),
        ] {
            let error = Error::refused("X", phase, Reply::parse(line.as_bytes()).unwrap());
            assert_eq!(
                (error.kind().to_string().as_str(), error.is_temporary()),
                (word, temporary),
                "{line}"
            );
        }
    }

    #[test]
    fn a_secret_in_a_code_or_in_the_words_is_not_told() {
        let said = Said::new("A1 NO [XBAD hunter2] was hunter2")
            .showing(b"A1 NO [XBAD ***] was ***".to_vec());
        let Response::Tagged { status, .. } = Response::parse(said.came()) else {
            panic!("not tagged");
        };
        let reply = Reply::new(status, said);
        assert!(
            !format!("{reply:?} {reply} {:?} {}", reply.code(), reply.text()).contains("hunter2")
        );
    }
}
