//! [`ReplyCodec`]: where replies begin and end, and [`State`]: what may be said when.

use std::ops::Range;

use netspeak_core::{Codec, Error, Limits, LineCodec, Result, Shown, Step};

use crate::command::Command;
use crate::response::{Place, reply_line};

/// The state of a session (RFC 5321 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The server has greeted; nobody has said who he is.
    Greeted,
    /// EHLO, HELO or LHLO was said; no mail is under way.
    Ready,
    /// MAIL was accepted, and no recipient so far.
    Sender,
    /// At least one recipient was accepted.
    Recipients,
    /// A chunk was accepted, and it was not the last (RFC 3030).
    Chunks,
    /// QUIT was said, or the server has said 421.
    Closed,
}

impl State {
    /// The table of RFC 5321 section 4.1.4 (with RFC 3030, 3207 and 4954): what may be said when.
    pub fn allows(self, command: &Command<'_>) -> bool {
        use State::{Chunks, Greeted, Ready, Recipients, Sender};
        let states: &[Self] = match command {
            Command::Mail { .. } => &[Ready],
            Command::Rcpt { .. } => &[Sender, Recipients],
            // DATA without a recipient is for the server to refuse: in a group it has left already.
            Command::Data => &[Sender, Recipients],
            Command::Bdat { .. } => &[Sender, Recipients, Chunks],
            Command::Auth { .. } | Command::Starttls => &[Ready],
            Command::Ehlo(_) | Command::Helo(_) | Command::Lhlo(_) => {
                &[Greeted, Ready, Sender, Recipients]
            }
            Command::Rset
            | Command::Noop
            | Command::Vrfy(_)
            | Command::Expn(_)
            | Command::Help(_)
            | Command::Raw(_)
            | Command::Quit => &[Greeted, Ready, Sender, Recipients, Chunks],
        };
        states.contains(&self)
    }

    /// In words, for errors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Greeted => "before EHLO",
            Self::Ready => "outside a mail",
            Self::Sender => "after MAIL",
            Self::Recipients => "after RCPT",
            Self::Chunks => "after BDAT",
            Self::Closed => "after the end of the session",
        }
    }
}

/// A line of a reply, without line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// More lines follow.
    Line(Range<usize>),
    /// The reply ends here.
    Last(Range<usize>),
}

/// A line of a reply is this long at most unless [`Limits`] says otherwise. RFC 5321 section
/// 4.5.3.1.5 has 512; longer ones are in use.
const LONGEST_LINE: usize = 4 * 1024;

/// Cuts what a server says into the lines of replies.
#[derive(Clone, Debug)]
pub struct ReplyCodec {
    line: LineCodec,
    max_lines: usize,
    max_bytes: usize,
    lines: usize,
    bytes: usize,
    code: Option<u16>,
}

impl ReplyCodec {
    /// A codec that expects a reply.
    pub fn new(limits: &Limits) -> Self {
        let line = if limits.line == Limits::default().line {
            LONGEST_LINE
        } else {
            limits.line
        };
        Self {
            line: LineCodec::new(line),
            max_lines: limits.reply_lines,
            max_bytes: limits.reply_bytes,
            lines: 0,
            bytes: 0,
            code: None,
        }
    }

    fn count(&mut self, line: &[u8]) -> Result<()> {
        self.lines = self.lines.saturating_add(1);
        self.bytes = self.bytes.saturating_add(line.len());
        if self.lines > self.max_lines {
            return Err(Error::Limit {
                what: "lines in a reply",
                max: self.max_lines as u64,
            });
        }
        if self.bytes > self.max_bytes {
            return Err(Error::Limit {
                what: "bytes in a reply",
                max: self.max_bytes as u64,
            });
        }
        Ok(())
    }
}

impl Codec for ReplyCodec {
    type Event = Event;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Event>> {
        let Step::Event {
            consumed,
            event: range,
        } = self.line.decode(input)?
        else {
            return Ok(Step::Need);
        };
        let line = input.get(range.clone()).unwrap_or_default();
        self.count(line)?;
        let (code, place, _) = reply_line(line)?;
        if let Some(begun) = self.code
            && begun != code
        {
            return Err(Error::malformed(
                format!("another line of the {begun} reply"),
                line,
            ));
        }
        let event = match place {
            Place::Middle => {
                self.code = Some(code);
                Event::Line(range)
            }
            Place::Last => {
                (self.code, self.lines, self.bytes) = (None, 0, 0);
                Event::Last(range)
            }
        };
        Ok(Step::Event { consumed, event })
    }

    fn shown(event: &Event) -> Shown {
        match event {
            Event::Line(range) | Event::Last(range) => Shown::Line(range.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(limits: &Limits, mut input: &[u8]) -> Result<Vec<(bool, String)>> {
        let mut codec = ReplyCodec::new(limits);
        let mut found = Vec::new();
        while let Step::Event { consumed, event } = codec.decode(input)? {
            let (last, range) = match event {
                Event::Line(range) => (false, range),
                Event::Last(range) => (true, range),
            };
            found.push((last, String::from_utf8_lossy(&input[range]).into_owned()));
            input = &input[consumed..];
        }
        Ok(found)
    }

    #[test]
    fn replies_end_where_they_end() {
        let found = lines(
            &Limits::default(),
            b"250-a\r\n250 b\r\n354\r\n250-\n250\nrest",
        )
        .unwrap();
        let ends: Vec<bool> = found.iter().map(|(last, _)| *last).collect();
        assert_eq!(ends, [false, true, true, false, true]);
    }

    #[test]
    fn everything_has_a_limit() {
        let mut limits = Limits::default();
        assert!(lines(&limits, &[b"250 ", &[b'x'; 4092][..], b"\r\n"].concat()).is_ok());
        let long = [b"250 ", &[b'x'; 4093][..], b"\r\n"].concat();
        let error = lines(&limits, &long).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.too_large");
        limits.line = 10_000;
        assert!(lines(&limits, &long).is_ok());
        limits.reply_lines = 3;
        assert!(lines(&limits, &b"250-a\r\n".repeat(3)).is_ok());
        assert!(lines(&limits, &b"250-a\r\n".repeat(4)).is_err());
        // Each reply anew.
        assert!(lines(&limits, &b"250 a\r\n".repeat(9)).is_ok());
        limits.reply_lines = 1000;
        limits.reply_bytes = 20;
        assert!(lines(&limits, &b"250-a\r\n".repeat(4)).is_ok());
        assert!(lines(&limits, &b"250-a\r\n".repeat(5)).is_err());
    }

    #[test]
    fn a_reply_has_one_code() {
        assert!(lines(&Limits::default(), b"250-a\r\n550 b\r\n").is_err());
        assert!(lines(&Limits::default(), b"250-a\r\nb\r\n").is_err());
    }
}
