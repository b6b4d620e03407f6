//! The names of keys and signatures.

use super::der::{self, BIT_STRING, INTEGER, Item, OBJECT_IDENTIFIER, SEQUENCE};

const RSA: &str = "1.2.840.113549.1.1.1";
const ELLIPTIC_CURVE: &str = "1.2.840.10045.2.1";
const ED25519: &str = "1.3.101.112";
const ED448: &str = "1.3.101.113";

/// The kind and size of a public key (SubjectPublicKeyInfo); its OID where there is no name for it.
pub(super) fn key(spki: Item<'_>) -> Option<String> {
    let mut parts = spki.items(SEQUENCE);
    let oid = oid(parts.next()?)?;
    let bits = parts.next_is(BIT_STRING).map(|bits| bits.content);
    // The first byte says how many bits of the last are not meant: none, of a key.
    let key = bits.and_then(<[u8]>::split_first).map(|(_, key)| key);
    let size = match oid.as_str() {
        RSA => key.and_then(modulus).map(|bits| format!("rsa{bits}")),
        ELLIPTIC_CURVE => key.map(|point| format!("ec{}", curve(point))),
        ED25519 => Some("ed25519".to_owned()),
        ED448 => Some("ed448".to_owned()),
        _ => None,
    };
    Some(size.unwrap_or(oid))
}

/// The name of a signature's algorithm (AlgorithmIdentifier), or its OID.
pub(super) fn signature(algorithm: Item<'_>) -> Option<String> {
    let oid = oid(algorithm)?;
    let name = match oid.as_str() {
        "1.2.840.113549.1.1.5" => "rsa-sha1",
        "1.2.840.113549.1.1.10" => "rsa-pss",
        "1.2.840.113549.1.1.11" => "rsa-sha256",
        "1.2.840.113549.1.1.12" => "rsa-sha384",
        "1.2.840.113549.1.1.13" => "rsa-sha512",
        "1.2.840.10045.4.3.2" => "ecdsa-sha256",
        "1.2.840.10045.4.3.3" => "ecdsa-sha384",
        "1.2.840.10045.4.3.4" => "ecdsa-sha512",
        ED25519 => "ed25519",
        ED448 => "ed448",
        _ => return Some(oid),
    };
    Some(name.to_owned())
}

fn oid(algorithm: Item<'_>) -> Option<String> {
    let mut parts = algorithm.items(SEQUENCE);
    Some(der::oid(parts.next_is(OBJECT_IDENTIFIER)?.content))
}

/// The size of an RSA key: the bits of its modulus, without the zeros before them.
fn modulus(key: &[u8]) -> Option<u32> {
    let bytes = der::items(key).enter(SEQUENCE).next_is(INTEGER)?.content;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let number = bytes.get(zeros..)?;
    let bits = u32::try_from(number.len()).ok()?.checked_mul(8)?;
    bits.checked_sub(number.first().map_or(0, |first| first.leading_zeros()))
}

/// The size of a curve: a point is 0x04 and two coordinates, or 0x02 or 0x03 and one.
fn curve(point: &[u8]) -> usize {
    let bytes = match point {
        [4, coordinates @ ..] => coordinates.len() / 2,
        [2 | 3, coordinate @ ..] => coordinate.len(),
        _ => 0,
    };
    match bytes {
        // 521 bits do not fill their last byte.
        66 => 521,
        bytes => bytes.saturating_mul(8),
    }
}
