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
            "the peer closed the connection inside a message",
        ))
    }

    fn shown(event: &Dotted) -> Shown {
        match event {
            Dotted::Data(range) => Shown::Data(range.len()),
            Dotted::End => Shown::Nothing,
        }
    }
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

    proptest! {
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
