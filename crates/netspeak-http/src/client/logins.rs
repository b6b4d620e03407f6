//! [`Logins`]: which servers have been answered, and how.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderValue, Method};
use url::{Origin, Url};

use crate::auth::{Answer, AuthenticationInfo, Credentials, Entity, Signed};
use crate::error::Result;

/// So many are kept; the oldest goes first.
const MOST: usize = 64;

/// How the servers that have asked for a login are answered from then on, without being asked again: a
/// password by the same scheme, a nonce counted up.
#[derive(Debug, Default)]
pub(super) struct Logins(Mutex<Vec<Known>>);

#[derive(Debug)]
struct Known {
    origin: Origin,
    credentials: Credentials,
    answer: Answer,
}

impl Known {
    fn scheme(&self) -> &'static str {
        match (&self.answer, &self.credentials) {
            (Answer::Digest(_), _) => "Digest",
            (_, Credentials::Token(_)) => "Bearer",
            _ => "Basic",
        }
    }
}

/// The value of Authorization for one request, and what the server's proof is compared with.
#[derive(Debug)]
pub(super) struct Authorized {
    pub(super) header: HeaderValue,
    pub(super) signed: Option<Signed>,
}

impl Logins {
    /// What is said in a request to a server that has been answered before, by this scheme if one is named.
    pub(super) fn authorize(
        &self,
        url: &Url,
        credentials: &Credentials,
        scheme: Option<&str>,
        method: &Method,
        body: Entity<'_>,
    ) -> Result<Option<Authorized>> {
        let mut all = self.all();
        let Some(known) = find(&mut all, url, credentials) else {
            return Ok(None);
        };
        if scheme.is_some_and(|scheme| !scheme.eq_ignore_ascii_case(known.scheme())) {
            return Ok(None);
        }
        let digest = match &mut known.answer {
            Answer::Fixed(value) => {
                let header = value.clone();
                return Ok(Some(Authorized {
                    header,
                    signed: None,
                }));
            }
            Answer::Digest(digest) => digest,
        };
        let target = crate::uri::request_target(url, crate::uri::TargetForm::Origin);
        let signed = digest.authorize(method, &target, body)?;
        Ok(Some(Authorized {
            header: signed.header().clone(),
            signed: Some(signed),
        }))
    }

    /// This is how that server is answered from now on.
    pub(super) fn learn(&self, url: &Url, credentials: &Credentials, answer: Answer) {
        let mut all = self.all();
        if let Some(known) = find(&mut all, url, credentials) {
            known.answer = answer;
            return;
        }
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push(Known {
            origin: url.origin(),
            credentials: credentials.clone(),
            answer,
        });
    }

    /// The server has let us in, and says what it has to say about its nonce.
    pub(super) fn let_in(
        &self,
        url: &Url,
        credentials: &Credentials,
        info: &AuthenticationInfo,
    ) -> Result<()> {
        match find(&mut self.all(), url, credentials).map(|known| &mut known.answer) {
            Some(Answer::Digest(digest)) => digest.learn(info),
            _ => Ok(()),
        }
    }

    /// That answer was wrong.
    pub(super) fn forget(&self, url: &Url, credentials: &Credentials) {
        let origin = url.origin();
        self.all()
            .retain(|known| known.origin != origin || known.credentials != *credentials);
    }

    /// The scheme of the last answer that was learnt.
    #[cfg(feature = "probe")]
    pub(super) fn last_scheme(&self) -> Option<&'static str> {
        self.all().last().map(Known::scheme)
    }

    fn all(&self) -> MutexGuard<'_, Vec<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find<'a>(all: &'a mut [Known], url: &Url, credentials: &Credentials) -> Option<&'a mut Known> {
    let origin = url.origin();
    all.iter_mut()
        .find(|known| known.origin == origin && known.credentials == *credentials)
}

/// Core's credentials, as far as HTTP has such.
pub(super) fn of_core(credentials: &netspeak_core::sasl::Credentials) -> Option<Credentials> {
    let secret = credentials.secret()?;
    Some(match credentials.is_password() {
        true => Credentials::Password {
            user: credentials.user().to_owned(),
            password: secret,
        },
        false => Credentials::Token(secret),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{self, Privacy, challenges};

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn password(of: &str) -> Credentials {
        Credentials::Password {
            user: of.to_owned(),
            password: "pw".into(),
        }
    }

    #[test]
    fn an_answer_is_for_its_origin_and_its_user_alone() {
        let logins = Logins::default();
        let said = |url: &Url, who: &Credentials| {
            let said = logins.authorize(url, who, None, &Method::GET, Entity::Unread);
            said.unwrap().map(|said| said.header)
        };
        let (here, me) = (url("http://h.test/a"), password("me"));
        assert!(said(&here, &me).is_none());
        let asked = challenges([&b"Basic realm=x"[..]]);
        let answer = auth::choose(&asked, &me, Privacy::Private).unwrap();
        logins.learn(&here, &me, answer);
        assert!(said(&url("http://h.test/b"), &me).is_some());
        for other in ["https://h.test/", "http://h.test:81/", "http://i.test/"] {
            assert!(said(&url(other), &me).is_none(), "{other}");
        }
        assert!(said(&here, &password("you")).is_none());
        logins.forget(&here, &me);
        assert!(said(&here, &me).is_none());
    }

    #[test]
    fn a_nonce_is_counted_up_and_replaced() {
        let logins = Logins::default();
        let (here, me) = (url("http://h.test/a"), password("me"));
        let asked = challenges([&b"Digest realm=x, nonce=one, qop=auth"[..]]);
        logins.learn(
            &here,
            &me,
            auth::choose(&asked, &me, Privacy::Exposed).unwrap(),
        );
        let said = || {
            let said = logins.authorize(&here, &me, None, &Method::GET, Entity::Unread);
            let header = said.unwrap().unwrap().header;
            header.to_str().unwrap().to_owned()
        };
        assert!(said().contains("nc=00000001"));
        assert!(said().contains("nc=00000002"));
        let info = AuthenticationInfo::new(b"nextnonce=\"two\"");
        logins.let_in(&here, &me, &info).unwrap();
        let third = said();
        assert!(
            third.contains("nc=00000001") && third.contains("\"two\""),
            "{third}"
        );
    }

    #[test]
    fn no_more_than_so_many_are_kept() {
        let logins = Logins::default();
        let me = password("me");
        let asked = challenges([&b"Basic realm=x"[..]]);
        for port in 1..=100 {
            let here = url(&format!("http://h.test:{port}/"));
            logins.learn(
                &here,
                &me,
                auth::choose(&asked, &me, Privacy::Private).unwrap(),
            );
        }
        assert_eq!(logins.all().len(), MOST);
    }
}
