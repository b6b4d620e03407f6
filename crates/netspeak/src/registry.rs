//! The protocols that are switched on: the one list that names them.

#[cfg(feature = "open")]
use std::pin::Pin;

#[cfg(feature = "open")]
use netspeak_core::open::{OpenError, OpenOptions, Opened};
use netspeak_core::protocol::Protocol;
use netspeak_core::{Error, Result, Scheme, Target, Transport};

/// Every protocol that is switched on.
pub const PROTOCOLS: &[&Protocol] = &[
    #[cfg(feature = "ftp")]
    &netspeak_ftp::PROTOCOL,
    #[cfg(feature = "gopher")]
    &netspeak_gopher::PROTOCOL,
    #[cfg(feature = "telnet")]
    &netspeak_telnet::PROTOCOL,
    #[cfg(feature = "http")]
    &netspeak_http::PROTOCOL,
    #[cfg(feature = "nntp")]
    &netspeak_nntp::PROTOCOL,
    #[cfg(feature = "imap")]
    &netspeak_imap::PROTOCOL,
    #[cfg(feature = "pop3")]
    &netspeak_pop3::PROTOCOL,
    #[cfg(feature = "smtp")]
    &netspeak_smtp::PROTOCOL,
    #[cfg(feature = "xmlrpc")]
    &netspeak_xmlrpc::PROTOCOL,
];

#[cfg(feature = "open")]
/// How a protocol opens a URL of its own.
pub(crate) type Open = for<'a> fn(&'a Target, &'a OpenOptions) -> BeingOpened<'a>;

#[cfg(feature = "open")]
/// A URL being opened.
pub(crate) type BeingOpened<'a> =
    Pin<Box<dyn Future<Output = std::result::Result<Opened, OpenError>> + Send + 'a>>;

#[cfg(feature = "open")]
/// The protocols whose URLs can be opened: those whose URLs name something to be read.
pub(crate) const OPENERS: &[(&str, Open)] = &[
    #[cfg(feature = "ftp")]
    ("ftp", |target, options| {
        Box::pin(netspeak_ftp::open(target, options))
    }),
    #[cfg(feature = "gopher")]
    ("gopher", |target, options| {
        Box::pin(netspeak_gopher::open(target, options))
    }),
    #[cfg(feature = "http")]
    ("http", |target, options| {
        Box::pin(netspeak_http::open(target, options))
    }),
    #[cfg(feature = "imap")]
    ("imap", |target, options| {
        Box::pin(netspeak_imap::open(target, options))
    }),
    #[cfg(feature = "nntp")]
    ("nntp", |target, options| {
        Box::pin(netspeak_nntp::open(target, options))
    }),
    #[cfg(feature = "pop3")]
    ("pop3", |target, options| {
        Box::pin(netspeak_pop3::open(target, options))
    }),
];

/// The protocol of a URL's scheme.
pub fn by_scheme(name: &str) -> Option<&'static Protocol> {
    PROTOCOLS
        .iter()
        .copied()
        .find(|protocol| protocol.scheme(name).is_some())
}

/// The protocol, and its scheme, whose well-known port this is.
pub fn by_port(port: u16) -> Option<(&'static Protocol, &'static Scheme)> {
    PROTOCOLS.iter().find_map(|protocol| {
        let scheme = protocol
            .rules
            .schemes
            .iter()
            .find(|scheme| scheme.port == port)?;
        Some((*protocol, scheme))
    })
}

/// The protocol that greets like this.
pub fn by_greeting(line: &[u8]) -> Option<&'static Protocol> {
    PROTOCOLS
        .iter()
        .copied()
        .find(|protocol| protocol.greets_with.is_some_and(|greets| greets(line)))
}

/// The protocol of a target, and the target with its scheme spelt out: `host:995` becomes
/// `pop3s://host:995`. `None` if only a greeting can tell: there is no scheme, and the port is
/// nobody's own.
///
/// # Errors
/// [`Error::Usage`] for a scheme that no protocol here has, and for a host without scheme and port.
pub fn resolve(target: &Target) -> Result<Option<(&'static Protocol, Target)>> {
    if let Some(name) = target.scheme() {
        let protocol = by_scheme(name).ok_or_else(|| {
            Error::usage(format!(
                "{name}:// is not supported; there are {}",
                schemes()
            ))
        })?;
        return Ok(Some((protocol, target.clone())));
    }
    let Some(port) = target.port() else {
        let host = target.host();
        return Err(Error::usage(format!(
            "{host} names no protocol: write a URL, or {host}:PORT"
        )));
    };
    let spelt_out =
        |(protocol, scheme): (_, &Scheme)| (protocol, target.clone().with_scheme(scheme.name));
    Ok(by_port(port.number(Transport::Tcp)?).map(spelt_out))
}

/// The schemes of all protocols, for people.
fn schemes() -> String {
    let names = PROTOCOLS.iter().flat_map(|protocol| protocol.rules.schemes);
    names
        .map(|scheme| scheme.name)
        .collect::<Vec<_>>()
        .join(", ")
}
