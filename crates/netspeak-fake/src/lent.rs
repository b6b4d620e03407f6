//! The stream of a connection in the hands of an engine, and its way home.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::transport::Transport;

/// Where a lent stream is left when the engine drops it, with the bytes that the engine has not read.
#[derive(Clone, Default)]
pub(crate) struct Home(Arc<Mutex<Option<Left>>>);

/// A stream, and what had been read of it for nobody.
type Left = (Transport, Vec<u8>);

impl Home {
    pub(crate) fn take(&self) -> Option<Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn leave(&self, stream: Transport, unread: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((stream, unread));
    }
}

/// A stream that goes home when it is dropped. What had been read of it before comes first.
pub(crate) struct Lent {
    stream: Transport,
    unread: Vec<u8>,
    home: Home,
}

impl Lent {
    pub(crate) fn new(stream: Transport, unread: Vec<u8>, home: &Home) -> Self {
        Self {
            stream,
            unread,
            home: home.clone(),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let stream = std::mem::replace(&mut self.stream, Transport::nothing());
        self.home.leave(stream, std::mem::take(&mut self.unread));
    }
}

impl AsyncRead for Lent {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unread.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let count = self.unread.len().min(buffer.remaining());
        let first: Vec<u8> = self.unread.drain(..count).collect();
        buffer.put_slice(&first);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Lent {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
