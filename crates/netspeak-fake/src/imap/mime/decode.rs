//! Transfer encodings (RFC 2045 section 6), and encoded words in header fields (RFC 2047).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A body without this encoding, which is in capitals; `None` if nobody knows it.
pub(in crate::imap) fn decoded(encoding: &str, body: &[u8]) -> Option<Vec<u8>> {
    match encoding {
        "7BIT" | "8BIT" | "BINARY" => Some(body.to_vec()),
        "BASE64" => {
            let letters: Vec<u8> = body
                .iter()
                .copied()
                .filter(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
                .collect();
            BASE64.decode(letters).ok()
        }
        "QUOTED-PRINTABLE" => Some(quoted_printable(body)),
        _ => None,
    }
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'=' {
            out.push(byte);
        } else if let Some(next) = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")) {
            rest = next;
        } else if let Some(octet) = rest.first_chunk().and_then(octet) {
            out.push(octet);
            rest = rest.get(2..).unwrap_or_default();
        } else {
            out.push(byte);
        }
    }
    out
}

fn octet(digits: &[u8; 2]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(digits, 16).ok()
}

/// A field's value with its encoded words in UTF-8, as far as they are in UTF-8 or Latin-1.
pub(in crate::imap) fn unwrapped(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let mut out = String::new();
    let mut rest = text.as_ref();
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, candidate) = rest.split_at(at);
        match word(candidate) {
            Some((word, behind)) => {
                if !(after_word && before.trim().is_empty()) {
                    out.push_str(before);
                }
                out.push_str(&word);
                (rest, after_word) = (behind, true);
            }
            None => {
                out.push_str(before);
                out.push_str("=?");
                (rest, after_word) = (candidate.get(2..).unwrap_or_default(), false);
            }
        }
    }
    out + rest
}

/// The encoded word at the beginning, and what follows it.
fn word(text: &str) -> Option<(String, &str)> {
    let mut fields = text.get(2..)?.splitn(4, '?');
    let (charset, encoding, coded, rest) = (
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
    );
    let rest = rest.strip_prefix('=')?;
    let octets = match encoding {
        "B" | "b" => decoded("BASE64", coded.as_bytes())?,
        "Q" | "q" => quoted_printable(coded.replace('_', " ").as_bytes()),
        _ => return None,
    };
    let is_latin = charset.to_ascii_lowercase().starts_with("iso-8859-1");
    let word = match String::from_utf8(octets) {
        Ok(word) => word,
        Err(error) if is_latin => error
            .as_bytes()
            .iter()
            .map(|&byte| char::from(byte))
            .collect(),
        Err(_) => return None,
    };
    Some((word, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_decoded() {
        for (encoding, body, expected) in [
            ("BASE64", "aGV\r\nsbG8=\r\n", Some("hello")),
            ("QUOTED-PRINTABLE", "a=3Db =\r\nc=4", Some("a=b c=4")),
            ("8BIT", "x", Some("x")),
            ("X-OWN", "x", None),
        ] {
            let decoded = decoded(encoding, body.as_bytes());
            assert_eq!(
                decoded.as_deref(),
                expected.map(str::as_bytes),
                "{encoding}"
            );
        }
    }

    #[test]
    fn words_are_decoded() {
        for (value, expected) in [
            ("=?utf-8?Q?caf=C3=A9_?= =?UTF-8?B?w6k=?= x", "café é x"),
            ("=?iso-8859-1?q?=E9?=", "é"),
            ("a =?x?y", "a =?x?y"),
            ("=?utf-8?X?a?= =?", "=?utf-8?X?a?= =?"),
        ] {
            assert_eq!(unwrapped(value.as_bytes()), expected);
        }
    }
}
