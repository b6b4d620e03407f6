//! The XML of NZB files: text whatever its encoding, references undone, places told.

use std::borrow::Cow;

/// The file as text. A byte order mark and what stands before the first tag are left out.
///
/// What is no UTF-8 is Latin-1, whatever the declaration says: what else there is has the same letters
/// where it matters, in tags and message-ids.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    let start = memchr::memchr(b'<', bytes).unwrap_or(bytes.len());
    let bytes = bytes.get(start..).unwrap_or_default();
    match declares_latin_1(bytes) {
        false => crate::text::name(bytes),
        true => bytes.iter().copied().map(char::from).collect(),
    }
}

fn declares_latin_1(bytes: &[u8]) -> bool {
    let end = memchr::memchr(b'>', bytes).unwrap_or(0);
    let declaration = bytes.get(..end.min(200)).unwrap_or_default();
    let lower = declaration.to_ascii_lowercase();
    lower.starts_with(b"<?xml") && memchr::memmem::find(&lower, b"iso-8859-1").is_some()
}

/// Text with the five entities of XML and numbered characters replaced. Whatever else looks like a
/// reference stays as it is.
pub(super) fn undo_references(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut pieces = text.split('&');
    let mut undone = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece
            .split_once(';')
            .and_then(|(name, rest)| Some((referred(name)?, rest)))
        {
            Some((letter, rest)) => {
                undone.push(letter);
                undone.push_str(rest);
            }
            None => {
                undone.push('&');
                undone.push_str(piece);
            }
        }
    }
    undone.into()
}

/// What `&name;` stands for.
pub(super) fn referred(name: &str) -> Option<char> {
    let code = match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) if hex.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
            u32::from_str_radix(hex, 16).ok()?
        }
        Some(_) => return None,
        None => netspeak_core::text::digits(code)?,
    };
    char::from_u32(number)
}

/// Line and column of a place in the text, both from 1.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.bytes().take(at);
    let (line, column) = before.fold((1usize, 1usize), |(line, column), byte| match byte {
        b'\n' => (line.saturating_add(1), 1),
        // Bytes that go on with a character.
        0x80..=0xbf => (line, column),
        _ => (line, column.saturating_add(1)),
    });
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_undone_and_what_looks_like_them_is_not() {
        for (text, undone) in [
            ("plain", "plain"),
            ("&lt;&gt;&amp;&quot;&apos;", "<>&\"'"),
            ("&#65;&#x42;&#X43;", "ABC"),
            ("&amp;lt;", "&lt;"),
            ("M&auml;rz & more; &", "M&auml;rz & more; &"),
            (
                "&#xD800;&#99999999999;&#+5;&#x;&#;",
                "&#xD800;&#99999999999;&#+5;&#x;&#;",
            ),
        ] {
            assert_eq!(undo_references(text), undone);
        }
    }

    #[test]
    fn places_are_counted_in_characters() {
        let text = "a\n\u{e9}b";
        assert_eq!(
            (place(text, 0), place(text, 2), place(text, 4)),
            ((1, 1), (2, 1), (2, 2))
        );
        assert_eq!(place(text, 99), (2, 3));
    }
}
