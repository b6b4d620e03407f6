//! `cookies.txt`: the file that Netscape began and curl, wget and browsers' exports keep.

use jiff::Timestamp;
use netspeak_core::Secret;

use super::parse::LONGEST;
use super::{Access, Cookie, CookieJar, Reach, SameSite, SentOver, scope};

const HEADER: &str = "# Netscape HTTP Cookie File\n\n";

/// How `HttpOnly` is written, in front of a line that would be a comment to others.
const HTTP_ONLY: &[u8] = b"#HttpOnly_";

impl CookieJar {
    /// Adds the cookies of a `cookies.txt`, and says how many lines are none.
    ///
    /// A line has domain, TRUE for all hosts in it, path, TRUE for secure connections only, seconds
    /// since 1970 or 0 for the session, name and value, between tabs; `#HttpOnly_` may stand before it.
    /// Empty lines and comments do not count. Expired cookies, and those for public suffixes, are left
    /// out.
    pub fn read_netscape(&mut self, file: &[u8], now: Timestamp) -> usize {
        let mut bad: usize = 0;
        for line in file.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let http_only = line.strip_prefix(HTTP_ONLY);
            if http_only.is_none() && (line.trim_ascii().is_empty() || line.starts_with(b"#")) {
                continue;
            }
            let access = http_only.map_or(Access::Scripts, |_| Access::HttpOnly);
            match cookie(http_only.unwrap_or(line), access) {
                Some(cookie) => self.insert(cookie, now),
                None => bad = bad.saturating_add(1),
            }
        }
        bad
    }

    /// All cookies as a `cookies.txt`, the oldest first, those of the session included. SameSite has no place in it.
    ///
    /// The file holds secrets: nobody else should be able to read it.
    pub fn write_netscape(&self) -> Secret<Vec<u8>> {
        let mut file = HEADER.as_bytes().to_vec();
        let mut cookies: Vec<&Cookie> = self.iter().collect();
        cookies.sort_by_key(|cookie| cookie.order);
        for cookie in cookies {
            if cookie.access == Access::HttpOnly {
                file.extend_from_slice(HTTP_ONLY);
            }
            let (dot, all) = match cookie.reach {
                Reach::Domain => (".", "TRUE"),
                Reach::Host => ("", "FALSE"),
            };
            let secure = match cookie.sent_over {
                SentOver::TlsOnly => "TRUE",
                SentOver::Any => "FALSE",
            };
            let expires = cookie.expires.map_or(0, |time| time.as_second().max(1));
            let (domain, path) = (&cookie.domain, &cookie.path);
            let line = format!("{dot}{domain}\t{all}\t{path}\t{secure}\t{expires}\t");
            file.extend_from_slice(line.as_bytes());
            file.extend_from_slice(&cookie.name);
            file.push(b'\t');
            file.extend_from_slice(cookie.value.expose());
            file.push(b'\n');
        }
        Secret::new(file)
    }
}

/// A line without a value has one field less at some writers.
fn cookie(line: &[u8], access: Access) -> Option<Cookie> {
    let mut fields = line.split(|byte| *byte == b'\t');
    let mut text = || std::str::from_utf8(fields.next()?).ok();
    let (domain, all, path, secure, expires) = (text()?, text()?, text()?, text()?, text()?);
    let (name, value) = (fields.next()?, fields.next().unwrap_or_default());
    let is_long = name.len().saturating_add(value.len()) > LONGEST;
    let is_empty = name.is_empty() && value.is_empty();
    let is_odd = line
        .iter()
        .any(|byte| byte.is_ascii_control() && *byte != b'\t');
    if fields.next().is_some() || is_long || is_empty || is_odd || !path.starts_with('/') {
        return None;
    }
    let domain = scope::domain(domain)?;
    let reach = if flag(all)? {
        Reach::Domain
    } else {
        Reach::Host
    };
    if reach == Reach::Domain && scope::is_public_suffix(&domain) {
        return None;
    }
    let seconds: i64 = expires.parse().ok()?;
    Some(Cookie {
        name: name.to_vec(),
        value: Secret::new(value.to_vec()),
        domain,
        reach,
        path: path.to_owned(),
        expires: match seconds {
            0 => None,
            seconds => Some(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)),
        },
        sent_over: if flag(secure)? {
            SentOver::TlsOnly
        } else {
            SentOver::Any
        },
        access,
        same_site: SameSite::Unset,
        order: 0,
    })
}

fn flag(word: &str) -> Option<bool> {
    match word.to_ascii_uppercase().as_str() {
        "TRUE" => Some(true),
        "FALSE" => Some(false),
        _ => None,
    }
}
