//! [`AuthenticationInfo`]: what the server says once it has let somebody in (RFC 7616 section 3.5).

use netspeak_core::Secret;
use subtle::ConstantTimeEq;

use super::{Algorithm, Entity};
use crate::auth::challenge::{Parameters, parameter, parameters};
use crate::{Error, ErrorKind, Phase, Reason, Result};

/// The parameters of Authentication-Info or Proxy-Authentication-Info.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthenticationInfo(Parameters);

impl AuthenticationInfo {
    /// Reads the value of the field. What is malformed is left out.
    pub fn new(value: &[u8]) -> Self {
        Self(parameters(value))
    }

    /// The nonce for the next request.
    pub fn next_nonce(&self) -> Option<&[u8]> {
        parameter(&self.0, "nextnonce").filter(|nonce| !nonce.is_empty())
    }

    fn proof(&self) -> Option<&[u8]> {
        parameter(&self.0, "rspauth")
    }
}

/// What is known about the server's knowledge of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proof {
    /// It knows it.
    Given,
    /// It did not say. Servers need not, and few do.
    Missing,
    /// The proof covers the answer's body, which is not read yet.
    NeedsBody,
}

/// What the proof is computed from.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) algorithm: Algorithm,
    pub(super) key: Secret,
    pub(super) middle: Vec<u8>,
    pub(super) target: String,
    pub(super) signs_body: bool,
}

impl Expected {
    /// The response for a method, or for an answer if it is empty (RFC 7616 section 3.4.1).
    pub(super) fn response(&self, method: &str, body: Option<&str>) -> String {
        let mut request = vec![method.as_bytes(), self.target.as_bytes()];
        request.extend(body.map(str::as_bytes));
        let request = self.algorithm.hash_parts(&request);
        self.algorithm.hash_parts(&[
            self.key.expose().as_bytes(),
            &self.middle,
            request.as_bytes(),
        ])
    }

    pub(super) fn verify(&self, info: &AuthenticationInfo, body: Entity<'_>) -> Result<Proof> {
        let Some(given) = info.proof() else {
            return Ok(Proof::Missing);
        };
        let body = match (self.signs_body, body.hash(self.algorithm)) {
            (true, None) => return Ok(Proof::NeedsBody),
            (true, hash) => hash,
            (false, _) => None,
        };
        let wanted = self.response("", body.as_deref());
        if bool::from(wanted.as_bytes().ct_eq(&given.to_ascii_lowercase())) {
            return Ok(Proof::Given);
        }
        Err(Error::net(
            ErrorKind::new(Phase::Auth, Reason::Integrity),
            "the server's proof is wrong: it does not know the password",
        ))
    }
}
