//! [`Target`]: what a user names, a URL or `host:port`.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::address::{Host, Port, Transport, split_host_port};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A URL (RFC 3986) or `host:port`.
///
/// The host is parsed by [`Host`]'s rules, so that `imap://[fe80::1%25eth0]`, `imap://2130706433`
/// and, with the feature `idn`, `imap://bücher.example` mean what people expect. User and password
/// are percent-decoded; the path is kept as written, for the protocol to split and decode. `Display`
/// and `Debug` never show the password.
///
/// ```
/// use netspeak_core::Target;
///
/// # fn main() -> netspeak_core::Result<()> {
/// let target: Target = "pop3://ops%40site:s3cret@mail.example.org:1110/7".parse()?;
/// assert_eq!(target.scheme(), Some("pop3"));
/// assert_eq!(target.user(), Some("ops@site"));
/// assert_eq!(target.path(), "/7");
/// assert_eq!(target.to_string(), "pop3://ops%40site@mail.example.org:1110/7");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    scheme: Option<String>,
    user: Option<String>,
    password: Option<Secret>,
    mechanism: Option<String>,
    host: Host,
    port: Option<Port>,
    path: String,
}

/// What may stand unescaped in the user part of a URL.
const USER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Target {
    /// A target without user or path.
    pub fn new(scheme: &str, host: Host, port: Option<u16>) -> Self {
        Self {
            scheme: Some(scheme.to_ascii_lowercase()),
            user: None,
            password: None,
            mechanism: None,
            host,
            port: port.map(Port::Number),
            path: String::new(),
        }
    }

    /// The scheme, lower case; `None` for `host:port`.
    pub fn scheme(&self) -> Option<&str> {
        self.scheme.as_deref()
    }

    /// The user name, decoded.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The password, decoded.
    pub fn password(&self) -> Option<&Secret> {
        self.password.as_ref()
    }

    /// The mechanism of `user;AUTH=mechanism` (RFC 2384, RFC 5092); `*` means any.
    pub fn mechanism(&self) -> Option<&str> {
        self.mechanism.as_deref()
    }

    /// The host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port, if one is given.
    pub fn port(&self) -> Option<&Port> {
        self.port.as_ref()
    }

    /// Path, query and fragment, as written; empty or beginning with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same target under another scheme.
    #[must_use]
    pub fn with_scheme(mut self, scheme: &str) -> Self {
        self.scheme = Some(scheme.to_ascii_lowercase());
        self
    }

    /// The same target with another port.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = Some(Port::Number(port));
        self
    }

    /// The same target with another path.
    #[must_use]
    pub fn with_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// The same target with a user and a password instead of those of the URL.
    #[must_use]
    pub fn with_login(mut self, user: Option<String>, password: Option<Secret>) -> Self {
        self.user = user;
        self.password = password;
        self
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text
            .split_once(' ')
            .is_some_and(|(_, rest)| rest.contains('@'))
        {
            return Err(cut_password());
        }
        if let Some(bad) = text.chars().find(|c| c.is_control() || *c == ' ') {
            return Err(Error::usage(format!(
                "the URL contains {bad:?}: write it percent-encoded (%{:02X})",
                u32::from(bad)
            )));
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(parse_scheme(scheme)?), rest),
            None => (None, text),
        };
        let path_at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_at);
        refuse_cut_password(authority, path)?;
        let (user_info, host_port) = match authority.rsplit_once('@') {
            Some((user_info, host_port)) => (Some(user_info), host_port),
            None => (None, authority),
        };
        let (host, port) = split_host_port(host_port)?;
        let host = match &scheme {
            Some(_) => host_in_url(host)?,
            None => host.parse()?,
        };
        if host == Host::Any {
            return Err(Error::usage("the URL has no host"));
        }
        let port = port.filter(|p| !p.is_empty()).map(str::parse).transpose()?;
        let mut target = Self {
            scheme,
            user: None,
            password: None,
            mechanism: None,
            host,
            port,
            path: path.to_owned(),
        };
        if let Some(user_info) = user_info {
            target.read_user_info(user_info)?;
        }
        Ok(target)
    }
}

impl Target {
    fn read_user_info(&mut self, text: &str) -> Result<()> {
        let (user, password) = match text.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (text, None),
        };
        let auth_at = user.to_ascii_uppercase().find(";AUTH=");
        let (user, mechanism) = match auth_at {
            Some(at) => (
                user.get(..at).unwrap_or_default(),
                user.get(at + ";AUTH=".len()..),
            ),
            None => (user, None),
        };
        self.user = Some(decode("user name", user)?).filter(|user| !user.is_empty());
        self.password = password
            .map(|p| decode("password", p))
            .transpose()?
            .map(Secret::new);
        self.mechanism = mechanism.map(|m| decode("mechanism", m)).transpose()?;
        Ok(())
    }
}

/// A password with a raw `/`, `?` or `#` ends the authority before its `@`: its first half then stands where
/// the port does, and the user where the host does. Nothing of that is shown, or looked up. An `@` that
/// belongs to a path stands behind a host that has no port, or a real one.
fn refuse_cut_password(authority: &str, path: &str) -> Result<()> {
    if authority.contains('@') || !path.contains('@') {
        return Ok(());
    }
    let is_plausible = match split_host_port(authority) {
        Ok((_, None)) => !authority.contains(':') || authority.parse::<Host>().is_ok(),
        Ok((_, Some(port))) => port
            .parse::<Port>()
            .is_ok_and(|port| port.number(Transport::Tcp).is_ok()),
        Err(_) => false,
    };
    if is_plausible {
        return Ok(());
    }
    Err(cut_password())
}

fn cut_password() -> Error {
    Error::usage(
        "the password in the URL holds a character that cannot stand there: write %2F for /, %3F for ?, \
         %23 for # and %20 for a blank",
    )
}

/// A host as it stands in a URL, where the `%` before a zone is written `%25` (RFC 6874). A bare one is
/// taken as well.
fn host_in_url(text: &str) -> Result<Host> {
    match text.split_once("%25") {
        Some((address, zone)) if address.contains(':') => {
            format!("{address}%{}", decode("zone", zone)?).parse()
        }
        _ => text.parse(),
    }
}

fn parse_scheme(text: &str) -> Result<String> {
    let is_scheme = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if is_scheme {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Error::usage(format!(
            "{:?} is not a URL scheme",
            crate::text::excerpt(text.as_bytes())
        )))
    }
}

/// Percent-decodes one part of a URL.
///
/// # Errors
/// [`Error::Usage`] if the result is not UTF-8, or contains CR, LF or NUL.
pub fn decode(name: &str, text: &str) -> Result<String> {
    let decoded = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| Error::usage(format!("the {name} in the URL is not UTF-8")))?;
    crate::wire::check_text(&format!("the {name} in the URL"), decoded.as_bytes())?;
    Ok(decoded.into_owned())
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(scheme) = &self.scheme {
            write!(f, "{scheme}://")?;
        }
        if let Some(user) = &self.user {
            utf8_percent_encode(user, USER).fmt(f)?;
            if let Some(mechanism) = &self.mechanism {
                write!(f, ";AUTH={}", utf8_percent_encode(mechanism, USER))?;
            }
            f.write_str("@")?;
        } else if matches!(self.port, Some(Port::Service(_))) && self.path.contains('@') {
            // Or the port would be taken for a password.
            f.write_str("@")?;
        }
        match &self.host {
            Host::V6(ip, None) => write!(f, "[{ip}]")?,
            Host::V6(ip, Some(zone)) if self.scheme.is_none() => write!(f, "[{ip}%{zone}]")?,
            Host::V6(ip, Some(zone)) => write!(f, "[{ip}%25{zone}]")?,
            host => host.fmt(f)?,
        }
        if let Some(port) = &self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Target {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn urls_come_back_without_their_password() {
        for (text, shown) in [
            ("pop3://mail.example.org", "pop3://mail.example.org"),
            (
                "POP3://u:p@Mail.Example.org/1-5?x#y",
                "pop3://u@mail.example.org/1-5?x#y",
            ),
            (
                "imap://[::1]:1143/INBOX;UID=7",
                "imap://[::1]:1143/INBOX;UID=7",
            ),
            ("imap://[fe80::1%25eth0]/", "imap://[fe80::1%25eth0]/"),
            ("imap://2130706433", "imap://127.0.0.1"),
            ("localhost:110", "localhost:110"),
            ("pop3://u;AUTH=*@h:110", "pop3://u;AUTH=%2A@h:110"),
            ("pop3://a@b@h/", "pop3://a%40b@h/"),
            ("[fe80::1%251]:143", "[fe80::1%251]:143"),
            ("pop3://:p@h:weird/x@y", "pop3://@h:weird/x@y"),
        ] {
            assert_eq!(parse(text).to_string(), shown);
            assert_eq!(parse(shown).to_string(), shown);
            assert_eq!(parse(shown).host(), parse(text).host());
        }
        let secret = parse("pop3://u:marker%2Fpassword@h/");
        assert_eq!(secret.password().unwrap().expose(), "marker/password");
        assert!(!format!("{secret:?} {secret}").contains("marker"));
    }

    #[test]
    fn a_password_that_ends_the_authority_early_is_refused_and_not_shown() {
        for bad in [
            "pop3://ops:Marker/word@h/",
            "pop3://ops:Marker?word@h/",
            "pop3://ops:Marker#word@h/1",
            "pop3://ops:Mar:ker/word@h",
            "pop3://ops:99999/Marker@h",
            "pop3://ops:/Marker?word@h:x/",
            "pop3://[Marker:x/word@h",
            "ops:Marker/word@h:110",
            "pop3://ops:Mar ker@h/",
        ] {
            let error = bad.parse::<Target>().unwrap_err();
            let shown = format!("{error} {error:?}").to_lowercase();
            assert!(!shown.contains("mar") && !shown.contains("ker"), "{shown}");
            assert!(shown.contains("write %2f for /"), "{shown}");
        }
        for (good, host, path) in [
            ("nntp://h:119/<1@x>", "h", "/<1@x>"),
            ("nntp://h:nntp/1@x", "h", "/1@x"),
            ("nntp://h/1@x", "h", "/1@x"),
            ("nntp://[::1]:119/1@x", "::1", "/1@x"),
            ("nntp://[::1]/1@x", "::1", "/1@x"),
            ("nntp://u:p@h:119/1@x", "h", "/1@x"),
            ("nntp://u:p%2Fw@h/1@x", "h", "/1@x"),
        ] {
            let target = parse(good);
            assert_eq!(
                (target.host().to_string().as_str(), target.path()),
                (host, path)
            );
        }
    }

    #[test]
    fn zones_are_unescaped_in_urls_alone() {
        for (text, zone) in [
            ("imap://[fe80::1%25eth0]/", "eth0"),
            ("imap://[fe80::1%eth0]/", "eth0"),
            ("imap://[fe80::1%2525eth]/", "25eth"),
            ("imap://[fe80::1%25%65th0]:143", "eth0"),
            ("[fe80::1%25]:143", "25"),
            ("[fe80::1%251]:143", "251"),
        ] {
            let host: Host = parse(text).host().clone();
            assert_eq!(host.to_string(), format!("fe80::1%{zone}"), "{text}");
        }
        assert!("imap://[fe80::1%25a%2Fb]/".parse::<Target>().is_err());
    }

    #[test]
    fn what_could_split_a_command_is_refused() {
        for bad in [
            "pop3://u%0d%0aDELE 1@h/",
            "pop3://u%0d%0aDELE@h/",
            "pop3://u:p%0a@h/",
            "pop3://u:p%00@h/",
            "pop3://u%ff@h/",
            "pop3://h\r\n/",
            "pop3://",
            "pop3://:110/",
            "://h",
            "1pop://h",
            "pop3://h:99999",
            "pop3://[::1",
        ] {
            assert!(bad.parse::<Target>().is_err(), "{bad:?} was taken");
        }
    }
}
