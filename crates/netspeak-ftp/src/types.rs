//! Values of the protocol: representation types, protection, hash algorithms, path names, features.

use std::fmt;

use netspeak_core::text::printable;

mod features;

pub use features::{Features, MlstFact};

/// How the bytes of a file are represented on the way (RFC 959 section 3.1.1, TYPE).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransferType {
    /// As they are.
    #[default]
    Image,
    /// As text, whose lines end in CR LF on the way.
    Ascii,
}

impl TransferType {
    /// The code of TYPE.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Image => "I",
            Self::Ascii => "A",
        }
    }
}

/// How the data stream is written (RFC 959 section 3.4, MODE).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransferMode {
    /// As it is; its end is the end of the connection.
    #[default]
    Stream,
    /// Compressed (MODE Z), by zlib.
    Deflate,
}

impl TransferMode {
    /// The code of MODE.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stream => "S",
            Self::Deflate => "Z",
        }
    }
}

/// How data connections are protected (RFC 4217, PROT).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protection {
    /// Not at all.
    #[default]
    Clear,
    /// By TLS, as the control connection.
    Private,
}

impl Protection {
    /// The code of PROT.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Clear => "C",
            Self::Private => "P",
        }
    }
}

/// An algorithm by which a file's content can be checked (draft-bryan-ftp-hash, XCRC, XMD5, XSHA).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// CRC-32 of zip and Ethernet: finds accidents, not attacks.
    Crc32,
    /// MD5: finds accidents, not attacks.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl HashAlgorithm {
    /// All of them, the best first.
    pub const ALL: [Self; 5] = [
        Self::Sha512,
        Self::Sha256,
        Self::Sha1,
        Self::Md5,
        Self::Crc32,
    ];

    /// Its name in HASH and OPTS HASH.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The verb of its own that older servers have for it.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Crc32 => "XCRC",
            Self::Md5 => "XMD5",
            Self::Sha1 => "XSHA1",
            Self::Sha256 => "XSHA256",
            Self::Sha512 => "XSHA512",
        }
    }

    /// The algorithm of this name, in any of the spellings in use.
    pub fn from_name(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        match plain.as_str() {
            "CRC32" | "XCRC" | "CRC" => Some(Self::Crc32),
            "MD5" | "XMD5" | "MMD5" => Some(Self::Md5),
            "SHA1" | "XSHA" | "XSHA1" | "SHA" => Some(Self::Sha1),
            "SHA256" | "XSHA256" => Some(Self::Sha256),
            "SHA512" | "XSHA512" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// How many hexadecimal digits its value has.
    pub const fn digits(self) -> usize {
        match self {
            Self::Crc32 => 8,
            Self::Md5 => 32,
            Self::Sha1 => 40,
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A path or a name as the server has it: bytes, which are UTF-8 nearly always (RFC 2640).
///
/// `Display` is for people: what is not printable is escaped. For commands it is
/// `AsRef<[u8]>`, to the byte.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathName(Box<[u8]>);

impl PathName {
    /// From its bytes.
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As text, if it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl AsRef<[u8]> for PathName {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq<str> for PathName {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for PathName {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Display for PathName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.0))
    }
}

impl fmt::Debug for PathName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", printable(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_known_by_its_names() {
        for algorithm in HashAlgorithm::ALL {
            assert_eq!(HashAlgorithm::from_name(algorithm.name()), Some(algorithm));
            assert_eq!(HashAlgorithm::from_name(algorithm.verb()), Some(algorithm));
        }
        assert_eq!(
            HashAlgorithm::from_name("sha256"),
            Some(HashAlgorithm::Sha256)
        );
        assert_eq!(HashAlgorithm::from_name("WHIRLPOOL"), None);
    }

    #[test]
    fn a_path_that_is_not_utf_8_keeps_its_bytes() {
        let path = PathName::new(*b"/caf\xe9");
        assert_eq!((path.as_bytes(), path.as_str()), (&b"/caf\xe9"[..], None));
        assert_eq!(path.to_string(), "/caf\\xe9");
        assert_eq!(PathName::new(*b"/a"), "/a");
    }
}
