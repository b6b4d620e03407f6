//! Redirects (RFC 9110 section 15.4, and the Fetch standard where the RFC leaves a choice): what an
//! answer means for the next request.

use http::header::{AUTHORIZATION, COOKIE, HOST, LOCATION, PROXY_AUTHORIZATION};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use url::Url;

use crate::{Error, Result};

/// How often one request may come to the same URL by the same method. Pages that set a cookie first
/// send back to themselves once or twice.
const SAME_URL: usize = 4;

/// How far redirects are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Redirects {
    /// Not at all: the answer is handed over as it is.
    None,
    /// So many for one request; one more is [`Error::Limit`].
    UpTo(u32),
}

impl Default for Redirects {
    /// Ten.
    fn default() -> Self {
        Self::UpTo(10)
    }
}

/// The request that follows from a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hop {
    /// Where to; without user data, with the fragment of the request if the redirect has none.
    pub url: Url,
    /// By which method.
    pub method: Method,
    /// Whether the body, and all headers that are about it, stay behind.
    pub drops_body: bool,
    /// Whether scheme, host and port stay the same. If not, credentials stay behind.
    pub same_origin: bool,
}

impl Hop {
    /// What an answer to a request by `method` for `current` asks to do next. `None` if it is no
    /// redirect: another status than 301, 302, 303, 307 and 308, or no Location, or an empty one.
    ///
    /// Blanks and bytes that are not ASCII in Location are percent-encoded one by one; escapes that
    /// are there stay as they are.
    ///
    /// # Errors
    /// [`Error::Malformed`] if Location is no `http` or `https` URL, holds control characters or
    /// user data, or stands there several times with different values.
    pub fn of(
        status: StatusCode,
        method: &Method,
        current: &Url,
        headers: &HeaderMap,
    ) -> Result<Option<Self>> {
        let Some(method) = next_method(status, method) else {
            return Ok(None);
        };
        let Some(location) = location(headers)? else {
            return Ok(None);
        };
        let mut url = target(current, location)?;
        if url.fragment().is_none() {
            url.set_fragment(current.fragment());
        }
        Ok(Some(Self {
            drops_body: !matches!(status.as_u16(), 307 | 308) && !keeps_body(status, &method),
            same_origin: url.origin() == current.origin(),
            method,
            url,
        }))
    }

    /// Takes off the request's headers what must not go along: what is about a body that stays
    /// behind; and to another origin, credentials, cookies, the Host, whatever is marked as sensitive
    /// ([`http::HeaderValue::set_sensitive`]), and what the caller names.
    pub fn strip(&self, headers: &mut HeaderMap, marked: &[HeaderName]) {
        if self.drops_body {
            for name in ABOUT_THE_BODY {
                headers.remove(name);
            }
        }
        if self.same_origin {
            return;
        }
        for name in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, HOST]
            .iter()
            .chain(marked)
        {
            headers.remove(name);
        }
        let sensitive: Vec<HeaderName> = headers
            .iter()
            .filter(|(_, value)| value.is_sensitive())
            .map(|(name, _)| name.clone())
            .collect();
        for name in sensitive {
            headers.remove(name);
        }
    }
}

const ABOUT_THE_BODY: [&str; 12] = [
    "content-digest",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-md5",
    "content-range",
    "content-type",
    "expect",
    "repr-digest",
    "trailer",
    "transfer-encoding",
];

/// The way of one request through its redirects.
#[derive(Clone, Debug)]
pub struct Trail {
    policy: Redirects,
    hops: Vec<Hop>,
}

impl Trail {
    /// A request that has not been redirected yet.
    pub fn new(policy: Redirects) -> Self {
        Self {
            policy,
            hops: Vec::new(),
        }
    }

    /// The redirects so far, in their order.
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// As [`Hop::of`], within the policy; the hop is added to the trail.
    ///
    /// # Errors
    /// Those of [`Hop::of`]; [`Error::Limit`] for one redirect more than allowed;
    /// [`Error::Limit`] for redirects that lead in a circle.
    pub fn follow(
        &mut self,
        status: StatusCode,
        method: &Method,
        current: &Url,
        headers: &HeaderMap,
    ) -> Result<Option<Hop>> {
        let Redirects::UpTo(most) = self.policy else {
            return Ok(None);
        };
        let Some(hop) = Hop::of(status, method, current, headers)? else {
            return Ok(None);
        };
        if self.hops.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            return Err(Error::limit("redirects", most.into()));
        }
        let is_same = |earlier: &&Hop| earlier.url == hop.url && earlier.method == hop.method;
        if self.hops.iter().filter(is_same).count() >= SAME_URL {
            return Err(Error::limit("redirects to one URL", SAME_URL as u64));
        }
        self.hops.push(hop.clone());
        Ok(Some(hop))
    }
}

/// 303 means GET. After 301 and 302 a POST becomes a GET, as every browser has done it since before
/// the RFC allowed it; other methods stay.
fn next_method(status: StatusCode, method: &Method) -> Option<Method> {
    let becomes_get = match status.as_u16() {
        301 | 302 => *method == Method::POST,
        303 => *method != Method::HEAD,
        307 | 308 => false,
        _ => return None,
    };
    Some(if becomes_get {
        Method::GET
    } else {
        method.clone()
    })
}

/// A PUT after a 301 or 302 is still a PUT, of the same content.
fn keeps_body(status: StatusCode, method: &Method) -> bool {
    matches!(status.as_u16(), 301 | 302) && !matches!(*method, Method::GET | Method::HEAD)
}

fn location(headers: &HeaderMap) -> Result<Option<&[u8]>> {
    let mut values = headers
        .get_all(LOCATION)
        .iter()
        .map(|value| value.as_bytes().trim_ascii());
    let Some(first) = values.next() else {
        return Ok(None);
    };
    if let Some(other) = values.find(|value| *value != first) {
        return Err(Error::malformed("one Location", other));
    }
    Ok(Some(first).filter(|location| !location.is_empty()))
}

fn target(current: &Url, location: &[u8]) -> Result<Url> {
    let malformed = |what| Err(Error::malformed(what, location));
    let Some(text) = encoded(location) else {
        return malformed("a Location without control characters");
    };
    let Ok(url) = current.join(&text) else {
        return malformed("a URL in Location");
    };
    if !matches!(url.scheme(), "http" | "https") {
        return malformed("a redirect to http or https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        // A password in it is somebody's secret, so the host alone is told.
        let host = url.host_str().unwrap_or_default();
        return Err(Error::malformed(
            "a redirect without user data",
            host.as_bytes(),
        ));
    }
    Ok(url)
}

/// ASCII without blanks; `None` if there are control characters. The `url` crate would leave tabs and
/// line ends out without a word.
fn encoded(location: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(location.len());
    for byte in location {
        match byte {
            b'!'..=b'~' => text.push(char::from(*byte)),
            b' ' | 0x80.. => text.push_str(&format!("%{byte:02X}")),
            _ => return None,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests;
