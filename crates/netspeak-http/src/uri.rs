//! What of a URL goes over the wire (RFC 9110 section 4.2, 7.1 and 7.2; RFC 9112 section 3.2), and
//! which methods and headers may.

use std::fmt::Write as _;

use http::{HeaderName, HeaderValue, Method, Uri};
use netspeak_core::{Host, Secret, Target, Transport, percent_decode};
use url::{Position, Url};

use crate::field::trim;
use crate::{Error, Result};

/// The form of a request's target (RFC 9112 section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetForm {
    /// `/path?query`: to the origin itself.
    Origin,
    /// `http://host/path?query`: to a proxy.
    Absolute,
    /// `host:port`: for CONNECT.
    Authority,
    /// `*`: for OPTIONS of the server as a whole.
    Asterisk,
}

/// The URL of a target: with its host in ASCII (IDNA), without user data, fragment kept.
///
/// The zone of an IPv6 address means something on this machine only: it stays in the target, where a
/// connector finds it, and is never sent.
///
/// ```
/// let target = "http://ops:secret@H.example:80/a/../b#part".parse()?;
/// let url = netspeak_http::uri::url(&target)?;
/// assert_eq!(url.as_str(), "http://h.example/b#part");
/// # netspeak_http::Result::<()>::Ok(())
/// ```
///
/// # Errors
/// [`Error::Usage`] for another scheme than `http` and `https`, or what cannot stand in a URL.
/// Reading the target refuses control characters, blanks, bad ports and missing hosts before.
pub fn url(target: &Target) -> Result<Url> {
    let scheme = match target.scheme() {
        Some(scheme @ ("http" | "https")) => scheme,
        Some(other) => {
            return Err(Error::usage(format!("{other} is not http or https")));
        }
        None => return Err(Error::usage("the URL has no scheme: http or https")),
    };
    // Written into one string: this stands in the loop of whoever fetches many.
    let mut text = String::with_capacity(64);
    text.push_str(scheme);
    text.push_str("://");
    let written = match target.host() {
        Host::Any => return Err(Error::usage("the URL has no host")),
        Host::V6(ip, _) => write!(text, "[{ip}]"),
        Host::Name(name) => text.write_str(name),
        host => write!(text, "{host}"),
    };
    let port = target.port().map(|port| port.number(Transport::Tcp));
    let written = match port.transpose()? {
        Some(port) => written.and_then(|()| write!(text, ":{port}")),
        None => written,
    };
    written.map_err(|_| Error::usage("the URL's host cannot be written"))?;
    text.push_str(target.path());
    Url::parse(&text).map_err(|error| Error::usage(format!("not a URL: {error}")))
}

/// A URL that means to everybody what it says, so that reading it once is enough: a host of plain letters, digits and
/// dots, maybe a port, no user, nothing that would have to be encoded. Most are like that.
#[cfg(feature = "net")]
pub(crate) fn plain(text: &str) -> Option<Url> {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b':');
    let is_shown = |byte: u8| matches!(byte, b'!'..=b'~') && byte != b'\\';
    if !authority.bytes().all(is_plain) || !text.bytes().all(is_shown) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let host = authority.split(':').next()?;
    (url.host_str() == Some(host)).then_some(url)
}

/// Takes user and password off a URL, decoded. A user without a password has an empty one.
///
/// # Errors
/// [`Error::Usage`] if they are not UTF-8, or hold CR, LF or NUL.
pub fn take_login(url: &mut Url) -> Result<Option<(String, Secret)>> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    let user = percent_decode("user", url.username())?;
    let password = Secret::from(percent_decode(
        "password",
        url.password().unwrap_or_default(),
    )?);
    // They fail for URLs without a host only, which have no user data either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok(Some((user, password)))
}

/// A request's target in one of its forms: never with user data, never with a fragment.
pub fn request_target(url: &Url, form: TargetForm) -> String {
    match form {
        TargetForm::Origin => part(url, Position::BeforePath, Position::AfterQuery).to_owned(),
        TargetForm::Absolute => format!(
            "{}://{}{}",
            url.scheme(),
            authority(url),
            part(url, Position::BeforePath, Position::AfterQuery)
        ),
        TargetForm::Authority => format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default()
        ),
        TargetForm::Asterisk => "*".to_owned(),
    }
}

/// The absolute form as what `hyper` takes.
///
/// # Errors
/// [`Error::Usage`] if it is longer than 65,534 bytes.
pub fn http_uri(url: &Url) -> Result<Uri> {
    let text = match (url.username(), url.password()) {
        ("", None) => part(url, Position::BeforeScheme, Position::AfterQuery).to_owned(),
        _ => request_target(url, TargetForm::Absolute),
    };
    Uri::try_from(text).map_err(|error| Error::usage(format!("the URL cannot be sent: {error}")))
}

/// The value of Host (RFC 9110 section 7.2): an IPv6 address in brackets, the port if it is not the
/// scheme's own.
///
/// # Errors
/// [`Error::Usage`] if the URL has no host.
pub fn host(url: &Url) -> Result<HeaderValue> {
    match url.host_str() {
        Some(host) if !host.is_empty() => HeaderValue::from_str(authority(url))
            .map_err(|_| Error::usage("the URL's host cannot be sent")),
        _ => Err(Error::usage("the URL has no host")),
    }
}

/// A method: one token (RFC 9110 section 9.1), in letters as given.
///
/// # Errors
/// [`Error::Usage`] if it is none.
pub fn method(name: &str) -> Result<Method> {
    Method::from_bytes(name.as_bytes())
        .map_err(|_| Error::usage(format!("{name:?} is not a method")))
}

/// A header: a token, and a value without CR, LF, NUL and other control characters, tabs apart
/// (RFC 9110 section 5). Blanks around the value are taken off.
///
/// # Errors
/// [`Error::Usage`] if it is none. The value is not told: it may be a secret.
pub fn header(name: &str, value: &[u8]) -> Result<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Error::usage(format!("{name:?} is not the name of a header")))?;
    let value = HeaderValue::from_bytes(trim(value))
        .map_err(|_| Error::usage(format!("the value of {name} has control characters")))?;
    Ok((name, value))
}

fn authority(url: &Url) -> &str {
    part(url, Position::BeforeHost, Position::AfterPort)
}

/// The positions are always within their URL and in order.
fn part(url: &Url, from: Position, to: Position) -> &str {
    &url[from..to]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Url> {
        url(&text.parse()?)
    }

    #[test]
    fn every_case_is_sent_as_is_right() {
        for row in cases::rows(include_str!("../tests/cases/urls.jsonl")) {
            let found = parse(row.text());
            let is_right = row.allows(|right| match &found {
                Ok(url) => {
                    right["target"] == request_target(url, TargetForm::Origin)
                        && right["host"] == host(url).unwrap().to_str().unwrap()
                }
                Err(_) => right.get("error").is_some(),
            });
            assert!(is_right, "{}: {found:?}", row.id);
        }
    }

    #[cfg(feature = "net")]
    #[test]
    fn plain_urls_are_read_as_all_others_are() {
        for text in [
            "http://h.test",
            "https://a-b.test:8443/x?y=%20#z",
            "http://127.0.0.1:80/",
            "http://h.test/a|b\"c",
        ] {
            assert_eq!(plain(text), Some(parse(text).unwrap()), "{text}");
        }
        for text in [
            "http://H.test/",
            "http://u@h.test/",
            "http://127.1/",
            "http://2130706433/",
            "http://[::1]/",
            "http://h.test/a b",
            "http://h.test\\a",
            "http://h.test/\u{fc}",
            "http://h.test:x/",
            "http://",
            "ftp://h.test/",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn a_url_has_its_forms() {
        use TargetForm::{Absolute, Asterisk, Authority, Origin};
        for (text, origin, absolute, authority, host_value) in [
            (
                "https://h.test",
                "/",
                "https://h.test/",
                "h.test:443",
                "h.test",
            ),
            (
                "http://u:p@h.test:8080/a?b#c",
                "/a?b",
                "http://h.test:8080/a?b",
                "h.test:8080",
                "h.test:8080",
            ),
            (
                "https://h.test:443/%7Ea",
                "/%7Ea",
                "https://h.test/%7Ea",
                "h.test:443",
                "h.test",
            ),
            (
                "http://[fe80::1%25eth0]:81/",
                "/",
                "http://[fe80::1]:81/",
                "[fe80::1]:81",
                "[fe80::1]:81",
            ),
            (
                "http://2130706433/",
                "/",
                "http://127.0.0.1/",
                "127.0.0.1:80",
                "127.0.0.1",
            ),
        ] {
            let url = parse(text).unwrap();
            assert_eq!(request_target(&url, Origin), origin, "{text}");
            assert_eq!(request_target(&url, Absolute), absolute, "{text}");
            assert_eq!(request_target(&url, Authority), authority, "{text}");
            assert_eq!(request_target(&url, Asterisk), "*", "{text}");
            assert_eq!(host(&url).unwrap(), host_value, "{text}");
            assert_eq!(http_uri(&url).unwrap().to_string(), absolute, "{text}");
        }
    }

    #[cfg(feature = "idn")]
    #[test]
    fn a_name_that_is_not_ascii_is_sent_as_its_a_labels() {
        let url = parse("http://Bücher.example/ü").unwrap();
        assert_eq!(host(&url).unwrap(), "xn--bcher-kva.example");
        assert_eq!(request_target(&url, TargetForm::Origin), "/%C3%BC");
    }

    #[test]
    fn other_schemes_and_missing_hosts_are_refused() {
        for text in [
            "ftp://h.test/",
            "h.test:80",
            "http://",
            "http:///x",
            "http:x",
            "file:///etc/passwd",
            "http://h.test:0x50/",
            "http://a b/",
            "http://h.test/\tx",
            "http://<h>/",
        ] {
            assert!(matches!(parse(text), Err(Error::Usage { .. })), "{text:?}");
        }
    }

    #[test]
    fn user_data_is_taken_off_and_decoded() {
        let mut url = Url::parse("http://a%40b:c%3Ad@h.test/x").unwrap();
        let (user, password) = take_login(&mut url).unwrap().unwrap();
        assert_eq!((user.as_str(), password.expose().as_str()), ("a@b", "c:d"));
        assert_eq!(url.as_str(), "http://h.test/x");
        assert!(take_login(&mut url).unwrap().is_none());
        let kept = Url::parse("http://u:marker@h.test/x").unwrap();
        for form in [
            TargetForm::Absolute,
            TargetForm::Authority,
            TargetForm::Origin,
        ] {
            assert!(!request_target(&kept, form).contains("marker"));
        }
        assert_eq!(host(&kept).unwrap(), "h.test");
        for bad in [
            "http://a%0d%0ab@h.test/",
            "http://a:b%00@h.test/",
            "http://%ff@h.test/",
        ] {
            assert!(take_login(&mut Url::parse(bad).unwrap()).is_err(), "{bad}");
        }
    }

    #[test]
    fn methods_and_headers_cannot_split_a_request() {
        assert_eq!(method("PROPFIND").unwrap().as_str(), "PROPFIND");
        for bad in ["", "GE T", "GET\r\n", "GET\0", "GÉT", "a:b"] {
            assert!(method(bad).is_err(), "{bad:?}");
        }
        let (name, value) = header("X-A", b" caf\xe9\t ").unwrap();
        assert_eq!((name.as_str(), value.as_bytes()), ("x-a", &b"caf\xe9"[..]));
        for (name, value) in [
            ("", "v"),
            ("a b", "v"),
            ("a:", "v"),
            ("a\r\nb", "v"),
            ("é", "v"),
            ("a", "v\r\nb: c"),
            ("a", "v\nb"),
            ("a", "v\0"),
            ("a", "v\x7f"),
        ] {
            let error = header(name, value.as_bytes()).unwrap_err();
            assert!(matches!(error, Error::Usage { .. }), "{name:?} {value:?}");
        }
        let error = header("a", b"marker\n").unwrap_err();
        assert!(!error.to_string().contains("marker"));
    }

    proptest! {
        #[test]
        fn what_is_sent_has_no_blanks_and_no_fragment(text in "https?://(\\PC{0,9}:MARKER@)?\\PC{1,20}") {
            if let Ok(url) = parse(&text) {
                for form in [TargetForm::Origin, TargetForm::Absolute, TargetForm::Authority] {
                    let sent = request_target(&url, form);
                    prop_assert!(sent.bytes().all(|byte| byte.is_ascii_graphic()));
                    prop_assert!(!sent.contains('#'));
                }
                prop_assert!(host(&url).is_ok());
            }
        }
    }
}
