//! Names as posters write them.

use std::borrow::Cow;

/// Bytes as text: UTF-8, or else Latin-1.
pub(crate) fn name(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.into(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}
