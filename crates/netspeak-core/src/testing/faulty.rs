//! [`FaultyStream`]: fails at a chosen byte.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What a [`FaultyStream`] does wrong. Bytes are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamFault {
    /// Nothing.
    None,
    /// Where this byte is due, reading fails.
    ReadFails(usize),
    /// Where this byte is due, the stream ends.
    ReadEnds(usize),
    /// From this byte on nothing comes any more.
    ReadStalls(usize),
    /// Where this byte is due, writing fails.
    WriteFails(usize),
    /// From this byte on nothing is taken any more.
    WriteStalls(usize),
    /// The bytes before this one come in one piece, the others in another.
    Split(usize),
    /// Nothing fails, but every read gives one byte and every write takes one, each only when asked
    /// for the second time: a future on top of it is polled for every single byte.
    OneByte,
}

/// A stream that fails at a chosen byte.
#[derive(Debug)]
pub struct FaultyStream<S> {
    inner: S,
    fault: StreamFault,
    read: usize,
    written: usize,
    hesitated: [bool; 2],
}

const READING: usize = 0;
const WRITING: usize = 1;

impl<S> FaultyStream<S> {
    /// Wraps a stream.
    pub fn new(inner: S, fault: StreamFault) -> Self {
        Self {
            inner,
            fault,
            read: 0,
            written: 0,
            hesitated: [false; 2],
        }
    }

    /// True at the first, third, fifth asking: then the caller is to come again.
    fn hesitates(&mut self, side: usize, cx: &Context<'_>) -> bool {
        let Some(hesitated) = self.hesitated.get_mut(side) else {
            return false;
        };
        *hesitated = !*hesitated;
        if *hesitated {
            cx.waker().wake_by_ref();
        }
        *hesitated
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FaultyStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut most = buf.remaining();
        let fault = self.fault;
        match fault {
            StreamFault::ReadFails(n) if self.read >= n => {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            StreamFault::ReadEnds(n) if self.read >= n => return Poll::Ready(Ok(())),
            StreamFault::ReadStalls(n) if self.read >= n => return Poll::Pending,
            StreamFault::ReadFails(n) | StreamFault::ReadEnds(n) | StreamFault::ReadStalls(n) => {
                most = most.min(n - self.read);
            }
            StreamFault::Split(n) if self.read < n => most = most.min(n - self.read),
            StreamFault::Split(n) if self.read == n && !self.hesitated[READING] => {
                self.hesitates(READING, cx);
                return Poll::Pending;
            }
            StreamFault::OneByte if self.hesitates(READING, cx) => return Poll::Pending,
            StreamFault::OneByte => most = 1,
            _ => {}
        }
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(most));
        let polled = Pin::new(&mut self.inner).poll_read(cx, &mut part);
        let read = part.filled().len();
        buf.advance(read);
        self.read += read;
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FaultyStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut most = buf.len();
        let fault = self.fault;
        match fault {
            StreamFault::WriteFails(n) if self.written >= n => {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            StreamFault::WriteStalls(n) if self.written >= n => return Poll::Pending,
            StreamFault::WriteFails(n) | StreamFault::WriteStalls(n) => {
                most = most.min(n - self.written)
            }
            StreamFault::OneByte if self.hesitates(WRITING, cx) => return Poll::Pending,
            StreamFault::OneByte => most = 1,
            _ => {}
        }
        let part = buf.get(..most).unwrap_or(buf);
        let polled = Pin::new(&mut self.inner).poll_write(cx, part);
        if let Poll::Ready(Ok(written)) = polled {
            self.written += written;
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
