//! [`AnswerCodec`]: where answers, and the lines in them, end.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use netspeak_core::{Codec, Error, Limits, Result, Shown, Step};

use crate::menu::MenuLine;

mod plus;

pub use plus::PlusHeader;

/// A line start in a text that needs a second look.
static LF_DOT: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"\n."));

/// How far an answer's first line is looked for, which may be an error instead of what was asked for.
const ERROR_LINE: usize = 1024;

/// How an answer is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// Lines, up to one with a lone dot or to the end of the connection.
    Menu,
    /// Text, up to a line with a lone dot or to the end of the connection; dots that were doubled at
    /// the beginning of lines are undone (RFC 1436 section 3.9).
    Text,
    /// Everything up to the end of the connection.
    Bytes,
    /// Exactly so many bytes, as Gopher+ announces them.
    Exactly(u64),
}

/// What ended an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// A line with a lone dot.
    Dot,
    /// The end of the connection.
    Close,
    /// The number of bytes that was announced.
    Length,
}

/// A part of an answer; ranges of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Lines of a menu, each with its end; none of them is the final dot.
    Lines(Range<usize>),
    /// Text or bytes.
    Data(Range<usize>),
    /// The server answers with an error instead: the line of it, without its end.
    Refused(Range<usize>),
    /// A line or data without an end, and then the end of the connection.
    Last(Range<usize>),
    /// The answer is over.
    End(Ending),
}

/// Cuts an answer into its parts.
#[derive(Clone, Debug)]
pub struct AnswerCodec {
    framing: Framing,
    longest_line: usize,
    /// How much of the input is known to hold no line end.
    searched: usize,
    at_line_start: bool,
    /// The first line of a text may be an error.
    may_be_error: bool,
}

impl AnswerCodec {
    /// For an answer that is framed so.
    pub fn new(framing: Framing, limits: &Limits) -> Self {
        Self {
            framing,
            longest_line: limits.longest_line(),
            searched: 0,
            at_line_start: true,
            may_be_error: matches!(framing, Framing::Text | Framing::Bytes),
        }
    }

    /// Whether nothing more is awaited: all bytes that were announced have come.
    pub(crate) fn is_over(&self) -> bool {
        self.framing == Framing::Exactly(0)
    }

    #[cfg(feature = "net")]
    pub(crate) fn is_menu(&self) -> bool {
        self.framing == Framing::Menu
    }

    #[cfg(feature = "net")]
    pub(crate) fn is_text(&self) -> bool {
        self.framing == Framing::Text
    }

    /// An error in place of the text, once its line is complete: `None` if it is not known yet.
    fn refusal(&mut self, input: &[u8]) -> Option<Step<Event>> {
        let head = input.get(..ERROR_LINE).unwrap_or(input);
        if input.first() == Some(&b'3') {
            match memchr::memchr(b'\n', head) {
                None if head.len() < ERROR_LINE => return Some(Step::Need),
                Some(end) if is_error_line(head.get(..end).unwrap_or_default()) => {
                    let line = head.get(..end).unwrap_or_default();
                    let line = line.strip_suffix(b"\r").unwrap_or(line);
                    return Some(Step::Event {
                        consumed: end + 1,
                        event: Event::Refused(0..line.len()),
                    });
                }
                _ => {}
            }
        }
        self.may_be_error = false;
        None
    }

    /// As many whole lines as there are, up to the final dot.
    fn lines(&mut self, input: &[u8]) -> Result<Step<Event>> {
        let unseen = input.get(self.searched..).unwrap_or_default();
        let Some(last) = memchr::memrchr(b'\n', unseen).map(|at| at + self.searched) else {
            self.searched = input.len();
            // One byte over may be the CR of the line end.
            return if input.len() > self.longest_line + 1 {
                Err(self.too_long())
            } else {
                Ok(Step::Need)
            };
        };
        self.searched = 0;
        let lines = input.get(..=last).unwrap_or_default();
        let dot = dot_line(lines);
        if let Some((0, consumed)) = dot {
            let event = Event::End(Ending::Dot);
            return Ok(Step::Event { consumed, event });
        }
        let end = dot.map_or(lines.len(), |(at, _)| at);
        let lines = lines.get(..end).unwrap_or_default();
        if has_longer_line(lines, self.longest_line) {
            return Err(self.too_long());
        }
        Ok(Step::Event {
            consumed: end,
            event: Event::Lines(0..end),
        })
    }

    fn too_long(&self) -> Error {
        Error::limit("bytes in a line", self.longest_line as u64)
    }

    fn text(&mut self, input: &[u8]) -> Step<Event> {
        let mut start = 0;
        if self.at_line_start {
            let dot = match input {
                [] | [b'.'] | [b'.', b'\r'] => return Step::Need,
                [b'.', b'\n', ..] => 2,
                [b'.', b'\r', b'\n', ..] => 3,
                _ => 0,
            };
            if dot > 0 {
                return Step::Event {
                    consumed: dot,
                    event: Event::End(Ending::Dot),
                };
            }
            start = usize::from(input.starts_with(b".."));
        }
        let text = input.get(start..).unwrap_or_default();
        let end = match LF_DOT.find(text) {
            Some(at) => start + at + 1,
            None => input.len(),
        };
        self.at_line_start = end > 0 && input.get(end - 1) == Some(&b'\n');
        Step::Event {
            consumed: end,
            event: Event::Data(start..end),
        }
    }
}

/// Whether one of these lines is longer, looking at one line end for each stretch that long.
fn has_longer_line(mut lines: &[u8], longest: usize) -> bool {
    // One byte over may be the CR of the line end, the next one its LF.
    let room = longest.saturating_add(2);
    while lines.len() > room {
        let stretch = lines.get(..room).unwrap_or_default();
        let Some(end) = memchr::memrchr(b'\n', stretch) else {
            return true;
        };
        lines = lines.get(end + 1..).unwrap_or_default();
    }
    false
}

/// Where the line with the lone dot is among these lines, and how long it is.
fn dot_line(lines: &[u8]) -> Option<(usize, usize)> {
    let length = |at: usize| match lines.get(at..)? {
        [b'.', b'\n', ..] => Some(2),
        [b'.', b'\r', b'\n', ..] => Some(3),
        _ => None,
    };
    let behind = LF_DOT.find_iter(lines).map(|at| at + 1);
    let mut starts = std::iter::once(0).chain(behind);
    starts.find_map(|at| Some((at, length(at)?)))
}

/// `3text TAB selector TAB host TAB port`, all of it: no text begins like this.
fn is_error_line(line: &[u8]) -> bool {
    let parsed = MenuLine::parse(line.strip_suffix(b"\r").unwrap_or(line));
    parsed
        .item()
        .is_some_and(|item| item.is_error() && item.host.is_some() && item.port.is_some())
}

impl Codec for AnswerCodec {
    type Event = Event;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Event>> {
        if input.is_empty() && !self.is_over() {
            return Ok(Step::Need);
        }
        if self.may_be_error
            && let Some(step) = self.refusal(input)
        {
            return Ok(step);
        }
        match &mut self.framing {
            Framing::Menu => self.lines(input),
            Framing::Text => Ok(self.text(input)),
            Framing::Bytes => Ok(Step::Event {
                consumed: input.len(),
                event: Event::Data(0..input.len()),
            }),
            Framing::Exactly(0) => Ok(Step::Event {
                consumed: 0,
                event: Event::End(Ending::Length),
            }),
            Framing::Exactly(left) => {
                let size = usize::try_from(*left)
                    .unwrap_or(usize::MAX)
                    .min(input.len());
                *left -= size as u64;
                Ok(Step::Event {
                    consumed: size,
                    event: Event::Data(0..size),
                })
            }
        }
    }

    fn eof(&mut self, rest: &[u8]) -> Result<Event> {
        if let Framing::Exactly(left) = self.framing {
            return match left {
                0 => Ok(Event::End(Ending::Length)),
                _ => Err(Error::closed(format!(
                    "the server closed the connection {left} bytes too early"
                ))),
            };
        }
        let may_be_dot = match self.framing {
            Framing::Menu => true,
            Framing::Text => self.at_line_start,
            _ => false,
        };
        let line = rest.strip_suffix(b"\r").unwrap_or(rest);
        Ok(match rest {
            [] => Event::End(Ending::Close),
            _ if may_be_dot && line == b"." => Event::End(Ending::Dot),
            _ if self.may_be_error && is_error_line(rest) => Event::Refused(0..line.len()),
            _ => Event::Last(0..rest.len()),
        })
    }

    fn shown(event: &Event) -> Shown {
        match event {
            Event::Lines(line) | Event::Refused(line) => Shown::Line(line.clone()),
            Event::Data(data) | Event::Last(data) => Shown::Data(data.len()),
            Event::End(_) => Shown::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netspeak_core::testing::{Piece, assert_every_split};

    fn codec(framing: Framing) -> AnswerCodec {
        AnswerCodec::new(framing, &Limits::default())
    }

    fn splits(framing: Framing, input: &[u8], expected: &[Piece<Event>]) {
        assert_every_split(
            || codec(framing),
            |event, bytes| match event {
                Event::Data(range) => Some(Piece::Data(bytes[range].to_vec())),
                Event::Lines(range) => Some(Piece::Data(bytes[range].to_vec())),
                // Whoever reads stops here.
                Event::End(Ending::Length) => None,
                other => Some(Piece::Event(other)),
            },
            input,
            expected,
        );
    }

    #[test]
    fn a_text_ends_with_a_lone_dot_and_loses_doubled_ones() {
        for (input, text) in [
            ("a\r\n..b\r\n.\r\n", "a\r\n.b\r\n"),
            ("..\r\n.\r\n", ".\r\n"),
            ("a\n.\n", "a\n"),
            (".\r\n", ""),
            // Not doubled, and no lone dot: left as it is.
            (".profile\r\n.\r\n", ".profile\r\n"),
            ("a\r\n.\rb\r\n.\r\n", "a\r\n.\rb\r\n"),
        ] {
            let mut expected = vec![Piece::Data(text.into())];
            expected.retain(|piece| *piece != Piece::Data(Vec::new()));
            expected.push(Piece::Event(Event::End(Ending::Dot)));
            splits(Framing::Text, input.as_bytes(), &expected);
        }
    }

    #[test]
    fn bytes_are_left_alone() {
        let input = b"\x89PNG..\r\n.\r\n";
        splits(Framing::Bytes, input, &[Piece::Data(input.to_vec())]);
    }

    #[test]
    fn a_length_is_kept_to_the_byte() {
        let mut left = codec(Framing::Exactly(5));
        let step = left.decode(b"helloworld").unwrap();
        assert_eq!(
            step,
            Step::Event {
                consumed: 5,
                event: Event::Data(0..5)
            }
        );
        assert_eq!(left.eof(b"").unwrap(), Event::End(Ending::Length));
        let mut short = codec(Framing::Exactly(5));
        assert!(short.decode(b"hell").is_ok());
        assert_eq!(
            short.eof(b"").unwrap_err().kind().to_string(),
            "proto.closed"
        );
    }

    #[test]
    fn a_menu_is_lines_up_to_the_dot() {
        splits(
            Framing::Menu,
            b"iA\t\t\t0\r\n\r\n1b\t/b\n.\r\n",
            &[
                Piece::Data(b"iA\t\t\t0\r\n\r\n1b\t/b\n".to_vec()),
                Piece::Event(Event::End(Ending::Dot)),
            ],
        );
    }

    #[test]
    fn an_error_in_place_of_a_text_is_one() {
        let error = b"3'/nope' doesn't exist!\t\terror.host\t1\r\n";
        for framing in [Framing::Text, Framing::Bytes] {
            splits(
                framing,
                error,
                &[Piece::Event(Event::Refused(0..error.len() - 2))],
            );
            // Texts that begin with a 3 are texts.
            let text = b"3 pigs\tin\ta row\r\n";
            splits(framing, text, &[Piece::Data(text.to_vec())]);
        }
        let mut long = codec(Framing::Text);
        assert!(matches!(
            long.decode(&[b'3'; ERROR_LINE]).unwrap(),
            Step::Event { .. }
        ));
    }

    #[test]
    fn the_end_of_the_connection_ends_what_has_no_dot() {
        for (framing, input, expected) in [
            (Framing::Text, "no end", Event::End(Ending::Close)),
            (Framing::Text, "a\n.", Event::End(Ending::Dot)),
            (Framing::Text, "a.", Event::End(Ending::Close)),
            (Framing::Text, "3", Event::Last(0..1)),
            (Framing::Text, "3gone\t\th\t1", Event::Refused(0..10)),
            (Framing::Menu, "1a\t/a", Event::Last(0..5)),
            (Framing::Menu, "iA\n.\r", Event::End(Ending::Dot)),
            (Framing::Bytes, "a\n.", Event::End(Ending::Close)),
            (Framing::Bytes, "", Event::End(Ending::Close)),
        ] {
            let mut codec = codec(framing);
            let mut rest = input.as_bytes();
            while !rest.is_empty()
                && let Step::Event { consumed, .. } = codec.decode(rest).unwrap()
            {
                rest = &rest[consumed..];
            }
            assert_eq!(codec.eof(rest).unwrap(), expected, "{framing:?} {input:?}");
        }
    }

    #[test]
    fn an_endless_line_is_an_error() {
        let mut limits = Limits::default();
        limits.line = Some(100);
        let mut codec = AnswerCodec::new(Framing::Menu, &limits);
        let error = codec.decode(&[b'i'; 102]).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.too_large");
        for (length, is_too_long) in [(100, false), (101, true), (500, true)] {
            let line = [&vec![b'i'; length][..], b"\r\n"].concat();
            let lines = [b"i\r\n".repeat(100), line, b"i\r\n".repeat(100)].concat();
            let mut codec = AnswerCodec::new(Framing::Menu, &limits);
            assert_eq!(codec.decode(&lines).is_err(), is_too_long, "{length}");
        }
    }
}
