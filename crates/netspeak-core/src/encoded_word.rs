//! Encoded words: text in header fields that is not ASCII (RFC 2047), both ways.
//!
//! ```
//! use netspeak_core::encoded_word;
//!
//! assert_eq!(encoded_word::decode(b"Re: =?ISO-8859-15?Q?Gr=FC=DFe_=A4?="), "Re: Grüße €");
//! assert_eq!(encoded_word::encode("Grüße"), "=?UTF-8?B?R3LDvMOfZQ==?=");
//! assert_eq!(encoded_word::encode("plain"), "plain");
//! ```

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use crate::encoding::Encoding;
use crate::text::plain;

/// Takes base64 with or without its padding, and with bits left over.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// How many octets of UTF-8 stand in one word: it has 64 characters then, so that the name of a field
/// fits on its line of 76 (RFC 2047 section 2).
const IN_ONE_WORD: usize = 39;

/// A word with more octets is encoded: it could not be folded, and lines have 998 at most (RFC 5322 section
/// 2.1.1).
const LONGEST_PLAIN: usize = 900;

/// Lines are folded where they would become longer (RFC 5322 section 2.1.1).
const FOLD: usize = 78;

/// The text of a header field: encoded words are decoded, in every character set that browsers know;
/// what stands between them is UTF-8, or else ISO-8859-1. It never fails: what is no encoded word, or
/// has an unknown character set, stays as it is.
///
/// Blanks between two encoded words are not text. Words of one character set that follow each other
/// are decoded together, so one that was cut inside a character is whole again.
pub fn decode(field: &[u8]) -> String {
    if let Some(text) = plain(field).filter(|_| memchr::memmem::find(field, b"=?").is_none()) {
        return text.to_owned();
    }
    let text = Encoding::guess(field).decode(field);
    let mut out = String::with_capacity(text.len());
    let mut run: Option<Run> = None;
    let mut rest: &str = &text;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let Some((word, behind)) = Word::parse(from) else {
            let (marks, behind) = from.split_at_checked(2).unwrap_or((from, ""));
            flush(&mut out, &mut run);
            out.push_str(before);
            out.push_str(marks);
            rest = behind;
            continue;
        };
        let is_between = run.is_some() && before.bytes().all(|b| b.is_ascii_whitespace());
        if !is_between {
            flush(&mut out, &mut run);
            out.push_str(before);
        }
        match &mut run {
            Some(run) if run.charset == word.charset => run.bytes.extend(word.bytes),
            _ => {
                flush(&mut out, &mut run);
                run = Some(word);
            }
        }
        rest = behind;
    }
    flush(&mut out, &mut run);
    out.push_str(rest);
    out
}

/// Text for a header field: as it is if it is printable ASCII in words that fit on lines, else as encoded
/// words in UTF-8, with a blank between them where a line can be folded. Line ends do not get through.
pub fn encode(text: &str) -> String {
    let is_plain = |c: char| c == ' ' || c.is_ascii_graphic();
    let fits = text.split(' ').all(|word| word.len() <= LONGEST_PLAIN);
    if text.chars().all(is_plain) && fits && !text.contains("=?") {
        return text.to_owned();
    }
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if word.len() + c.len_utf8() > IN_ONE_WORD {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let encoded = words
        .iter()
        .map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word)));
    encoded.collect::<Vec<_>>().join(" ")
}

/// A header field with its line end, folded at the blanks of its value (RFC 5322 section 2.2.3).
///
/// ```
/// use netspeak_core::encoded_word;
///
/// assert_eq!(encoded_word::field("Subject", "short"), "Subject: short\r\n");
/// ```
pub fn field(name: &str, value: &str) -> String {
    let mut field = format!("{name}:");
    let mut length = field.len();
    for (place, word) in value.split(' ').enumerate() {
        // The first word stays beside the name: some readers take an empty first line for no field.
        if place > 0 && !word.is_empty() && length + 1 + word.len() > FOLD {
            field.push_str("\r\n");
            length = 0;
        }
        field.push(' ');
        field.push_str(word);
        length += 1 + word.len();
    }
    field.push_str("\r\n");
    field
}

/// Encoded words of one character set.
type Run = Word;

struct Word {
    charset: &'static encoding_rs::Encoding,
    bytes: Vec<u8>,
}

impl Word {
    /// `"=?" charset ["*" language] "?" encoding "?" encoded-text "?="`, and what follows it.
    fn parse(text: &str) -> Option<(Self, &str)> {
        let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
        let (encoding, rest) = rest.split_once('?')?;
        let (encoded, rest) = rest.split_once("?=")?;
        let name = charset.split('*').next().unwrap_or_default();
        let bytes = match encoding {
            "B" | "b" => LENIENT.decode(encoded.trim_ascii()).ok()?,
            "Q" | "q" => quoted(encoded.as_bytes()),
            _ => return None,
        };
        let charset = encoding_rs::Encoding::for_label_no_replacement(name.as_bytes())?;
        Some((Self { charset, bytes }, rest))
    }
}

fn flush(out: &mut String, run: &mut Option<Run>) {
    if let Some(run) = run.take() {
        out.push_str(&run.charset.decode_without_bom_handling(&run.bytes).0);
    }
}

/// `Q`: an underscore is a blank, `=XX` an octet (RFC 2047 section 4.2).
fn quoted(text: &[u8]) -> Vec<u8> {
    let hex = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let octet = match (byte, behind) {
            (b'=', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match (byte, octet) {
            (_, Some((high, low))) => {
                out.push(high << 4 | low);
                rest = behind.get(2..).unwrap_or_default();
            }
            (b'_', None) => out.push(b' '),
            (byte, None) => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_and_the_rest_is_kept() {
        for (field, text) in [
            ("plain", "plain"),
            ("=?utf-8?B?SsO8cmdlbg==?= <j@x.test>", "Jürgen <j@x.test>"),
            ("=?utf-8?b?SsO8cmdlbg?=", "Jürgen"),
            ("=?us-ascii*en?q?a_b=3D?=", "a b="),
            // Cut inside a character.
            ("=?utf-8?q?=C3?=\r\n =?UTF-8?Q?=BC?=", "ü"),
            ("=?utf-8?q?a?= =?iso-8859-1?q?=FC?= b", "aü b"),
            ("a =?utf-8?q?b?= c", "a b c"),
            // No encoded words.
            ("=?", "=?"),
            ("=?x?=", "=?x?="),
            ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
            ("=?klingon?q?a?=", "=?klingon?q?a?="),
            ("=?utf-8?b?*?=", "=?utf-8?b?*?="),
            ("=?utf-8?q?=zz=4?=", "=zz=4"),
        ] {
            assert_eq!(decode(field.as_bytes()), text, "{field}");
        }
        assert_eq!(decode(b"caf\xe9"), "café");
    }

    #[test]
    fn what_is_encoded_is_ascii_in_short_words_and_comes_back() {
        for text in [
            "",
            "plain",
            "Grüße",
            "a\r\nInjected: x",
            "=?x?=",
            &"€ ".repeat(100),
            &"x".repeat(2000),
        ] {
            let encoded = encode(text);
            assert!(encoded.bytes().all(|b| b == b' ' || b.is_ascii_graphic()));
            assert_eq!(decode(encoded.as_bytes()), text);
            if encoded != text {
                assert!(encoded.split(' ').all(|word| word.len() <= 75), "{encoded}");
            }
        }
    }

    #[test]
    fn fields_are_folded_at_their_blanks() {
        let value = ["someone@example.org,"; 60].join(" ");
        let folded = field("To", &value);
        assert!(folded.lines().all(|line| line.len() <= FOLD), "{folded}");
        assert_eq!(folded.replace("\r\n ", " "), format!("To: {value}\r\n"));
        // Blanks in a row make no line of blanks.
        let blanks = field("X", &format!("{}a", " ".repeat(200)));
        assert_eq!(blanks.lines().count(), 2, "{blanks}");
        let long = field("Subject", &encode(&"€".repeat(200)));
        assert!(long.lines().all(|line| line.len() <= 76), "{long}");
    }
}
