//! [`CertFacts`]: what a certificate says, read also from one that is refused.

use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use self::der::{BOOLEAN, Item, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};
use crate::text::printable;

mod algorithm;
mod der;
mod name;
mod time;

#[cfg(test)]
mod tests;

/// What a certificate says. Text is printable; what could not be read is empty.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CertFacts {
    /// Whom it is for.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The names and addresses it is good for (subjectAltName).
    pub names: Vec<String>,
    /// Not valid before.
    pub not_before: Option<Timestamp>,
    /// Not valid after.
    pub not_after: Option<Timestamp>,
    /// SHA-256 of the whole certificate, in hex.
    pub sha256: String,
    /// SHA-256 of its public key (SPKI), in hex.
    pub spki_sha256: String,
    /// The kind and size of its key: `ec256`, `rsa2048`, `ed25519`.
    pub key: String,
    /// The signature algorithm: `ecdsa-sha256`, `rsa-sha256`, `ed25519`, or its OID.
    pub signature: String,
    /// The certificate itself.
    pub der: Vec<u8>,
}

impl CertFacts {
    /// Reads a certificate. Never fails: a part that cannot be read costs no other, and of what is
    /// no certificate little more than the hash is known.
    pub fn read(der: &[u8]) -> Self {
        let parts = Parts::of(der);
        let (not_before, not_after) = parts.validity.map(validity).unwrap_or_default();
        Self {
            subject: parts.subject.map(name::text).unwrap_or_default(),
            issuer: parts.issuer.map(name::text).unwrap_or_default(),
            names: parts.extensions.map(names).unwrap_or_default(),
            not_before,
            not_after,
            sha256: hex(&Sha256::digest(der)),
            spki_sha256: parts.key.map(|key| hex(&hash(key))).unwrap_or_default(),
            key: parts.key.and_then(algorithm::key).unwrap_or_default(),
            signature: parts
                .signature
                .and_then(algorithm::signature)
                .unwrap_or_default(),
            der: der.to_vec(),
        }
    }

    /// Whole days from `now` until it expires; negative once it has.
    pub fn days_left(&self, now: Timestamp) -> Option<i64> {
        let seconds = self.not_after?.as_second().checked_sub(now.as_second())?;
        Some(seconds.div_euclid(24 * 60 * 60))
    }
}

/// SHA-256 of the certificate's public key, if it can be found. In a certificate that rustls takes
/// it is the key that the handshake is verified with, so a pin may rely on it.
pub(crate) fn spki_sha256(der: &[u8]) -> Option<[u8; 32]> {
    Parts::of(der).key.map(hash)
}

/// Whether it names itself as its issuer.
pub(crate) fn is_self_issued(der: &[u8]) -> bool {
    let parts = Parts::of(der);
    let (subject, issuer) = (parts.subject, parts.issuer);
    subject.is_some() && subject.map(|name| name.whole) == issuer.map(|name| name.whole)
}

/// Whether it says of itself that it is no authority (basicConstraints).
pub(crate) fn is_no_authority(der: &[u8]) -> bool {
    let Some(extensions) = Parts::of(der).extensions else {
        return false;
    };
    let mut lists = extensions.items(EXTENSIONS);
    let constraints = lists.find_map(|list| {
        let mut extensions = list.items(SEQUENCE);
        extensions.find_map(|extension| value_of(extension, BASIC_CONSTRAINTS))
    });
    // `BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, ... }`
    constraints.is_some_and(|value| {
        let first = der::items(value.content).enter(SEQUENCE).next();
        !first.is_some_and(|item| item.tag == BOOLEAN && item.content != [0])
    })
}

fn hash(key: Item<'_>) -> [u8; 32] {
    Sha256::digest(key.whole).into()
}

/// `[0]`, with the version in it.
const VERSION: u8 = 0xa0;
/// `[3]`, with the extensions in it.
const EXTENSIONS: u8 = 0xa3;
const SUBJECT_ALT_NAME: &str = "2.5.29.17";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";

/// The parts of a certificate (RFC 5280, 4.1) by their places, each as it was found.
struct Parts<'a> {
    issuer: Option<Item<'a>>,
    validity: Option<Item<'a>>,
    subject: Option<Item<'a>>,
    key: Option<Item<'a>>,
    extensions: Option<Item<'a>>,
    signature: Option<Item<'a>>,
}

impl<'a> Parts<'a> {
    /// What stands behind the certificate is not looked at.
    fn of(der: &'a [u8]) -> Self {
        let mut outer = der::items(der).enter(SEQUENCE);
        let mut inner = outer.enter(SEQUENCE);
        let signature = outer.next();
        let version_or_serial = inner.next();
        // Version 1 is the one that is not written.
        if version_or_serial.is_some_and(|item| item.tag == VERSION) {
            let _serial = inner.next();
        }
        let _algorithm = inner.next();
        Self {
            issuer: inner.next_is(SEQUENCE),
            validity: inner.next_is(SEQUENCE),
            subject: inner.next_is(SEQUENCE),
            key: inner.next_is(SEQUENCE),
            // Before them there may be two unique ids, which nobody uses.
            extensions: inner.find(|item| item.tag == EXTENSIONS),
            signature,
        }
    }
}

fn validity(validity: Item<'_>) -> (Option<Timestamp>, Option<Timestamp>) {
    let mut times = validity.items(SEQUENCE);
    let (not_before, not_after) = (times.next(), times.next());
    (
        not_before.and_then(time::timestamp),
        not_after.and_then(time::timestamp),
    )
}

/// The names in the subjectAltName of a certificate's extensions.
fn names(extensions: Item<'_>) -> Vec<String> {
    extensions
        .items(EXTENSIONS)
        .flat_map(|list| list.items(SEQUENCE))
        .filter_map(|extension| value_of(extension, SUBJECT_ALT_NAME))
        .flat_map(|value| der::items(value.content))
        .flat_map(|list| list.items(SEQUENCE))
        .filter_map(name)
        .collect()
}

/// The value of an extension, if it is this one.
fn value_of<'a>(extension: Item<'a>, wanted: &str) -> Option<Item<'a>> {
    let mut parts = extension.items(SEQUENCE);
    let kind = parts.next_is(OBJECT_IDENTIFIER)?;
    if der::oid(kind.content) != wanted {
        return None;
    }
    // Between them there may be a boolean: critical.
    parts.find(|part| part.tag == OCTET_STRING)
}

/// A GeneralName that a server goes by.
fn name(name: Item<'_>) -> Option<String> {
    match name.tag {
        // rfc822Name, dNSName, uniformResourceIdentifier
        0x81 | 0x82 | 0x86 => {
            let text = std::str::from_utf8(name.content).ok()?;
            Some(printable(text.as_bytes()))
        }
        // iPAddress
        0x87 => match name.content {
            [a, b, c, d] => Some(Ipv4Addr::new(*a, *b, *c, *d).to_string()),
            bytes => <[u8; 16]>::try_from(bytes)
                .ok()
                .map(|bytes| Ipv6Addr::from(bytes).to_string()),
        },
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
