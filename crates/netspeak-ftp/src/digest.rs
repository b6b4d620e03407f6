//! [`Digester`]: the hash of what moves, computed while it moves.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::types::HashAlgorithm;

/// A hash under way.
#[derive(Clone, Debug)]
pub(crate) struct Digester {
    algorithm: HashAlgorithm,
    state: Hasher,
}

#[derive(Clone, Debug)]
enum Hasher {
    Crc32(crc32fast::Hasher),
    Md5(Md5),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha512(Box<Sha512>),
}

impl Digester {
    pub(crate) fn new(algorithm: HashAlgorithm) -> Self {
        let state = match algorithm {
            HashAlgorithm::Crc32 => Hasher::Crc32(crc32fast::Hasher::new()),
            HashAlgorithm::Md5 => Hasher::Md5(Md5::new()),
            HashAlgorithm::Sha1 => Hasher::Sha1(Sha1::new()),
            HashAlgorithm::Sha256 => Hasher::Sha256(Sha256::new()),
            HashAlgorithm::Sha512 => Hasher::Sha512(Box::default()),
        };
        Self { algorithm, state }
    }

    pub(crate) fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            Hasher::Crc32(state) => state.update(bytes),
            Hasher::Md5(state) => state.update(bytes),
            Hasher::Sha1(state) => state.update(bytes),
            Hasher::Sha256(state) => state.update(bytes),
            Hasher::Sha512(state) => state.update(bytes),
        }
    }

    /// In hexadecimal digits, lower case.
    pub(crate) fn finish(self) -> String {
        match self.state {
            Hasher::Crc32(state) => format!("{:08x}", state.finalize()),
            Hasher::Md5(state) => hex(&state.finalize()),
            Hasher::Sha1(state) => hex(&state.finalize()),
            Hasher::Sha256(state) => hex(&state.finalize()),
            Hasher::Sha512(state) => hex(&state.finalize()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two values are the same; leading zeros of a CRC count for nothing.
pub(crate) fn same(algorithm: HashAlgorithm, one: &str, other: &str) -> bool {
    match algorithm {
        HashAlgorithm::Crc32 => {
            let value = |text| u32::from_str_radix(text, 16).ok();
            value(one).is_some() && value(one) == value(other)
        }
        _ => one.eq_ignore_ascii_case(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        for (algorithm, value) in [
            (HashAlgorithm::Crc32, "352441c2"),
            (HashAlgorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (
                HashAlgorithm::Sha1,
                "a9993e364706816aba3e25717850c26c9cd0d89d",
            ),
            (
                HashAlgorithm::Sha256,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                HashAlgorithm::Sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                 2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            ),
        ] {
            let mut digester = Digester::new(algorithm);
            digester.update(b"a");
            digester.update(b"bc");
            let found = digester.finish();
            assert_eq!((found.as_str(), found.len()), (value, algorithm.digits()));
        }
        assert!(same(HashAlgorithm::Crc32, "0000abcd", "ABCD"));
        assert!(!same(HashAlgorithm::Crc32, "", ""));
        assert!(!same(HashAlgorithm::Md5, "00ab", "ab"));
    }
}
