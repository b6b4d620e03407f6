//! The server's side of the SASL mechanisms, without any input or output: one [`Exchange`] per AUTH, bytes in and a [`Turn`] out.
//!
//! Base64 and the protocol's own framing are the session's business.

use hmac::Hmac;
use md5::Md5;

use crate::accounts::Accounts;
use crate::mechanism::Mechanism;
use crate::nonce::hex;
use crate::scram::{First, Scram, ScramFault, hmac};
use crate::tls::Secured;

/// The server's next move.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Challenge(Vec<u8>),
    /// Logged in as this user.
    Welcome(String),
    Refused,
}

/// Where an exchange stands.
enum State {
    Begin,
    LoginUser,
    LoginPassword(String),
    Cram(String),
    ScramFirst(Scram),
    ScramLast(Scram, First),
    /// The last word has been sent as a challenge and waits for an empty answer.
    Welcome(String),
    /// The error has been sent as a challenge and waits for an answer that says nothing.
    Refused,
}

/// One AUTH, from the server's side.
pub(crate) struct Exchange<'a> {
    pub(crate) mechanism: Mechanism,
    accounts: &'a Accounts,
    secured: Option<Secured>,
    state: State,
}

/// What an exchange depends on besides the accounts.
pub(crate) struct Terms {
    pub(crate) secured: Option<Secured>,
    pub(crate) plus_offered: bool,
    pub(crate) iterations: u32,
    pub(crate) faults: Vec<ScramFault>,
    /// A fresh string of printable characters.
    pub(crate) nonce: String,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(mechanism: Mechanism, accounts: &'a Accounts, terms: Terms) -> Self {
        let state = match mechanism.scram_hash() {
            Some(hash) => State::ScramFirst(Scram {
                hash,
                binding: terms
                    .secured
                    .as_ref()
                    .and_then(|tls| tls.binding.clone())
                    .filter(|_| mechanism.is_plus()),
                plus_offered: terms.plus_offered,
                salt: terms.nonce.bytes().rev().take(16).collect(),
                nonce: terms.nonce,
                iterations: terms.iterations,
                faults: terms.faults,
            }),
            None if mechanism == Mechanism::CramMd5 => {
                State::Cram(format!("<{}@localhost>", terms.nonce))
            }
            None => State::Begin,
        };
        Self {
            mechanism,
            accounts,
            secured: terms.secured,
            state,
        }
    }

    /// The first move, given what the client sent along with AUTH.
    pub(crate) fn start(&mut self, initial: Option<&[u8]>) -> Turn {
        match (&self.state, initial, self.mechanism) {
            (State::Cram(challenge), None, _) => Turn::Challenge(challenge.clone().into_bytes()),
            (State::Cram(_), Some(_), _) => Turn::Refused,
            (_, Some(response), Mechanism::Login) => self.login_user(response),
            (_, Some(response), _) => self.step(response),
            (_, None, Mechanism::Login) => {
                self.state = State::LoginUser;
                Turn::Challenge(b"Username:".to_vec())
            }
            (_, None, _) => Turn::Challenge(Vec::new()),
        }
    }

    /// The next move.
    pub(crate) fn step(&mut self, response: &[u8]) -> Turn {
        match std::mem::replace(&mut self.state, State::Refused) {
            State::Begin => self.single(response).unwrap_or(Turn::Refused),
            State::LoginUser => self.login_user(response),
            State::LoginPassword(user) if self.accounts.is_password(&user, response) => {
                Turn::Welcome(user)
            }
            State::Cram(challenge) => self
                .cram(&challenge, response)
                .map_or(Turn::Refused, Turn::Welcome),
            State::ScramFirst(scram) => {
                let Some(first) = scram.first(response) else {
                    return Turn::Refused;
                };
                let challenge = first.reply.clone().into_bytes();
                self.state = State::ScramLast(scram, first);
                Turn::Challenge(challenge)
            }
            State::ScramLast(scram, first) => {
                let verdict = self
                    .accounts
                    .password(&first.user)
                    .and_then(|password| scram.last(&first, response, password));
                match verdict {
                    Some(_) if scram.faults.contains(&ScramFault::NoSignature) => {
                        Turn::Welcome(first.user)
                    }
                    Some(signature) => {
                        self.state = State::Welcome(first.user);
                        Turn::Challenge(signature.into_bytes())
                    }
                    None => Turn::Refused,
                }
            }
            State::Welcome(user) if response.is_empty() => Turn::Welcome(user),
            State::Welcome(_) | State::LoginPassword(_) | State::Refused => Turn::Refused,
        }
    }

    /// The mechanisms in which the client says it all in one message.
    fn single(&mut self, response: &[u8]) -> Option<Turn> {
        let response = std::str::from_utf8(response).ok()?;
        match self.mechanism {
            Mechanism::Plain => {
                let mut parts = response.split('\0');
                let (authzid, user, password) = (parts.next()?, parts.next()?, parts.next()?);
                let fits = parts.next().is_none() && (authzid.is_empty() || authzid == user);
                (fits && self.accounts.is_password(user, password.as_bytes()))
                    .then(|| Turn::Welcome(user.to_owned()))
            }
            Mechanism::XOAuth2 => {
                let fields = response.strip_suffix("\x01\x01")?.split('\x01');
                self.bearer(
                    fields,
                    "user=",
                    r#"{"status":"401","schemes":"bearer","scope":"https://mail.example/"}"#,
                )
            }
            Mechanism::OAuthBearer => {
                let (header, fields) = response.strip_suffix("\x01\x01")?.split_once('\x01')?;
                let user = header.strip_prefix("n,")?.strip_suffix(',')?;
                let fields = std::iter::once(user).chain(fields.split('\x01'));
                self.bearer(fields, "a=", r#"{"status":"invalid_token","scope":"mail","openid-configuration":"https://auth.example/"}"#)
            }
            Mechanism::External => {
                let known = self
                    .secured
                    .as_ref()
                    .is_some_and(|tls| tls.client_certificate);
                let user = if response.is_empty() {
                    self.accounts.first()?
                } else {
                    response
                };
                (known && self.accounts.has(user)).then(|| Turn::Welcome(user.to_owned()))
            }
            Mechanism::Anonymous => Some(Turn::Welcome("anonymous".to_owned())),
            _ => None,
        }
    }

    fn bearer<'r>(
        &mut self,
        fields: impl Iterator<Item = &'r str>,
        user_key: &str,
        error: &str,
    ) -> Option<Turn> {
        let (mut user, mut token) = (None, None);
        for field in fields {
            if let Some(value) = field.strip_prefix(user_key) {
                user = Some(value);
            } else if let Some(value) = field.strip_prefix("auth=Bearer ") {
                token = Some(value);
            }
        }
        let token = token?;
        let user = user
            .or_else(|| self.accounts.owner(token))
            .unwrap_or_default();
        if self.accounts.is_token(user, token) {
            return Some(Turn::Welcome(user.to_owned()));
        }
        self.state = State::Refused;
        Some(Turn::Challenge(error.as_bytes().to_vec()))
    }

    fn login_user(&mut self, response: &[u8]) -> Turn {
        self.state = State::LoginPassword(String::from_utf8_lossy(response).into_owned());
        Turn::Challenge(b"Password:".to_vec())
    }

    fn cram(&self, challenge: &str, response: &[u8]) -> Option<String> {
        let (user, digest) = std::str::from_utf8(response).ok()?.rsplit_once(' ')?;
        let right = hmac::<Hmac<Md5>>(
            self.accounts.password(user)?.as_bytes(),
            challenge.as_bytes(),
        );
        (hex(&right) == digest).then(|| user.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts() -> Accounts {
        let mut accounts = Accounts::default();
        accounts.add_password("tim", "tanstaaftanstaaf");
        accounts.add_token("tim", "ya29");
        accounts
    }

    fn exchange<'a>(mechanism: Mechanism, accounts: &'a Accounts) -> Exchange<'a> {
        let terms = Terms {
            secured: None,
            plus_offered: false,
            iterations: 4096,
            faults: vec![],
            nonce: "nonce".into(),
        };
        Exchange::new(mechanism, accounts, terms)
    }

    fn welcome() -> Turn {
        Turn::Welcome("tim".into())
    }

    #[test]
    fn plain() {
        let accounts = accounts();
        for (response, turn) in [
            ("\0tim\0tanstaaftanstaaf", welcome()),
            ("tim\0tim\0tanstaaftanstaaf", welcome()),
            ("tom\0tim\0tanstaaftanstaaf", Turn::Refused),
            ("\0tim\0wrong", Turn::Refused),
            ("\0tim", Turn::Refused),
            ("", Turn::Refused),
        ] {
            assert_eq!(
                exchange(Mechanism::Plain, &accounts).start(Some(response.as_bytes())),
                turn,
                "{response:?}"
            );
        }
        let mut late = exchange(Mechanism::Plain, &accounts);
        assert_eq!(late.start(None), Turn::Challenge(vec![]));
        assert_eq!(late.step(b"\0tim\0tanstaaftanstaaf"), welcome());
    }

    #[test]
    fn login() {
        let accounts = accounts();
        let mut login = exchange(Mechanism::Login, &accounts);
        assert_eq!(login.start(None), Turn::Challenge(b"Username:".to_vec()));
        assert_eq!(login.step(b"tim"), Turn::Challenge(b"Password:".to_vec()));
        assert_eq!(login.step(b"tanstaaftanstaaf"), welcome());
        let mut login = exchange(Mechanism::Login, &accounts);
        assert_eq!(
            login.start(Some(b"tim")),
            Turn::Challenge(b"Password:".to_vec())
        );
        assert_eq!(login.step(b"wrong"), Turn::Refused);
    }

    /// RFC 2195 section 2, with the RFC's own challenge.
    #[test]
    fn cram_md5() {
        let accounts = accounts();
        let mut cram = exchange(Mechanism::CramMd5, &accounts);
        assert_eq!(
            cram.start(None),
            Turn::Challenge(b"<nonce@localhost>".to_vec())
        );
        cram.state = State::Cram("<1896.697170952@postoffice.reston.mci.net>".into());
        assert_eq!(
            cram.step(b"tim b913a602c7eda7a495b4e6e7334d3890"),
            welcome()
        );
        let mut cram = exchange(Mechanism::CramMd5, &accounts);
        assert_eq!(
            cram.step(b"tim b913a602c7eda7a495b4e6e7334d3890"),
            Turn::Refused
        );
    }

    #[test]
    fn bearer() {
        let accounts = accounts();
        let xoauth2 = |token: &str| format!("user=tim\x01auth=Bearer {token}\x01\x01");
        let mut right = exchange(Mechanism::XOAuth2, &accounts);
        assert_eq!(right.start(Some(xoauth2("ya29").as_bytes())), welcome());
        let mut wrong = exchange(Mechanism::XOAuth2, &accounts);
        let turn = wrong.start(Some(xoauth2("old").as_bytes()));
        assert!(matches!(turn, Turn::Challenge(json) if json.starts_with(b"{\"status\":\"401\"")));
        assert_eq!(wrong.step(b""), Turn::Refused);

        let oauthbearer =
            |token: &str| format!("n,a=tim,\x01host=h\x01port=110\x01auth=Bearer {token}\x01\x01");
        let mut right = exchange(Mechanism::OAuthBearer, &accounts);
        assert_eq!(right.start(Some(oauthbearer("ya29").as_bytes())), welcome());
        let mut wrong = exchange(Mechanism::OAuthBearer, &accounts);
        let turn = wrong.start(Some(oauthbearer("old").as_bytes()));
        assert!(
            matches!(turn, Turn::Challenge(json) if json.starts_with(b"{\"status\":\"invalid_token\""))
        );
        assert_eq!(wrong.step(b"\x01"), Turn::Refused);
    }

    #[test]
    fn external_wants_a_certificate() {
        let accounts = accounts();
        assert_eq!(
            exchange(Mechanism::External, &accounts).start(Some(b"")),
            Turn::Refused
        );
        let secured = Secured {
            binding: None,
            client_certificate: true,
            ..Secured::default()
        };
        let terms = Terms {
            secured: Some(secured),
            plus_offered: false,
            iterations: 1,
            faults: vec![],
            nonce: String::new(),
        };
        let mut external = Exchange::new(Mechanism::External, &accounts, terms);
        assert_eq!(external.start(Some(b"tim")), welcome());
    }
}
