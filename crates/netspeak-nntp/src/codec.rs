//! [`ReplyCodec`]: where replies begin and end (RFC 3977 section 3.1, 3.2).

use std::ops::Range;

use netspeak_core::{
    Budget, Codec, DotDecoder, Dotted, Error, Limits, LineCodec, Result, Shown, Step, closed_early,
};

use crate::command::Command;
use crate::response::StatusLine;

#[cfg(feature = "deflate")]
mod zipped;

#[cfg(feature = "deflate")]
use zipped::{Unzip, Unzipped};

/// What kind of reply a command has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A status line.
    Line,
    /// A status line, and if it is good lines up to a lone dot.
    Lines,
    /// A status line, and if it is good a text up to a lone dot, passed on as it comes.
    Text,
}

impl Expect {
    /// The kind of reply that a command has.
    pub fn of(command: &Command<'_>) -> Self {
        match command {
            Command::Article(_) | Command::Head(_) | Command::Body(_) => Self::Text,
            Command::Capabilities
            | Command::ListGroup(_)
            | Command::Over(_)
            | Command::Xover(_)
            | Command::Hdr(..)
            | Command::Xhdr(..)
            | Command::Xpat(..)
            | Command::List(_)
            | Command::NewGroups(_)
            | Command::NewNews(..)
            | Command::Help => Self::Lines,
            _ => Self::Line,
        }
    }

    /// Whether lines follow a status line with this code: the code says so by itself, but for 211,
    /// which GROUP and LISTGROUP share (RFC 3977 section 3.2). 282 is older servers' XGTITLE.
    fn goes_on(self, code: u16) -> bool {
        match code {
            100 | 101 | 215 | 220 | 221 | 222 | 224 | 225 | 230 | 231 | 282 => true,
            211 => self == Self::Lines,
            _ => false,
        }
    }
}

/// A part of a reply. Ranges are without line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The status line; the reply ends here.
    Status(StatusLine),
    /// The status line of a reply that goes on.
    Begin(StatusLine),
    /// A line, dots undone.
    Line(Range<usize>),
    /// Part of a text, dots undone.
    Data(Range<usize>),
    /// So many octets of a compressed reply were read; what they hold is in
    /// [`unzipped_line`](ReplyCodec::unzipped_line).
    Unzipped(usize),
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
    #[cfg(feature = "deflate")]
    zip: Zip,
    /// A line that was compressed.
    #[cfg(feature = "deflate")]
    unzip: Unzip,
}

#[derive(Clone, Debug)]
enum Reading {
    Status(Expect),
    Lines,
    Text(DotDecoder),
    #[cfg(feature = "deflate")]
    Zipped,
}

/// Whether replies may be compressed one by one.
#[cfg(feature = "deflate")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Zip {
    Off,
    Allowed,
}

impl ReplyCodec {
    /// A codec that expects a status line.
    pub fn new(limits: &Limits) -> Self {
        Self {
            reading: Reading::Status(Expect::Line),
            line: LineCodec::new(limits.longest_line()),
            limits: limits.clone(),
            budget: Budget::of_reply(limits),
            #[cfg(feature = "deflate")]
            zip: Zip::Off,
            #[cfg(feature = "deflate")]
            unzip: Unzip::new(limits.longest_line()),
        }
    }

    /// The next reply is of this kind. Its lines are counted as those of a listing, which may be long.
    pub fn expect(&mut self, kind: Expect) {
        self.reading = Reading::Status(kind);
        self.budget = match kind {
            Expect::Lines => Budget::of_listing(&self.limits),
            Expect::Line | Expect::Text => Budget::of_reply(&self.limits),
        };
    }

    /// The next reply is short, whatever its kind: capabilities, a help text.
    pub fn expect_short(&mut self, kind: Expect) {
        self.reading = Reading::Status(kind);
        self.budget = Budget::of_reply(&self.limits);
    }

    /// From here on replies whose status line says `[COMPRESS=GZIP]` are compressed.
    #[cfg(feature = "deflate")]
    pub fn allow_zipped(&mut self) {
        self.zip = Zip::Allowed;
    }

    /// A line of a compressed reply, if a whole one has come; dots undone.
    ///
    /// # Errors
    /// [`Error::Limit`] for more lines than a listing may have.
    #[cfg(feature = "deflate")]
    pub fn unzipped_line(&mut self) -> Result<Option<Range<usize>>> {
        let line = self.unzip.line();
        if let Some(line) = &line {
            self.budget.spend(line.len())?;
        }
        Ok(line)
    }

    /// What a range of [`unzipped_line`](Self::unzipped_line) stands for.
    #[cfg(feature = "deflate")]
    pub fn unzipped(&self, line: Range<usize>) -> &[u8] {
        self.unzip.bytes(line)
    }

    fn status(&mut self, expect: Expect, input: &[u8], line: Range<usize>) -> Result<Event> {
        // A line begins where the input does.
        let text = input.get(line).unwrap_or_default();
        let status = StatusLine::parse(text)?;
        if !expect.goes_on(status.code) {
            self.reading = Reading::Status(Expect::Line);
            return Ok(Event::Status(status));
        }
        self.reading = self.rest_of(expect, text);
        Ok(Event::Begin(status))
    }

    fn rest_of(&mut self, expect: Expect, status: &[u8]) -> Reading {
        #[cfg(feature = "deflate")]
        if self.zip == Zip::Allowed && memchr::memmem::find(status, b"[COMPRESS=GZIP]").is_some() {
            self.unzip.restart();
            return Reading::Zipped;
        }
        let _ = status;
        match expect {
            Expect::Text => Reading::Text(DotDecoder::new()),
            Expect::Line | Expect::Lines => Reading::Lines,
        }
    }

    fn list_line(&mut self, input: &[u8], line: Range<usize>) -> Result<Event> {
        let text = input.get(line.clone()).unwrap_or_default();
        if text == b"." {
            self.reading = Reading::Status(Expect::Line);
            return Ok(Event::End);
        }
        self.budget.spend(text.len())?;
        let stuffed = usize::from(text.starts_with(b"."));
        Ok(Event::Line(line.start + stuffed..line.end))
    }
}

impl Codec for ReplyCodec {
    type Event = Event;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Event>> {
        match &mut self.reading {
            Reading::Text(dots) => dots.decode(input)?.and_then(|dotted| match dotted {
                Dotted::Data(range) => Ok(Event::Data(range)),
                Dotted::End => {
                    self.reading = Reading::Status(Expect::Line);
                    Ok(Event::End)
                }
            }),
            #[cfg(feature = "deflate")]
            Reading::Zipped => self.unzip.decode(input)?.and_then(|part| match part {
                Unzipped::Part(consumed) => Ok(Event::Unzipped(consumed)),
                Unzipped::End => {
                    self.reading = Reading::Status(Expect::Line);
                    Ok(Event::End)
                }
            }),
            _ => self
                .line
                .decode(input)?
                .and_then(|line| match self.reading {
                    Reading::Status(expect) => self.status(expect, input, line),
                    _ => self.list_line(input, line),
                }),
        }
    }

    fn eof(&mut self, rest: &[u8]) -> Result<Event> {
        match self.reading {
            Reading::Status(_) => Err(closed_early(rest)),
            _ => Err(Error::closed(
                "the server closed the connection in the middle of a reply",
            )),
        }
    }

    fn shown(event: &Event) -> Shown {
        match event {
            Event::Status(status) | Event::Begin(status) => Shown::Line(status.line.clone()),
            Event::Line(range) => Shown::Line(range.clone()),
            Event::Data(range) => Shown::Data(range.len()),
            Event::Unzipped(octets) => Shown::Data(*octets),
            Event::End => Shown::Nothing,
        }
    }
}
