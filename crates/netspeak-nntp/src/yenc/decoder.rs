//! [`Decoder`]: bytes of an article in, bytes of a file out.

use std::collections::VecDeque;
use std::mem;

use super::Dots;
use super::data::{self, Meaning, Pos};
use super::fault::Fault;
use super::header::{Header, Trailer};
use super::kernel::Kernel;
use super::part::Part;

/// Decodes articles in yEnc, given in pieces of any size.
///
/// What stands before and between parts (the header of the article, text, a signature) is passed over.
/// Of the data nothing is held back: it is written as soon as it was read.
#[derive(Clone, Debug)]
pub struct Decoder {
    dots: Dots,
    kernel: Kernel,
    pos: Pos,
    state: State,
    /// The line about a part, as much as has been read of it.
    line: Vec<u8>,
    header: Header,
    len: u64,
    crc: crc32fast::Hasher,
    /// What was found and not told yet.
    events: VecDeque<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Outside of parts, at the start of a line that may be `=ybegin`.
    Start,
    /// Outside of parts, in a line that is of no interest.
    Text,
    /// In a line that begins with `=y`: outside of parts, before the data of one, or in it.
    Line(Within),
    /// Behind a `=ybegin` that has `part=`, so that `=ypart` is due.
    Due,
    /// In the data of a part.
    Data,
    /// Behind the closing dot.
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Text,
    Due,
    Data,
}

/// What one call of [`Decoder::decode`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many bytes of the input are done with. It is all of them unless there is an event.
    pub consumed: usize,
    /// What was found; `None` if the input came to its end first.
    pub event: Option<Event>,
}

/// What a [`Decoder`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A part begins. No byte of it has been written yet.
    Begin(Header),
    /// A part ends, or is cut off by another or the end of the article. All of its bytes have been
    /// written.
    End(Part),
    /// The article ends ([`Dots::Stuffed`] alone): what follows in the input is something else.
    Finished,
}

const KEYWORD: &[u8] = b"=y";
const BEGIN: &[u8] = b"=ybegin ";
const PART: &[u8] = b"=ypart ";
const END: &[u8] = b"=yend";

/// Data is decoded and checked in runs of so many bytes, which the nearest cache can hold.
const RUN: usize = 16 * 1024;

impl Decoder {
    /// The longest line about a part, in bytes.
    pub const LONGEST_LINE: usize = 4096;

    /// A decoder for an article whose first line begins with the next byte.
    pub fn new(dots: Dots) -> Self {
        Self::with_kernel(dots, Kernel::detect())
    }

    pub(super) fn with_kernel(dots: Dots, kernel: Kernel) -> Self {
        Self {
            dots,
            kernel,
            pos: Pos::CrLf,
            state: State::Start,
            line: Vec::new(),
            header: Header::default(),
            len: 0,
            crc: crc32fast::Hasher::new(),
            events: VecDeque::new(),
        }
    }

    /// Reads up to the next event or the end of the input, and adds the bytes of the file to `out`:
    /// no more than the input has. To be called until there is no event, with what is left of the
    /// input, and of that with nothing.
    ///
    /// # Errors
    /// [`Fault::Line`], [`Fault::Size`] or [`Fault::Range`] before a part begins, [`Fault::TooLong`] in
    /// it. What belongs to the part has been written then, and no more. The decoder is not to be used
    /// again.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Step, Fault> {
        let mut consumed = 0;
        loop {
            let event = self.events.pop_front();
            let rest = input.get(consumed..).unwrap_or_default();
            if event.is_some() || rest.is_empty() || self.state == State::Done {
                return Ok(Step { consumed, event });
            }
            consumed += match self.state {
                State::Data => self.data(rest, out)?,
                State::Due => self.due(rest),
                State::Start | State::Text | State::Line(_) | State::Done => self.text(rest)?,
            };
        }
    }

    /// The article has come to its end: the part that has none, if there is one.
    /// [`Part::verify`] calls it [`Fault::Cut`].
    pub fn finish(mut self) -> Option<Part> {
        self.is_within().then(|| self.take_part(None))
    }

    /// Whether a part has begun and not ended.
    fn is_within(&self) -> bool {
        match self.state {
            State::Due | State::Data | State::Line(Within::Due | Within::Data) => true,
            State::Start | State::Text | State::Line(Within::Text) | State::Done => false,
        }
    }

    fn data(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Fault> {
        let run = input.get(..RUN).unwrap_or(input);
        let before = out.len();
        let found = self.kernel.decode(&mut self.pos, run, self.dots, out);
        let decoded = out.get(before..).unwrap_or_default();
        let len = self.len.saturating_add(decoded.len() as u64);
        if let Some(declared) = self.header.most().filter(|most| len > *most) {
            let fits = declared.saturating_sub(self.len);
            out.truncate(before.saturating_add(usize::try_from(fits).unwrap_or(usize::MAX)));
            return Err(Fault::TooLong { declared });
        }
        self.crc.update(decoded);
        self.len = len;
        match found.stop {
            Some(Meaning::Keyword) => self.begin_line(Within::Data),
            Some(Meaning::End) => self.end_article(),
            _ => {}
        }
        Ok(found.read)
    }

    /// Behind `=ybegin part=...`: the header is whole with a `=ypart` line, or with anything that is none.
    fn due(&mut self, input: &[u8]) -> usize {
        for (at, byte) in input.iter().enumerate() {
            let (pos, meaning) = data::step(self.pos, *byte, self.dots);
            if let Meaning::Byte(_) = meaning {
                // It is data, to be read once more when the header has been told.
                self.begin_data();
                return at;
            }
            self.pos = pos;
            match meaning {
                Meaning::Keyword => self.begin_line(Within::Due),
                Meaning::End => self.end_article(),
                Meaning::Nothing | Meaning::Byte(_) => continue,
            }
            return at + 1;
        }
        input.len()
    }

    /// Reads lines that are no data, until there is an event or data follows.
    fn text(&mut self, input: &[u8]) -> Result<usize, Fault> {
        let mut at = 0;
        while let Some((byte, behind)) = input.get(at..).and_then(<[u8]>::split_first) {
            if self.state == State::Text && matches!(self.pos, Pos::Mid | Pos::Cr) {
                // Of such a line only the end is of interest, and the byte before that.
                let rest = input.get(at..).unwrap_or_default();
                let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                if let Some(last) = end.checked_sub(1).and_then(|last| rest.get(last)) {
                    self.pos = if *last == b'\r' { Pos::Cr } else { Pos::Mid };
                    at += end;
                    continue;
                }
            }
            if (self.pos, self.state) == (Pos::DotCr, State::Start) && *byte != b'\n' {
                // The line begins with that CR.
                self.state = State::Text;
            }
            let (pos, meaning) = data::step_text(self.pos, *byte, self.dots);
            self.pos = pos;
            at = input.len() - behind.len();
            match meaning {
                Meaning::End => self.end_article(),
                Meaning::Byte(byte) => self.text_byte(byte)?,
                Meaning::Nothing | Meaning::Keyword => {}
            }
            if !self.events.is_empty() || matches!(self.state, State::Data | State::Due) {
                break;
            }
        }
        Ok(at)
    }

    fn text_byte(&mut self, byte: u8) -> Result<(), Fault> {
        match self.state {
            _ if byte == b'\n' => return self.end_line(),
            State::Start => {
                self.line.push(byte);
                if !BEGIN.starts_with(&self.line) {
                    self.state = State::Text;
                } else if self.line.len() == BEGIN.len() {
                    self.state = State::Line(Within::Text);
                }
            }
            State::Line(_) if self.line.len() >= Self::LONGEST_LINE => return Err(Fault::Line),
            State::Line(_) => self.line.push(byte),
            State::Text | State::Due | State::Data | State::Done => {}
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), Fault> {
        let line = mem::take(&mut self.line);
        let State::Line(within) = self.state else {
            self.state = State::Start;
            return Ok(());
        };
        if let Some(fields) = line.strip_prefix(BEGIN) {
            let header = Header::begin(fields)?;
            self.end_part(None);
            self.header = header;
            if self.header.part.is_some() && self.header.place.is_none() {
                self.state = State::Due;
            } else {
                self.begin_data();
            }
        } else if within != Within::Text && is_end(&line) {
            let fields = line.get(END.len()..).unwrap_or_default();
            self.end_part(Some(Trailer::end(fields)));
            self.state = State::Start;
        } else if let (Within::Due, Some(fields)) = (within, line.strip_prefix(PART)) {
            self.header.take_part(fields)?;
            self.begin_data();
        } else {
            // Lines with other keywords are for other programs.
            self.state = match within {
                Within::Text => State::Start,
                Within::Due => State::Due,
                Within::Data => State::Data,
            };
        }
        Ok(())
    }

    fn begin_line(&mut self, within: Within) {
        self.line.extend_from_slice(KEYWORD);
        self.state = State::Line(within);
    }

    fn begin_data(&mut self) {
        self.state = State::Data;
        self.events.push_back(Event::Begin(self.header.clone()));
    }

    /// Tells the part, if there is one, and first of its beginning if it ends before there is data.
    fn end_part(&mut self, trailer: Option<Trailer>) {
        if !self.is_within() {
            return;
        }
        if matches!(self.state, State::Due | State::Line(Within::Due)) {
            self.begin_data();
        }
        let part = self.take_part(trailer);
        self.events.push_back(Event::End(part));
    }

    fn take_part(&mut self, trailer: Option<Trailer>) -> Part {
        Part {
            header: mem::take(&mut self.header),
            trailer,
            len: mem::take(&mut self.len),
            crc32: mem::take(&mut self.crc).finalize(),
        }
    }

    /// The closing dot.
    fn end_article(&mut self) {
        self.end_part(None);
        self.events.push_back(Event::Finished);
        self.state = State::Done;
    }
}

fn is_end(line: &[u8]) -> bool {
    let rest = line.strip_prefix(END);
    rest.is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}
