//! [`Tap`]: keeps the first bytes that come, so that a failed handshake can show what the peer said
//! instead.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Stream;

/// What a TLS session stands on.
#[derive(Debug)]
pub(crate) struct Tap {
    pub(crate) inner: Stream,
    head: Vec<u8>,
}

impl Tap {
    const KEEP: usize = 64;

    pub(crate) fn new(inner: Stream) -> Self {
        Self {
            inner,
            head: Vec::new(),
        }
    }

    /// The first bytes that came.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        if self.head.len() < Self::KEEP {
            let room = Self::KEEP - self.head.len();
            let new = buf.filled().get(before..).unwrap_or_default();
            self.head.extend(new.iter().take(room));
        }
        polled
    }
}

impl AsyncWrite for Tap {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
