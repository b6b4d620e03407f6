//! Checksums of files: HASH (draft-bryan-ftpext-hash) and the older XCRC, XMD5, XSHA1, XSHA256.

use flate2::Crc;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::ftp::reply::reply;
use crate::ftp::session::Session;
use crate::ftp::tree::{Kind, Trouble};
use crate::nonce::hex;

/// How a checksum is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Algorithm {
    #[default]
    Sha256,
    Sha1,
    Md5,
    Crc32,
}

impl Algorithm {
    const ALL: [Self; 4] = [Self::Sha256, Self::Sha1, Self::Md5, Self::Crc32];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha1 => "SHA-1",
            Self::Md5 => "MD5",
            Self::Crc32 => "CRC32",
        }
    }

    pub(super) fn find(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// `HASH SHA-256*;SHA-1;MD5;CRC32`, the star at this one.
    pub(super) fn feature(self) -> String {
        let names: Vec<String> = Self::ALL
            .into_iter()
            .map(|algorithm| {
                let star = if algorithm == self { "*" } else { "" };
                format!("{}{star}", algorithm.name())
            })
            .collect();
        format!("HASH {}", names.join(";"))
    }

    fn digest(self, bytes: &[u8]) -> String {
        match self {
            Self::Sha256 => hex(&Sha256::digest(bytes)),
            Self::Sha1 => hex(&Sha1::digest(bytes)),
            Self::Md5 => hex(&Md5::digest(bytes)),
            Self::Crc32 => {
                let mut crc = Crc::new();
                crc.update(bytes);
                format!("{:08x}", crc.sum())
            }
        }
    }
}

impl Session<'_> {
    /// HASH: with the algorithm of OPTS HASH.
    pub(super) fn hash(&self, argument: &[u8]) -> Vec<u8> {
        match self.content(argument) {
            Err(trouble) => reply(550, trouble.text()),
            Ok(bytes) => {
                let (name, digest) = (self.hash.name(), self.hash.digest(&bytes));
                let head = format!("213 {name} 0-{} {digest} ", bytes.len());
                [head.as_bytes(), argument, b"\r\n"].concat()
            }
        }
    }

    /// XCRC and its kind.
    pub(super) fn checksum(&self, algorithm: Algorithm, argument: &[u8]) -> Vec<u8> {
        match self.content(argument) {
            Err(trouble) => reply(550, trouble.text()),
            Ok(bytes) => reply(250, &algorithm.digest(&bytes).to_ascii_uppercase()),
        }
    }

    fn content(&self, argument: &[u8]) -> Result<std::sync::Arc<Vec<u8>>, Trouble> {
        let quoted = argument
            .strip_prefix(b"\"")
            .and_then(|rest| rest.strip_suffix(b"\""));
        let path = self.resolve(quoted.unwrap_or(argument));
        match self.ftp.tree.node(&path)?.kind {
            Kind::File(bytes) => Ok(bytes),
            Kind::Folder => Err(Trouble::NoFile),
        }
    }
}
