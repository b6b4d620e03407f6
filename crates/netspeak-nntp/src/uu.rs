//! uuencode: binary files in articles of old, decoded in pieces (POSIX `uudecode`).
//!
//! A file stands between `begin MODE NAME` and `end`. Each line between them begins with a letter for
//! its number of bytes, and then has four letters for every three bytes. There is no checksum.
//!
//! ```
//! use netspeak_nntp::uu::{Decoder, Event};
//!
//! let mut decoder = Decoder::new();
//! let mut file = Vec::new();
//! let events = decoder.decode(b"begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n", &mut file);
//! assert_eq!(file, b"Cat");
//! assert!(matches!(&events[..], [Event::Begin(head), Event::End(_)] if head.name() == "cat.txt"));
//! ```

use std::borrow::Cow;
use std::mem;

use netspeak_core::{LocalName, NameRules};

/// The longest line that is looked at, in bytes. Lines of data have 61.
const LONGEST_LINE: usize = 512;

/// Decodes articles with uuencoded files, given in pieces of any size, their dots undone.
///
/// What stands around the files is passed over. Blanks at the end of lines may be missing, and lines of a
/// file that cannot be its data are counted and passed over as well: [`End::damaged`].
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    line: Vec<u8>,
    is_too_long: bool,
    /// What is known of the file that is being decoded, if one is.
    file: Option<End>,
}

/// What a [`Decoder`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A file begins. With several in one piece, its bytes are those from [`Head::at`] on.
    Begin(Head),
    /// A file ends.
    End(End),
}

/// The line that a file begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// The permissions its poster gave it, as Unix writes them.
    pub mode: u16,
    /// The name of the file just as it came. It may hold anything, folders too.
    pub raw_name: Vec<u8>,
    /// How many bytes the output had when it began.
    pub at: usize,
}

/// A file, as far as it was decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct End {
    /// How many bytes there are.
    pub len: u64,
    /// How many lines were no data.
    pub damaged: u64,
    /// Whether there was a line that ends it.
    pub complete: bool,
}

impl Decoder {
    /// A decoder for an article that begins with the next byte.
    pub fn new() -> Self {
        Self::default()
    }

    /// A decoder for an article that goes on with the file of another one, without a `begin` line.
    pub fn resumed() -> Self {
        Self {
            file: Some(End::default()),
            ..Self::default()
        }
    }

    /// Reads a piece, adds the bytes of the file to `out` (63 a line at most), and tells what began and ended in it.
    pub fn decode(&mut self, mut piece: &[u8], out: &mut Vec<u8>) -> Vec<Event> {
        let mut events = Vec::new();
        while !piece.is_empty() {
            let end = memchr::memchr(b'\n', piece);
            let (line, rest) = match end {
                Some(end) => (piece.get(..end), piece.get(end.saturating_add(1)..)),
                None => (Some(piece), None),
            };
            let line = line.unwrap_or_default();
            piece = rest.unwrap_or_default();
            if self.line.len().saturating_add(line.len()) > LONGEST_LINE {
                self.is_too_long = true;
                self.line.clear();
            } else if !self.is_too_long {
                self.line.extend_from_slice(line);
            }
            if end.is_some() {
                events.extend(self.end_line(out));
            }
        }
        events
    }

    /// The article has come to its end: the file that has none, if there is one. What was given of a last
    /// line without line end is decoded before.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Option<Event> {
        let event = self.end_line(out);
        event.or_else(|| self.file.map(Event::End))
    }

    fn end_line(&mut self, out: &mut Vec<u8>) -> Option<Event> {
        let mut line = mem::take(&mut self.line);
        let is_too_long = mem::take(&mut self.is_too_long);
        let text = line.strip_suffix(b"\r").unwrap_or(&line);
        let event = match &mut self.file {
            None if is_too_long => None,
            None => head(text, out.len()).map(|head| {
                self.file = Some(End::default());
                Event::Begin(head)
            }),
            Some(file) if text.trim_ascii_end() == b"end" => {
                file.complete = true;
                self.file.take().map(Event::End)
            }
            Some(file) => {
                let before = out.len();
                if is_too_long || !decode_line(text, out) {
                    file.damaged = file.damaged.saturating_add(1);
                }
                file.len = file.len.saturating_add((out.len() - before) as u64);
                None
            }
        };
        // Its room is for the next one.
        line.clear();
        self.line = line;
        event
    }
}

impl Head {
    /// The name of the file as text: UTF-8, or else Latin-1.
    pub fn name(&self) -> Cow<'_, str> {
        crate::text::name(&self.raw_name)
    }

    /// A name under which the file can be stored in a folder of ours, as [`LocalName::fitted`] makes it.
    pub fn local_name(&self, rules: NameRules) -> Option<LocalName> {
        LocalName::fitted(&self.name(), rules)
    }
}

/// `begin MODE NAME`
fn head(line: &[u8], at: usize) -> Option<Head> {
    let rest = line.strip_prefix(b"begin ")?.trim_ascii_start();
    let blank = memchr::memchr(b' ', rest)?;
    let (mode, name) = rest.split_at_checked(blank)?;
    let is_octal =
        (3..=4).contains(&mode.len()) && mode.iter().all(|digit| (b'0'..=b'7').contains(digit));
    let mode = std::str::from_utf8(mode).ok().filter(|_| is_octal)?;
    let raw_name = name.trim_ascii().to_vec();
    Some(Head {
        mode: u16::from_str_radix(mode, 8).ok()?,
        at,
        raw_name,
    })
    .filter(|head| !head.raw_name.is_empty())
}

/// Adds the bytes of a line, and tells whether it is one of data.
fn decode_line(line: &[u8], out: &mut Vec<u8>) -> bool {
    let Some((count, letters)) = line.split_first() else {
        // The line before `end`, whose only blank is gone.
        return true;
    };
    let Some(count) = sextet(*count).map(usize::from) else {
        return false;
    };
    // What is behind is a checksum of some encoders, or was added on the way.
    let most = count.div_ceil(3).saturating_mul(4);
    let letters = letters.get(..most).unwrap_or(letters);
    if letters.iter().any(|letter| sextet(*letter).is_none()) {
        return false;
    }
    let before = out.len();
    let missing = std::iter::repeat_n(&b' ', most.saturating_sub(letters.len()));
    let mut sextets = letters
        .iter()
        .chain(missing)
        .filter_map(|letter| sextet(*letter));
    while let (Some(a), Some(b), Some(c), Some(d)) = (
        sextets.next(),
        sextets.next(),
        sextets.next(),
        sextets.next(),
    ) {
        out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    out.truncate(before.saturating_add(count));
    true
}

/// Six bits of a letter: a blank is 0, and so is a backquote.
fn sextet(letter: u8) -> Option<u8> {
    matches!(letter, b' '..=b'`').then(|| letter.wrapping_sub(b' ') & 0x3f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use netspeak_core::testing::unescape;
    use proptest::prelude::*;

    fn decode(article: &[u8], size: usize) -> (Vec<Event>, Vec<u8>) {
        let (mut decoder, mut out) = (Decoder::new(), Vec::new());
        let mut events: Vec<_> = article
            .chunks(size)
            .flat_map(|piece| decoder.decode(piece, &mut out))
            .collect();
        events.extend(decoder.finish(&mut out));
        (events, out)
    }

    #[test]
    fn the_article_of_the_cases_is_read_rightly() {
        let rows = include_str!("../tests/vectors/uu.jsonl");
        for line in rows.lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let article = unescape(row["input"].as_str().unwrap());
            for size in 1..article.len() {
                let (events, data) = decode(&article, size);
                let [Event::Begin(head), Event::End(end)] = &events[..] else {
                    panic!("{events:?}");
                };
                assert_eq!(head.name(), row["right"]["name"].as_str().unwrap());
                assert_eq!(data, unescape(row["right"]["data"].as_str().unwrap()));
                assert_eq!((end.len, end.damaged), (data.len() as u64, 0));
                assert!(end.complete);
            }
        }
        assert_eq!(rows.lines().count(), 1);
    }

    #[test]
    fn odd_lines_are_read_as_they_are_meant() {
        for (line, data) in [
            ("#0V%T", &b"Cat"[..]),
            ("\"0V$ ", b"Ca"),
            ("\"0V$", b"Ca"),
            ("!0P``", b"C"),
            ("!0P", b"C"),
            ("#    ", b"\0\0\0"),
            ("#", b"\0\0\0"),
            ("#0V%TX", b"Cat"),
            ("`", b""),
            (" ", b""),
            ("", b""),
        ] {
            let mut out = Vec::new();
            assert!(decode_line(line.as_bytes(), &mut out), "{line:?}");
            assert_eq!(out, data, "{line:?}");
        }
        for line in ["Hello there", "#0V\x7fT", "\u{80}", "a"] {
            let mut out = Vec::new();
            assert!(!decode_line(line.as_bytes(), &mut out), "{line:?}");
            assert!(out.is_empty());
        }
    }

    #[test]
    fn only_a_whole_first_line_begins_a_file() {
        for line in [
            "begin",
            "begin 644",
            "begin 644 ",
            "begin 64 a",
            "begin 648 a",
            "beginning 644 a",
            " begin 644 a",
        ] {
            assert_eq!(head(line.as_bytes(), 0), None, "{line:?}");
        }
        let head = head(b"begin 0755  a b ", 3).unwrap();
        assert_eq!((head.mode, head.at, head.name()), (0o755, 3, "a b".into()));
    }

    #[test]
    fn files_are_told_apart_and_damage_is_counted() {
        let long = "M".repeat(LONGEST_LINE + 1);
        let article = format!(
            "text\nbegin 644 a\n#0V%T\nwhat is this\n{long}\nend\n{long}\nbegin 644 b\n#0V%T\r\n#0V%T"
        );
        for size in [1, 7, 10_000] {
            let (events, data) = decode(article.as_bytes(), size);
            assert_eq!(data, b"CatCatCat");
            let [
                Event::Begin(a),
                Event::End(first),
                Event::Begin(b),
                Event::End(second),
            ] = &events[..]
            else {
                panic!("{events:?}");
            };
            assert_eq!((a.name(), b.name(), b.at), ("a".into(), "b".into(), 3));
            assert_eq!((first.len, first.damaged), (3, 2));
            assert_eq!((second.len, second.damaged), (6, 0));
            assert!(first.complete && !second.complete);
        }
        let mut out = Vec::new();
        let events = Decoder::resumed().decode(b"#0V%T\r\n`\r\nend\r\n", &mut out);
        assert_eq!((out, events.len()), (b"Cat".to_vec(), 1));
    }

    fn encode(data: &[u8]) -> String {
        let letter = |bits: u8| char::from(if bits == 0 { b'`' } else { bits + 32 });
        let mut text = "begin 644 f\r\n".to_owned();
        for line in data.chunks(45) {
            text.push(letter(line.len() as u8));
            for three in line.chunks(3) {
                let byte = |at| three.get(at).copied().unwrap_or(0);
                let (a, b, c) = (byte(0), byte(1), byte(2));
                text.extend(
                    [
                        a >> 2,
                        (a & 3) << 4 | b >> 4,
                        (b & 15) << 2 | c >> 6,
                        c & 63,
                    ]
                    .map(letter),
                );
            }
            text.push_str("\r\n");
        }
        text + "`\r\nend\r\n"
    }

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(data in prop::collection::vec(any::<u8>(), 0..300), size in 1usize..99) {
            let (events, found) = decode(encode(&data).as_bytes(), size);
            prop_assert_eq!(events.len(), 2);
            prop_assert_eq!(found, data);
        }

        #[test]
        fn any_bytes_in_any_pieces_mean_the_same(
            lines in prop::collection::vec(prop_oneof![
                prop::sample::select(vec!["begin 644 a\n", "end\n", "\n", "M", "`\r\n"]).prop_map(|line| line.as_bytes().to_vec()),
                prop::collection::vec(any::<u8>(), 0..70),
            ], 0..30),
            size in 1usize..99,
        ) {
            let article = lines.concat();
            let (events, data) = decode(&article, size);
            let newlines = article.iter().filter(|byte| **byte == b'\n').count();
            prop_assert!(data.len() <= 63 * (newlines + 1));
            prop_assert_eq!((events, data), decode(&article, article.len().max(1)));
        }
    }
}
