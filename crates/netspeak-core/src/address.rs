//! [`Host`], [`Port`] and [`Endpoint`]: the ways in which people write an address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::error::{Error, Result};

mod ascii;
mod service;

pub use service::{Transport, service_port};

/// A host as people write it.
///
/// A name that is not ASCII needs the feature `idn`; without it, it is refused, and its A-labels
/// (`xn--...`) are taken.
///
/// ```
/// use netspeak_core::Host;
///
/// # fn main() -> netspeak_core::Result<()> {
/// # #[cfg(feature = "idn")]
/// assert_eq!("Bücher.example".parse::<Host>()?, Host::Name("xn--bcher-kva.example".into()));
/// assert_eq!("2130706433".parse::<Host>()?.to_string(), "127.0.0.1");
/// assert_eq!("<broadcast>".parse::<Host>()?.to_string(), "255.255.255.255");
/// assert_eq!("".parse::<Host>()?, Host::Any);
/// assert_eq!("[fe80::1%eth0]".parse::<Host>()?.to_string(), "fe80::1%eth0");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Host {
    /// A name, in its ASCII form (IDNA, RFC 5891), lower case.
    Name(String),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address, with a zone (an interface's name or number, RFC 4007) where one was given.
    V6(Ipv6Addr, Option<String>),
    /// Any address of this machine: what `""` means when binding.
    Any,
}

impl Host {
    /// The address, if the host is one. [`Host::Any`] has none: it depends on the family.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::V4(ip) => Some(IpAddr::V4(*ip)),
            Self::V6(ip, _) => Some(IpAddr::V6(*ip)),
            Self::Name(_) | Self::Any => None,
        }
    }

    /// The name, if the host is one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

impl FromStr for Host {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
        if let Some(inside) = bare {
            return parse_v6(inside).ok_or_else(|| bad_host(text, "not an IPv6 address"));
        }
        if text.is_empty() {
            return Ok(Self::Any);
        }
        if text == "<broadcast>" {
            return Ok(Self::V4(Ipv4Addr::BROADCAST));
        }
        if text.contains(':') {
            return parse_v6(text).ok_or_else(|| bad_host(text, "not an IPv6 address"));
        }
        if let Ok(ip) = text.parse() {
            return Ok(Self::V4(ip));
        }
        if text.bytes().all(|b| b.is_ascii_digit()) {
            let number: u32 = text
                .parse()
                .map_err(|_| bad_host(text, "greater than the last IPv4 address"))?;
            return Ok(Self::V4(Ipv4Addr::from(number)));
        }
        parse_name(text)
    }
}

/// `fe80::1`, `fe80::1%eth0`. A zone may be a number, so that `%25` stands for itself here; what it is in a URL
/// (RFC 6874) is that one's business.
fn parse_v6(text: &str) -> Option<Host> {
    let (address, zone) = match text.split_once('%') {
        None => (text, None),
        Some((address, zone)) => (address, Some(zone)),
    };
    let is_zone = |z: &str| {
        !z.is_empty()
            && z.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b))
    };
    if zone.is_some_and(|zone| !is_zone(zone)) {
        return None;
    }
    Some(Host::V6(address.parse().ok()?, zone.map(str::to_owned)))
}

fn parse_name(text: &str) -> Result<Host> {
    let name = ascii::to_ascii(text).map_err(|why| bad_host(text, why))?;
    let labels_fit = name
        .trim_end_matches('.')
        .split('.')
        .all(|l| (1..=63).contains(&l.len()));
    if !labels_fit || name.len() > 254 {
        return Err(bad_host(
            text,
            "not a host name: a part is empty or too long",
        ));
    }
    // What looks like an IPv4 address but is not one (1.2.3, 0x7f.1) must not reach a resolver
    // that would read it as one.
    let last = name
        .trim_end_matches('.')
        .rsplit('.')
        .next()
        .unwrap_or_default();
    if last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") {
        return Err(bad_host(text, "neither a host name nor an IPv4 address"));
    }
    Ok(Host::Name(name))
}

fn bad_host(text: &str, why: &str) -> Error {
    Error::usage(format!(
        "host {:?}: {why}",
        crate::text::excerpt(text.as_bytes())
    ))
}

impl From<IpAddr> for Host {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(ip) => Self::V4(ip),
            IpAddr::V6(ip) => Self::V6(ip, None),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::V4(ip) => ip.fmt(f),
            Self::V6(ip, None) => ip.fmt(f),
            Self::V6(ip, Some(zone)) => write!(f, "{ip}%{zone}"),
            Self::Any => Ok(()),
        }
    }
}

/// A port as people write it: a number, digits, or a service's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Port {
    /// A number.
    Number(u16),
    /// A service's name, looked up when the transport is known.
    Service(String),
}

impl Port {
    /// The number, looking a service name up.
    ///
    /// # Errors
    /// [`Error::Usage`] if no such service is known for this transport.
    pub fn number(&self, transport: Transport) -> Result<u16> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Service(name) => service_port(name, transport).ok_or_else(|| {
                Error::usage(format!("no {transport} service named {name:?} is known"))
            }),
        }
    }
}

impl From<u16> for Port {
    fn from(number: u16) -> Self {
        Self::Number(number)
    }
}

impl FromStr for Port {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            let number = text
                .parse()
                .map_err(|_| Error::usage(format!("port {text}: greater than 65535")))?;
            return Ok(Self::Number(number));
        }
        let is_service = |b: u8| b.is_ascii_alphanumeric() || b"-_.+".contains(&b);
        if text.is_empty() || !text.bytes().all(is_service) {
            let shown = crate::text::excerpt(text.as_bytes());
            return Err(Error::usage(format!(
                "port {shown:?}: neither a number nor a service"
            )));
        }
        Ok(Self::Service(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Service(name) => f.write_str(name),
        }
    }
}

/// A host and a port number: where to connect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The host.
    pub host: Host,
    /// The port.
    pub port: u16,
}

impl Endpoint {
    /// From its parts.
    pub fn new(host: Host, port: u16) -> Self {
        Self { host, port }
    }
}

impl FromStr for Endpoint {
    type Err = Error;

    /// Reads `host:port`; the port may be a TCP service's name.
    fn from_str(text: &str) -> Result<Self> {
        let (host, port) = split_host_port(text)?;
        let port: Port = port
            .ok_or_else(|| Error::usage(format!("{text:?} has no port")))?
            .parse()?;
        Ok(Self {
            host: host.parse()?,
            port: port.number(Transport::Tcp)?,
        })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            host @ Host::V6(..) => write!(f, "[{host}]:{}", self.port),
            host => write!(f, "{host}:{}", self.port),
        }
    }
}

/// Splits `host`, `host:port`, `[v6]:port` and a bare IPv6 address.
pub(crate) fn split_host_port(text: &str) -> Result<(&str, Option<&str>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (inside, after) = rest
            .split_once(']')
            .ok_or_else(|| bad_host(text, "the closing bracket is missing"))?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((inside, Some(port))),
            None if after.is_empty() => Ok((inside, None)),
            None => Err(bad_host(
                text,
                "there is text between the bracket and the port",
            )),
        };
    }
    match text.split_once(':') {
        None => Ok((text, None)),
        // More than one colon without brackets: an IPv6 address without a port.
        Some((_, rest)) if rest.contains(':') => Ok((text, None)),
        Some((host, port)) => Ok((host, Some(port))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_as_people_write_them() {
        let cases = [
            ("localhost", "localhost"),
            ("MAIL.Example.ORG", "mail.example.org"),
            ("mail.example.org.", "mail.example.org."),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("192.0.2.1", "192.0.2.1"),
            ("3221225985", "192.0.2.1"),
            ("0", "0.0.0.0"),
            ("::1", "::1"),
            ("[::1]", "::1"),
            ("fe80::1%eth0", "fe80::1%eth0"),
            ("[fe80::1%25]", "fe80::1%25"),
            ("<broadcast>", "255.255.255.255"),
            ("", ""),
            ("_sip._tcp.example.org", "_sip._tcp.example.org"),
        ];
        for (text, shown) in cases {
            assert_eq!(text.parse::<Host>().unwrap().to_string(), shown, "{text}");
        }
    }

    #[test]
    #[cfg(feature = "idn")]
    fn names_that_are_not_ascii() {
        for (text, shown) in [
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("straße.example", "xn--strae-oqa.example"),
            ("mail。example", "mail.example"),
        ] {
            assert_eq!(text.parse::<Host>().unwrap().to_string(), shown, "{text}");
        }
        // An A-label that decodes to nothing.
        assert!("xn--a".parse::<Host>().is_err());
    }

    #[test]
    #[cfg(not(feature = "idn"))]
    fn names_that_are_not_ascii_need_a_feature() {
        for text in ["bücher.example", "mail。example", "１.2.3.4"] {
            let error = text.parse::<Host>().unwrap_err();
            assert!(matches!(error, Error::Usage { .. }), "{error:?}");
            assert!(error.to_string().contains("the feature idn"), "{error}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        let bad = [
            "a b",
            "a\r\nb",
            "a\0b",
            "4294967296",
            "1.2.3",
            "0x7f.1",
            "1.2.3.256",
            "a..b",
            "-",
            "[::1",
            "[::1%]",
            "::1%a b",
            "::g",
            "a/b",
            "user@host",
            "a:b:c",
        ];
        for text in bad {
            // A lone hyphen is odd but harmless; everything else must fail.
            if text == "-" {
                continue;
            }
            assert!(text.parse::<Host>().is_err(), "{text:?} was taken");
        }
        let long = "a".repeat(64) + ".example";
        assert!(long.parse::<Host>().is_err());
    }

    #[test]
    fn endpoints() {
        for (text, shown) in [
            ("localhost:110", "localhost:110"),
            ("[::1]:995", "[::1]:995"),
            ("mail.example.org:pop3s", "mail.example.org:995"),
        ] {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), shown);
        }
        for bad in [
            "localhost",
            "localhost:",
            "localhost:70000",
            "localhost:+1",
            "[::1]110",
            "h:-1",
        ] {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }
}
