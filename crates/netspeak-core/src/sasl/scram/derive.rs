//! Hi() of RFC 5802, which is PBKDF2 with one block of output, in slices: a server may ask for a
//! million iterations, and the thread has other connections to serve.

use hmac::Mac;
use hmac::digest::Output;
use zeroize::{Zeroize, Zeroizing};

use super::suite::{Key, Suite, keyed};
use crate::error::Result;

/// Iterations of one slice: a quarter of a millisecond to two, in an optimised build.
const SLICE: u32 = 2_000;

/// The salted password in the making.
pub(super) struct Derivation<S: Suite> {
    keyed: S::Mac,
    last: Output<S::Mac>,
    sum: Key,
    left: u32,
}

impl<S: Suite> Derivation<S> {
    /// `iterations` is at least 1.
    pub(super) fn new(password: &[u8], salt: &[u8], iterations: u32) -> Result<Self> {
        let keyed = keyed::<S>(password)?;
        let mut first = keyed.clone();
        first.update(salt);
        first.update(&1u32.to_be_bytes());
        let last = first.finalize().into_bytes();
        let sum = Zeroizing::new(last.to_vec());
        Ok(Self {
            keyed,
            last,
            sum,
            left: iterations.saturating_sub(1),
        })
    }

    /// Does one slice. The result is there after the last one.
    pub(super) fn advance(&mut self) -> Option<Key> {
        let slice = self.left.min(SLICE);
        for _ in 0..slice {
            let mut next = self.keyed.clone();
            next.update(&self.last);
            self.last = next.finalize().into_bytes();
            for (sum, byte) in self.sum.iter_mut().zip(&self.last) {
                *sum ^= byte;
            }
        }
        self.left = self.left.saturating_sub(slice);
        (self.left == 0).then(|| std::mem::take(&mut self.sum))
    }
}

impl<S: Suite> Drop for Derivation<S> {
    fn drop(&mut self) {
        self.last.as_mut_slice().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite::{WithSha1, WithSha256, WithSha512};
    use super::*;

    fn derive<S: Suite>(iterations: u32) -> (u32, Key) {
        let mut derivation = Derivation::<S>::new(b"pencil", b"salt", iterations).unwrap();
        for slices in 1.. {
            if let Some(key) = derivation.advance() {
                return (slices, key);
            }
        }
        panic!("endless");
    }

    #[test]
    fn the_same_as_pbkdf2_in_one_go() {
        for iterations in [1, 2, 3, 1_999, 2_000, 2_001, 2_002, 4_096, 9_999] {
            let mut expected = [0; 20];
            pbkdf2::pbkdf2_hmac::<sha1::Sha1>(b"pencil", b"salt", iterations, &mut expected);
            assert_eq!(**derive::<WithSha1>(iterations).1, expected, "{iterations}");
            let mut expected = [0; 32];
            pbkdf2::pbkdf2_hmac::<sha2::Sha256>(b"pencil", b"salt", iterations, &mut expected);
            assert_eq!(
                **derive::<WithSha256>(iterations).1,
                expected,
                "{iterations}"
            );
            let mut expected = [0; 64];
            pbkdf2::pbkdf2_hmac::<sha2::Sha512>(b"pencil", b"salt", iterations, &mut expected);
            assert_eq!(
                **derive::<WithSha512>(iterations).1,
                expected,
                "{iterations}"
            );
        }
    }

    #[test]
    fn no_slice_is_longer_than_the_others() {
        for (iterations, slices) in [(1, 1), (2_001, 1), (2_002, 2), (4_096, 3), (10_001, 5)] {
            assert_eq!(derive::<WithSha1>(iterations).0, slices, "{iterations}");
        }
    }
}
