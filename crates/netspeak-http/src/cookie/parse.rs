//! Set-Cookie: from the bytes to a cookie, or to none (RFC 6265 sections 5.2 and 5.3).

use jiff::{SignedDuration, Timestamp};
use netspeak_core::Secret;
use url::Url;

use super::{Access, Cookie, Reach, SameSite, SentOver, scope};
use crate::date;
use crate::field::trim;

/// Name and value together, as in RFC 6265bis.
pub(super) const LONGEST: usize = 4096;

/// Longer values of attributes are ignored, as in RFC 6265bis.
const LONGEST_ATTRIBUTE: usize = 1024;

/// The cookie that an answer of this URL sets, if it may.
pub(super) fn cookie(url: &Url, value: &[u8], now: Timestamp, order: u64) -> Option<Cookie> {
    // A tab could not be kept in a file.
    if value.iter().any(u8::is_ascii_control) {
        return None;
    }
    let mut parts = value.split(|byte| *byte == b';');
    let (name, value) = pair(parts.next()?)?;
    let mut attributes = Attributes::default();
    for part in parts {
        attributes.read(part, now);
    }
    let host = scope::host(url)?;
    let (domain, reach) = place(&host, attributes.domain.as_deref())?;
    let path = attributes.path.as_deref();
    let cookie = Cookie {
        domain,
        reach,
        path: path.unwrap_or_else(|| scope::default_path(url)).to_owned(),
        expires: attributes.max_age.or(attributes.expires),
        sent_over: attributes.sent_over,
        access: attributes.access,
        same_site: attributes.same_site,
        order,
        name,
        value: Secret::new(value),
    };
    may_be_set(&cookie, url, path).then_some(cookie)
}

/// Without `=`, all of it is the value of a cookie that has no name.
fn pair(text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let at = text.iter().position(|byte| *byte == b'=');
    let (name, value) = match at.and_then(|at| text.split_at_checked(at)) {
        Some((name, rest)) => (name, rest.strip_prefix(b"=").unwrap_or(rest)),
        None => (&b""[..], text),
    };
    let (name, value) = (trim(name), trim(value));
    let length = name.len().saturating_add(value.len());
    ((1..=LONGEST).contains(&length)).then(|| (name.to_vec(), value.to_vec()))
}

/// For whom it is: for the host alone, unless a Domain says otherwise that is the host's own to say.
fn place(host: &str, domain: Option<&str>) -> Option<(String, Reach)> {
    let Some(domain) = domain else {
        return Some((host.to_owned(), Reach::Host));
    };
    let domain = scope::domain(domain)?;
    let is_public = scope::is_public_suffix(&domain);
    let is_address = domain.parse::<std::net::IpAddr>().is_ok();
    if domain == host && (is_public || is_address) {
        return Some((domain, Reach::Host));
    }
    let may = !is_public && scope::domain_matches(host, &domain);
    may.then_some((domain, Reach::Domain))
}

/// What RFC 6265bis adds: no Secure from a connection that is not, and what the names promise.
fn may_be_set(cookie: &Cookie, url: &Url, path: Option<&str>) -> bool {
    let is_secure = cookie.sent_over == SentOver::TlsOnly;
    if is_secure && url.scheme() != "https" {
        return false;
    }
    // A cookie without a name is sent as its value alone, which could look like one with a name.
    let shown = if cookie.name.is_empty() {
        cookie.value.expose()
    } else {
        &cookie.name
    };
    let begins = |prefix: &[u8]| {
        let beginning = shown.get(..prefix.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix))
    };
    if begins(b"__Host-") {
        let is_bound = cookie.reach == Reach::Host && path == Some("/");
        return is_secure && is_bound && !cookie.name.is_empty();
    }
    !begins(b"__Secure-") || (is_secure && !cookie.name.is_empty())
}

struct Attributes {
    domain: Option<String>,
    path: Option<String>,
    expires: Option<Timestamp>,
    max_age: Option<Timestamp>,
    sent_over: SentOver,
    access: Access,
    same_site: SameSite,
}

impl Default for Attributes {
    fn default() -> Self {
        Self {
            domain: None,
            path: None,
            expires: None,
            max_age: None,
            sent_over: SentOver::Any,
            access: Access::Scripts,
            same_site: SameSite::Unset,
        }
    }
}

impl Attributes {
    /// Of several, the last counts. What is not understood is ignored.
    fn read(&mut self, part: &[u8], now: Timestamp) {
        let at = part.iter().position(|byte| *byte == b'=');
        let (name, value) = match at.and_then(|at| part.split_at_checked(at)) {
            Some((name, rest)) => (name, rest.strip_prefix(b"=").unwrap_or(rest)),
            None => (part, &b""[..]),
        };
        let value = trim(value);
        if value.len() > LONGEST_ATTRIBUTE {
            return;
        }
        match trim(name).to_ascii_lowercase().as_slice() {
            b"expires" => self.expires = date::parse(value).or(self.expires),
            b"max-age" => self.max_age = max_age(value, now).or(self.max_age),
            // A Domain that is not text is nobody's: an empty one is no Domain at all.
            b"domain" if !value.is_empty() => {
                self.domain = Some(String::from_utf8_lossy(value).into_owned());
            }
            b"domain" => self.domain = None,
            b"path" => {
                let path = std::str::from_utf8(value).ok();
                self.path = path.filter(|path| path.starts_with('/')).map(str::to_owned);
            }
            b"secure" => self.sent_over = SentOver::TlsOnly,
            b"httponly" => self.access = Access::HttpOnly,
            b"samesite" => {
                self.same_site = match value.to_ascii_lowercase().as_slice() {
                    b"strict" => SameSite::Strict,
                    b"lax" => SameSite::Lax,
                    b"none" => SameSite::None,
                    _ => SameSite::Unset,
                };
            }
            _ => {}
        }
    }
}

/// Seconds from now; none or fewer mean at once, more than time has mean its end.
fn max_age(value: &[u8], now: Timestamp) -> Option<Timestamp> {
    let number = value.strip_prefix(b"-").unwrap_or(value);
    if number.is_empty() || !number.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if number.len() < value.len() {
        return Some(Timestamp::MIN);
    }
    let seconds: i64 = std::str::from_utf8(number)
        .ok()?
        .parse()
        .unwrap_or(i64::MAX);
    if seconds == 0 {
        return Some(Timestamp::MIN);
    }
    let age = SignedDuration::from_secs(seconds);
    Some(now.checked_add(age).unwrap_or(Timestamp::MAX))
}
