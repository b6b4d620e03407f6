//! [`ReplyCodec`]: where replies begin and end, and [`State`]: what may be said when.

use std::ops::Range;

use netspeak_core::{
    Budget, Codec, DotDecoder, Dotted, Error, Limits, LineCodec, Result, Shown, Step, closed_early,
};

use crate::command::Command;
use crate::response::StatusLine;

/// The state of a session (RFC 1939 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not logged in.
    Authorization,
    /// Logged in. What comes after QUIT, RFC 1939's update state, is the server's alone.
    Transaction,
}

impl State {
    /// The table of RFC 1939 section 9 (with RFC 2449, 2595, 5034 and 6856): what may be said when.
    pub fn allows(self, command: &Command<'_>) -> bool {
        use State::{Authorization, Transaction};
        let states: &[Self] = match command {
            Command::Stls
            | Command::User(_)
            | Command::Pass(_)
            | Command::Apop { .. }
            | Command::Auth { .. } => &[Authorization],
            Command::Stat
            | Command::List(_)
            | Command::Uidl(_)
            | Command::Retr(_)
            | Command::Top { .. }
            | Command::Dele(_)
            | Command::Rset
            | Command::Noop => &[Transaction],
            Command::Utf8 => &[Authorization],
            Command::Capa | Command::Lang(_) | Command::Quit => &[Authorization, Transaction],
        };
        states.contains(&self)
    }
}

/// What kind of reply a command has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A status line.
    Status,
    /// A status line, or `+ challenge` (AUTH).
    Challenge,
    /// A status line, and if it is `+OK` lines up to a lone dot.
    Lines,
    /// A status line, and if it is `+OK` a message up to a lone dot.
    Message,
}

impl Expect {
    /// The kind of reply that a command has.
    pub fn of(command: &Command<'_>) -> Self {
        match command {
            Command::Auth { .. } => Self::Challenge,
            Command::Capa | Command::List(None) | Command::Uidl(None) | Command::Lang(None) => {
                Self::Lines
            }
            Command::Retr(_) | Command::Top { .. } => Self::Message,
            _ => Self::Status,
        }
    }
}

/// A part of a reply. Ranges are without line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The status line; the reply ends here.
    Status(StatusLine),
    /// The `+OK` line of a reply that goes on.
    Begin(StatusLine),
    /// `+ ` and a challenge: where the challenge stands.
    Challenge(Range<usize>),
    /// A line of a list, dots undone.
    Line(Range<usize>),
    /// Part of a message, dots undone.
    Data(Range<usize>),
    /// The closing dot.
    End,
}

/// Cuts one reply into events. Tell it which kind comes with [`expect`](Self::expect).
#[derive(Clone, Debug)]
pub struct ReplyCodec {
    reading: Reading,
    line: LineCodec,
    limits: Limits,
    budget: Budget,
}

#[derive(Clone, Debug)]
enum Reading {
    Status(Expect),
    Lines,
    Message(DotDecoder),
}

impl ReplyCodec {
    /// A codec that expects a status line.
    pub fn new(limits: &Limits) -> Self {
        Self {
            reading: Reading::Status(Expect::Status),
            line: LineCodec::new(limits.longest_line()),
            limits: limits.clone(),
            budget: Budget::of_reply(limits),
        }
    }

    /// The next reply is of this kind.
    pub fn expect(&mut self, kind: Expect) {
        self.reading = Reading::Status(kind);
        self.budget = Budget::of_reply(&self.limits);
    }

    /// The next reply is a list of messages: it may be much longer than other replies.
    pub fn expect_listing(&mut self) {
        self.reading = Reading::Status(Expect::Lines);
        self.budget = Budget::of_listing(&self.limits);
    }

    fn status(&mut self, expect: Expect, input: &[u8], line: Range<usize>) -> Result<Event> {
        let text = input.get(line.clone()).unwrap_or_default();
        if let (Expect::Challenge, Some(challenge)) = (expect, challenge(text)) {
            return Ok(Event::Challenge(challenge));
        }
        // A line begins where the input does.
        let status = StatusLine::parse(text)?;
        let follows = match expect {
            _ if !status.is_ok => None,
            Expect::Status | Expect::Challenge => None,
            Expect::Lines => Some(Reading::Lines),
            Expect::Message => Some(Reading::Message(DotDecoder::new())),
        };
        Ok(match follows {
            Some(reading) => {
                self.reading = reading;
                Event::Begin(status)
            }
            None => {
                self.reading = Reading::Status(Expect::Status);
                Event::Status(status)
            }
        })
    }

    fn list_line(&mut self, input: &[u8], line: Range<usize>) -> Result<Event> {
        let text = input.get(line.clone()).unwrap_or_default();
        if text == b"." {
            self.reading = Reading::Status(Expect::Status);
            return Ok(Event::End);
        }
        self.budget.spend(text.len())?;
        let stuffed = usize::from(text.starts_with(b"."));
        Ok(Event::Line(line.start + stuffed..line.end))
    }
}

/// `+ challenge`; a lone `+` is an empty one.
fn challenge(line: &[u8]) -> Option<Range<usize>> {
    match line {
        b"+" => Some(1..1),
        [b'+', b' ', ..] => Some(2..line.len()),
        _ => None,
    }
}

impl Codec for ReplyCodec {
    type Event = Event;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Event>> {
        if let Reading::Message(dots) = &mut self.reading {
            return dots.decode(input)?.and_then(|dotted| match dotted {
                Dotted::Data(range) => Ok(Event::Data(range)),
                Dotted::End => {
                    self.reading = Reading::Status(Expect::Status);
                    Ok(Event::End)
                }
            });
        }
        let line = self.line.decode(input)?;
        line.and_then(|line| match self.reading {
            Reading::Status(expect) => self.status(expect, input, line),
            _ => self.list_line(input, line),
        })
    }

    fn eof(&mut self, rest: &[u8]) -> Result<Event> {
        match self.reading {
            Reading::Message(_) => Err(Error::closed(
                "the server closed the connection in the middle of a message",
            )),
            _ => Err(closed_early(rest)),
        }
    }

    fn shown(event: &Event) -> Shown {
        match event {
            Event::Status(status) | Event::Begin(status) => Shown::Line(status.line.clone()),
            Event::Line(range) => Shown::Line(range.clone()),
            // With its `+ `.
            Event::Challenge(range) => Shown::Line(0..range.end),
            Event::Data(range) => Shown::Data(range.len()),
            Event::End => Shown::Nothing,
        }
    }
}
