//! [`ByteStream`]: a connection that was handed over, as tokio's `AsyncRead` and `AsyncWrite`.

use std::fmt;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::policy::Security;
use crate::stream::Stream;
use crate::trace::Trace;

/// The bytes of a connection, for those who bring their own protocol: an HTTP engine,
/// [`tokio::io::split`], a serial line. Made by [`Conn::into_stream`](crate::Conn::into_stream).
///
/// It has no deadlines of its own; shutting it down sends TLS's closing alert.
pub struct ByteStream {
    stream: Stream,
    unread: Vec<u8>,
    read: usize,
    security: Security,
    trace: Trace,
}

impl ByteStream {
    pub(super) fn new(stream: Stream, unread: Vec<u8>, security: Security, trace: Trace) -> Self {
        Self {
            stream,
            unread,
            read: 0,
            security,
            trace,
        }
    }

    /// For protocols without urgent data (RFC 9293 section 3.8.5): a read that comes up short has taken all that was
    /// there, and the system is not asked a second time.
    #[must_use]
    pub fn without_urgent_data(mut self) -> Self {
        self.stream.never_urgent();
        self
    }

    /// The peer's address, if it is a TCP peer; the proxy's if there is one.
    pub fn peer_addr(&self) -> Option<SocketAddr> {
        self.stream.tcp().and_then(|tcp| tcp.peer_addr().ok())
    }

    /// Our own address, if it is a TCP connection.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.stream.tcp().and_then(|tcp| tcp.local_addr().ok())
    }

    /// How well the talk is protected.
    pub fn security(&self) -> Security {
        self.security
    }

    /// The protocol agreed on by ALPN, such as `h2`.
    #[cfg(feature = "tls")]
    pub fn alpn(&self) -> Option<&[u8]> {
        self.stream.alpn()
    }

    /// The record of the connection.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    fn unread(&self) -> &[u8] {
        self.unread.get(self.read..).unwrap_or_default()
    }
}

impl AsyncRead for ByteStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unread().is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let piece = self.unread();
        let piece = piece.get(..buf.remaining()).unwrap_or(piece);
        buf.put_slice(piece);
        let size = piece.len();
        self.read += size;
        if self.unread().is_empty() {
            (self.unread, self.read) = (Vec::new(), 0);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ByteStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("peer", &self.peer_addr())
            .field("security", &self.security)
            .field("unread", &self.unread().len())
            .finish_non_exhaustive()
    }
}
