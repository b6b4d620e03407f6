//! OAUTHBEARER (RFC 7628): whom to act as, host, port and bearer token in one message.

use super::credentials::Credentials;
use super::dialogue::{Dialogue, Message, Step, message};
use super::encoding::{not_due, unexpected};
use super::gs2;
use super::oauth::{check_field, reason, token};
use crate::error::Result;
use crate::secret::Secret;

pub(super) struct OauthBearer {
    head: String,
    token: Secret,
    rejected: Option<String>,
}

impl OauthBearer {
    pub(super) fn new(credentials: &Credentials) -> Result<Self> {
        let whom = credentials.authzid().unwrap_or_else(|| credentials.user());
        check_field("user name", whom)?;
        let mut head = gs2::header("n", Some(whom));
        if let Some((host, port)) = credentials.realm() {
            check_field("host", host)?;
            head.push_str(&format!("\x01host={host}\x01port={port}"));
        }
        Ok(Self {
            head,
            token: token(credentials)?,
            rejected: None,
        })
    }
}

impl Dialogue for OauthBearer {
    fn initial(&self) -> Result<Option<Message>> {
        let token = self.token.expose().as_bytes();
        Ok(Some(message(&[
            self.head.as_bytes(),
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
        Ok(Step::Send(message(&[b"\x01"])))
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

    fn credentials() -> Credentials {
        let token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";
        Credentials::token("user@example.com", Secret::from(token))
    }

    /// RFC 7628, section 4.1.
    #[test]
    fn oauthbearer_as_in_the_rfc() {
        let bearer =
            OauthBearer::new(&credentials().with_realm_host("server.example.com", 143)).unwrap();
        assert_eq!(
            encode(&bearer.initial().unwrap().unwrap())
                .unwrap()
                .expose(),
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVy\
             IHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
        );
    }

    /// RFC 7628, section 4.3: the failed exchange.
    #[test]
    fn an_error_challenge_is_answered_with_one_byte_and_kept() {
        let mut bearer = OauthBearer::new(&credentials()).unwrap();
        let challenge = b"eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIiwib3BlbmlkLWNvbmZpZ3VyYXRpb24iOiJodHRwczovL2V4YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cmF0aW9uIn0=";
        let Step::Send(answer) = bearer.answer(challenge).unwrap() else {
            panic!("computes")
        };
        assert_eq!(encode(&answer).unwrap().expose(), "AQ==");
        let reason = bearer.rejected().unwrap();
        assert!(reason.contains(r#""status":"invalid_token""#), "{reason}");
        assert!(bearer.accept(None).is_err());
        assert!(bearer.answer(challenge).is_err());
    }

    #[test]
    fn names_and_hosts_cannot_add_a_field() {
        let bearer = OauthBearer::new(&credentials().with_authzid("a,b=c")).unwrap();
        let initial = bearer.initial().unwrap().unwrap();
        assert!(initial.starts_with(b"n,a=a=2Cb=3Dc,\x01auth=Bearer "));
        assert!(OauthBearer::new(&credentials().with_authzid("a\x01b")).is_err());
        assert!(OauthBearer::new(&credentials().with_realm_host("a\x01b", 1)).is_err());
    }
}
