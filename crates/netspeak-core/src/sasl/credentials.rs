//! [`Credentials`]: who wants in, and what proves it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::target::Target;
use crate::wire::{check_argument, check_text};

/// Why a token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenRequest {
    /// For the first attempt; a token kept from before may do.
    First,
    /// The server rejected the last one: it has expired, or was revoked. Get a new one.
    Rejected,
}

/// What a [`TokenProvider`] returns: a token, after as much waiting as it takes.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<Secret>> + Send + 'a>>;

/// Where access tokens come from.
///
/// A [`Secret`] is one (a token that never changes), and so is a closure that returns a future:
///
/// ```
/// use netspeak_core::Secret;
/// use netspeak_core::sasl::{Credentials, TokenRequest};
///
/// let credentials = Credentials::token("ops@example.org", |why| async move {
///     Ok(Secret::from(match why {
///         TokenRequest::First => "the one in the cache",
///         _ => "a new one",
///     }))
/// });
/// # assert_eq!(credentials.user(), "ops@example.org");
/// ```
pub trait TokenProvider: Send + Sync {
    /// Gets a token.
    ///
    /// Errors go to the caller of [`Credentials::fetch`] as they are.
    fn token(&self, why: TokenRequest) -> TokenFuture<'_>;

    /// The token, if it never changes; then nobody waits for it and nobody asks for another.
    fn fixed(&self) -> Option<Secret> {
        None
    }
}

impl TokenProvider for Secret {
    fn token(&self, _: TokenRequest) -> TokenFuture<'_> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }

    fn fixed(&self) -> Option<Secret> {
        Some(self.clone())
    }
}

impl<F, T> TokenProvider for F
where
    F: Fn(TokenRequest) -> T + Send + Sync,
    T: Future<Output = Result<Secret>> + Send + 'static,
{
    fn token(&self, why: TokenRequest) -> TokenFuture<'_> {
        Box::pin(self(why))
    }
}

/// Who wants in, and what proves it: a password, a token, or something outside of the exchange.
///
/// ```
/// use netspeak_core::Secret;
/// use netspeak_core::sasl::Credentials;
///
/// let credentials = Credentials::password("ops", Secret::from("hunter2"));
/// assert_eq!(credentials.user(), "ops");
/// assert!(!format!("{credentials:?}").contains("hunter2"));
/// ```
#[derive(Clone)]
pub struct Credentials {
    user: String,
    proof: Proof,
    authzid: Option<String>,
    mechanism: Option<String>,
    realm: Option<(String, u16)>,
}

#[derive(Clone)]
enum Proof {
    Password(Secret),
    Token {
        value: Option<Secret>,
        provider: Option<Arc<dyn TokenProvider>>,
    },
    External,
    Anonymous,
}

/// What kind of proof there is; decides between mechanisms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Password,
    Token,
    External,
    Anonymous,
}

impl Credentials {
    /// A user and a password.
    pub fn password(user: impl Into<String>, password: Secret) -> Self {
        Self::new(user.into(), Proof::Password(password))
    }

    /// Who stands in a URL, with the mechanism that it names: a user and a password, or a user for
    /// `;AUTH=EXTERNAL` and `;AUTH=ANONYMOUS`. `None` if nobody does.
    ///
    /// # Errors
    /// [`Error::Usage`] for a user without a password: it would look like a login, and be none.
    pub fn of_target(target: &Target) -> Result<Option<Self>> {
        let credentials = match (target.user(), target.password(), target.mechanism()) {
            (user, None, Some(name)) if name.eq_ignore_ascii_case("EXTERNAL") => {
                Self::external(user.map(str::to_owned))
            }
            (user, None, Some(name)) if name.eq_ignore_ascii_case("ANONYMOUS") => {
                Self::anonymous(user.unwrap_or_default())
            }
            (None, None, _) => return Ok(None),
            (Some(user), Some(password), _) => Self::password(user, password.clone()),
            (Some(user), None, _) => {
                return Err(Error::usage(format!(
                    "the URL has the user {user:?} but no password; nothing was sent"
                )));
            }
            (None, Some(_), _) => {
                return Err(Error::usage(
                    "the URL has a password but no user; nothing was sent",
                ));
            }
        };
        Ok(Some(credentials.for_target(target)))
    }

    /// The same for the mechanism that a URL names, unless there is one already.
    #[must_use]
    pub fn for_target(self, target: &Target) -> Self {
        match (target.mechanism(), &self.mechanism) {
            (Some(name), None) if name != "*" => self.with_mechanism(name),
            _ => self,
        }
    }

    /// A user and an OAuth 2.0 access token, or what gets one.
    pub fn token(user: impl Into<String>, provider: impl TokenProvider + 'static) -> Self {
        let proof = match provider.fixed() {
            Some(token) => Proof::Token {
                value: Some(token),
                provider: None,
            },
            None => Proof::Token {
                value: None,
                provider: Some(Arc::new(provider)),
            },
        };
        Self::new(user.into(), proof)
    }

    /// What the server knows already, such as a client certificate. `user` is whom to act as;
    /// without one the server decides.
    pub fn external(user: Option<String>) -> Self {
        Self::new(user.unwrap_or_default(), Proof::External)
    }

    /// Nobody. `trace` is a mail address or a word for the server's log; it may be empty.
    pub fn anonymous(trace: impl Into<String>) -> Self {
        Self::new(trace.into(), Proof::Anonymous)
    }

    fn new(user: String, proof: Proof) -> Self {
        Self {
            user,
            proof,
            authzid: None,
            mechanism: None,
            realm: None,
        }
    }

    /// Logs in as this user, but acts as that one.
    ///
    /// Mechanisms that cannot say so are then left out: LOGIN, CRAM-MD5, XOAUTH2, ANONYMOUS.
    #[must_use]
    pub fn with_authzid(mut self, authzid: impl Into<String>) -> Self {
        self.authzid = Some(authzid.into());
        self
    }

    /// Only this mechanism, in letters of either case.
    #[must_use]
    pub fn with_mechanism(mut self, name: impl AsRef<str>) -> Self {
        self.mechanism = Some(name.as_ref().to_ascii_uppercase());
        self
    }

    /// The host and port that OAUTHBEARER names to the server. Optional.
    #[must_use]
    pub fn with_realm_host(mut self, host: impl Into<String>, port: u16) -> Self {
        self.realm = Some((host.into(), port));
        self
    }

    /// The mechanisms to choose from, of a server that lists these. One that lists nothing may still know the one that
    /// is asked for.
    pub fn offered(&self, listed: Option<Vec<String>>) -> Vec<String> {
        listed.unwrap_or_else(|| self.mechanism().map(str::to_owned).into_iter().collect())
    }

    /// The user. Empty for EXTERNAL without one; the trace for ANONYMOUS.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whom to act as, if that is somebody else.
    pub fn authzid(&self) -> Option<&str> {
        self.authzid.as_deref()
    }

    /// The only mechanism to use, in capitals.
    pub fn mechanism(&self) -> Option<&str> {
        self.mechanism.as_deref()
    }

    /// The password or token, for the transcript that must hide it. A token that has not been
    /// [fetched](Self::fetch) is not known yet.
    pub fn secret(&self) -> Option<Secret> {
        self.held().cloned()
    }

    /// Whether the secret is a password: the ways to log in that are no SASL mechanism take nothing
    /// else.
    pub fn is_password(&self) -> bool {
        matches!(self.proof, Proof::Password(_))
    }

    /// The same credentials with their token in hand: asks the provider, if there is one.
    ///
    /// To be called before [`Exchange::begin`](super::Exchange::begin), with
    /// [`TokenRequest::First`], and after a rejection with [`TokenRequest::Rejected`]. The result
    /// keeps the provider. Credentials without a provider come back unchanged.
    ///
    /// # Errors
    /// Whatever the provider says; [`Error::Usage`] if a token that never changes was rejected.
    pub async fn fetch(&self, why: TokenRequest) -> Result<Self> {
        let mut fetched = self.clone();
        if let Proof::Token { value, provider } = &mut fetched.proof {
            match (&*value, &*provider, why) {
                (Some(_), _, TokenRequest::First) | (None, None, _) => {}
                (_, Some(provider), _) => {
                    let token = provider.token(why).await?;
                    *value = Some(token);
                }
                (Some(_), None, _) => {
                    return Err(Error::usage(
                        "the server rejected the token, and there is no provider to ask for another",
                    ));
                }
            }
        }
        Ok(fetched)
    }

    /// Whether another token can be had.
    pub(super) fn is_renewable(&self) -> bool {
        matches!(
            self.proof,
            Proof::Token {
                provider: Some(_),
                ..
            }
        )
    }

    pub(super) fn kind(&self) -> Kind {
        match self.proof {
            Proof::Password(_) => Kind::Password,
            Proof::Token { .. } => Kind::Token,
            Proof::External => Kind::External,
            Proof::Anonymous => Kind::Anonymous,
        }
    }

    pub(super) fn realm(&self) -> Option<(&str, u16)> {
        self.realm
            .as_ref()
            .map(|(host, port)| (host.as_str(), *port))
    }

    /// The password or token, or an error that says what to do.
    pub(super) fn proof(&self) -> Result<&Secret> {
        self.held().ok_or_else(|| match self.proof {
            Proof::Token { .. } => {
                Error::usage("the token has not been fetched yet; nothing was sent")
            }
            _ => Error::usage("these credentials hold no secret; nothing was sent"),
        })
    }

    fn held(&self) -> Option<&Secret> {
        match &self.proof {
            Proof::Password(secret) => Some(secret),
            Proof::Token { value, .. } => value.as_ref(),
            Proof::External | Proof::Anonymous => None,
        }
    }

    /// What no mechanism can send.
    pub(super) fn check(&self) -> Result<()> {
        let name = match self.kind() {
            Kind::Password | Kind::Token => {
                check_argument("user name", self.user.as_bytes())?;
                "password"
            }
            Kind::External | Kind::Anonymous => {
                check_text("user name", self.user.as_bytes())?;
                ""
            }
        };
        if let Some(secret) = self.held() {
            let name = if self.kind() == Kind::Token {
                "token"
            } else {
                name
            };
            check_argument(name, secret.expose().as_bytes())?;
        }
        if let Some(authzid) = &self.authzid {
            check_argument("authorization identity", authzid.as_bytes())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("kind", &self.kind())
            .field("user", &self.user)
            .field("secret", &self.held())
            .field("authzid", &self.authzid)
            .field("mechanism", &self.mechanism)
            .field("realm", &self.realm)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::pin::pin;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// These futures never wait.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("waits"),
        }
    }

    #[test]
    fn no_secret_is_shown() {
        for credentials in [
            Credentials::password("ops", Secret::from("marker-secret")),
            Credentials::token("ops", Secret::from("marker-secret")).with_authzid("you"),
            now(
                Credentials::token("ops", |_| ready(Ok(Secret::from("marker-secret"))))
                    .fetch(TokenRequest::First),
            )
            .unwrap(),
        ] {
            let shown = format!("{credentials:?} {credentials:#?}");
            assert!(!shown.contains("marker"), "{shown}");
            assert!(shown.contains("ops"), "{shown}");
            assert_eq!(credentials.secret(), Some(Secret::from("marker-secret")));
        }
    }

    #[test]
    fn a_provider_is_asked_once_and_again_after_a_rejection() {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        let credentials = Credentials::token("ops", move |why| {
            let number = counter.fetch_add(1, Ordering::Relaxed);
            ready(Ok(Secret::from(format!("{why:?} {number}"))))
        });
        assert!(credentials.secret().is_none());
        assert_eq!(credentials.proof().unwrap_err().kind().to_string(), "usage");

        let first = now(credentials.fetch(TokenRequest::First)).unwrap();
        assert_eq!(first.secret(), Some(Secret::from("First 0")));
        let same = now(first.fetch(TokenRequest::First)).unwrap();
        assert_eq!(same.secret(), Some(Secret::from("First 0")));
        let second = now(same.fetch(TokenRequest::Rejected)).unwrap();
        assert_eq!(second.secret(), Some(Secret::from("Rejected 1")));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_fixed_token_is_at_hand_and_cannot_be_renewed() {
        let credentials = Credentials::token("ops", Secret::from("abc"));
        assert!(!credentials.is_renewable());
        assert_eq!(credentials.proof().unwrap().expose(), "abc");
        assert!(now(credentials.fetch(TokenRequest::First)).is_ok());
        let error = now(credentials.fetch(TokenRequest::Rejected)).unwrap_err();
        assert_eq!(error.kind().to_string(), "usage");
    }

    #[test]
    fn a_providers_error_is_the_callers_error() {
        let credentials =
            Credentials::token("ops", |_| ready(Err(Error::usage("no refresh token"))));
        let error = now(credentials.fetch(TokenRequest::First)).unwrap_err();
        assert_eq!(error.to_string(), "no refresh token");
    }

    #[test]
    fn nothing_that_ends_a_line_gets_in() {
        for bad in ["a\rb", "a\nb", "a\0b", "a\r\nDELE 1"] {
            let secret = || Secret::from("pw");
            for credentials in [
                Credentials::password(bad, secret()),
                Credentials::password("ops", Secret::from(bad)),
                Credentials::password("ops", secret()).with_authzid(bad),
                Credentials::token(bad, secret()),
                Credentials::token("ops", Secret::from(bad)),
                Credentials::external(Some(bad.to_owned())),
                Credentials::anonymous(bad),
            ] {
                let error = credentials.check().unwrap_err();
                assert_eq!(error.kind().to_string(), "usage", "{bad:?}");
                assert!(!error.to_string().contains(bad), "{error}");
            }
        }
        for empty in [
            Credentials::password("", Secret::from("pw")),
            Credentials::password("ops", Secret::from("")),
            Credentials::token("ops", Secret::from("")),
        ] {
            assert!(empty.check().is_err(), "{empty:?}");
        }
        assert!(Credentials::external(None).check().is_ok());
        assert!(Credentials::anonymous("").check().is_ok());
    }
}
