//! Logging in: what a request says of who sends it, and what becomes of a refusal.

use http::header::{AUTHORIZATION, PROXY_AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, Request, StatusCode};
use netspeak_core::text::printable;
use netspeak_core::tls::Verify;
use netspeak_core::{ClearTextAuth, ErrorKind, Host, Phase, Reason};
use url::Url;

use super::Client;
use super::link::Link;
use super::logins::Authorized;
use super::outgoing::Outgoing;
#[cfg(feature = "probe")]
use super::response::Response;
use super::send::Sending;
use crate::auth::{self, AuthenticationInfo, Challenge, Credentials, Entity, Privacy};
use crate::error::{Error, Result};

const AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("authentication-info");

/// A nonce may have grown too old meanwhile, so that the same password does the second time.
const ATTEMPTS: u32 = 2;

/// What a request said of who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    /// A password or a token, as it is.
    Secret,
    /// A proof by Digest.
    Proof,
}

impl Sending<'_> {
    /// Says who sends a request, where that is known to be wanted, and to the proxy what it wants.
    pub(super) fn authorize(&mut self, request: &mut Request<Outgoing>) -> Result<()> {
        if let Some(value) = self.to_proxy()? {
            request.headers_mut().insert(PROXY_AUTHORIZATION, value);
        }
        (self.signed, self.said) = (None, Said::Nothing);
        if request.headers().contains_key(AUTHORIZATION) {
            return Ok(());
        }
        let Some(said) = self.authorized()? else {
            return Ok(());
        };
        request.headers_mut().insert(AUTHORIZATION, said.header);
        self.said = match &said.signed {
            Some(_) => Said::Proof,
            None => Said::Secret,
        };
        self.signed = said.signed;
        Ok(())
    }

    fn authorized(&self) -> Result<Option<Authorized>> {
        let draft = &self.draft;
        let Some(credentials) = &draft.credentials else {
            return Ok(None);
        };
        let body = draft.payload.bytes().map_or(Entity::Unread, Entity::Bytes);
        let known = self.client.logins().authorize(
            &draft.url,
            credentials,
            draft.scheme.as_deref(),
            &draft.method,
            body,
        )?;
        match credentials {
            // Few who want a token say so.
            Credentials::Token(token) if known.is_none() && self.goes_to_whom_it_should() => {
                Ok(Some(Authorized {
                    header: auth::bearer(token)?,
                    signed: None,
                }))
            }
            _ => Ok(known),
        }
    }

    /// Whether no connection can be made but to the server that is meant.
    fn goes_to_whom_it_should(&self) -> bool {
        let settings = self.client.settings();
        let is_checked = settings.connector.tls_settings().verify != Verify::Note;
        self.draft.url.scheme() == "https" && is_checked
            || settings.clear_text_auth == ClearTextAuth::Allowed
    }

    /// What an HTTP proxy is told that reads along.
    fn to_proxy(&self) -> Result<Option<HeaderValue>> {
        let url = &self.draft.url;
        if url.scheme() != "http" {
            return Ok(None);
        }
        let host: Host = url.host_str().unwrap_or_default().parse()?;
        let connector = &self.client.settings().connector;
        let proxy = connector.proxy_for(&host).filter(|proxy| proxy.is_http());
        let Some(login) = proxy.and_then(|proxy| proxy.authorization()) else {
            return Ok(None);
        };
        let value = HeaderValue::from_str(login.expose());
        let mut value = value.map_err(|_| Error::usage("the proxy's login cannot be sent"))?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// Whether an answer asks for a login that there is, so that the request is to be repeated.
    pub(super) fn is_challenged(
        &mut self,
        head: &http::response::Parts,
        link: &Link,
    ) -> Result<bool> {
        let Some(credentials) = &self.draft.credentials else {
            return Ok(false);
        };
        let (logins, url) = (self.client.logins(), &self.draft.url);
        if head.status != StatusCode::UNAUTHORIZED {
            if let Some(info) = head.headers.get(AUTHENTICATION_INFO) {
                let info = AuthenticationInfo::new(info.as_bytes());
                if let Some(signed) = &self.signed {
                    signed.verify(&info, Entity::Unread)?;
                }
                logins.let_in(url, credentials, &info)?;
            }
            return Ok(false);
        }
        let values = head.headers.get_all(WWW_AUTHENTICATE).iter();
        let mut challenges = auth::challenges(values.map(HeaderValue::as_bytes));
        if let Some(scheme) = &self.draft.scheme {
            only(scheme, &mut challenges)?;
        }
        let is_stale = challenges.iter().any(Challenge::is_stale);
        // What never changes has been refused; a nonce may have grown old without a word about it.
        let was_told = (self.logins > 0 || self.said == Said::Secret) && !is_stale;
        if was_told || self.logins >= ATTEMPTS || challenges.is_empty() {
            logins.forget(url, credentials);
            return Ok(false);
        }
        if !self.draft.payload.is_there() {
            return Ok(false);
        }
        self.client.learn(url, &challenges, credentials, link)?;
        self.logins += 1;
        Ok(true)
    }
}

impl Client {
    /// From now on these challenges of this server are answered by these credentials.
    fn learn(
        &self,
        url: &Url,
        challenges: &[Challenge],
        credentials: &Credentials,
        link: &Link,
    ) -> Result<()> {
        let allowed = self.settings().clear_text_auth == ClearTextAuth::Allowed;
        let privacy = match allowed || link.is_private() {
            true => Privacy::Private,
            false => Privacy::Exposed,
        };
        let answer = auth::choose(challenges, credentials, privacy)?;
        self.logins().learn(url, credentials, answer);
        Ok(())
    }

    /// The same, from an answer that was kept.
    #[cfg(feature = "probe")]
    pub(crate) fn learn_from(
        &self,
        answer: &Response,
        credentials: &netspeak_core::sasl::Credentials,
    ) -> Result<()> {
        let Some(credentials) = super::logins::of_core(credentials) else {
            return Ok(());
        };
        let values = answer.headers().get_all(WWW_AUTHENTICATE).iter();
        let challenges = auth::challenges(values.map(HeaderValue::as_bytes));
        self.learn(answer.url(), &challenges, &credentials, answer.link())
    }
}

/// Leaves those of this scheme.
fn only(scheme: &str, challenges: &mut Vec<Challenge>) -> Result<()> {
    let offered: Vec<_> = challenges.iter().map(Challenge::scheme).collect();
    let offered = offered.join(", ");
    challenges.retain(|challenge| challenge.is(scheme));
    if challenges.is_empty() && !offered.is_empty() {
        return Err(Error::unsupported(
            format!("{scheme} (it offers: {})", printable(offered.as_bytes())),
            ErrorKind::new(Phase::Auth, Reason::NoMechanism),
        ));
    }
    Ok(())
}
