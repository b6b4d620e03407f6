//! ANONYMOUS (RFC 4505): nobody, with a word for the server's log.

use super::credentials::Credentials;
use super::dialogue::{Dialogue, Message, Step, message};
use super::encoding::not_due;
use crate::error::{Error, Result};

/// RFC 4505, section 2.
const LONGEST_TRACE: usize = 255;

pub(super) struct Anonymous(Message);

impl Anonymous {
    pub(super) fn new(credentials: &Credentials) -> Result<Self> {
        let trace = credentials.user();
        if trace.chars().count() > LONGEST_TRACE || trace.chars().any(char::is_control) {
            return Err(Error::usage(format!(
                "the trace of an anonymous login holds control characters or more than \
                 {LONGEST_TRACE} characters; nothing was sent"
            )));
        }
        Ok(Self(message(&[trace.as_bytes()])))
    }
}

impl Dialogue for Anonymous {
    fn initial(&self) -> Result<Option<Message>> {
        Ok(Some(self.0.clone()))
    }

    fn answer(&mut self, challenge: &[u8]) -> Result<Step> {
        Err(not_due(challenge))
    }

    fn accept(&mut self, _: Option<&[u8]>) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4505, section 3 (the message inside its base64).
    #[test]
    fn anonymous_as_in_the_rfc() {
        let trace = |text: &str| Anonymous::new(&Credentials::anonymous(text));
        assert_eq!(**trace("sirhc").unwrap().0, *b"sirhc");
        assert_eq!(**trace("").unwrap().0, *b"");
        assert!(trace(&"\u{e9}".repeat(255)).is_ok());
        for bad in ["a\u{1b}b".to_owned(), "a".repeat(256)] {
            let Err(error) = trace(&bad) else {
                panic!("took {bad:?}")
            };
            assert_eq!(error.kind().to_string(), "usage");
        }
    }
}
