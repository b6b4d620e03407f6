//! [`Stream`]: everything a connection may run over, as one type.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

/// Any stream that a connection can stand on.
pub trait Io: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug + 'static> Io for T {}

/// The layers under a connection. Layers nest, and the socket at the bottom stays reachable.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    Memory(DuplexStream),
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::client::TlsStream<Tap>>),
    /// What a proxy opened: the peer is not at the other end of the socket below.
    #[cfg(feature = "proxy")]
    Tunnel(Box<Self>),
    Other(Box<dyn Io>),
}

impl Stream {
    /// The socket under all layers, if it is a TCP socket.
    pub(crate) fn tcp(&self) -> Option<&TcpStream> {
        match self {
            Self::Tcp(tcp) => Some(tcp),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.get_ref().0.inner.tcp(),
            #[cfg(feature = "proxy")]
            Self::Tunnel(below) => below.tcp(),
            _ => None,
        }
    }

    /// Keying material of the TLS session (RFC 9266 section 4). Below TLS 1.3 it would only be
    /// unique with the extended master secret, so there is none.
    #[cfg(feature = "tls")]
    pub(crate) fn exported_key(&self, label: &[u8]) -> Option<[u8; 32]> {
        let Self::Tls(tls) = self else { return None };
        let session = tls.get_ref().1;
        if session.protocol_version() != Some(rustls::ProtocolVersion::TLSv1_3) {
            return None;
        }
        session.export_keying_material([0; 32], label, None).ok()
    }

    /// Whether the bytes never leave this machine: a Unix socket, or a loopback peer address.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Tcp(tcp) => tcp.peer_addr().is_ok_and(is_loopback),
            #[cfg(unix)]
            Self::Unix(_) => true,
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.get_ref().0.inner.is_local(),
            #[cfg(feature = "proxy")]
            Self::Tunnel(_) => false,
            Self::Memory(_) | Self::Other(_) => false,
        }
    }

    /// Whether a proxy stands between.
    pub(crate) fn is_tunnel(&self) -> bool {
        match self {
            #[cfg(feature = "proxy")]
            Self::Tunnel(_) => true,
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.get_ref().0.inner.is_tunnel(),
            _ => false,
        }
    }
}

fn is_loopback(peer: SocketAddr) -> bool {
    peer.ip().to_canonical().is_loopback()
}

macro_rules! each_layer {
    ($self:ident, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Stream::Tcp($stream) => $call,
            #[cfg(unix)]
            Stream::Unix($stream) => $call,
            Stream::Memory($stream) => $call,
            #[cfg(feature = "tls")]
            Stream::Tls($stream) => {
                let $stream = $stream.as_mut();
                $call
            }
            #[cfg(feature = "proxy")]
            Stream::Tunnel($stream) => {
                let $stream = $stream.as_mut();
                $call
            }
            Stream::Other($stream) => {
                let $stream = $stream.as_mut();
                $call
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        each_layer!(self, stream => Pin::new(stream).poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        each_layer!(self, stream => Pin::new(stream).poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each_layer!(self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each_layer!(self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}

/// Keeps the first bytes that come, so that a failed handshake can show what the peer said instead.
#[cfg(feature = "tls")]
#[derive(Debug)]
pub(crate) struct Tap {
    pub(crate) inner: Stream,
    head: Vec<u8>,
}

#[cfg(feature = "tls")]
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

#[cfg(feature = "tls")]
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

#[cfg(feature = "tls")]
impl AsyncWrite for Tap {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
