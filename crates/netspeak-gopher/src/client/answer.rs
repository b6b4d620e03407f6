//! [`Answer`]: an answer on its way, whatever it is.

use std::ops::Range;
use std::time::Duration;

use netspeak_core::{Conn, ErrorKind, Limits, Phase, Reason, Trace};

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
        match self.next().await? {
            Some(Part::Line(range) | Part::Data(range)) => Ok(self.get(range).to_vec()),
            None => Err(netspeak_core::closed_early(b"").into()),
        }
    }

    /// The next part; `None` once it is over.
    pub(crate) async fn next(&mut self) -> Result<Option<Part>> {
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
            self.conn.trace().begin(Phase::Body);
            self.conn.data_due();
            self.is_no_tls()?;
        }
        let is_empty = std::mem::take(&mut self.is_empty);
        match event {
            Event::Line(range) => Ok(Some(Part::Line(range))),
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

    /// A server that awaits TLS answers a request with an alert.
    fn is_no_tls(&self) -> Result<()> {
        let conn = &self.conn;
        if conn.is_encrypted() || !conn.event_bytes().starts_with(ALERT) {
            return Ok(());
        }
        Err(Error::net(
            ErrorKind::new(Phase::Wait, Reason::OtherProtocol),
            "the server answers in TLS: gophers:// is for it",
        ))
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
