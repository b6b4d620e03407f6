//! The reply to HASH, XCRC, XMD5 and XSHA.

use super::Reply;
use crate::types::HashAlgorithm;

/// A file's hash as a server tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashReply {
    /// The algorithm, where the reply names it.
    pub algorithm: Option<HashAlgorithm>,
    /// The value in hexadecimal digits, lower case.
    pub digest: String,
}

/// Reads a hash.
///
/// ```text
/// 213 SP algorithm SP range SP digest SP path      ; draft-bryan-ftp-hash-08
/// 250 SP [ verb SP ] digest                        ; XCRC, XMD5, XSHA1, XSHA256, XSHA512
/// ```
/// `None` if no word of the reply can be one.
pub fn hash(reply: &Reply) -> Option<HashReply> {
    let text = String::from_utf8_lossy(reply.last_came()).into_owned();
    let mut words = text.split_ascii_whitespace().peekable();
    let algorithm = words.peek().and_then(|word| HashAlgorithm::from_name(word));
    if algorithm.is_some() {
        words.next();
    }
    let digest = words.find(|word| is_digest(word, algorithm))?;
    Some(HashReply {
        algorithm,
        digest: digest.to_ascii_lowercase(),
    })
}

fn is_digest(word: &str, algorithm: Option<HashAlgorithm>) -> bool {
    let fits = match algorithm {
        // Leading zeros are left out by some.
        Some(HashAlgorithm::Crc32) => (1..=8).contains(&word.len()),
        Some(algorithm) => word.len() == algorithm.digits(),
        None => HashAlgorithm::ALL
            .iter()
            .any(|one| one.digits() == word.len()),
    };
    fits && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_hash_is_one() {
        for (line, digest) in [
            ("250 CRC32 5A3B", Some("5a3b")),
            ("250 F67AB1C2", Some("f67ab1c2")),
            (
                "213 MD5 0-4 5EB63BBBE01EEED093CB22BB8F5ACDC3 a",
                Some("5eb63bbbe01eeed093cb22bb8f5acdc3"),
            ),
            ("250 MD5 5eb63bbb", None),
            ("250 computed", None),
            ("250", None),
        ] {
            let found = hash(&Reply::parse([line.as_bytes()]).unwrap());
            assert_eq!(found.map(|found| found.digest).as_deref(), digest, "{line}");
        }
    }
}
