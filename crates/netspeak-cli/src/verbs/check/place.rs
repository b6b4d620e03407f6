//! Where a check goes: `PROTO` with `-H`, or a URL.

use std::path::PathBuf;

use netspeak::core::protocol::Protocol;
use netspeak::core::{Error, Host, Result, Scheme, Target, Tls};
use netspeak::registry;

use crate::args::CheckArgs;

/// The target, and the Unix socket if it is one.
pub(super) fn of(args: &CheckArgs) -> Result<(Target, Option<PathBuf>)> {
    let named = named(&args.what);
    match (named, &args.host) {
        (Some((_, scheme)), Some(host)) if host.starts_with('/') => {
            let target = Target::new(scheme.name, Host::Name("localhost".to_owned()), args.port);
            Ok((at_once(target, args)?, Some(PathBuf::from(host))))
        }
        (Some((_, scheme)), Some(host)) => {
            let host: Host = host.parse()?;
            if host == Host::Any {
                return Err(Error::usage("-H names no host"));
            }
            let target = Target::new(scheme.name, host, args.port);
            Ok((at_once(target, args)?, None))
        }
        (Some(_), None) => Err(Error::usage(format!(
            "{} needs -H HOST; or write a URL",
            args.what
        ))),
        (None, Some(_)) => Err(Error::usage(match args.what.contains(':') {
            true => "-H and -p go with a protocol's name; a URL has its own host".to_owned(),
            false => format!(
                "{} is not a protocol known here; there are {}",
                args.what,
                names()
            ),
        })),
        (None, None) => {
            if args.port.is_some() {
                return Err(Error::usage("-p goes with -H; a URL has its own port"));
            }
            let target: Target = args.what.parse()?;
            let (_, target) = registry::resolve(&target)?.ok_or_else(|| {
                Error::usage("the port does not tell the protocol: write the scheme")
            })?;
            Ok((at_once(target, args)?, None))
        }
    }
}

/// The protocol or scheme of this name.
fn named(word: &str) -> Option<(&'static Protocol, &'static Scheme)> {
    let word = word.to_ascii_lowercase();
    if let Some(protocol) = registry::by_scheme(&word) {
        return protocol.scheme(&word).map(|scheme| (protocol, scheme));
    }
    let mut protocols = registry::PROTOCOLS.iter();
    let protocol = protocols.find(|protocol| protocol.name == word)?;
    let scheme = protocol.rules.schemes.first()?;
    Some((*protocol, scheme))
}

/// What a line about it begins with, when no more is known than what was typed.
pub(super) fn name(what: &str) -> String {
    let word = what.split("://").next().unwrap_or_default();
    let protocol = named(word).map(|(protocol, _)| protocol.name);
    protocol.unwrap_or("check").to_ascii_uppercase()
}

fn names() -> String {
    let names = registry::PROTOCOLS.iter().map(|protocol| protocol.name);
    names.collect::<Vec<_>>().join(", ")
}

/// The same with TLS from the first byte, if that was asked for.
fn at_once(target: Target, args: &CheckArgs) -> Result<Target> {
    let found = target.scheme().and_then(named);
    let (protocol, scheme) = found.ok_or_else(|| Error::usage("the target has no scheme"))?;
    if args.tls_at_once && scheme.tls != Tls::Implicit {
        let other = encrypted(protocol, scheme).ok_or_else(|| {
            Error::usage(format!(
                "{} has no form with TLS from the first byte",
                scheme.name
            ))
        })?;
        return Ok(target.with_scheme(other.name));
    }
    Ok(target)
}

/// The scheme that is this one with TLS from the first byte: `imaps` for `imap`, `pop3s` for `pop`, `nntps` for
/// `news`, none for `lmtp`.
fn encrypted(protocol: &Protocol, plain: &Scheme) -> Option<&'static Scheme> {
    let schemes = protocol.rules.schemes;
    let with_s = |name: &str| {
        let longer = format!("{name}s");
        let mut implicit = schemes.iter().filter(|scheme| scheme.tls == Tls::Implicit);
        implicit.find(|scheme| scheme.name == longer)
    };
    // Another name of the same thing has the same port.
    let mut same = schemes
        .iter()
        .filter(|scheme| scheme.port == plain.port && scheme.tls == plain.tls);
    with_s(plain.name).or_else(|| same.find_map(|scheme| with_s(scheme.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encrypted_form_of_every_scheme() {
        for (plain, expected) in [
            ("imap", Some("imaps")),
            ("pop3", Some("pop3s")),
            ("pop", Some("pop3s")),
            ("news", Some("nntps")),
            ("smtp", Some("smtps")),
            ("submission", Some("submissions")),
            ("lmtp", None),
            ("http", Some("https")),
            ("xmlrpc+http", Some("xmlrpc+https")),
            ("telnet", Some("telnets")),
            ("gopher", Some("gophers")),
            ("ftp", Some("ftps")),
        ] {
            let (protocol, scheme) = named(plain).unwrap();
            let found = encrypted(protocol, scheme).map(|scheme| scheme.name);
            assert_eq!(found, expected, "{plain}");
        }
    }

    #[test]
    fn every_protocol_is_known_by_its_name_and_its_schemes() {
        for protocol in registry::PROTOCOLS {
            assert!(named(protocol.name).is_some(), "{}", protocol.name);
            for scheme in protocol.rules.schemes {
                let (found, of) = named(&scheme.name.to_uppercase()).unwrap();
                assert_eq!((found.name, of.name), (protocol.name, scheme.name));
            }
        }
        assert!(named("http://h").is_none() && named("").is_none());
    }
}
