//! Authentication (RFC 9110 section 11): what a server asks for, and what it is told.
//!
//! | scheme | RFC | here |
//! |---|---|---|
//! | Basic | 7617 | [`basic`]; UTF-8; only where nobody listens |
//! | Bearer | 6750 | [`bearer`]; only where nobody listens |
//! | Digest | 7616, 2617 | [`Digest`]: MD5, SHA-256, SHA-512-256, each with `-sess`; qop auth, auth-int or none; `userhash`, `username*`, `nextnonce`, `rspauth` |
//! | Negotiate, NTLM | 4559 | read as challenges, never answered |
//!
//! The same for proxies, with Proxy-Authenticate, Proxy-Authorization and Proxy-Authentication-Info.

use http::HeaderValue;
use netspeak_core::text::printable;
use netspeak_core::{ErrorKind, Phase, Reason, Secret};

use crate::{Error, Result};

mod basic;
mod bearer;
mod challenge;
mod digest;

pub use basic::basic;
pub use bearer::bearer;
pub use challenge::{Challenge, challenges};
pub use digest::{Algorithm, AuthenticationInfo, Digest, Entity, Proof, Signed};

/// Who wants in, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// For Digest and Basic.
    Password {
        /// The user name. Basic takes none with a colon.
        user: String,
        /// The password.
        password: Secret,
    },
    /// For Bearer.
    Token(Secret),
}

/// Whether somebody on the way may read what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Privacy {
    /// Nobody may, or the caller takes it upon himself
    /// ([`ClearTextAuth::Allowed`](crate::ClearTextAuth::Allowed)).
    Private,
    /// Anybody may: only schemes that do not show the secret are used.
    Exposed,
}

/// How challenges are answered.
#[derive(Debug)]
#[non_exhaustive]
pub enum Answer {
    /// By this value of Authorization, in every request.
    Fixed(HeaderValue),
    /// By one computed for each request.
    Digest(Box<Digest>),
}

/// Chooses the strongest of the challenges that these credentials can answer: Digest by SHA-512-256,
/// SHA-256, MD5, then Basic; or Bearer for a token. Of equals the first, as the server prefers it.
///
/// # Errors
/// [`Error::Net`] with `auth.plaintext_blocked` if the secret would have to be shown and the connection
/// is exposed; [`Error::Unsupported`] with `auth.no_mechanism` if none can be answered;
/// [`Error::Usage`] if the credentials cannot be sent.
pub fn choose(
    challenges: &[Challenge],
    credentials: &Credentials,
    privacy: Privacy,
) -> Result<Answer> {
    let offers = |scheme| challenges.iter().any(|challenge| challenge.is(scheme));
    match credentials {
        Credentials::Password { user, password } => {
            if let Some(challenge) = strongest(challenges) {
                return Ok(Answer::Digest(Box::new(Digest::new(
                    challenge, user, password,
                )?)));
            }
            if offers("Basic") {
                check_privacy(privacy, "Basic")?;
                return Ok(Answer::Fixed(basic(user, password)?));
            }
        }
        Credentials::Token(token) if offers("Bearer") => {
            check_privacy(privacy, "Bearer")?;
            return Ok(Answer::Fixed(bearer(token)?));
        }
        Credentials::Token(_) => {}
    }
    let offered: Vec<_> = challenges.iter().map(Challenge::scheme).collect();
    Err(Error::unsupported(
        format!(
            "a scheme for these credentials (it offers: {})",
            printable(offered.join(", ").as_bytes())
        ),
        ErrorKind::new(Phase::Auth, Reason::NoMechanism),
    ))
}

/// The first of the strongest Digest challenges that can be answered.
fn strongest(challenges: &[Challenge]) -> Option<&Challenge> {
    let digests = challenges
        .iter()
        .filter_map(|challenge| Some((Digest::strength(challenge)?, challenge)));
    // The last of equals would win without turning the order.
    digests
        .rev()
        .max_by_key(|(algorithm, _)| *algorithm)
        .map(|(_, challenge)| challenge)
}

fn check_privacy(privacy: Privacy, scheme: &str) -> Result<()> {
    match privacy {
        Privacy::Private => Ok(()),
        Privacy::Exposed => Err(Error::net(
            ErrorKind::new(Phase::Auth, Reason::PlaintextBlocked),
            format!(
                "no login by {scheme} over a connection that others may read; nothing was sent"
            ),
        )),
    }
}

/// A header value that holds a secret: never shown, never indexed by HTTP/2.
fn sensitive(bytes: &[u8]) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_bytes(bytes)
        .map_err(|_| Error::usage("the credentials cannot stand in a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests;
