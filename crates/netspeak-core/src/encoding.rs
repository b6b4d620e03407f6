//! [`Encoding`]: the character sets of old servers, both ways.

use std::borrow::Cow;

mod cp437;

/// How bytes stand for characters, where a protocol leaves it open.
///
/// ```
/// use netspeak_core::Encoding;
///
/// assert_eq!(Encoding::guess(b"caf\xe9"), Encoding::Latin1);
/// assert_eq!(Encoding::Latin1.decode(b"caf\xe9"), "café");
/// assert_eq!(Encoding::Cp437.decode(b"\xc9\xcd\xbb"), "╔═╗");
/// assert_eq!(Encoding::named("iso-8859-1"), Some(Encoding::Latin1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8 (RFC 3629).
    #[default]
    Utf8,
    /// US-ASCII: what is above 127 is no character.
    Ascii,
    /// ISO-8859-1, in which every byte is the character of its number.
    Latin1,
    /// The first PC's character set, with its frames and blocks: bulletin boards.
    Cp437,
}

/// What stands for a character that the encoding does not have.
const MISSING: u8 = b'?';

impl Encoding {
    /// Every encoding, the most likely one first.
    pub const ALL: &'static [Self] = &[Self::Utf8, Self::Latin1, Self::Ascii, Self::Cp437];

    /// Its IANA name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Ascii => "US-ASCII",
            Self::Latin1 => "ISO-8859-1",
            Self::Cp437 => "IBM437",
        }
    }

    /// The encoding of this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let is = |known: &&str| known.eq_ignore_ascii_case(name.trim());
        [
            (Self::Utf8, &["UTF-8", "UTF8"][..]),
            (Self::Ascii, &["US-ASCII", "ASCII", "ANSI_X3.4-1968"]),
            (
                Self::Latin1,
                &["ISO-8859-1", "ISO_8859-1", "LATIN1", "LATIN-1", "L1"],
            ),
            (Self::Cp437, &["IBM437", "CP437", "437"]),
        ]
        .into_iter()
        .find(|(_, names)| names.iter().any(is))
        .map(|(encoding, _)| encoding)
    }

    /// UTF-8 if the whole text is that, else ISO-8859-1, which everything is.
    pub fn guess(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(_) => Self::Utf8,
            Err(_) => Self::Latin1,
        }
    }

    /// The characters. What is none becomes U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            _ if bytes.is_ascii() => String::from_utf8_lossy(bytes),
            Self::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Ascii => bytes.iter().map(|byte| ascii(*byte)).collect(),
            Self::Cp437 => bytes.iter().map(|byte| cp437::decode(*byte)).collect(),
        }
    }

    /// The bytes. A character that the encoding does not have becomes a question mark.
    pub fn encode(self, text: &str) -> Cow<'_, [u8]> {
        let byte = match self {
            Self::Utf8 => return text.as_bytes().into(),
            _ if text.is_ascii() => return text.as_bytes().into(),
            Self::Latin1 => |c: char| u8::try_from(u32::from(c)).ok(),
            Self::Ascii => |c: char| u8::try_from(c).ok().filter(u8::is_ascii),
            Self::Cp437 => cp437::encode,
        };
        text.chars().map(|c| byte(c).unwrap_or(MISSING)).collect()
    }

    /// How many of the last bytes are the beginning of a character whose end has not come.
    pub fn unfinished(self, bytes: &[u8]) -> usize {
        if self != Self::Utf8 {
            return 0;
        }
        let tail = bytes.len().saturating_sub(3);
        let tail = bytes.get(tail..).unwrap_or_default();
        let begin = tail.iter().rposition(|byte| byte & 0xc0 == 0xc0);
        let cut = begin.and_then(|at| tail.get(at..)).unwrap_or_default();
        match std::str::from_utf8(cut) {
            Err(error) if error.error_len().is_none() => cut.len(),
            _ => 0,
        }
    }
}

fn ascii(byte: u8) -> char {
    if byte.is_ascii() {
        char::from(byte)
    } else {
        char::REPLACEMENT_CHARACTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back_in_the_encodings_that_have_it() {
        let every_byte: Vec<u8> = (0..=255).collect();
        for encoding in [Encoding::Latin1, Encoding::Cp437] {
            let text = encoding.decode(&every_byte);
            assert_eq!(text.chars().count(), 256, "{encoding:?}");
            assert_eq!(encoding.encode(&text), every_byte, "{encoding:?}");
        }
        assert_eq!(Encoding::Ascii.decode(b"a\xff"), "a\u{fffd}");
        assert_eq!(Encoding::Ascii.encode("aé"), &b"a?"[..]);
        assert_eq!(Encoding::Latin1.encode("aé→"), &b"a\xe9?"[..]);
        assert_eq!(Encoding::Cp437.encode("é→"), &b"\x82?"[..]);
    }

    #[test]
    fn names_are_known_in_any_case() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::named(encoding.name()), Some(*encoding));
            let lower = encoding.name().to_lowercase();
            assert_eq!(Encoding::named(&lower), Some(*encoding));
        }
        assert_eq!(Encoding::named("KOI8-R"), None);
    }

    #[test]
    fn a_character_that_is_cut_is_waited_for() {
        for (bytes, unfinished) in [
            (&b"abc"[..], 0),
            (b"", 0),
            (b"ab\xc3", 1),
            (b"ab\xc3\xa9", 0),
            (b"a\xe2\x82", 2),
            (b"a\xe2\x82\xac", 0),
            (b"\xf0\x9f\x98", 3),
            (b"\xf0\x9f\x98\x80", 0),
            (b"ab\xff", 0),
            (b"\x80\x80\x80", 0),
        ] {
            assert_eq!(Encoding::Utf8.unfinished(bytes), unfinished, "{bytes:?}");
            assert_eq!(Encoding::Latin1.unfinished(bytes), 0);
        }
        assert_eq!(Encoding::guess(b"caf\xc3\xa9"), Encoding::Utf8);
        assert_eq!(Encoding::guess(b"caf\xc3"), Encoding::Latin1);
    }
}
