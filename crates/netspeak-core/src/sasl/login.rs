//! LOGIN (draft-murchison-sasl-login): user, then password, each when asked.

use zeroize::Zeroizing;

use super::credentials::Credentials;
use super::dialogue::{Dialogue, Message, Step, message};
use super::encoding::{not_due, too_early};
use crate::error::Result;

/// The prompts differ from server to server and some are not even base64, so only their order
/// counts.
pub(super) struct Login {
    user: Option<Message>,
    password: Option<Message>,
}

impl Login {
    pub(super) fn new(credentials: &Credentials) -> Result<Self> {
        let password = credentials.proof()?;
        Ok(Self {
            user: Some(Zeroizing::new(credentials.user().as_bytes().to_vec())),
            password: Some(message(&[password.expose().as_bytes()])),
        })
    }
}

impl Dialogue for Login {
    fn answer(&mut self, challenge: &[u8]) -> Result<Step> {
        let next = self.user.take().or_else(|| self.password.take());
        next.map(Step::Send).ok_or_else(|| not_due(challenge))
    }

    fn has_proved(&self) -> bool {
        self.password.is_none()
    }

    fn accept(&mut self, _: Option<&[u8]>) -> Result<()> {
        if self.password.is_some() {
            Err(too_early())
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn login() -> Login {
        Login::new(&Credentials::password("ops", Secret::from("marker"))).unwrap()
    }

    fn sent(step: Step) -> Vec<u8> {
        match step {
            Step::Send(bytes) => bytes.to_vec(),
            Step::Computing => panic!("computes"),
        }
    }

    #[test]
    fn login_answers_by_order_whatever_the_prompts() {
        for prompts in [
            ["VXNlcm5hbWU6", "UGFzc3dvcmQ6"],
            ["VXNlciBOYW1lAA==", "UGFzc3dvcmQA"],
            ["UGFzc3dvcmQ6", "VXNlcm5hbWU6"],
            ["Username:", ""],
        ] {
            let mut login = login();
            assert!(login.initial().unwrap().is_none());
            assert_eq!(sent(login.answer(prompts[0].as_bytes()).unwrap()), b"ops");
            assert_eq!(
                sent(login.answer(prompts[1].as_bytes()).unwrap()),
                b"marker"
            );
            assert!(login.accept(None).is_ok());
        }
    }

    #[test]
    fn a_third_prompt_and_an_early_success_are_faults() {
        let mut login = login();
        assert!(login.accept(None).is_err());
        login.answer(b"").unwrap();
        assert!(login.accept(None).is_err());
        login.answer(b"").unwrap();
        let Err(error) = login.answer(b"bWFya2Vy") else {
            panic!("answered")
        };
        assert_eq!(error.kind().to_string(), "proto.malformed");
        // The server's third prompt was the password.
        assert!(!error.to_string().contains("bWFya2Vy"), "{error}");
    }
}
