//! How replies are written (RFC 3977 section 3.1).

use crate::dot::dotted;

pub(super) fn line(code: u16, text: &str) -> Vec<u8> {
    format!("{code} {text}\r\n").into_bytes()
}

/// A reply of several lines, up to the dot.
pub(super) fn multi(code: u16, text: &str, lines: impl IntoIterator<Item = String>) -> Vec<u8> {
    let lines: Vec<String> = lines.into_iter().collect();
    [
        line(code, text),
        dotted(lines.iter().map(String::as_bytes), true),
    ]
    .concat()
}
