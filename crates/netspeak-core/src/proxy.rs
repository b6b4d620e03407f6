//! Proxies under every protocol: SOCKS4, SOCKS4a, SOCKS5, HTTP CONNECT, and the PROXY header.
//!
//! A [`Connector`](crate::Connector) with a [`Proxy`] dials the proxy, asks it for a tunnel to the
//! target and goes on as if it had dialled the target: TLS, greeting and all. The conversation itself
//! is a machine without I/O, [`Dialogue`].
//!
//! ```no_run
//! use netspeak_core::{Connector, Tls, Trace};
//!
//! # async fn example() -> netspeak_core::Result<()> {
//! let connector = Connector::new()
//!     .with_proxy("socks5h://me:s3cret@proxy.example:1080".parse()?)
//!     .with_no_proxy("localhost,.intern.example".parse()?);
//! let endpoint = "mail.example.org:pop3s".parse()?;
//! let conn = connector.connect(&endpoint, Tls::Implicit, &Trace::new()).await?;
//! assert!(conn.is_tunnelled());
//! # Ok(())
//! # }
//! ```
//!
//! Errors have kinds `proxy.refused`, `proxy.auth` (also: a login is wanted), `proxy.timeout`,
//! `proxy.malformed`, `proxy.too_large`, `proxy.closed`, `proxy.reset`; a proxy that cannot be reached
//! or has a wrong certificate is `proxy.nxdomain`, `proxy.refused`, `proxy.cert_name` and the like. The
//! proxy's own words stand in the message, made printable and without the password.
//!
//! The proxy's login goes to the proxy as SOCKS5 (RFC 1929), SOCKS4 and HTTP's Basic want it: in clear
//! text, unless the proxy is an `https` one. [`ClearTextAuth`](crate::ClearTextAuth) is about the
//! target's login and does not hold it back.

use std::str::FromStr;

use crate::address::{Endpoint, Host, Transport};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::target::Target;

#[cfg(feature = "tls")]
use crate::tls::TlsSettings;
#[cfg(feature = "tls")]
use std::sync::Arc;

mod bypass;
mod connect;
mod dialogue;
mod header;
mod server;
mod socks4;
mod socks5;
#[cfg(test)]
mod tests;
mod tunnel;

pub use bypass::NoProxy;
pub use dialogue::{Dialogue, Next};
pub use header::{Behind, ProxyHeader};
pub(crate) use server::Kind;
pub use server::Proxy;
pub(crate) use tunnel::{announce, blame, encrypt_to_proxy, open_tunnel};

impl Proxy {
    /// Sets the login instead of that of the URL.
    ///
    /// # Errors
    /// [`Error::Usage`] for what this kind of proxy cannot be told.
    pub fn with_login(mut self, user: &str, password: Secret) -> Result<Self> {
        self.user = Some(user.to_owned());
        self.password = Some(password);
        self.check()?;
        Ok(self)
    }

    /// Everything that can be known to be wrong before a target is named.
    fn check(&self) -> Result<()> {
        if self.is_v4_only() && self.password.is_some() {
            return Err(Error::usage("SOCKS4 has no passwords"));
        }
        Dialogue::new(
            self,
            &Endpoint::new(Host::V4([127, 0, 0, 1].into()), 1),
            None,
        )
        .map(drop)
    }
}

impl FromStr for Proxy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let target: Target = text.parse()?;
        let (kind, port) = match target.scheme() {
            Some("socks4") => (Kind::Socks4, 1080),
            Some("socks4a") => (Kind::Socks4a, 1080),
            Some("socks5") => (Kind::Socks5, 1080),
            Some("socks5h") => (Kind::Socks5h, 1080),
            Some("http") => (Kind::Http, 80),
            #[cfg(feature = "tls")]
            Some("https") => (Kind::Https, 443),
            Some(other) => return Err(Error::usage(format!("{other} is not a kind of proxy"))),
            None => {
                return Err(Error::usage(
                    "a proxy is a URL: socks5h://host, http://host and the like",
                ));
            }
        };
        if !matches!(target.path(), "" | "/") {
            return Err(Error::usage("the URL of a proxy has no path"));
        }
        let port = target
            .port()
            .map(|port| port.number(Transport::Tcp))
            .transpose()?
            .unwrap_or(port);
        let socks4 = matches!(kind, Kind::Socks4 | Kind::Socks4a);
        // A user without a password has an empty one, where there are passwords.
        let password = match target.user() {
            Some(_) if !socks4 => Some(
                target
                    .password()
                    .cloned()
                    .unwrap_or_else(|| Secret::from("")),
            ),
            _ => target.password().cloned(),
        };
        if target.user().is_none() && password.is_some() {
            return Err(Error::usage("a proxy password without a user name"));
        }
        let proxy = Self {
            kind,
            endpoint: Endpoint::new(target.host().clone(), port),
            user: target.user().map(str::to_owned),
            password,
            #[cfg(feature = "tls")]
            tls: TlsSettings {
                alpn: vec![b"http/1.1".to_vec()],
                ..TlsSettings::default()
            },
            #[cfg(feature = "tls")]
            ready_tls: Arc::default(),
        };
        proxy.check()?;
        Ok(proxy)
    }
}

/// What a connector does about proxies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Via {
    pub(crate) proxy: Option<Proxy>,
    pub(crate) no_proxy: NoProxy,
    pub(crate) header: Option<ProxyHeader>,
}

impl Via {
    /// The proxy for this host, if it is not reached directly.
    pub(crate) fn proxy_for(&self, host: &Host) -> Option<&Proxy> {
        self.proxy.as_ref().filter(|_| !self.no_proxy.holds(host))
    }
}
