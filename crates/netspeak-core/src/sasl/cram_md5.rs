//! CRAM-MD5 (RFC 2195): the server's challenge keyed with the password.

use hmac::{Hmac, Mac};
use md5::Md5;

use super::credentials::Credentials;
use super::dialogue::{Dialogue, Step, message};
use super::encoding::{decode, not_due, too_early, unexpected};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

pub(super) struct CramMd5 {
    user: String,
    /// Gone once the challenge has been answered.
    password: Option<Secret>,
}

impl CramMd5 {
    pub(super) fn new(credentials: &Credentials) -> Result<Self> {
        Ok(Self {
            user: credentials.user().to_owned(),
            password: Some(credentials.proof()?.clone()),
        })
    }
}

impl Dialogue for CramMd5 {
    fn answer(&mut self, challenge: &[u8]) -> Result<Step> {
        let Some(password) = self.password.take() else {
            return Err(not_due(challenge));
        };
        let challenge = decode("a challenge in base64", challenge)?;
        if challenge.is_empty() {
            return Err(unexpected("a challenge", "an empty one"));
        }
        let mut mac = Hmac::<Md5>::new_from_slice(password.expose().as_bytes())
            .map_err(|_| Error::net(ErrorKind::INTERNAL, "HMAC takes keys of any length"))?;
        mac.update(&challenge);
        let digest = hex(&mac.finalize().into_bytes());
        Ok(Step::Send(message(&[
            self.user.as_bytes(),
            b" ",
            digest.as_bytes(),
        ])))
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

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tim() -> CramMd5 {
        CramMd5::new(&Credentials::password(
            "tim",
            Secret::from("tanstaaftanstaaf"),
        ))
        .unwrap()
    }

    /// RFC 2195, section 2.
    #[test]
    fn cram_md5_as_in_the_rfc() {
        let mut cram = tim();
        assert!(cram.initial().unwrap().is_none());
        let challenge = b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+";
        let Step::Send(response) = cram.answer(challenge).unwrap() else {
            panic!("computes")
        };
        assert_eq!(**response, *b"tim b913a602c7eda7a495b4e6e7334d3890");
        assert!(cram.accept(None).is_ok());
        assert!(cram.answer(challenge).is_err());
    }

    #[test]
    fn no_challenge_no_answer() {
        for bad in ["", "PDE4", "====", "not base64"] {
            let mut cram = tim();
            let outcome = cram.answer(bad.as_bytes());
            if bad == "PDE4" {
                assert!(outcome.is_ok());
                continue;
            }
            let Err(error) = outcome else {
                panic!("answered {bad:?}")
            };
            assert_eq!(error.kind().to_string(), "proto.malformed", "{bad:?}");
        }
        assert!(tim().accept(None).is_err());
    }
}
