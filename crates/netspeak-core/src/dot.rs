//! Dot-stuffing, both ways: text that ends in a line with a lone dot
//! (RFC 1939 section 3, RFC 5321 section 4.5.2, RFC 3977 section 3.1.1).

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;

use crate::codec::{Codec, Shown, Step};
use crate::error::{Error, Result};

/// A line start that needs a second look.
static CRLF_DOT: LazyLock<memmem::Finder<'static>> =
    LazyLock::new(|| memmem::Finder::new(b"\r\n."));

/// Part of a dot-stuffed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dotted {
    /// Text, byte for byte as it was before stuffing.
    Data(Range<usize>),
    /// The closing dot. What came before it ends in CR LF, or was empty.
    End,
}

/// Undoes dot-stuffing without copying.
///
/// Only CR LF `.` CR LF ends the text (the line end before the first line counts). A bare LF is
/// text, so a message that contains LF `.` LF cannot end early and leave its rest to be taken for
/// replies. Nothing is buffered: pieces pass as ranges of the input.
#[derive(Clone, Debug)]
pub struct DotDecoder {
    at_line_start: bool,
}

impl DotDecoder {
    /// A decoder for a text whose first line begins with the next byte.
    pub fn new() -> Self {
        Self {
            at_line_start: true,
        }
    }
}

impl Default for DotDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Codec for DotDecoder {
    type Event = Dotted;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Dotted>> {
        let mut start = 0;
        if self.at_line_start {
            match input {
                [] | [b'.'] | [b'.', b'\r'] => return Ok(Step::Need),
                [b'.', b'\r', b'\n', ..] => {
                    self.at_line_start = false;
                    return Ok(Step::Event {
                        consumed: 3,
                        event: Dotted::End,
                    });
                }
                [b'.', ..] => start = 1,
                _ => {}
            }
        }
        let text = input.get(start..).unwrap_or_default();
        let (end, at_line_start) = match CRLF_DOT.find(text) {
            Some(at) => (start + at + 2, true),
            None if text.ends_with(b"\r\n") => (input.len(), true),
            // The CR may be the first byte of a line end.
            None if text.ends_with(b"\r") => (input.len() - 1, false),
            None => (input.len(), false),
        };
        if end == start {
            // Either nothing at all, or one CR. A dot already looked at is looked at again.
            return Ok(Step::Need);
        }
        self.at_line_start = at_line_start;
        Ok(Step::Event {
            consumed: end,
            event: Dotted::Data(start..end),
        })
    }

    fn eof(&mut self, _: &[u8]) -> Result<Dotted> {
        Err(Error::closed(
            "the server closed the connection in the middle of a message",
        ))
    }

    fn shown(event: &Dotted) -> Shown {
        match event {
            Dotted::Data(range) => Shown::Data(range.len()),
            Dotted::End => Shown::Nothing,
        }
    }
}

/// What to do with a CR or LF that is no part of a CR LF.
///
/// Where one server sees a line end and another does not, a message can carry commands for the
/// second. So text never leaves with such bytes in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LineEndings {
    /// Each becomes a CR LF, so that all servers see one text.
    #[default]
    Normalize,
    /// It is an error.
    Refuse,
}

/// Makes text ready for the way to a server: line ends made CR LF, and dots stuffed.
///
/// Text comes in pieces of any size, and the cuts do not show in what comes out. Nothing is looked
/// at byte by byte, and stretches without need for change are copied whole.
///
/// ```
/// use netspeak_core::{DotEncoder, LineEndings};
///
/// # fn main() -> netspeak_core::Result<()> {
/// let mut dots = DotEncoder::new(LineEndings::Normalize);
/// let mut wire = Vec::new();
/// dots.encode(b"first\n.sec", &mut wire)?;
/// dots.encode(b"ond", &mut wire)?;
/// dots.finish(&mut wire)?;
/// assert_eq!(wire, b"first\r\n..second\r\n.\r\n");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DotEncoder {
    endings: LineEndings,
    stuffing: Stuffing,
    at_line_start: bool,
    after_cr: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stuffing {
    Dots,
    Nothing,
}

impl DotEncoder {
    /// For text that ends in a line with a lone dot.
    pub fn new(endings: LineEndings) -> Self {
        Self {
            endings,
            stuffing: Stuffing::Dots,
            at_line_start: true,
            after_cr: false,
        }
    }

    /// For text whose length is told beforehand: only line ends are looked after.
    pub fn without_dots(endings: LineEndings) -> Self {
        Self {
            stuffing: Stuffing::Nothing,
            ..Self::new(endings)
        }
    }

    /// Adds the next piece of text to `out`.
    ///
    /// # Errors
    /// [`Error::Usage`] for a lone CR or LF under [`LineEndings::Refuse`]; what was added to `out`
    /// before it is of no use then.
    pub fn encode(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let rest = self.encode_or_keep(text, out)?;
        out.extend_from_slice(rest);
        Ok(())
    }

    /// As [`encode`](Self::encode), but what is left of the text once nothing in it has to be changed
    /// any more is given back instead of being copied: it goes behind `out`. Text that is as it should
    /// be comes back whole.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn encode_or_keep<'t>(&mut self, text: &'t [u8], out: &mut Vec<u8>) -> Result<&'t [u8]> {
        let Some(&first) = text.first() else {
            return Ok(text);
        };
        if self.keeps(first, text) {
            self.at_line_start = text.ends_with(b"\r\n");
            return Ok(text);
        }
        // Where the stretch begins that is not copied yet, and where to look next.
        let (mut from, mut at) = (0, 0);
        if std::mem::take(&mut self.after_cr) {
            if first == b'\n' {
                at = 1;
            } else {
                self.lone("carriage return")?;
                out.push(b'\n');
            }
            self.at_line_start = true;
        }
        loop {
            if self.at_line_start && self.stuffing == Stuffing::Dots && text.get(at) == Some(&b'.')
            {
                out.extend_from_slice(text.get(from..at).unwrap_or_default());
                out.push(b'.');
                from = at;
            }
            let rest = text.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'\r', b'\n', rest) else {
                self.at_line_start &= rest.is_empty();
                break;
            };
            let end = at + found;
            match (rest.get(found), rest.get(found + 1)) {
                (Some(b'\r'), Some(b'\n')) => at = end + 2,
                (Some(b'\r'), None) => {
                    self.after_cr = true;
                    self.at_line_start = false;
                    break;
                }
                (Some(b'\r'), _) => {
                    self.lone("carriage return")?;
                    out.extend_from_slice(text.get(from..=end).unwrap_or_default());
                    out.push(b'\n');
                    at = end + 1;
                    from = at;
                }
                _ => {
                    self.lone("line feed")?;
                    out.extend_from_slice(text.get(from..end).unwrap_or_default());
                    out.push(b'\r');
                    from = end;
                    at = end + 1;
                }
            }
            self.at_line_start = true;
        }
        Ok(text.get(from..).unwrap_or_default())
    }

    /// Whether a text is known to be as it should be, by a look that costs next to nothing. No is no
    /// answer.
    fn keeps(&self, first: u8, text: &[u8]) -> bool {
        if self.after_cr || first == b'\n' || !has_whole_line_ends(text) {
            return false;
        }
        let has_dot = || (self.at_line_start && first == b'.') || CRLF_DOT.find(text).is_some();
        self.stuffing == Stuffing::Nothing || !has_dot()
    }

    /// Ends the text: a last line without line end gets one, then comes the closing dot. Nothing
    /// is added to a text that ends in a line end.
    ///
    /// # Errors
    /// As [`encode`](Self::encode), if the text ended in a lone CR.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if std::mem::take(&mut self.after_cr) {
            self.lone("carriage return")?;
            out.push(b'\n');
        } else if !self.at_line_start {
            out.extend_from_slice(b"\r\n");
        }
        self.at_line_start = true;
        if self.stuffing == Stuffing::Dots {
            out.extend_from_slice(b".\r\n");
        }
        Ok(())
    }

    fn lone(&self, what: &str) -> Result<()> {
        match self.endings {
            LineEndings::Normalize => Ok(()),
            LineEndings::Refuse => Err(Error::usage(format!(
                "the text contains a lone {what}, which servers read differently"
            ))),
        }
    }
}

/// Whether each CR stands before an LF and each LF behind a CR; the ends of the text are the caller's
/// to look at, but a CR at the very end is none.
///
/// The inner loop has no way out, so that the compiler makes it one of wide registers.
fn has_whole_line_ends(text: &[u8]) -> bool {
    const BLOCK: usize = 4096;
    let behind = text.get(1..).unwrap_or_default();
    let is_odd = |(here, next): (&[u8], &[u8])| {
        let pairs = here.iter().zip(next);
        pairs.fold(0, |odd, (here, next)| {
            odd | (u8::from(*here == b'\r') ^ u8::from(*next == b'\n'))
        }) != 0
    };
    let ends_whole = text.last() != Some(&b'\r');
    ends_whole && !text.chunks(BLOCK).zip(behind.chunks(BLOCK)).any(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The text and how many bytes it took on the wire.
    fn decode(input: &[u8], piece: usize) -> Option<(Vec<u8>, usize)> {
        let mut decoder = DotDecoder::new();
        let (mut text, mut from) = (Vec::new(), 0);
        let mut available = 0;
        while available < input.len() {
            available = (available + piece).min(input.len());
            while let Step::Event { consumed, event } =
                decoder.decode(&input[from..available]).unwrap()
            {
                let view = &input[from..from + consumed];
                from += consumed;
                match event {
                    Dotted::Data(range) => text.extend_from_slice(&view[range]),
                    Dotted::End => return Some((text, from)),
                }
            }
        }
        None
    }

    #[test]
    fn known_texts() {
        let cases: &[(&[u8], Option<&[u8]>)] = &[
            (b".\r\n", Some(b"")),
            (b"a\r\n.\r\n", Some(b"a\r\n")),
            (b"..\r\n.\r\n", Some(b".\r\n")),
            (b"a\r\n..b\r\n...\r\n.\r\n", Some(b"a\r\n.b\r\n..\r\n")),
            (b".a\r\n.\r\n", Some(b"a\r\n")),
            // Not an end: bare LF around the dot, or CR without LF.
            (b"a\n.\nb\r\n.\r\n", Some(b"a\n.\nb\r\n")),
            (b"a\n.\r\nb\r\n.\r\n", Some(b"a\n.\r\nb\r\n")),
            (b"a\r\n.\nb\r\n.\r\n", Some(b"a\r\n\nb\r\n")),
            (b"a\r.\r\n\r\r\n.\r\n", Some(b"a\r.\r\n\r\r\n")),
            (b"\r\n.\r\n", Some(b"\r\n")),
            (b"a\r\n.\r", None),
            (b"a", None),
        ];
        for (wire, text) in cases {
            for piece in 1..=wire.len() {
                let found = decode(wire, piece);
                assert_eq!(
                    found.as_ref().map(|(t, _)| t.as_slice()),
                    *text,
                    "{wire:?} by {piece}"
                );
            }
        }
    }

    fn encode(text: &[u8], piece: usize, mut dots: DotEncoder) -> Result<Vec<u8>> {
        let mut wire = Vec::new();
        for piece in text.chunks(piece.max(1)) {
            dots.encode(piece, &mut wire)?;
        }
        dots.finish(&mut wire)?;
        Ok(wire)
    }

    #[test]
    fn known_texts_on_the_wire() {
        for (text, wire) in [
            (&b""[..], &b".\r\n"[..]),
            (b"a\r\n", b"a\r\n.\r\n"),
            (b"a", b"a\r\n.\r\n"),
            (b"a\n", b"a\r\n.\r\n"),
            (b"a\r", b"a\r\n.\r\n"),
            (b".", b"..\r\n.\r\n"),
            (b".\r\n.\r\n", b"..\r\n..\r\n.\r\n"),
            (b"a\n.\nb\r.\rc", b"a\r\n..\r\nb\r\n..\r\nc\r\n.\r\n"),
            (b"\r\r\n", b"\r\n\r\n.\r\n"),
            (b"\n\r\n\n", b"\r\n\r\n\r\n.\r\n"),
            (b"a.b\r\nc..\r\n", b"a.b\r\nc..\r\n.\r\n"),
        ] {
            for piece in 1..=text.len().max(1) {
                let found = encode(text, piece, DotEncoder::new(LineEndings::Normalize));
                assert_eq!(found.unwrap(), wire, "{text:?} by {piece}");
            }
        }
    }

    #[test]
    fn lone_line_ends_are_refused_on_request_wherever_they_are_cut() {
        for text in [&b"a\nb"[..], b"a\rb", b"\n", b"\r", b"a\r\r\nb"] {
            for piece in 1..=text.len() {
                let refused = encode(text, piece, DotEncoder::new(LineEndings::Refuse));
                assert_eq!(refused.unwrap_err().kind().to_string(), "usage");
            }
        }
        let kept = encode(b"a\r\n.b", 1, DotEncoder::without_dots(LineEndings::Refuse));
        assert_eq!(kept.unwrap(), b"a\r\n.b\r\n");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_to_the_same_lines(
            text in "[.a\r\n\u{e9}]{0,24}",
            piece in 1usize..9,
            piece_back in 1usize..9,
        ) {
            let wire = encode(text.as_bytes(), piece, DotEncoder::new(LineEndings::Normalize)).unwrap();
            let mut expected = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
            if !expected.is_empty() && !expected.ends_with("\r\n") {
                expected.push_str("\r\n");
            }
            let (found, used) = decode(&wire, piece_back).unwrap();
            prop_assert_eq!(&found, expected.as_bytes());
            prop_assert_eq!(used, wire.len());
            let plain = encode(text.as_bytes(), piece, DotEncoder::without_dots(LineEndings::Normalize)).unwrap();
            prop_assert_eq!(&plain, expected.as_bytes());
        }

        #[test]
        fn any_text_comes_back_and_nothing_behind_it_is_touched(
            lines in prop::collection::vec("[.a\r\u{e9}]{0,4}", 0..8),
            piece in 1usize..9,
        ) {
            let text: Vec<u8> = lines.iter().flat_map(|l| format!("{l}\r\n").into_bytes()).collect();
            let mut wire = Vec::new();
            let mut at_start = true;
            for (i, &b) in text.iter().enumerate() {
                if at_start && b == b'.' { wire.push(b'.'); }
                wire.push(b);
                at_start = b == b'\n' && i > 0 && text[i - 1] == b'\r';
            }
            wire.extend_from_slice(b".\r\n");
            let sent = wire.len();
            wire.extend_from_slice(b"+OK next\r\n");
            let (found, used) = decode(&wire, piece).unwrap();
            prop_assert_eq!(found, text);
            prop_assert_eq!(used, sent);
        }
    }
}
