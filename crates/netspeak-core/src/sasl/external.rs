//! EXTERNAL (RFC 4422, appendix A): the server knows who we are, from a client certificate say.

use super::credentials::Credentials;
use super::dialogue::{Dialogue, Message, Step, message};
use super::encoding::not_due;
use crate::error::Result;

pub(super) struct External(Message);

impl External {
    pub(super) fn new(credentials: &Credentials) -> Self {
        let whom = credentials.authzid().unwrap_or_else(|| credentials.user());
        Self(message(&[whom.as_bytes()]))
    }
}

impl Dialogue for External {
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

    #[test]
    fn external_names_whom_to_act_as_or_nobody() {
        for (credentials, sent) in [
            (Credentials::external(None), ""),
            (
                Credentials::external(Some("fred@example.com".to_owned())),
                "fred@example.com",
            ),
            (
                Credentials::external(Some("fred".to_owned())).with_authzid("ann"),
                "ann",
            ),
        ] {
            assert_eq!(**External::new(&credentials).0, *sent.as_bytes());
        }
    }
}
