//! [`ReplyCodec`]: where replies begin and end, and [`State`]: what may be said when.

use std::ops::Range;

use netspeak_core::{Budget, Codec, Error, Limits, LineCodec, Result, Shown, Step};

use crate::command::Command;
use crate::response::{Place, Reply, reply_line};

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
    /// DATA was accepted: what follows is text, up to the lone dot.
    Text,
    /// A mail was begun and given up: RSET goes before the next.
    Abandoned,
    /// QUIT was said, or the server has said 421.
    Closed,
}

/// What a reply is the answer to, as far as it changes the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// EHLO, HELO, LHLO.
    Hello,
    /// STARTTLS.
    Starttls,
    /// MAIL.
    Mail,
    /// RCPT; which recipient of the envelope.
    Rcpt(usize),
    /// DATA.
    Data,
    /// BDAT, and the chunk is not the last.
    Chunk,
    /// The lone dot behind the text.
    Dot,
    /// BDAT with the last chunk.
    LastChunk,
    /// RSET.
    Rset,
    /// Anything else.
    Other,
}

impl State {
    /// The table of RFC 5321 section 4.1.4 (with RFC 3030, 3207 and 4954): what may be said when.
    pub fn allows(self, command: &Command<'_>) -> bool {
        use State::{Abandoned, Greeted, Ready, Recipients, Sender};
        let states: &[Self] = match command {
            Command::Mail { .. } => &[Ready, Abandoned],
            Command::Rcpt { .. } => &[Sender, Recipients],
            // DATA without a recipient is for the server to refuse: in a group it has left already.
            Command::Data | Command::Bdat { .. } => &[Sender, Recipients],
            Command::Auth { .. } | Command::Starttls => &[Ready, Abandoned],
            Command::Ehlo(_)
            | Command::Helo(_)
            | Command::Lhlo(_)
            | Command::Rset
            | Command::Noop
            | Command::Vrfy(_)
            | Command::Expn(_)
            | Command::Help(_)
            | Command::Raw(_)
            | Command::Quit => &[Greeted, Ready, Sender, Recipients, Abandoned],
        };
        states.contains(&self)
    }

    /// What a reply makes of the state.
    #[must_use]
    pub fn after(self, asked: Asked, reply: &Reply) -> Self {
        match (asked, reply.code()) {
            (_, 421) => Self::Closed,
            (Asked::Hello, 200..=299) => Self::Ready,
            (Asked::Starttls, 220) => Self::Greeted,
            (Asked::Mail, 200..=299) => Self::Sender,
            (Asked::Rcpt(_), 200..=299) if self == Self::Sender => Self::Recipients,
            (Asked::Data, 354) => Self::Text,
            // The dot ends the mail, whatever the answer.
            (Asked::Dot, _) => Self::Ready,
            (Asked::LastChunk, 200..=299) => Self::Ready,
            // A refused chunk leaves the mail open (RFC 3030 section 2).
            (Asked::LastChunk | Asked::Chunk, 400..) if self.is_inside() => Self::Abandoned,
            (Asked::Rset, 200..=299) if self != Self::Greeted => Self::Ready,
            _ => self,
        }
    }

    /// Whether a mail is under way.
    pub fn is_inside(self) -> bool {
        matches!(self, Self::Sender | Self::Recipients | Self::Text)
    }

    /// The mail under way is given up.
    #[must_use]
    pub fn give_up(self) -> Self {
        if self.is_inside() {
            Self::Abandoned
        } else {
            self
        }
    }

    /// In words, for errors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Greeted => "before EHLO",
            Self::Ready => "outside a mail",
            Self::Sender => "after MAIL",
            Self::Recipients => "after RCPT",
            Self::Text => "during the text",
            Self::Abandoned => "after a mail that was given up",
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
    budget: Budget,
    code: Option<u16>,
}

impl ReplyCodec {
    /// A codec that expects a reply.
    pub fn new(limits: &Limits) -> Self {
        Self {
            line: LineCodec::new(limits.line_or(LONGEST_LINE)),
            budget: Budget::of_reply(limits),
            code: None,
        }
    }

    fn event(&mut self, line: &[u8], range: Range<usize>) -> Result<Event> {
        self.budget.spend(line.len())?;
        let (code, place, _) = reply_line(line)?;
        if let Some(begun) = self.code
            && begun != code
        {
            return Err(Error::malformed(
                format!("another line of the {begun} reply"),
                line,
            ));
        }
        Ok(match place {
            Place::Middle => {
                self.code = Some(code);
                Event::Line(range)
            }
            Place::Last => {
                self.code = None;
                self.budget.renew();
                Event::Last(range)
            }
        })
    }
}

impl Codec for ReplyCodec {
    type Event = Event;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Event>> {
        let line = self.line.decode(input)?;
        line.and_then(|range| self.event(input.get(range.clone()).unwrap_or_default(), range))
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
        limits.line = Some(10_000);
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

    #[test]
    fn what_a_reply_makes_of_the_state() {
        use State::{Abandoned, Closed, Greeted, Ready, Recipients, Sender, Text};
        for (before, asked, code, after) in [
            (Greeted, Asked::Hello, 250, Ready),
            (Greeted, Asked::Hello, 502, Greeted),
            (Ready, Asked::Starttls, 220, Greeted),
            (Ready, Asked::Starttls, 221, Ready),
            (Ready, Asked::Mail, 250, Sender),
            (Ready, Asked::Mail, 550, Ready),
            (Sender, Asked::Rcpt(0), 550, Sender),
            (Sender, Asked::Rcpt(0), 250, Recipients),
            (Recipients, Asked::Rcpt(1), 550, Recipients),
            // MAIL was refused in a group, and the server takes RCPT all the same.
            (Ready, Asked::Rcpt(0), 250, Ready),
            (Recipients, Asked::Data, 354, Text),
            (Recipients, Asked::Data, 250, Recipients),
            (Text, Asked::Dot, 250, Ready),
            (Text, Asked::Dot, 550, Ready),
            (Recipients, Asked::Chunk, 250, Recipients),
            (Recipients, Asked::Chunk, 552, Abandoned),
            (Recipients, Asked::LastChunk, 250, Ready),
            (Recipients, Asked::LastChunk, 554, Abandoned),
            (Ready, Asked::LastChunk, 503, Ready),
            (Abandoned, Asked::Rset, 250, Ready),
            (Greeted, Asked::Rset, 250, Greeted),
            (Recipients, Asked::Other, 421, Closed),
        ] {
            let line = format!("{code} x");
            let reply = Reply::parse([line.as_bytes()]).unwrap();
            assert_eq!(
                before.after(asked, &reply),
                after,
                "{before:?} {asked:?} {code}"
            );
        }
        assert_eq!(Recipients.give_up(), Abandoned);
        assert_eq!(Ready.give_up(), Ready);
    }
}
