//! Documents as text, whatever their encoding (XML 1.0 appendix F).

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::{Error, Result};

/// A declaration is over by here.
const DECLARATION: usize = 512;

/// The text of a document, without a byte order mark; the document's own bytes where they are UTF-8.
///
/// # Errors
/// [`Error::Malformed`] for bytes that are not of the declared encoding, and for an encoding that nobody knows.
pub(crate) fn text(bytes: &[u8]) -> Result<Cow<'_, str>> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None => (declared(bytes)?, 0),
    };
    let bytes = bytes.get(mark..).unwrap_or_default();
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.into()),
            Err(error) => Err(bad(
                encoding,
                bytes.get(error.valid_up_to()..).unwrap_or_default(),
            )),
        };
    }
    match encoding.decode_without_bom_handling(bytes) {
        (text, false) => Ok(text),
        (_, true) => Err(bad(encoding, bytes)),
    }
}

fn bad(encoding: &'static Encoding, bytes: &[u8]) -> Error {
    let name = encoding.name();
    Error::malformed(
        format!("text in {name}, as the document declares it"),
        bytes,
    )
}

/// What the declaration says, or its first bytes, or UTF-8.
fn declared(bytes: &[u8]) -> Result<&'static Encoding> {
    match bytes {
        [0, b'<', ..] => return Ok(UTF_16BE),
        [b'<', 0, ..] => return Ok(UTF_16LE),
        _ => {}
    }
    let head = bytes.get(..DECLARATION).unwrap_or(bytes).trim_ascii_start();
    let end = memchr::memmem::find(head, b"?>").filter(|_| head.starts_with(b"<?xml"));
    let Some(label) = end.and_then(|end| label(head.get(..end)?)) else {
        return Ok(UTF_8);
    };
    match Encoding::for_label(label) {
        // What declares itself in ASCII is no UTF-16.
        Some(found) if found == UTF_16BE || found == UTF_16LE => Ok(UTF_8),
        Some(found) => Ok(found),
        None => Err(Error::malformed("an encoding that is known", label)),
    }
}

/// `encoding="label"`
fn label(declaration: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let rest = declaration
        .get(at..)?
        .strip_prefix(b"encoding")?
        .trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first()?;
    let end = memchr::memchr(*quote, rest).filter(|_| matches!(quote, b'"' | b'\''))?;
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declared_encoding_becomes_text() {
        let utf16 = |order: fn(u16) -> [u8; 2], mark: bool| {
            let text = if mark {
                "\u{feff}<a>é</a>"
            } else {
                "<a>é</a>"
            };
            text.encode_utf16().flat_map(order).collect::<Vec<u8>>()
        };
        for bytes in [
            b"<a>\xc3\xa9</a>".to_vec(),
            b"\xef\xbb\xbf<a>\xc3\xa9</a>".to_vec(),
            utf16(u16::to_be_bytes, true),
            utf16(u16::to_le_bytes, true),
            utf16(u16::to_be_bytes, false),
            utf16(u16::to_le_bytes, false),
        ] {
            assert_eq!(text(&bytes).unwrap(), "<a>é</a>");
        }
        for (declaration, bytes) in [
            (
                "<?xml version='1.0' encoding='ISO-8859-1'?>",
                b"\xe9".as_slice(),
            ),
            (
                "<?xml version=\"1.0\" encoding = \"windows-1252\" ?>",
                b"\xe9",
            ),
            ("\n <?xml encoding=\"Shift_JIS\"?>", b"\x83\x4e"),
            ("<?xml encoding=\"UTF-16\"?>", b"\xc3\xa9"),
            ("<?xml?><a encoding='latin1'/>", b"\xc3\xa9"),
        ] {
            let document = [declaration.as_bytes(), bytes].concat();
            let text = text(&document).unwrap();
            assert!(text.ends_with(['é', 'ク']), "{declaration}");
        }
    }

    #[test]
    fn bytes_of_another_encoding_are_told() {
        for (bytes, says) in [
            (b"<a>\xe9</a>".as_slice(), "text in UTF-8"),
            (b"<?xml encoding='EUC-JP'?>\xff", "text in EUC-JP"),
            (b"<?xml encoding='klingon'?>", "an encoding that is known"),
            (b"\xff\xfe\x00", "text in UTF-16LE"),
        ] {
            let error = text(bytes).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
