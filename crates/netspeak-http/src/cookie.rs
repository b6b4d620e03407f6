//! Cookies (RFC 6265, and its revision 6265bis where that closes a hole): [`CookieJar`].
//!
//! Nothing here knows what time it is: the clock is an argument.

use jiff::Timestamp;
use netspeak_core::Secret;

mod jar;
mod netscape;
mod parse;
mod scope;

pub use jar::CookieJar;

/// One cookie: name and value, and where they are sent.
///
/// Its value is a secret as passwords are: whoever has it is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    name: Vec<u8>,
    value: Secret<Vec<u8>>,
    domain: String,
    reach: Reach,
    path: String,
    expires: Option<Timestamp>,
    sent_over: SentOver,
    access: Access,
    same_site: SameSite,
    /// The place in the order in which cookies came: earlier ones are sent first.
    order: u64,
}

/// Which hosts get a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Only the one that set it.
    Host,
    /// The domain with all hosts in it.
    Domain,
}

/// Over which connections a cookie is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SentOver {
    /// Over all.
    Any,
    /// Over TLS only (`Secure`).
    TlsOnly,
}

/// Who may see a cookie besides servers. Of no meaning where no scripts run, but kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Scripts of the page, too.
    Scripts,
    /// Nobody (`HttpOnly`).
    HttpOnly,
}

/// Whether requests from other sites carry a cookie. Kept; every request of ours is its user's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SameSite {
    /// The server does not say.
    #[default]
    Unset,
    /// `Strict`
    Strict,
    /// `Lax`
    Lax,
    /// `None`
    None,
}

impl Cookie {
    /// The name; servers may send any bytes but controls. It may be empty.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The value, quotes and all: nothing is decoded.
    pub fn value(&self) -> &Secret<Vec<u8>> {
        &self.value
    }

    /// The host or domain, in lower-case ASCII without a leading dot.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Which hosts get it.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// The path it is sent to, with all that is below.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// When it expires. `None`: with the session.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Over which connections it is sent.
    pub fn sent_over(&self) -> SentOver {
        self.sent_over
    }

    /// Who may see it.
    pub fn access(&self) -> Access {
        self.access
    }

    /// What the server says about requests from other sites.
    pub fn same_site(&self) -> SameSite {
        self.same_site
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// A new one takes the place of one with the same three.
    fn has_same_place(&self, other: &Self) -> bool {
        self.name == other.name && self.domain == other.domain && self.path == other.path
    }
}
