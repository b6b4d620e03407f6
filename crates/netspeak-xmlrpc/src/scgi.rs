//! SCGI: a request as a netstring, an answer as of CGI (<https://python.ca/scgi/protocol.txt>), for servers such as
//! rTorrent that have no HTTP.

use std::ops::Range;

use netspeak_core::{Codec, Error as CoreError, Shown, Step, closed_early};

/// What goes before the body of a request.
pub(crate) fn head(uri: &str, length: usize) -> String {
    let fields = [
        ("CONTENT_LENGTH", length.to_string().as_str()),
        ("SCGI", "1"),
        ("REQUEST_METHOD", "POST"),
        ("REQUEST_URI", uri),
        ("CONTENT_TYPE", "text/xml"),
    ]
    .map(|(name, value)| format!("{name}\0{value}\0"))
    .concat();
    format!("{}:{fields},", fields.len())
}

/// What the head of an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// The server's words beside the status.
    pub(crate) words: Vec<u8>,
    length: Option<u64>,
}

impl Head {
    fn parse(bytes: &[u8]) -> Result<Self, CoreError> {
        let mut head = Self {
            status: 200,
            words: Vec::new(),
            length: None,
        };
        for line in bytes.split(|byte| *byte == b'\n') {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            let malformed = || CoreError::malformed("a header field of CGI", line);
            let colon = memchr::memchr(b':', line).ok_or_else(malformed)?;
            let (name, value) = line.split_at_checked(colon).ok_or_else(malformed)?;
            let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
            if name.eq_ignore_ascii_case(b"status") {
                let (code, words) = value.split_at_checked(3).ok_or_else(malformed)?;
                head.status = number(code).ok_or_else(malformed)?;
                head.words = words.trim_ascii().to_vec();
            } else if name.eq_ignore_ascii_case(b"content-length") {
                head.length = Some(number(value).ok_or_else(malformed)?);
            }
        }
        Ok(head)
    }
}

fn number<T: std::str::FromStr>(digits: &[u8]) -> Option<T> {
    netspeak_core::text::digits(std::str::from_utf8(digits).ok()?)
}

/// What an answer is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Head(Head),
    Body(Range<usize>),
    End,
}

/// Reads one answer: a head, a body of the length that it tells, or up to the end of the connection.
#[derive(Debug)]
pub(crate) struct AnswerCodec {
    most_head: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    Head { seen: usize },
    Body { left: Option<u64> },
}

/// One event is no larger.
const PIECE: usize = 256 * 1024;

impl AnswerCodec {
    pub(crate) fn new(most_head: usize) -> Self {
        Self {
            most_head,
            state: State::Head { seen: 0 },
        }
    }

    fn head(&mut self, input: &[u8], seen: usize) -> Result<Step<Event>, CoreError> {
        // The empty line may have begun in what was looked at.
        let from = seen.saturating_sub(3);
        let Some(end) = end_of_head(input, from) else {
            if input.len() > self.most_head {
                return Err(CoreError::limit(
                    "bytes in the head of an answer",
                    self.most_head as u64,
                ));
            }
            self.state = State::Head { seen: input.len() };
            return Ok(Step::Need);
        };
        let head = Head::parse(input.get(..end).unwrap_or_default())?;
        self.state = State::Body { left: head.length };
        Ok(Step::Event {
            consumed: end,
            event: Event::Head(head),
        })
    }
}

/// Behind the first empty line.
fn end_of_head(input: &[u8], from: usize) -> Option<usize> {
    let rest = input.get(from..)?;
    for at in memchr::memchr_iter(b'\n', rest) {
        let behind = rest.get(at.saturating_add(1)..).unwrap_or_default();
        let more = match behind {
            [b'\n', ..] => 2,
            [b'\r', b'\n', ..] => 3,
            _ => continue,
        };
        return Some(from.saturating_add(at).saturating_add(more));
    }
    None
}

impl Codec for AnswerCodec {
    type Event = Event;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Event>, CoreError> {
        let left = match &self.state {
            State::Head { seen } => {
                let seen = *seen;
                return self.head(input, seen);
            }
            State::Body { left } => *left,
        };
        if left == Some(0) {
            return Ok(Step::Event {
                consumed: 0,
                event: Event::End,
            });
        }
        if input.is_empty() {
            return Ok(Step::Need);
        }
        let most = left
            .and_then(|left| usize::try_from(left).ok())
            .unwrap_or(PIECE);
        let size = input.len().min(PIECE).min(most);
        self.state = State::Body {
            left: left.map(|left| left.saturating_sub(size as u64)),
        };
        Ok(Step::Event {
            consumed: size,
            event: Event::Body(0..size),
        })
    }

    /// The end of the connection is that of a body without a length.
    fn eof(&mut self, rest: &[u8]) -> Result<Event, CoreError> {
        match self.state {
            State::Body {
                left: None | Some(0),
            } => Ok(Event::End),
            _ => Err(closed_early(rest)),
        }
    }

    fn shown(event: &Event) -> Shown {
        match event {
            Event::Body(range) => Shown::Data(range.len()),
            _ => Shown::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use netspeak_core::testing::{Piece, assert_every_split};

    use super::*;

    #[test]
    fn a_request_begins_with_its_length() {
        assert_eq!(
            head("/RPC2", 7),
            "84:CONTENT_LENGTH\x007\0SCGI\x001\0REQUEST_METHOD\0POST\0REQUEST_URI\0/RPC2\0CONTENT_TYPE\0text/xml\0,"
        );
    }

    #[test]
    fn an_answer_is_read_however_it_is_cut() {
        let with = |status, words: &[u8], length| {
            Piece::Event(Head {
                status,
                words: words.to_vec(),
                length,
            })
        };
        for (answer, head, body) in [
            (
                b"Status: 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 3\r\n\r\nabc"
                    .as_slice(),
                with(200, b"OK", Some(3)),
                b"abc".as_slice(),
            ),
            (b"content-type: text/xml\n\nab", with(200, b"", None), b"ab"),
            (b"Status:500\r\nX: a\n\r\n<", with(500, b"", None), b"<"),
        ] {
            let until_end = head != with(200, b"OK", Some(3));
            let piece = |event, bytes: &[u8]| match event {
                Event::Head(head) => Some(Piece::Event(head)),
                Event::Body(range) => Some(Piece::Data(bytes.get(range).unwrap().to_vec())),
                Event::End => None,
            };
            let expected = [head, Piece::Data(body.to_vec())];
            assert_every_split(|| AnswerCodec::new(100), piece, answer, &expected);
            let mut codec = AnswerCodec::new(100);
            codec.decode(answer).unwrap();
            assert_eq!(codec.eof(b"").is_ok(), until_end);
        }
    }

    #[test]
    fn what_is_no_answer_is_told() {
        for answer in [
            b"Status: x\n\n".as_slice(),
            b"HTTP/1.1 200 OK\n\n",
            b"Content-Length: -1\n\n",
        ] {
            assert!(AnswerCodec::new(100).decode(answer).is_err());
        }
        let endless = [b'a'; 101];
        let error = AnswerCodec::new(100).decode(&endless).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.too_large");
        assert!(AnswerCodec::new(100).eof(b"Status").is_err());
    }
}
