//! [`Algorithm`]: the hash functions of Digest.

use md5::Md5;
use netspeak_core::text::printable;
use sha2::{Sha256, Sha512_256};

use crate::{Error, ErrorKind, Phase, Reason, Result};

/// A hash function of Digest, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// What servers without another one have.
    Md5,
    /// SHA-256.
    Sha256,
    /// SHA-512/256 (FIPS 180-4). The example of RFC 7616 cuts off a SHA-512, which is another function;
    /// its erratum 4897 says so.
    Sha512_256,
}

impl Algorithm {
    /// The hash of a body, in lower-case hexadecimal digits, for [`Entity::Hash`](super::Entity::Hash).
    pub fn hash(self, bytes: &[u8]) -> String {
        self.hash_parts(&[bytes])
    }

    /// The hash of the parts with colons between them.
    pub(super) fn hash_parts(self, parts: &[&[u8]]) -> String {
        match self {
            Self::Md5 => hash::<Md5>(parts),
            Self::Sha256 => hash::<Sha256>(parts),
            Self::Sha512_256 => hash::<Sha512_256>(parts),
        }
    }

    /// The algorithm of this name, and whether it is of a session. Case does not count.
    pub(super) fn read(word: &[u8]) -> Result<(Self, bool)> {
        let upper = word.to_ascii_uppercase();
        let name = upper.strip_suffix(b"-SESS");
        let algorithm = match name.unwrap_or(&upper) {
            b"MD5" => Self::Md5,
            b"SHA-256" => Self::Sha256,
            b"SHA-512-256" => Self::Sha512_256,
            _ => return Err(unknown("Digest algorithm", word)),
        };
        Ok((algorithm, name.is_some()))
    }
}

fn hash<H: sha2::digest::Digest>(parts: &[&[u8]]) -> String {
    let mut hash = H::new();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            hash.update(b":");
        }
        hash.update(part);
    }
    hex(&hash.finalize())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn unknown(what: &str, word: &[u8]) -> Error {
    Error::unsupported(
        format!("a known {what} (it has {})", printable(word)),
        ErrorKind::new(Phase::Auth, Reason::NoMechanism),
    )
}
