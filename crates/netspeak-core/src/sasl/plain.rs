//! PLAIN (RFC 4616): who to act as, user and password in one message.

use super::credentials::Credentials;
use super::dialogue::{Dialogue, Message, Step, message};
use super::encoding::not_due;
use super::prepare::prepare_or_keep;
use crate::error::Result;

pub(super) struct Plain(Message);

impl Plain {
    pub(super) fn new(credentials: &Credentials) -> Result<Self> {
        let authzid = credentials.authzid().unwrap_or_default();
        let user = prepare_or_keep(credentials.user());
        let password = prepare_or_keep(credentials.proof()?.expose());
        Ok(Self(message(&[
            authzid.as_bytes(),
            b"\0",
            user.as_bytes(),
            b"\0",
            password.as_bytes(),
        ])))
    }
}

impl Dialogue for Plain {
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
    use crate::secret::Secret;

    /// RFC 4616, section 4: both examples.
    #[test]
    fn plain_as_in_the_rfc() {
        let credentials = Credentials::password("tim", Secret::from("tanstaaftanstaaf"));
        assert_eq!(
            **Plain::new(&credentials).unwrap().0,
            *b"\0tim\0tanstaaftanstaaf"
        );
        let credentials =
            Credentials::password("Kurt", Secret::from("xipj3plmq")).with_authzid("Ursel");
        assert_eq!(
            **Plain::new(&credentials).unwrap().0,
            *b"Ursel\0Kurt\0xipj3plmq"
        );
    }

    #[test]
    fn prepared_where_the_rules_have_an_answer() {
        // A soft hyphen goes, a full-width A becomes narrow; an emoji is too young for the rules.
        for (password, sent) in [("p\u{ad}w\u{ff21}", "pwA"), ("pw\u{1f511}", "pw\u{1f511}")] {
            let plain = Plain::new(&Credentials::password("ops", Secret::from(password))).unwrap();
            assert_eq!(**plain.0, *format!("\0ops\0{sent}").as_bytes());
        }
    }
}
