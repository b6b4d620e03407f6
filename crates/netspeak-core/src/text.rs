//! Foreign bytes made fit for people: no control characters, no terminal escapes, bounded length.

use crate::excerpt::Excerpt;

/// The beginning of what a peer sent, as printable text.
///
/// Line ends are dropped; what is left is passed through [`printable`].
pub fn excerpt(bytes: &[u8]) -> String {
    Excerpt::new(bytes).to_string()
}

/// Bytes from a peer as text that is safe to show on a terminal.
///
/// Control characters (C0, DEL, C1 and the Unicode ones that reorder text) become `\xNN` or
/// `\u{NNNN}`, bytes that are not UTF-8 become `\xNN`, a backslash stays itself. Tabs become blanks.
///
/// ```
/// use netspeak_core::text::printable;
///
/// assert_eq!(printable(b"+OK \x1b[31mred"), r"+OK \x1b[31mred");
/// assert_eq!(printable("grüß".as_bytes()), "grüß");
/// assert_eq!(printable(b"caf\xe9"), r"caf\xe9");
/// ```
pub fn printable(bytes: &[u8]) -> String {
    // Nearly all that servers say is this, and listings have many thousands of it.
    if let Some(text) = plain(bytes) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        push_printable(&mut out, chunk.valid());
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

/// The same bytes as text, if all of them are visible ASCII characters or blanks.
pub(crate) fn plain(bytes: &[u8]) -> Option<&str> {
    // Without a way out in the middle the compiler looks at many at once.
    let is_plain = bytes
        .iter()
        .fold(true, |all, b| all & matches!(b, b' '..=b'~'));
    is_plain.then(|| std::str::from_utf8(bytes).ok()).flatten()
}

fn push_printable(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if c.is_control() || reorders_text(c) => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
}

/// Characters that no one sees and that make text look like what it is not: marks, overrides and isolates of
/// direction, line separators, tags (letters that do not show), and notes between the lines.
fn reorders_text(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Whether this is how a server of some line protocol greets: `220 ready`, `+OK ready`, `* OK ready`,
/// `SSH-2.0-x`, `HTTP/1.1 400`. For protocols whose own servers may say anything.
pub fn is_greeting(line: &[u8]) -> bool {
    let has_code = match line {
        [a, b, c, b' ' | b'-', ..] => [a, b, c].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    let words: [&[u8]; 6] = [b"+OK", b"-ERR", b"* OK", b"* BYE", b"SSH-", b"HTTP/"];
    has_code || words.iter().any(|word| line.starts_with(word))
}

/// A number in decimal digits, without sign, that fits the type.
pub fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        let every_byte: Vec<u8> = (0..=255).collect();
        let shown = printable(&every_byte);
        assert!(shown.chars().all(|c| !c.is_control()), "{shown}");
        // The C1 control CSI, both as a raw byte and as a UTF-8 character.
        assert_eq!(printable(b"\x9b2J"), "\\x9b2J");
        assert_eq!(printable("\u{9b}2J".as_bytes()), "\\u{9b}2J");
        assert_eq!(printable("a\u{202e}b".as_bytes()), "a\\u{202e}b");
    }

    #[test]
    fn greetings_are_known_by_their_first_word() {
        for line in [
            "220 x",
            "220-x",
            "+OK",
            "-ERR no",
            "* OK x",
            "* BYE",
            "SSH-2.0-x",
            "HTTP/1.1 200",
        ] {
            assert!(is_greeting(line.as_bytes()), "{line}");
        }
        for line in ["", "22", "2200", "login: ", "* list", "iWelcome", "220"] {
            assert!(!is_greeting(line.as_bytes()), "{line}");
        }
    }

    /// Every character with the property Bidi_Control, and the block of tags.
    #[test]
    fn what_reorders_or_hides_text_is_shown_by_its_number() {
        let bidi = ['\u{61c}', '\u{200e}', '\u{200f}'].into_iter();
        let bidi = bidi
            .chain('\u{202a}'..='\u{202e}')
            .chain('\u{2066}'..='\u{2069}');
        for c in bidi.chain('\u{e0000}'..='\u{e007f}') {
            let shown = printable(format!("a{c}b").as_bytes());
            assert_eq!(shown, format!("a\\u{{{:x}}}b", u32::from(c)));
        }
        // Joiners make emoji and the words of some languages.
        assert_eq!(printable("a\u{200d}b".as_bytes()), "a\u{200d}b");
    }
}
