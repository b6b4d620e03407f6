//! What a SCRAM server says: its first message, its last one, and its errors.

use zeroize::Zeroizing;

use super::super::encoding::{decode, unexpected};
use super::suite::Key;
use crate::error::{Error, Result};
use crate::limits::Limits;

/// RFC 5802, section 7: what can stand behind `e=`.
const ERRORS: [&str; 11] = [
    "invalid-encoding",
    "extensions-not-supported",
    "invalid-proof",
    "channel-bindings-dont-match",
    "server-does-support-channel-binding",
    "channel-binding-not-supported",
    "unsupported-channel-binding-type",
    "unknown-user",
    "invalid-username-encoding",
    "no-resources",
    "other-error",
];

/// How many SCRAM iterations a server may ask for.
#[derive(Clone, Copy)]
pub(super) struct Iterations {
    min: u32,
    max: u32,
}

impl From<&Limits> for Iterations {
    fn from(limits: &Limits) -> Self {
        // With no iteration at all there is no key.
        Self {
            min: limits.scram_min_iterations.max(1),
            max: limits.scram_max_iterations,
        }
    }
}

pub(super) enum First {
    Go {
        nonce: String,
        salt: Key,
        iterations: u32,
    },
    Refused(&'static str),
}

/// Reads `r=nonce,s=salt,i=iterations` and ignores optional extensions behind it.
pub(super) fn first(message: &[u8], our_nonce: &str, bounds: Iterations) -> Result<First> {
    let mut attributes = attributes(message)?;
    let first = attributes.next().unwrap_or_default();
    if let Some(error) = first.strip_prefix("e=") {
        return Ok(First::Refused(word(error)));
    }
    if first.starts_with("m=") {
        return Err(unexpected(
            "a SCRAM message without mandatory extensions",
            "one with m=",
        ));
    }
    let Some(nonce) = first.strip_prefix("r=") else {
        return Err(unexpected("a SCRAM nonce (r=)", "a message without it"));
    };
    match nonce.strip_prefix(our_nonce) {
        None => {
            return Err(unexpected(
                "a SCRAM nonce that continues ours",
                "another one",
            ));
        }
        Some("") => {
            return Err(unexpected(
                "a SCRAM nonce that continues ours",
                "ours alone",
            ));
        }
        Some(rest) if !rest.bytes().all(|byte| byte.is_ascii_graphic()) => {
            return Err(unexpected(
                "a SCRAM nonce of printable characters",
                "others",
            ));
        }
        Some(_) => {}
    }
    let Some(salt) = attributes
        .next()
        .and_then(|attribute| attribute.strip_prefix("s="))
    else {
        return Err(unexpected("a SCRAM salt (s=)", "a message without it"));
    };
    let salt = decode("a SCRAM salt in base64", salt.as_bytes())?;
    if salt.is_empty() {
        return Err(unexpected("a SCRAM salt (s=)", "an empty one"));
    }
    let Some(count) = attributes
        .next()
        .and_then(|attribute| attribute.strip_prefix("i="))
    else {
        return Err(unexpected(
            "a number of SCRAM iterations (i=)",
            "a message without it",
        ));
    };
    Ok(First::Go {
        nonce: nonce.to_owned(),
        salt,
        iterations: iterations(count, bounds)?,
    })
}

/// Decimal digits, no sign, no leading zero, and neither too few nor too many.
fn iterations(text: &str, bounds: Iterations) -> Result<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || text.is_empty() || text.starts_with('0') {
        return Err(unexpected(
            "a number of SCRAM iterations (i=)",
            "something else",
        ));
    }
    match text.parse::<u32>() {
        Ok(count) if count < bounds.min => Err(Error::malformed(
            format!("at least {} SCRAM iterations", bounds.min),
            format!("i={count}").as_bytes(),
        )),
        Ok(count) if count <= bounds.max => Ok(count),
        _ => Err(Error::limit("SCRAM iterations", bounds.max.into())),
    }
}

pub(super) enum Last {
    Signature(Key),
    Refused(&'static str),
}

/// Reads `v=signature` or `e=error`.
pub(super) fn last(message: &[u8]) -> Result<Last> {
    let first = attributes(message)?.next().unwrap_or_default();
    if let Some(error) = first.strip_prefix("e=") {
        return Ok(Last::Refused(word(error)));
    }
    match first.strip_prefix("v=") {
        Some(signature) => {
            let signature = decode("the server's signature in base64", signature.as_bytes())?;
            Ok(Last::Signature(signature))
        }
        None => Err(unexpected(
            "the server's signature (v=)",
            "a message without it",
        )),
    }
}

fn attributes(message: &[u8]) -> Result<std::str::Split<'_, char>> {
    match std::str::from_utf8(message) {
        Ok(text) => Ok(text.split(',')),
        Err(_) => Err(unexpected("a SCRAM message in UTF-8", "other bytes")),
    }
}

/// One of the RFC's words: the server's own may hold anything.
fn word(error: &str) -> &'static str {
    ERRORS
        .into_iter()
        .find(|known| *known == error)
        .unwrap_or("an error of its own")
}

/// The bytes of a challenge or of data that came with success.
pub(super) fn message(text: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    decode("a SCRAM message in base64", text)
}
