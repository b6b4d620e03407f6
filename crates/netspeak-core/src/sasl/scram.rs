//! SCRAM (RFC 5802, 7677, 9266): both sides prove that they know the password, neither says it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use self::derive::Derivation;
use self::server::{First, Iterations, Last};
use self::suite::{Key, hash, hmac};
use super::channel::Binding;
use super::credentials::Credentials;
use super::dialogue::{Dialogue, Message, Step, message};
use super::encoding::{encode, not_due, too_early, unexpected};
use super::gs2;
use super::prepare::prepare;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::secret::Secret;

mod derive;
mod server;
mod suite;

pub(super) use self::suite::{Suite, WithSha1, WithSha256, WithSha512};

/// Whether the exchange is tied to the TLS connection, and if not, why not.
pub(super) enum Bind<'a> {
    /// This side cannot (`n`), or was told not to.
    No,
    /// This side could, but the server does not offer it (`y`). If somebody took the offer out on
    /// the way, the server will notice.
    NotOffered,
    /// It is (`p=tls-exporter`).
    To(&'a Binding),
}

pub(super) struct Scram<S: Suite> {
    /// `n=user,r=nonce`.
    bare: String,
    /// What stands before it.
    header: String,
    /// Header and binding in base64: `c=`.
    binding: Secret,
    nonce: String,
    bounds: Iterations,
    state: State<S>,
    proved: bool,
}

enum State<S: Suite> {
    /// The server's first message is due.
    First {
        password: Zeroizing<String>,
    },
    /// The password is being salted.
    Computing(Box<Computing<S>>),
    /// The server's signature is due, and must be this one.
    Last {
        signature: Key,
    },
    Verified,
    Refused(&'static str),
    /// An error was returned.
    Broken,
}

struct Computing<S: Suite> {
    derivation: Derivation<S>,
    server_first: Message,
    nonce: String,
}

impl<S: Suite> Scram<S> {
    pub(super) fn new(
        credentials: &Credentials,
        bind: &Bind<'_>,
        nonce: String,
        limits: &Limits,
    ) -> Result<Self> {
        let user = prepare("user name", credentials.user())?;
        let authzid = match credentials.authzid() {
            Some(authzid) => Some(prepare("authorization identity", authzid)?),
            None => None,
        };
        let flag = match bind {
            Bind::No => "n",
            Bind::NotOffered => "y",
            Bind::To(_) => "p=tls-exporter",
        };
        let header = gs2::header(flag, authzid.as_deref().map(String::as_str));
        let data = match bind {
            Bind::To(binding) => binding.bytes(),
            Bind::No | Bind::NotOffered => &[],
        };
        let binding = encode(&message(&[header.as_bytes(), data]))?;
        Ok(Self {
            bare: format!("n={},r={nonce}", gs2::escape(&user)),
            header,
            binding,
            nonce,
            bounds: limits.into(),
            state: State::First {
                password: prepare("password", credentials.proof()?.expose())?,
            },
            proved: false,
        })
    }

    fn begin(&mut self, password: &str, challenge: &[u8]) -> Result<(State<S>, Step)> {
        let server_first = server::message(challenge)?;
        match server::first(&server_first, &self.nonce, self.bounds)? {
            First::Refused(word) => Ok((State::Refused(word), Step::empty())),
            First::Go {
                nonce,
                salt,
                iterations,
            } => {
                let derivation = Derivation::new(password.as_bytes(), &salt, iterations)?;
                let computing = Computing {
                    derivation,
                    server_first,
                    nonce,
                };
                Ok((State::Computing(Box::new(computing)), Step::Computing))
            }
        }
    }

    /// RFC 5802, section 3.
    fn prove(&self, salted: &Key, server_first: &[u8], nonce: &str) -> Result<(Message, Key)> {
        let client_key = hmac::<S>(salted, b"Client Key")?;
        let server_key = hmac::<S>(salted, b"Server Key")?;
        let unproven = message(&[
            b"c=",
            self.binding.expose().as_bytes(),
            b",r=",
            nonce.as_bytes(),
        ]);
        let signed = message(&[self.bare.as_bytes(), b",", server_first, b",", &unproven]);
        let mut proof = hmac::<S>(&hash::<S>(&client_key), &signed)?;
        for (byte, key) in proof.iter_mut().zip(client_key.iter()) {
            *byte ^= key;
        }
        let proof = Zeroizing::new(STANDARD.encode(&*proof));
        Ok((
            message(&[&unproven, b",p=", proof.as_bytes()]),
            hmac::<S>(&server_key, &signed)?,
        ))
    }
}

/// Whether the server knows the password, too.
fn verify(expected: &Key, given: &Key) -> Result<()> {
    if bool::from(expected.ct_eq(given)) {
        return Ok(());
    }
    Err(unexpected(
        "the server's signature",
        "a wrong one: it does not know the password",
    ))
}

impl<S: Suite> Dialogue for Scram<S> {
    fn initial(&self) -> Result<Option<Message>> {
        Ok(Some(message(&[
            self.header.as_bytes(),
            self.bare.as_bytes(),
        ])))
    }

    fn answer(&mut self, challenge: &[u8]) -> Result<Step> {
        match std::mem::replace(&mut self.state, State::Broken) {
            State::First { password } => {
                let (state, step) = self.begin(&password, challenge)?;
                self.state = state;
                Ok(step)
            }
            State::Last { signature } => {
                self.state = match server::last(&server::message(challenge)?)? {
                    Last::Refused(word) => State::Refused(word),
                    Last::Signature(given) => {
                        verify(&signature, &given)?;
                        State::Verified
                    }
                };
                Ok(Step::empty())
            }
            State::Computing(_) => Err(Error::usage("the answer is still being computed")),
            State::Verified | State::Refused(_) | State::Broken => Err(not_due(challenge)),
        }
    }

    fn compute(&mut self) -> Result<Step> {
        let State::Computing(mut computing) = std::mem::replace(&mut self.state, State::Broken)
        else {
            return Err(Error::usage("there is nothing to compute"));
        };
        let Some(salted) = computing.derivation.advance() else {
            self.state = State::Computing(computing);
            return Ok(Step::Computing);
        };
        let (proven, signature) = self.prove(&salted, &computing.server_first, &computing.nonce)?;
        self.state = State::Last { signature };
        self.proved = true;
        Ok(Step::Send(proven))
    }

    fn has_proved(&self) -> bool {
        self.proved
    }

    fn accept(&mut self, data: Option<&[u8]>) -> Result<()> {
        match (std::mem::replace(&mut self.state, State::Broken), data) {
            (State::Verified, _) => Ok(()),
            (State::Last { signature }, Some(data)) => {
                match server::last(&server::message(data)?)? {
                    Last::Signature(given) => verify(&signature, &given),
                    Last::Refused(word) => Err(unexpected("the server's signature", word)),
                }
            }
            (State::Last { .. }, None) => {
                Err(unexpected("the server's signature", "success without it"))
            }
            (State::Refused(_), _) => Err(unexpected("a refusal after its reason", "success")),
            _ => Err(too_early()),
        }
    }

    fn rejected(&self) -> Option<String> {
        match self.state {
            State::Refused(word) => Some(word.to_owned()),
            _ => None,
        }
    }
}

/// A nonce of 192 random bits in characters that cannot be grammar.
pub(super) fn nonce() -> Result<String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Local(std::io::Error::other(error.to_string())))?;
    Ok(STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests;
