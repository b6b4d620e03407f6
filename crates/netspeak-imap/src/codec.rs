//! [`ReplyCodec`]: where responses begin and end, and which of their literals flow past.

use std::ops::Range;

use netspeak_core::{Codec, Error, Limits, Result, Shown, Step, closed_early};

mod mark;

use mark::Mark;

/// A response that has grown so long is taken out of the connection's buffer piece by piece.
const IN_PLACE: usize = 128 * 1024;

/// A part of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A whole response, its literals in it, without its end.
    Response(Range<usize>),
    /// The last part of a response that did not stay in one place: [`ReplyCodec::assembled`] is all
    /// of it. Where a literal flowed past, `{0}` stands.
    Assembled(Range<usize>),
    /// A literal of so many octets follows as [`Data`](Self::Data). What came before it is in
    /// [`ReplyCodec::assembled`].
    Literal {
        /// Its octets.
        size: u64,
        /// The text before it.
        head: Range<usize>,
    },
    /// Octets of that literal.
    Data(Range<usize>),
    /// Part of a long response, kept for [`Assembled`](Self::Assembled).
    Part(Range<usize>),
}

/// Cuts what a server sends into responses (RFC 9051 section 7).
///
/// Literals belong to their response, however many there are. Those that hold messages, or parts of them
/// (`BODY[...]`, `BINARY[...]`, `RFC822`, `RFC822.HEADER`, `RFC822.TEXT` of a FETCH), flow past as
/// [`Event::Data`] and are never held in memory; the others are, up to [`Limits::literal`].
#[derive(Clone, Debug)]
pub struct ReplyCodec {
    /// A response that does not lie in the input as a whole.
    assembled: Vec<u8>,
    state: State,
    limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The response lies in the input. It was searched up to `searched`; its current line begins at `line`.
    InPlace { line: usize, searched: usize },
    /// The response is gathered; its current line begins at `line`, and the input was searched up to
    /// `searched`.
    Gathering { line: usize, searched: usize },
    /// So many octets of a literal are still to be gathered.
    Inline { left: u64 },
    /// So many octets of a literal still flow past.
    Flowing { left: u64 },
}

const START: State = State::InPlace {
    line: 0,
    searched: 0,
};

/// What a line end means.
enum Line {
    /// The response ends here.
    Last,
    /// A literal follows that belongs to the response.
    Inline(Mark),
    /// A literal follows that flows past.
    Flows(Mark),
    /// A server counted a literal too short (Exchange): the line end belongs to it, and the response goes on.
    Stray,
}

impl ReplyCodec {
    /// A codec at the point where a response is due.
    pub fn new(limits: &Limits) -> Self {
        Self {
            assembled: Vec::new(),
            state: START,
            limits: limits.clone(),
        }
    }

    /// The response so far, after [`Event::Literal`]; the whole one, after [`Event::Assembled`].
    pub fn assembled(&self) -> &[u8] {
        &self.assembled
    }

    /// Takes the literal that was just announced into the response, instead of letting it flow past.
    ///
    /// # Errors
    /// [`Limit`](crate::Error::Limit) if it is larger than [`Limits::literal`].
    pub fn gather_literal(&mut self) -> Result<()> {
        let State::Flowing { left } = self.state else {
            return Ok(());
        };
        self.check_size(left)?;
        self.gather(format!("{{{left}}}\r\n").as_bytes())?;
        self.state = State::Inline { left };
        Ok(())
    }

    fn check_size(&self, size: u64) -> Result<()> {
        let max = self.limits.literal as u64;
        if size > max {
            return Err(Error::limit("bytes in a literal", max));
        }
        Ok(())
    }

    /// What the end of a line means that is the last one of `response`. `line` is where it begins.
    fn line_end(&self, response: &[u8], line: usize) -> Result<Line> {
        let text = response.get(line..).unwrap_or_default();
        if text.is_empty() && line > 0 && mark::is_fetch(response) {
            return Ok(Line::Stray);
        }
        let Some(mark) = Mark::at_end(text) else {
            return Ok(Line::Last);
        };
        if !mark::takes_literals(response) {
            return Ok(Line::Last);
        }
        let before = text.get(..mark.at).unwrap_or_default();
        if mark::is_fetch(response) && mark::names_a_body(before) {
            return Ok(Line::Flows(mark));
        }
        self.check_size(mark.size)?;
        Ok(Line::Inline(mark))
    }

    /// Keeps a piece of a response that is held in memory.
    fn gather(&mut self, piece: &[u8]) -> Result<()> {
        let max = self.limits.listing_bytes;
        if self.assembled.len().saturating_add(piece.len()) > max {
            return Err(Error::limit("bytes in a response", max as u64));
        }
        self.assembled.extend_from_slice(piece);
        Ok(())
    }

    fn in_place(&mut self, input: &[u8], mut line: usize, from: usize) -> Result<Step<Event>> {
        let mut searched = from;
        loop {
            let unseen = input.get(searched..).unwrap_or_default();
            let Some(end) = memchr::memchr(b'\n', unseen).map(|at| at + searched) else {
                return self.wait_in_place(input, line);
            };
            let text = without_cr(input.get(..end).unwrap_or_default());
            if text.is_empty() {
                // An empty line between responses says nothing.
                self.state = START;
                return Ok(step(end + 1, Event::Part(0..0)));
            }
            match self.line_end(text, line.min(text.len()))? {
                Line::Last => {
                    self.state = START;
                    return Ok(step(end + 1, Event::Response(0..text.len())));
                }
                Line::Stray => {
                    line = end + 1;
                    searched = line;
                }
                Line::Flows(mark) => {
                    let head = 0..line + mark.at;
                    self.gather(input.get(head.clone()).unwrap_or_default())?;
                    self.state = State::Flowing { left: mark.size };
                    let size = mark.size;
                    return Ok(step(end + 1, Event::Literal { size, head }));
                }
                Line::Inline(mark) => {
                    // The limit on literals is far below what would overflow.
                    let size = usize::try_from(mark.size).unwrap_or(usize::MAX);
                    line = (end + 1).saturating_add(size);
                    searched = line;
                    if line > IN_PLACE {
                        let here = input.len().min(line);
                        self.gather(input.get(..here).unwrap_or_default())?;
                        let left = (line - here) as u64;
                        self.state = State::Inline { left };
                        return Ok(step(here, Event::Part(0..here)));
                    }
                }
            }
        }
    }

    /// No line end in sight: what is there stays where it is, unless it is much.
    fn wait_in_place(&mut self, input: &[u8], line: usize) -> Result<Step<Event>> {
        if input.len() < IN_PLACE {
            self.state = State::InPlace {
                line,
                searched: input.len().max(line),
            };
            return Ok(Step::Need);
        }
        self.gather(input)?;
        self.state = State::Gathering { line, searched: 0 };
        Ok(step(input.len(), Event::Part(0..input.len())))
    }

    fn gathering(&mut self, input: &[u8], line: usize, searched: usize) -> Result<Step<Event>> {
        let unseen = input.get(searched..).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\n', unseen).map(|at| at + searched) else {
            if input.len() < IN_PLACE {
                let searched = input.len();
                self.state = State::Gathering { line, searched };
                return Ok(Step::Need);
            }
            self.gather(input)?;
            self.state = State::Gathering { line, searched: 0 };
            return Ok(step(input.len(), Event::Part(0..input.len())));
        };
        let piece = input.get(..end).unwrap_or_default();
        self.gather(piece)?;
        if self.assembled.last() == Some(&b'\r') {
            self.assembled.pop();
        }
        let shown = 0..without_cr(piece).len();
        let line = line.min(self.assembled.len());
        Ok(match self.line_end(&self.assembled, line)? {
            Line::Last => {
                self.state = START;
                step(end + 1, Event::Assembled(shown))
            }
            Line::Stray => {
                self.gather(b"\r\n")?;
                let line = self.assembled.len();
                self.state = State::Gathering { line, searched: 0 };
                step(end + 1, Event::Part(shown))
            }
            Line::Flows(mark) => {
                self.assembled.truncate(line + mark.at);
                self.state = State::Flowing { left: mark.size };
                let size = mark.size;
                step(end + 1, Event::Literal { size, head: shown })
            }
            Line::Inline(mark) => {
                self.gather(b"\r\n")?;
                self.state = State::Inline { left: mark.size };
                step(end + 1, Event::Part(shown))
            }
        })
    }

    fn gather_on(&mut self) {
        self.state = State::Gathering {
            line: self.assembled.len(),
            searched: 0,
        };
    }
}

impl Codec for ReplyCodec {
    type Event = Event;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Event>> {
        loop {
            match self.state {
                State::InPlace { line, searched } => {
                    if searched == 0 {
                        self.assembled.clear();
                    }
                    return self.in_place(input, line, searched);
                }
                State::Gathering { line, searched } => {
                    return self.gathering(input, line, searched);
                }
                State::Inline { left: 0 } => self.gather_on(),
                State::Flowing { left: 0 } => {
                    self.gather(b"{0}\r\n")?;
                    self.gather_on();
                }
                State::Inline { left } => {
                    let (count, left) = taken(input, left);
                    self.gather(input.get(..count).unwrap_or_default())?;
                    self.state = State::Inline { left };
                    return Ok(some(count, Event::Part(0..count)));
                }
                State::Flowing { left } => {
                    let (count, left) = taken(input, left);
                    self.state = State::Flowing { left };
                    return Ok(some(count, Event::Data(0..count)));
                }
            }
        }
    }

    fn eof(&mut self, rest: &[u8]) -> Result<Event> {
        match self.state {
            State::Flowing { .. } | State::Inline { .. } => Err(Error::closed(
                "the server closed the connection in the middle of a literal",
            )),
            _ => Err(closed_early(rest)),
        }
    }

    fn shown(event: &Event) -> Shown {
        match event {
            Event::Response(range) | Event::Assembled(range) => Shown::Line(range.clone()),
            Event::Literal { head, .. } => Shown::Line(head.clone()),
            Event::Part(range) if range.is_empty() => Shown::Nothing,
            Event::Data(range) | Event::Part(range) => Shown::Data(range.len()),
        }
    }
}

fn step(consumed: usize, event: Event) -> Step<Event> {
    Step::Event { consumed, event }
}

/// A step, unless it would stand still.
fn some(consumed: usize, event: Event) -> Step<Event> {
    match consumed {
        0 => Step::Need,
        _ => step(consumed, event),
    }
}

/// How many octets of a literal are there, and how many are left then.
fn taken(input: &[u8], left: u64) -> (usize, u64) {
    let count = usize::try_from(left).map_or(input.len(), |left| left.min(input.len()));
    (count, left.saturating_sub(count as u64))
}

fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests;
