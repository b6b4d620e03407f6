//! Base64 both ways, and the one way to speak of what a peer sent without repeating it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// Base64 that leaves no copy of its input behind.
pub(super) fn encode(bytes: &[u8]) -> Result<Secret> {
    let size = base64::encoded_len(bytes.len(), true).unwrap_or_default();
    let mut line = Zeroizing::new(vec![0; size]);
    let written = STANDARD.encode_slice(bytes, &mut line);
    if written != Ok(size) {
        return Err(Error::usage("the response is too long to be sent"));
    }
    match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(text) => Ok(Secret::new(text)),
        Err(_) => Err(Error::usage("the response cannot be encoded")),
    }
}

/// Strict base64: padded, canonical, nothing around it.
pub(super) fn decode(what: &'static str, text: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    match STANDARD.decode(text) {
        Ok(bytes) => Ok(Zeroizing::new(bytes)),
        Err(_) => Err(unexpected(
            what,
            &format!("{} bytes that are not base64", text.len()),
        )),
    }
}

/// A fault of the server. `got` is in our words, never in the server's: what a server sends during
/// an exchange may be the password, in whatever encoding.
pub(super) fn unexpected(what: &'static str, got: &str) -> Error {
    Error::malformed(what, got.as_bytes())
}

/// A challenge that should not have come.
pub(super) fn not_due(challenge: &[u8]) -> Error {
    unexpected(
        "the end of the login",
        &format!("another challenge of {} bytes", challenge.len()),
    )
}

/// Success before we were done.
pub(super) fn too_early() -> Error {
    unexpected("the rest of the login", "success")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_clean_base64_is_read() {
        assert_eq!(**decode("x", b"").unwrap(), *b"");
        assert_eq!(**decode("x", b"Zm9v").unwrap(), *b"foo");
        for bad in [
            "Zg", "Zg=", "Zh==", "Z g=", " Zg==", "Zg==\r\n", "Zg==Zg==", "!", "=", "Zm9-",
        ] {
            let error = decode("x", bad.as_bytes()).unwrap_err();
            assert_eq!(error.kind().to_string(), "proto.malformed", "{bad:?}");
            assert!(!error.to_string().contains(bad) || bad.len() < 3, "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes: Vec<u8>) {
            let line = encode(&bytes).unwrap();
            prop_assert_eq!(&**decode("x", line.expose().as_bytes()).unwrap(), &bytes);
        }
    }
}
