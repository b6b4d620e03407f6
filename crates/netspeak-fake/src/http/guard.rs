//! Who is let in where: Basic (RFC 7617), Bearer (RFC 6750) and Digest (RFC 7616).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::accounts::Accounts;
use crate::http::digest::{Access, Digest, Rejection};
use crate::http::parameters::quote;
use crate::http::request::Request;

/// What a login takes, for paths that begin so.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub(super) prefix: String,
    pub(super) realm: String,
    pub(super) scheme: Scheme,
}

/// A way to log in.
#[derive(Clone, Debug)]
pub(super) enum Scheme {
    Basic,
    Bearer,
    Digest(Digest),
}

/// What becomes of a request.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It goes on, and Digest has something to say with the answer.
    In(Option<Access>),
    /// It is refused with these challenges.
    Out(Vec<String>),
}

impl Guard {
    fn covers(&self, path: &str) -> bool {
        path.starts_with(&self.prefix)
    }

    fn admit(
        &self,
        credentials: &str,
        accounts: &Accounts,
        request: &Request,
    ) -> Result<Option<Access>, Rejection> {
        let (name, rest) = credentials.split_once(' ').unwrap_or((credentials, ""));
        let right = match &self.scheme {
            Scheme::Basic => name.eq_ignore_ascii_case("basic") && is_basic(rest, accounts),
            Scheme::Bearer => {
                name.eq_ignore_ascii_case("bearer") && accounts.owner(rest.trim()).is_some()
            }
            Scheme::Digest(digest) if name.eq_ignore_ascii_case("digest") => {
                return digest
                    .verify(rest, &self.realm, accounts, request)
                    .map(Some);
            }
            Scheme::Digest(_) => false,
        };
        if right {
            Ok(None)
        } else {
            Err(Rejection::Wrong)
        }
    }

    fn challenges(&self, rejection: Rejection, had_credentials: Option<&str>) -> Vec<String> {
        let realm = quote(&self.realm);
        match &self.scheme {
            Scheme::Basic => vec![format!("Basic realm={realm}, charset=\"UTF-8\"")],
            Scheme::Bearer if had_credentials.is_some() => {
                vec![format!("Bearer realm={realm}, error=\"invalid_token\"")]
            }
            Scheme::Bearer => vec![format!("Bearer realm={realm}")],
            Scheme::Digest(digest) => digest.challenges(&self.realm, rejection),
        }
    }
}

/// Whether any of these guards covers this path.
pub(super) fn covers(guards: &[Guard], path: &str) -> bool {
    guards.iter().any(|guard| guard.covers(path))
}

/// Whether this request may pass the guards of its path, of which one is enough.
pub(super) fn judge(guards: &[Guard], accounts: &Accounts, request: &Request) -> Verdict {
    let covering: Vec<&Guard> = guards
        .iter()
        .filter(|guard| guard.covers(request.path()))
        .collect();
    if covering.is_empty() {
        return Verdict::In(None);
    }
    let credentials = request
        .headers
        .get("authorization")
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut challenges = Vec::new();
    for guard in covering {
        let rejection = match &credentials {
            None => Rejection::Wrong,
            Some(credentials) => match guard.admit(credentials, accounts, request) {
                Ok(access) => return Verdict::In(access),
                Err(rejection) => rejection,
            },
        };
        challenges.extend(guard.challenges(rejection, credentials.as_deref()));
    }
    Verdict::Out(challenges)
}

/// Whether what follows the word `Basic` is a user's name and password.
pub(super) fn is_basic(token: &str, accounts: &Accounts) -> bool {
    BASE64_STANDARD
        .decode(token.trim())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|pair| {
            let (name, password) = pair.split_once(':')?;
            Some(accounts.is_password(name, password.as_bytes()))
        })
        .unwrap_or(false)
}
