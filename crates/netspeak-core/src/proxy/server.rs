//! [`Proxy`]: which proxy, and who we are to it.

use std::fmt;
#[cfg(feature = "tls")]
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::address::Endpoint;
use crate::secret::Secret;
use crate::target::Target;

#[cfg(feature = "tls")]
use crate::error::Result;
#[cfg(feature = "tls")]
use crate::tls::{TlsClient, TlsSettings};

/// The proxy's protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Socks4,
    Socks4a,
    Socks5,
    Socks5h,
    Http,
    #[cfg(feature = "tls")]
    Https,
}

/// A proxy: `scheme://[user[:password]@]host[:port]`.
///
/// | scheme | protocol | the target's name is looked up by | default port |
/// |---|---|---|---|
/// | `socks4` | SOCKS4 | us | 1080 |
/// | `socks4a` | SOCKS4a | the proxy | 1080 |
/// | `socks5` | SOCKS5 (RFC 1928, 1929) | us | 1080 |
/// | `socks5h` | SOCKS5 | the proxy | 1080 |
/// | `http` | HTTP CONNECT, Basic login | the proxy | 80 |
/// | `https` | the same over TLS (feature `tls`) | the proxy | 443 |
///
/// ```
/// use netspeak_core::Proxy;
///
/// # fn main() -> netspeak_core::Result<()> {
/// let proxy: Proxy = "socks5h://me:s3cret@proxy.example".parse()?;
/// assert_eq!(proxy.to_string(), "socks5h://me@proxy.example:1080");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Proxy {
    pub(crate) kind: Kind,
    pub(crate) endpoint: Endpoint,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<Secret>,
    #[cfg(feature = "tls")]
    pub(crate) tls: TlsSettings,
    #[cfg(feature = "tls")]
    pub(super) ready_tls: Arc<OnceLock<TlsClient>>,
}

impl Proxy {
    /// Sets what is wanted of TLS to the proxy itself (`https` only).
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn with_tls(mut self, tls: TlsSettings) -> Self {
        self.tls = tls;
        self.ready_tls = Arc::default();
        self
    }

    /// Where the proxy is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether the proxy must be told an address: a name is looked up on our side then.
    pub fn wants_address(&self) -> bool {
        matches!(self.kind, Kind::Socks4 | Kind::Socks5)
    }

    /// Whether it knows IPv4 addresses only.
    pub(crate) fn is_v4_only(&self) -> bool {
        matches!(self.kind, Kind::Socks4 | Kind::Socks4a)
    }

    /// Whether its login crosses the net as it is, for all to read.
    pub fn has_clear_text_login(&self) -> bool {
        let is_encrypted = match self.kind {
            #[cfg(feature = "tls")]
            Kind::Https => true,
            _ => false,
        };
        self.credentials().is_some() && !is_encrypted
    }

    /// Whether it is an HTTP proxy, to which requests can also be made directly.
    pub fn is_http(&self) -> bool {
        match self.kind {
            Kind::Http => true,
            #[cfg(feature = "tls")]
            Kind::Https => true,
            _ => false,
        }
    }

    /// The value of `Proxy-Authorization` for an HTTP proxy (RFC 7617), if there is a login.
    pub fn authorization(&self) -> Option<Secret> {
        let (user, password) = self.credentials().filter(|_| self.is_http())?;
        let both = Zeroizing::new(format!("{user}:{}", password.expose()));
        Some(Secret::new(format!(
            "Basic {}",
            STANDARD.encode(both.as_bytes())
        )))
    }

    /// The same as one URL, login included, for libraries that take it so.
    pub fn url_with_login(&self) -> Secret {
        use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode as encode};
        let shown = self.to_string();
        let (scheme, place) = shown.split_once("://").unwrap_or(("", &shown));
        let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
        let Some((user, password)) = self.credentials() else {
            return Secret::new(format!("{scheme}://{place}"));
        };
        let (user, password) = (
            encode(user, NON_ALPHANUMERIC),
            encode(password.expose(), NON_ALPHANUMERIC),
        );
        Secret::new(format!("{scheme}://{user}:{password}@{place}"))
    }

    /// User and password, if there is a user.
    pub(crate) fn credentials(&self) -> Option<(&str, &Secret)> {
        self.user.as_deref().zip(self.password.as_ref())
    }

    #[cfg(feature = "tls")]
    pub(super) fn tls(&self) -> Result<&TlsClient> {
        if let Some(ready) = self.ready_tls.get() {
            return Ok(ready);
        }
        let ready = TlsClient::new(self.tls.clone())?;
        Ok(self.ready_tls.get_or_init(|| ready))
    }
}

/// The URL without the password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.kind {
            Kind::Socks4 => "socks4",
            Kind::Socks4a => "socks4a",
            Kind::Socks5 => "socks5",
            Kind::Socks5h => "socks5h",
            Kind::Http => "http",
            #[cfg(feature = "tls")]
            Kind::Https => "https",
        };
        Target::new(scheme, self.endpoint.host.clone(), Some(self.endpoint.port))
            .with_login(self.user.clone(), None)
            .fmt(f)
    }
}
