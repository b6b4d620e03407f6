//! The three hash functions of SCRAM, and HMAC over them.

use hmac::digest::{Digest, KeyInit};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// A hash function and its HMAC.
pub(crate) trait Suite: Send + Sync + 'static {
    type Hash: Digest;
    type Mac: Mac + KeyInit + Clone + Send + Sync;
}

pub(crate) struct WithSha1;
pub(crate) struct WithSha256;
pub(crate) struct WithSha512;

impl Suite for WithSha1 {
    type Hash = Sha1;
    type Mac = Hmac<Sha1>;
}

impl Suite for WithSha256 {
    type Hash = Sha256;
    type Mac = Hmac<Sha256>;
}

impl Suite for WithSha512 {
    type Hash = Sha512;
    type Mac = Hmac<Sha512>;
}

/// Bytes that are wiped when dropped.
pub(super) type Key = Zeroizing<Vec<u8>>;

pub(super) fn keyed<S: Suite>(key: &[u8]) -> Result<S::Mac> {
    <S::Mac as Mac>::new_from_slice(key)
        .map_err(|_| Error::net(ErrorKind::INTERNAL, "HMAC takes keys of any length"))
}

pub(super) fn hmac<S: Suite>(key: &[u8], text: &[u8]) -> Result<Key> {
    let mut mac = keyed::<S>(key)?;
    mac.update(text);
    Ok(Zeroizing::new(mac.finalize().into_bytes().to_vec()))
}

pub(super) fn hash<S: Suite>(text: &[u8]) -> Key {
    Zeroizing::new(S::Hash::digest(text).to_vec())
}
