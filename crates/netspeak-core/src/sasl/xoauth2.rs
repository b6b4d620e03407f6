//! XOAUTH2 (Google's and Microsoft's): user and bearer token in one message.

use super::credentials::Credentials;
use super::dialogue::{Dialogue, Message, Step, message};
use super::encoding::{not_due, unexpected};
use super::oauth::{check_field, reason, token};
use crate::error::Result;
use crate::secret::Secret;

pub(super) struct Xoauth2 {
    user: String,
    token: Secret,
    rejected: Option<String>,
}

impl Xoauth2 {
    pub(super) fn new(credentials: &Credentials) -> Result<Self> {
        check_field("user name", credentials.user())?;
        Ok(Self {
            user: credentials.user().to_owned(),
            token: token(credentials)?,
            rejected: None,
        })
    }
}

impl Dialogue for Xoauth2 {
    fn initial(&self) -> Result<Option<Message>> {
        let token = self.token.expose().as_bytes();
        Ok(Some(message(&[
            b"user=",
            self.user.as_bytes(),
            b"\x01auth=Bearer ",
            token,
            b"\x01\x01",
        ])))
    }

    fn answer(&mut self, challenge: &[u8]) -> Result<Step> {
        if self.rejected.is_some() {
            return Err(not_due(challenge));
        }
        self.rejected = Some(reason(challenge, &self.token)?);
        Ok(Step::empty())
    }

    fn accept(&mut self, _: Option<&[u8]>) -> Result<()> {
        match self.rejected {
            Some(_) => Err(unexpected("a refusal after its reason", "success")),
            None => Ok(()),
        }
    }

    fn rejected(&self) -> Option<String> {
        self.rejected.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::encoding::encode;
    use super::*;

    /// The example of Google's page "XOAUTH2 Mechanism", which gives both forms.
    fn google() -> Xoauth2 {
        let token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg";
        Xoauth2::new(&Credentials::token(
            "someuser@example.com",
            Secret::from(token),
        ))
        .unwrap()
    }

    #[test]
    fn xoauth2_as_on_googles_page() {
        let initial = google().initial().unwrap().unwrap();
        assert_eq!(
            encode(&initial).unwrap().expose(),
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQm\
             hkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
        );
    }

    #[test]
    fn an_error_challenge_is_answered_with_nothing_and_kept() {
        let mut xoauth2 = google();
        // Also from that page.
        let challenge = b"eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYWlsLmdvb2dsZS5jb20vIn0K";
        let Step::Send(answer) = xoauth2.answer(challenge).unwrap() else {
            panic!("computes")
        };
        assert!(answer.is_empty());
        let reason = xoauth2.rejected().unwrap();
        assert!(
            reason.starts_with(r#"{"status":"401","schemes":"bearer mac""#),
            "{reason}"
        );
        assert!(xoauth2.accept(None).is_err());
        assert!(xoauth2.answer(challenge).is_err());
    }

    #[test]
    fn a_user_cannot_add_a_field() {
        let credentials = Credentials::token("ops\x01auth=Basic", Secret::from("abc"));
        assert!(Xoauth2::new(&credentials).is_err());
    }
}
