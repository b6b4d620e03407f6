//! How replies are written (RFC 1939 section 3).

use crate::dot::dotted;

pub(super) fn ok(text: &str) -> Vec<u8> {
    format!("+OK {text}\r\n").into_bytes()
}

pub(super) fn err(text: &str) -> Vec<u8> {
    format!("-ERR {text}\r\n").into_bytes()
}

/// A reply of several lines, up to the dot.
pub(super) fn multi(head: &str, lines: impl IntoIterator<Item = String>) -> Vec<u8> {
    let lines: Vec<String> = lines.into_iter().collect();
    let lines = lines.iter().map(String::as_bytes);
    // None of them starts with a dot, unless a test wants it so.
    [ok(head), dotted(lines, false)].concat()
}
