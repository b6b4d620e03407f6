//! [`Outgoing`]: bytes queued for sending.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use crate::stream::Stream;
use crate::wire::Wire;

/// What waits to be sent, and how far it has come.
#[derive(Default)]
pub(super) struct Outgoing {
    wire: Wire,
    sent: usize,
    /// Something was handed over that a layer below may still hold back.
    unflushed: bool,
    /// Sending has failed while words of the peer were unread; told when these are read.
    pub(super) broken: Option<io::Error>,
    /// Our side of the stream has ended.
    pub(super) finished: bool,
    /// Something that was queued never left.
    is_cut: bool,
}

impl Outgoing {
    pub(super) fn push(&mut self, wire: &Wire) {
        self.reuse();
        self.wire.append(wire);
        self.unflushed = true;
    }

    /// Lets `fill` add to what is queued; how many bytes it added.
    pub(super) fn fill<E>(
        &mut self,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<usize, E> {
        self.reuse();
        let before = self.wire.len();
        self.wire.fill(fill)?;
        let size = self.wire.len() - before;
        self.unflushed |= size > 0;
        Ok(size)
    }

    fn reuse(&mut self) {
        if self.rest().is_empty() {
            self.clear();
        }
    }

    fn clear(&mut self) {
        self.wire.clear();
        self.sent = 0;
    }

    /// Nothing of it will be sent.
    pub(super) fn forget(&mut self) {
        self.clear();
        self.unflushed = false;
    }

    /// Sending has failed: nothing more of it will be sent.
    pub(super) fn cut(&mut self) {
        self.forget();
        self.is_cut = true;
    }

    /// Whether all that was ever queued was handed over.
    pub(super) fn is_sent(&self) -> bool {
        !self.unflushed && !self.is_cut
    }

    /// What has not been handed to the stream.
    pub(super) fn rest(&self) -> &[u8] {
        self.wire.bytes().get(self.sent..).unwrap_or_default()
    }

    /// Whether the peer may still have to wait for something.
    pub(super) fn is_pending(&self) -> bool {
        self.unflushed
    }

    /// Writes what is queued and then `data`, which moves on by what was written, and flushes. Ready
    /// when all is done.
    pub(super) fn poll_send(
        &mut self,
        stream: &mut Stream,
        cx: &mut Context<'_>,
        data: &mut &[u8],
    ) -> Poll<io::Result<()>> {
        while !self.rest().is_empty() || !data.is_empty() {
            self.unflushed = true;
            let written = match (self.rest(), *data) {
                ([], data) => Pin::new(&mut *stream).poll_write(cx, data),
                (queued, []) => Pin::new(&mut *stream).poll_write(cx, queued),
                (queued, data) => {
                    let both = [IoSlice::new(queued), IoSlice::new(data)];
                    Pin::new(&mut *stream).poll_write_vectored(cx, &both)
                }
            };
            match ready!(written)? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => {
                    let from_queue = written.min(self.rest().len());
                    self.sent += from_queue;
                    *data = data.get(written - from_queue..).unwrap_or_default();
                }
            }
        }
        self.clear();
        if self.unflushed {
            ready!(Pin::new(stream).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }
}
