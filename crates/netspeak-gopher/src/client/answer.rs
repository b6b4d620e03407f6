//! [`Answer`]: an answer on its way, whatever it is.

use std::ops::Range;
use std::time::Duration;

use netspeak_core::text::{excerpt, is_greeting};
use netspeak_core::{Conn, ErrorKind, Limits, LineCodec, Phase, Reason, Trace};

use crate::codec::{AnswerCodec, Ending, Event, Framing};
use crate::command::Request;
use crate::error::{Error, Result};
use crate::response::Refusal;

/// How long a server may take to hang up behind the final dot of a text.
const HANGING_UP: Duration = Duration::from_secs(1);

/// How an alert of TLS begins: its content type and the major version.
const ALERT: &[u8] = b"\x15\x03";

/// An answer on its way.
#[derive(Debug)]
pub(crate) struct Answer {
    conn: Conn,
    codec: AnswerCodec,
    /// The lines that have come and were not given out.
    lines: Range<usize>,
    has_begun: bool,
    /// Nothing has come so far.
    is_empty: bool,
    /// The final dot has come.
    has_dot: bool,
    ended: Option<Ending>,
}

/// A part of an answer.
pub(crate) enum Part {
    Line(Range<usize>),
    Data(Range<usize>),
}

impl Answer {
    /// Asks. The connection stays taken for good: it serves no other request.
    pub(crate) async fn begin(mut conn: Conn, framing: Framing, request: &Request) -> Result<Self> {
        let codec = AnswerCodec::new(framing, conn.limits());
        conn.begin(Phase::Wait)?;
        conn.trace().begin(Phase::Wait);
        conn.queue_command(|wire| {
            request.encode(wire);
            Ok::<(), Error>(())
        })?;
        conn.flush().await?;
        Ok(Self {
            conn,
            codec,
            lines: 0..0,
            has_begun: false,
            is_empty: true,
            has_dot: false,
            ended: None,
        })
    }

    /// The rest of the answer is framed so.
    pub(crate) fn reframe(&mut self, framing: Framing) {
        self.codec = AnswerCodec::new(framing, self.conn.limits());
    }

    pub(crate) fn limits(&self) -> &Limits {
        self.conn.limits()
    }

    pub(crate) fn trace(&self) -> &Trace {
        self.conn.trace()
    }

    pub(crate) fn ending(&self) -> Option<Ending> {
        self.ended
    }

    /// A range of the last part.
    pub(crate) fn get(&self, range: Range<usize>) -> &[u8] {
        self.conn.bytes(range)
    }

    /// The first line of an answer that begins with one.
    pub(crate) async fn line(&mut self) -> Result<Vec<u8>> {
        let mut codec = LineCodec::new(self.limits().longest_line());
        let line = self.conn.next(&mut codec).await?;
        Ok(self.get(line).to_vec())
    }

    /// The next of the lines that have come, without its end.
    fn next_line(&mut self) -> Option<Range<usize>> {
        let rest = self.conn.bytes(self.lines.clone());
        let end = memchr::memchr(b'\n', rest)?;
        let line = rest.get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let begin = self.lines.start;
        let range = begin..begin + line.len();
        self.lines.start = begin + end + 1;
        Some(range)
    }

    /// The next part; `None` once it is over.
    pub(crate) async fn next(&mut self) -> Result<Option<Part>> {
        if let Some(line) = self.next_line() {
            return Ok(Some(Part::Line(line)));
        }
        if self.ended.is_some() {
            return Ok(None);
        }
        if self.codec.is_over() {
            return Ok(self.end(Ending::Length));
        }
        if self.has_dot {
            return self.dot().await;
        }
        let event = self.conn.next(&mut self.codec).await?;
        if !self.has_begun {
            self.has_begun = true;
            self.is_gopher()?;
            self.conn.trace().begin(Phase::Body);
            self.conn.data_due();
        }
        let is_empty = std::mem::take(&mut self.is_empty);
        match event {
            Event::Lines(range) => {
                self.lines = range;
                Ok(self.next_line().map(Part::Line))
            }
            Event::Data(range) => Ok(Some(Part::Data(range))),
            Event::Last(range) => {
                self.end(Ending::Close);
                Ok(Some(Part::Data(range)))
            }
            Event::Refused(line) => {
                let said = self.conn.said(line);
                let text = said.shown().split(|byte| *byte == b'\t').next();
                let text = text.and_then(|text| text.get(1..)).unwrap_or_default();
                Err(refused(Refusal::new(text)))
            }
            Event::End(Ending::Dot) => {
                self.has_dot = true;
                self.dot().await
            }
            // A menu has at least its final dot.
            Event::End(Ending::Close) if is_empty && self.codec.is_menu() => {
                Err(netspeak_core::closed_early(b"").into())
            }
            Event::End(ending) => Ok(self.end(ending)),
        }
    }

    /// A server that awaits TLS answers a request with an alert, and one that greets speaks another
    /// protocol. No item looks like a greeting: items have TABs.
    fn is_gopher(&self) -> Result<()> {
        let first = self.conn.event_bytes();
        let why = if !self.conn.is_encrypted() && first.starts_with(ALERT) {
            "the server answers in TLS: gophers:// is for it".to_owned()
        } else if self.codec.is_menu() && is_greeting(first) && !first.contains(&b'\t') {
            let line = excerpt(first);
            format!("the server does not speak Gopher: it answers {line:?}")
        } else {
            return Ok(());
        };
        let kind = ErrorKind::new(Phase::Wait, Reason::OtherProtocol);
        Err(Error::net(kind, why))
    }

    async fn dot(&mut self) -> Result<Option<Part>> {
        if self.codec.is_text() {
            self.nothing_follows().await?;
        }
        Ok(self.end(Ending::Dot))
    }

    fn end(&mut self, ending: Ending) -> Option<Part> {
        self.ended = Some(ending);
        self.conn.trace().end(true);
        None
    }

    /// A server that doubles no dots may have one alone in the middle of its text: then what has come
    /// is not all of it.
    async fn nothing_follows(&mut self) -> Result<()> {
        let mut rest = AnswerCodec::new(Framing::Bytes, self.conn.limits());
        // That the connection ends in disorder changes nothing: the text was whole.
        let Ok(Some(Event::Data(range))) = self.conn.next_within(&mut rest, HANGING_UP).await
        else {
            return Ok(());
        };
        let more = self.get(range).trim_ascii();
        if more.is_empty() {
            return Ok(());
        }
        Err(Error::malformed(
            "nothing behind the text's final dot (as type 9 it comes as it is)",
            more,
        ))
    }
}

/// The server's refusal as an error.
pub(crate) fn refused(refusal: Refusal) -> Error {
    Error::refused("the request", Phase::Work, refusal)
}
