//! Sending: commands that are queued and leave together, and bulk data that is not copied.

use std::io;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::Conn;
use super::faults::write_error;
use crate::codec::Codec;
use crate::error::{Error, Phase, Result};
use crate::wire::Wire;

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

impl Conn {
    /// Queues bytes. They leave with the next [`flush`](Self::flush), or while
    /// [`next`](Self::next) waits: a long pipeline cannot block against the peer's answers.
    pub fn queue(&mut self, wire: &Wire) {
        self.trace.sent(wire, self.is_encrypted());
        self.out.push(wire);
    }

    /// Queues a command as it is encoded, and keeps nothing of it; if it cannot be said, nothing is
    /// queued. A command costs no allocation so.
    ///
    /// # Errors
    /// Those of `encode`.
    pub fn queue_command<E>(
        &mut self,
        encode: impl FnOnce(&mut Wire) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut wire = std::mem::take(&mut self.scratch);
        let encoded = encode(&mut wire);
        if encoded.is_ok() {
            self.queue(&wire);
        }
        wire.clear();
        self.scratch = wire;
        encoded
    }

    /// Queues bulk data: `fill` adds it to what is queued already, without a copy in between. A
    /// transcript shows its size only. For data that is made on the way; what stands in memory as it
    /// is to be sent goes by [`send_data`](Self::send_data).
    ///
    /// # Errors
    /// Those of `fill`; nothing is queued then.
    pub fn queue_data<E>(
        &mut self,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let size = self.out.fill(fill)?;
        self.sent_data(size);
        Ok(())
    }

    pub(super) fn sent_data(&self, size: usize) {
        if size > 0 {
            self.trace.sent_data(size, self.is_encrypted());
        }
    }

    /// How many queued bytes have not been handed to the system yet.
    pub fn queued(&self) -> usize {
        self.out.rest().len()
    }

    /// Whether all that was ever queued or sent was handed to the system, so that the peer may have
    /// it.
    pub fn is_sent(&self) -> bool {
        self.out.is_sent()
    }

    /// Drops what is queued and has not left: the peer has had enough.
    pub fn forget_queued(&mut self) {
        self.out.forget();
    }

    /// Sends what is queued.
    ///
    /// # Errors
    /// A network error, or a timeout of the running command. If the peer has left and said why, this
    /// succeeds, and [`next`](Self::next) has its words.
    pub async fn flush(&mut self) -> Result<()> {
        std::future::poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// As [`flush`](Self::flush), for those who poll.
    ///
    /// # Errors
    /// As [`flush`](Self::flush).
    pub fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if self.failed {
            return Poll::Ready(Err(Error::Poisoned));
        }
        let flushed = ready!(self.poll_send(cx, &mut &[][..]));
        Poll::Ready(self.note(flushed))
    }

    /// Queues and sends in one write.
    ///
    /// # Errors
    /// As [`flush`](Self::flush).
    pub async fn send(&mut self, wire: &Wire) -> Result<()> {
        self.queue(wire);
        self.flush().await
    }

    /// Sends bulk data as it is, behind what is queued, without a copy. If the future is dropped
    /// half-way the connection is poisoned, since nobody knows how much went.
    ///
    /// # Errors
    /// As [`flush`](Self::flush).
    pub async fn send_data(&mut self, mut data: &[u8]) -> Result<()> {
        if self.failed {
            return Err(Error::Poisoned);
        }
        self.failed = true;
        let sent = std::future::poll_fn(|cx| self.poll_send(cx, &mut data)).await;
        self.failed = false;
        self.note(sent)
    }

    /// Sends what is queued, and listens meanwhile: the next event, or `None` when all is sent. An
    /// event that is there already comes first. Call again until `None`, or
    /// [forget](Self::forget_queued) the rest.
    ///
    /// # Errors
    /// As [`flush`](Self::flush) and [`next`](Self::next).
    pub async fn flush_or_next<C: Codec>(&mut self, codec: &mut C) -> Result<Option<C::Event>> {
        self.send_data_or_next(&mut &[][..], codec).await
    }

    /// As [`flush_or_next`](Self::flush_or_next), with bulk data behind what is queued. `data` moves
    /// on by what was sent, so after an event, or a dropped future, the rest of it is what is left.
    ///
    /// # Errors
    /// As [`flush_or_next`](Self::flush_or_next).
    pub async fn send_data_or_next<C: Codec>(
        &mut self,
        data: &mut &[u8],
        codec: &mut C,
    ) -> Result<Option<C::Event>> {
        if self.failed {
            return Err(Error::Poisoned);
        }
        self.buffer.release();
        let event = std::future::poll_fn(|cx| self.poll_send_or_event(cx, data, codec)).await;
        self.note(event)
    }

    fn poll_send_or_event<C: Codec>(
        &mut self,
        cx: &mut Context<'_>,
        data: &mut &[u8],
        codec: &mut C,
    ) -> Poll<Result<Option<C::Event>>> {
        loop {
            if let Some(event) = self.decode(codec)? {
                return Poll::Ready(Ok(Some(event)));
            }
            let writing = match &self.out.broken {
                // Words that came while the writing failed come first.
                Some(_) => Poll::Pending,
                None => self.poll_write(cx, data)?,
            };
            if writing.is_ready() {
                match self.out.broken {
                    None => return Poll::Ready(Ok(None)),
                    Some(_) => continue,
                }
            }
            match (self.poll_fill(cx)?, self.out.broken.take()) {
                (Poll::Ready(0) | Poll::Pending, Some(error)) => {
                    return Poll::Ready(Err(write_error(error)));
                }
                (Poll::Ready(0), None) => return Poll::Ready(self.last_event(codec).map(Some)),
                (Poll::Ready(_), broken) => self.out.broken = broken,
                (Poll::Pending, None) => {
                    let deadline = self.deadline();
                    return self.waiting.poll_expired(cx, deadline, "sending").map(Err);
                }
            }
        }
    }

    /// Sends what is queued and then `data`, to the end or until the time is up.
    pub(super) fn poll_send(&mut self, cx: &mut Context<'_>, data: &mut &[u8]) -> Poll<Result<()>> {
        if let Some(error) = self.out.broken.take() {
            return Poll::Ready(Err(write_error(error)));
        }
        match self.poll_write(cx, data)? {
            Poll::Ready(()) => Poll::Ready(Ok(())),
            Poll::Pending => {
                let deadline = self.deadline();
                let expired = self.waiting.poll_expired(cx, deadline, "sending");
                expired.map(Err)
            }
        }
    }

    /// Writes as much as goes without waiting.
    fn poll_write(&mut self, cx: &mut Context<'_>, data: &mut &[u8]) -> Result<Poll<()>> {
        if self.out.finished && (self.out.is_pending() || !data.is_empty()) {
            return Err(Error::usage("our side of the connection is already closed"));
        }
        let before = (self.queued(), data.len());
        let sent = self.out.poll_send(&mut self.stream, cx, data);
        if before != (self.queued(), data.len()) {
            self.waiting.moved();
            self.sent_data(before.1 - data.len());
        }
        match sent {
            Poll::Ready(Ok(())) => Ok(Poll::Ready(())),
            Poll::Ready(Err(error)) => self.break_off(error).map(Poll::Ready),
            Poll::Pending => Ok(Poll::Pending),
        }
    }

    /// Sending has failed. What the peer said before it left counts more than that it left.
    pub(super) fn break_off(&mut self, error: io::Error) -> Result<()> {
        self.out.cut();
        match self.look() {
            Ok(Some(1..)) => {
                self.out.broken = Some(error);
                Ok(())
            }
            _ => Err(write_error(error)),
        }
    }

    /// Sends one urgent byte behind what is queued (TCP's out-of-band data: Telnet's Synch, FTP's
    /// ABOR).
    ///
    /// # Errors
    /// As [`flush`](Self::flush); [`Error::Usage`] where there is no urgent data: inside TLS or
    /// compression, over anything but TCP.
    pub async fn send_urgent(&mut self, byte: u8) -> Result<()> {
        if self.stream.bare_tcp().is_none() {
            return Err(Error::usage("urgent data needs TCP without TLS"));
        }
        self.flush().await?;
        let sent = std::future::poll_fn(|cx| self.poll_urgent(cx, byte)).await;
        self.note(sent)
    }

    fn poll_urgent(&mut self, cx: &mut Context<'_>, byte: u8) -> Poll<Result<()>> {
        let Some(tcp) = self.stream.bare_tcp() else {
            return Poll::Ready(Ok(()));
        };
        loop {
            match tcp.poll_write_ready(cx) {
                Poll::Ready(Err(error)) => return Poll::Ready(self.break_off(error)),
                Poll::Ready(Ok(())) => {}
                Poll::Pending => {
                    let deadline = self.deadline();
                    return self
                        .waiting
                        .poll_expired(cx, deadline, "sending the urgent byte")
                        .map(Err);
                }
            }
            let sent = tcp.try_io(tokio::io::Interest::WRITABLE, || {
                socket2::SockRef::from(tcp).send_out_of_band(&[byte])
            });
            match sent {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(self.break_off(error)),
                Ok(_) => {
                    self.waiting.moved();
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }

    /// Ends our side of the stream behind what is queued: the peer reads the end (with TLS: the
    /// closing alert) and can still speak.
    ///
    /// # Errors
    /// As [`flush`](Self::flush).
    pub async fn finish_sending(&mut self) -> Result<()> {
        self.flush().await?;
        let ended = std::future::poll_fn(|cx| {
            match self.stream.poll_finish(cx) {
                Poll::Ready(Err(error)) => Poll::Ready(match error.kind() {
                    // The peer was quicker.
                    io::ErrorKind::NotConnected => Ok(()),
                    _ => self.break_off(error),
                }),
                Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
                Poll::Pending => {
                    let deadline = self.deadline();
                    self.waiting.poll_expired(cx, deadline, "closing").map(Err)
                }
            }
        })
        .await;
        self.out.finished = true;
        self.note(ended)
    }

    /// Sends what is queued and ends our side of the stream (with TLS: with the closing alert), all
    /// within one second.
    ///
    /// # Errors
    /// A network error or a timeout; either way the connection is of no more use.
    pub async fn close(mut self) -> Result<()> {
        if std::mem::take(&mut self.failed) {
            // Half a command is worse than none.
            self.out.forget();
        }
        self.waiting
            .until(self.deadlines.within(Phase::Quit, GOODBYE));
        self.finish_sending().await
    }
}
