//! Receiving: the codec is asked until it has an event, and the stream until the codec is content.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};

use super::Conn;
use super::faults::write_error;
use crate::codec::{Codec, Step};
use crate::deadline::Deadline;
use crate::error::{Error, Phase, Reason, Result};

impl Conn {
    /// The next event. Its ranges are for [`bytes`](Self::bytes), until the next call.
    ///
    /// What is queued is sent meanwhile. The future may be dropped and the call made again.
    ///
    /// # Errors
    /// What the codec finds wrong, the end of the stream where the codec does not expect it, a
    /// network error, or the deadline of the running command.
    pub async fn next<C: Codec>(&mut self, codec: &mut C) -> Result<C::Event> {
        std::future::poll_fn(|cx| self.poll_next(cx, codec)).await
    }

    /// As [`next`](Self::next), for those who poll: streams, readers, `select!`. The time that was
    /// waited counts over all polls.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn poll_next<C: Codec>(
        &mut self,
        cx: &mut Context<'_>,
        codec: &mut C,
    ) -> Poll<Result<C::Event>> {
        if self.failed {
            return Poll::Ready(Err(Error::Poisoned));
        }
        let event = ready!(self.poll_event(cx, codec, None));
        // Silence is an answer only for those who ask for it.
        let event = event.and_then(|event| event.ok_or(Error::Poisoned));
        Poll::Ready(self.note(event))
    }

    /// The next event, or `None` if the peer said nothing complete for so long: where silence is an
    /// answer. Nothing is lost, and the connection goes on.
    ///
    /// # Errors
    /// As [`next`](Self::next); of the limits only the total holds.
    pub async fn next_within<C: Codec>(
        &mut self,
        codec: &mut C,
        limit: Duration,
    ) -> Result<Option<C::Event>> {
        let silence = self.deadlines.within(self.waiting.phase(), limit);
        self.next_until(codec, silence).await
    }

    /// The next event, or `None` once that moment has come: for waits that several events do not make
    /// longer. Nothing is lost, and the connection goes on.
    ///
    /// # Errors
    /// As [`next_within`](Self::next_within).
    pub async fn next_until<C: Codec>(
        &mut self,
        codec: &mut C,
        moment: Deadline,
    ) -> Result<Option<C::Event>> {
        if self.failed {
            return Err(Error::Poisoned);
        }
        let event = std::future::poll_fn(|cx| self.poll_event(cx, codec, Some(moment))).await;
        self.note(event)
    }

    /// Looks at what has arrived by now and is not read yet, and waits for nothing. Empty: the peer
    /// is silent.
    ///
    /// # Errors
    /// `proto.closed` if the peer has closed, or a network error.
    pub fn peek(&mut self) -> Result<&[u8]> {
        if self.failed {
            return Err(Error::Poisoned);
        }
        let looked = match self.look() {
            Ok(Some(0)) => Err(Error::closed("the server closed the connection")),
            Ok(_) => Ok(()),
            Err(error) => Err(self.read_error(error)),
        };
        self.note(looked)?;
        Ok(self.buffer.unread())
    }

    /// Makes sure that it is our turn to speak: nothing has come that is not read yet.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there are unread bytes; those of [`peek`](Self::peek).
    pub fn in_turn(&mut self) -> Result<()> {
        let early = self.peek()?;
        if early.is_empty() {
            return Ok(());
        }
        let early = early.to_vec();
        let early = self.scrub(&early);
        self.note(Err(Error::malformed(
            "nothing before the next command",
            &early,
        )))
    }

    /// Reads what has arrived, unless something is unread already. `Some(0)` is the end of the
    /// stream, `None` silence.
    pub(super) fn look(&mut self) -> io::Result<Option<usize>> {
        self.buffer.release();
        if !self.buffer.unread().is_empty() {
            return Ok(Some(self.buffer.unread().len()));
        }
        // A buffer without unread bytes has room.
        self.buffer.make_room().map_err(io::Error::other)?;
        let mut room = ReadBuf::new(self.buffer.room());
        match self.stream.read_at_once(&mut room)? {
            Poll::Pending => Ok(None),
            Poll::Ready(()) => {
                let read = room.filled().len();
                self.buffer.filled(read);
                Ok(Some(read))
            }
        }
    }

    pub(crate) fn deadline(&self) -> Deadline {
        self.waiting.deadline(&self.deadlines)
    }

    /// The next event; `None` once the silence has lasted so long, if it may.
    fn poll_event<C: Codec>(
        &mut self,
        cx: &mut Context<'_>,
        codec: &mut C,
        silence: Option<Deadline>,
    ) -> Poll<Result<Option<C::Event>>> {
        self.buffer.release();
        loop {
            if let Some(event) = self.decode(codec)? {
                return Poll::Ready(Ok(Some(event)));
            }
            match self.poll_read(cx)? {
                Poll::Ready(0) => return Poll::Ready(self.last_event(codec).map(Some)),
                Poll::Ready(_) => {}
                Poll::Pending => {
                    let deadline = silence.unwrap_or_else(|| self.deadline());
                    let error = ready!(self.poll_patience(cx, deadline));
                    let is_answer = silence.is_some() && !deadline.is_total();
                    return Poll::Ready(match error.kind().reason() {
                        Reason::Timeout if is_answer => Ok(None),
                        _ => Err(error),
                    });
                }
            }
        }
    }

    /// An event, if the unread bytes hold a whole one.
    pub(super) fn decode<C: Codec>(&mut self, codec: &mut C) -> Result<Option<C::Event>> {
        if self.buffer.unread().is_empty() {
            return Ok(None);
        }
        match codec.decode(self.buffer.unread())? {
            Step::Need => Ok(None),
            Step::Event { consumed, event } => {
                self.buffer.consume(consumed);
                self.record::<C>(&event);
                Ok(Some(event))
            }
        }
    }

    /// What the codec makes of the end of the stream. The rest is used up by it.
    pub(super) fn last_event<C: Codec>(&mut self, codec: &mut C) -> Result<C::Event> {
        let event = codec.eof(self.buffer.unread())?;
        self.buffer.consume(self.buffer.unread().len());
        self.record::<C>(&event);
        Ok(event)
    }

    fn record<C: Codec>(&self, event: &C::Event) {
        let shown = C::shown(event);
        self.trace
            .received(&shown, self.buffer.consumed(), self.is_encrypted());
    }

    /// Reads more, and sends what is queued at the same time; 0 is the end of the stream.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Result<Poll<usize>> {
        if self.out.is_pending() {
            let queued = self.queued();
            let sent = self.out.poll_send(&mut self.stream, cx, &mut &[][..]);
            if self.queued() != queued {
                self.waiting.moved();
            }
            if let Poll::Ready(Err(error)) = sent {
                self.out.cut();
                self.out.broken = Some(error);
            }
        }
        match (self.poll_fill(cx)?, self.out.broken.take()) {
            (Poll::Ready(0) | Poll::Pending, Some(error)) => Err(write_error(error)),
            (read, broken) => {
                self.out.broken = broken;
                Ok(read)
            }
        }
    }

    /// Reads what is there into the buffer.
    pub(super) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Result<Poll<usize>> {
        self.buffer.make_room()?;
        let mut room = ReadBuf::new(self.buffer.room());
        match Pin::new(&mut self.stream).poll_read(cx, &mut room) {
            Poll::Ready(Ok(())) => {
                let read = room.filled().len();
                self.buffer.filled(read);
                self.waiting.moved();
                Ok(Poll::Ready(read))
            }
            Poll::Ready(Err(error)) => Err(match self.out.broken.take() {
                Some(earlier) => write_error(earlier),
                None => self.read_error(error),
            }),
            Poll::Pending => Ok(Poll::Pending),
        }
    }

    /// There is nothing to do but wait: is the time up?
    pub(super) fn poll_patience(
        &mut self,
        cx: &mut Context<'_>,
        deadline: Deadline,
    ) -> Poll<Error> {
        let doing = match deadline.phase() {
            Phase::Greeting => "waiting for the greeting",
            _ => "waiting for the peer",
        };
        self.waiting.poll_expired(cx, deadline, doing)
    }
}
