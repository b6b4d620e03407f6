//! The algorithms of Digest, and the hash that each stands on.

use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};

use crate::nonce::hex;

/// An algorithm of Digest (RFC 7616 section 3.3, and the registry).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// `MD5`.
    Md5,
    /// `MD5-sess`.
    Md5Sess,
    /// `SHA-256`.
    Sha256,
    /// `SHA-256-sess`.
    Sha256Sess,
    /// `SHA-512-256`.
    Sha512_256,
    /// `SHA-512-256-sess`.
    Sha512_256Sess,
}

impl DigestAlgorithm {
    pub(super) const ALL: [Self; 6] = [
        Self::Md5,
        Self::Md5Sess,
        Self::Sha256,
        Self::Sha256Sess,
        Self::Sha512_256,
        Self::Sha512_256Sess,
    ];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Md5Sess => "MD5-sess",
            Self::Sha256 => "SHA-256",
            Self::Sha256Sess => "SHA-256-sess",
            Self::Sha512_256 => "SHA-512-256",
            Self::Sha512_256Sess => "SHA-512-256-sess",
        }
    }

    pub(super) fn is_for_a_session(self) -> bool {
        matches!(
            self,
            Self::Md5Sess | Self::Sha256Sess | Self::Sha512_256Sess
        )
    }

    /// The hash of these parts with colons between them, in hexadecimal.
    pub(super) fn hash(self, parts: &[&[u8]]) -> String {
        let text = parts.join(&b':');
        match self {
            Self::Md5 | Self::Md5Sess => hex(&Md5::digest(&text)),
            Self::Sha256 | Self::Sha256Sess => hex(&Sha256::digest(&text)),
            Self::Sha512_256 | Self::Sha512_256Sess => hex(&Sha512_256::digest(&text)),
        }
    }
}
