//! [`CookieJar`]: keeps cookies and says which of them a request carries.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use http::HeaderValue;
use jiff::Timestamp;
use url::Url;

use super::{Cookie, Reach, SentOver, parse, scope};

/// Cookies of one domain. RFC 6265 asks for 50 at least; browsers keep 180.
const MOST_OF_A_DOMAIN: usize = 180;

/// Cookies in all, as RFC 6265 asks for at least.
const MOST: usize = 3_000;

/// The longest Cookie header, in bytes. More would be refused by every server.
const LONGEST_HEADER: usize = 64 * 1024;

/// Cookies, by the hosts that set them.
///
/// Name and value have 4 KiB at most, a domain has 180 cookies and the jar 3,000; beyond that the
/// oldest one goes. Domains that are public suffixes (the list is compiled in) get no cookies.
///
/// ```
/// use netspeak_http::CookieJar;
/// use url::Url;
///
/// let url = Url::parse("https://www.example.org/shop/").unwrap();
/// let now = "2026-01-01T00:00:00Z".parse().unwrap();
/// let mut jar = CookieJar::default();
/// jar.store(&url, [&b"id=7; Domain=example.org; Path=/"[..], b"x=1; Domain=org"], now);
///
/// let other = Url::parse("http://shop.example.org/").unwrap();
/// assert_eq!(jar.header(&other, now).unwrap(), "id=7");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CookieJar {
    domains: BTreeMap<String, Vec<Cookie>>,
    count: usize,
    next: u64,
}

impl CookieJar {
    /// Takes the values of Set-Cookie in an answer of this URL. What is malformed, or not the server's
    /// to set, is left out, as in browsers.
    pub fn store<'v>(
        &mut self,
        url: &Url,
        set_cookie: impl IntoIterator<Item = &'v [u8]>,
        now: Timestamp,
    ) {
        for value in set_cookie {
            if let Some(cookie) = parse::cookie(url, value, now, self.next) {
                if self.is_shadow(&cookie, url) {
                    continue;
                }
                self.insert(cookie, now);
            }
        }
    }

    /// The value of Cookie for a request of this URL, if there are any: longer paths first, then the
    /// older ones. It is marked as sensitive.
    pub fn header(&self, url: &Url, now: Timestamp) -> Option<HeaderValue> {
        let mut line = Vec::new();
        for cookie in self.matching(url, now) {
            let name = if cookie.name.is_empty() {
                Vec::new()
            } else {
                [&cookie.name[..], b"="].concat()
            };
            let separator: &[u8] = if line.is_empty() { b"" } else { b"; " };
            let pair = [separator, &name, cookie.value.expose()].concat();
            if line.len().saturating_add(pair.len()) > LONGEST_HEADER {
                break;
            }
            line.extend_from_slice(&pair);
        }
        let mut value = HeaderValue::from_bytes(&line).ok()?;
        value.set_sensitive(true);
        Some(value).filter(|value| !value.is_empty())
    }

    /// The cookies that a request of this URL carries, in the order in which they are sent.
    pub fn matching(&self, url: &Url, now: Timestamp) -> Vec<&Cookie> {
        let Some(host) = scope::host(url) else {
            return Vec::new();
        };
        let is_secure = url.scheme() == "https";
        let mut found: Vec<&Cookie> = domains_of(&host)
            .filter_map(|domain| self.domains.get(domain))
            .flatten()
            .filter(|cookie| cookie.reach == Reach::Domain || cookie.domain == host)
            .filter(|cookie| scope::path_matches(url.path(), &cookie.path))
            .filter(|cookie| is_secure || cookie.sent_over == SentOver::Any)
            .filter(|cookie| !cookie.is_expired(now))
            .collect();
        found.sort_by_key(|cookie| (Reverse(cookie.path.len()), cookie.order));
        found
    }

    /// All cookies, by domain and age.
    pub fn iter(&self) -> impl Iterator<Item = &Cookie> {
        self.domains.values().flatten()
    }

    /// How many there are, expired ones included.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Drops what has expired.
    pub fn remove_expired(&mut self, now: Timestamp) {
        self.keep(|cookie| !cookie.is_expired(now));
    }

    /// Ends the session: drops all cookies that have no time of expiry.
    pub fn end_session(&mut self) {
        self.keep(|cookie| cookie.expires.is_some());
    }

    /// Puts a cookie in the place of the one with the same name, domain and path. An expired one takes
    /// that out.
    pub(super) fn insert(&mut self, mut cookie: Cookie, now: Timestamp) {
        cookie.order = self.next;
        self.next = self.next.saturating_add(1);
        let cookies = self.domains.entry(cookie.domain.clone()).or_default();
        let old = cookies.iter().position(|old| old.has_same_place(&cookie));
        if let Some(old) = old {
            // The order stays that of the first: a server that renews a cookie does not move it.
            cookie.order = cookies.remove(old).order;
            self.count = self.count.saturating_sub(1);
        }
        if !cookie.is_expired(now) {
            let at = cookies.partition_point(|other| other.order < cookie.order);
            cookies.insert(at, cookie);
            self.count = self.count.saturating_add(1);
            if cookies.len() > MOST_OF_A_DOMAIN {
                cookies.remove(0);
                self.count = self.count.saturating_sub(1);
            }
        }
        self.make_room(now);
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.count > MOST {
            self.remove_expired(now);
        }
        while self.count > MOST {
            let oldest = self.iter().map(|cookie| cookie.order).min();
            self.keep(|cookie| Some(cookie.order) != oldest);
        }
    }

    fn keep(&mut self, is_kept: impl Fn(&Cookie) -> bool) {
        self.domains.retain(|_, cookies| {
            cookies.retain(&is_kept);
            !cookies.is_empty()
        });
        self.count = self.domains.values().map(Vec::len).sum();
    }

    /// Whether a connection that is not secure tries to replace or hide a cookie of a secure one
    /// (RFC 6265bis section 5.7, "leave secure cookies alone").
    fn is_shadow(&self, cookie: &Cookie, url: &Url) -> bool {
        url.scheme() != "https"
            && self.iter().any(|old| {
                old.sent_over == SentOver::TlsOnly
                    && old.name == cookie.name
                    && (scope::domain_matches(&old.domain, &cookie.domain)
                        || scope::domain_matches(&cookie.domain, &old.domain))
                    && scope::path_matches(&cookie.path, &old.path)
            })
    }
}

/// The host itself, then each domain above it.
fn domains_of(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |domain| Some(domain.split_once('.')?.1))
}

#[cfg(test)]
mod tests;
