//! [`Stream`]: everything a connection may run over, as one type.

use std::fmt;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

#[cfg(feature = "deflate")]
pub(crate) mod deflated;
mod leaf;
#[cfg(feature = "tls")]
mod tap;

#[cfg(feature = "deflate")]
use deflated::Deflated;
pub(crate) use leaf::Leaf;
#[cfg(feature = "tls")]
pub(crate) use tap::Tap;

/// Any stream that a connection can stand on.
pub trait Io: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug + 'static> Io for T {}

/// The layers under a connection. Layers nest, and the socket at the bottom stays reachable.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(Leaf<TcpStream>),
    #[cfg(unix)]
    Unix(Leaf<UnixStream>),
    Memory(DuplexStream),
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::client::TlsStream<Tap>>),
    #[cfg(feature = "deflate")]
    Deflate(Box<Deflated>),
    /// What a proxy opened: the peer is not at the other end of the socket below.
    #[cfg(feature = "proxy")]
    Tunnel(Box<Self>),
    Other(Box<dyn Io>),
}

impl Stream {
    /// A place holder: it reads as ended and takes nothing.
    #[cfg(any(feature = "tls", feature = "deflate"))]
    pub(crate) fn nothing() -> Self {
        Self::Other(Box::new(tokio::io::empty()))
    }

    /// The layer under this one.
    fn below(&self) -> Option<&Self> {
        match self {
            #[cfg(feature = "tls")]
            Self::Tls(tls) => Some(&tls.get_ref().0.inner),
            #[cfg(feature = "deflate")]
            Self::Deflate(deflated) => Some(deflated.below()),
            #[cfg(feature = "proxy")]
            Self::Tunnel(below) => Some(below),
            _ => None,
        }
    }

    fn below_mut(&mut self) -> Option<&mut Self> {
        match self {
            #[cfg(feature = "tls")]
            Self::Tls(tls) => Some(&mut tls.get_mut().0.inner),
            #[cfg(feature = "deflate")]
            Self::Deflate(deflated) => Some(deflated.below_mut()),
            #[cfg(feature = "proxy")]
            Self::Tunnel(below) => Some(below),
            _ => None,
        }
    }

    /// This layer and all below it, the outermost first.
    fn layers(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |layer| layer.below())
    }

    /// The socket under all layers, if it is a TCP socket.
    pub(crate) fn tcp(&self) -> Option<&TcpStream> {
        self.layers().find_map(|layer| match layer {
            Self::Tcp(leaf) => Some(leaf.socket()),
            _ => None,
        })
    }

    /// The TCP socket, if bytes go into it as they are: nothing encrypts or compresses on the way.
    pub(crate) fn bare_tcp(&self) -> Option<&TcpStream> {
        match self {
            Self::Tcp(leaf) => Some(leaf.socket()),
            #[cfg(feature = "proxy")]
            Self::Tunnel(below) => below.bare_tcp(),
            _ => None,
        }
    }

    /// The same socket, without this connection around it.
    pub(crate) fn into_bare_tcp(self) -> Option<TcpStream> {
        match self {
            Self::Tcp(leaf) => Some(leaf.into_socket()),
            #[cfg(feature = "proxy")]
            Self::Tunnel(below) => below.into_bare_tcp(),
            _ => None,
        }
    }

    #[cfg(feature = "tls")]
    fn session(&self) -> Option<&rustls::ClientConnection> {
        // Under a tunnel the session is the proxy's.
        self.layers()
            .take_while(|layer| !layer.is_proxys())
            .find_map(|layer| match layer {
                Self::Tls(tls) => Some(tls.get_ref().1),
                _ => None,
            })
    }

    #[cfg(feature = "tls")]
    fn is_proxys(&self) -> bool {
        #[cfg(feature = "proxy")]
        return matches!(self, Self::Tunnel(_));
        #[cfg(not(feature = "proxy"))]
        false
    }

    /// Keying material of the TLS session (RFC 9266 section 4). Below TLS 1.3 it would only be
    /// unique with the extended master secret, so there is none.
    #[cfg(feature = "tls")]
    pub(crate) fn exported_key(&self, label: &[u8]) -> Option<[u8; 32]> {
        let session = self.session()?;
        if session.protocol_version() != Some(rustls::ProtocolVersion::TLSv1_3) {
            return None;
        }
        session.export_keying_material([0; 32], label, None).ok()
    }

    /// The protocol agreed on by ALPN.
    #[cfg(feature = "tls")]
    pub(crate) fn alpn(&self) -> Option<&[u8]> {
        self.session()?.alpn_protocol()
    }

    /// Whether the bytes never leave this machine: a Unix socket, or a loopback peer address.
    pub(crate) fn is_local(&self) -> bool {
        let is_here = |layer: &Self| match layer {
            Self::Tcp(leaf) => leaf.socket().peer_addr().is_ok_and(is_loopback),
            #[cfg(unix)]
            Self::Unix(_) => true,
            _ => false,
        };
        !self.is_tunnel() && self.layers().any(is_here)
    }

    /// Whether a proxy stands between.
    pub(crate) fn is_tunnel(&self) -> bool {
        #[cfg(feature = "proxy")]
        return self.layers().any(|layer| matches!(layer, Self::Tunnel(_)));
        #[cfg(not(feature = "proxy"))]
        false
    }

    /// Reads what has arrived by now, asking the system itself: tokio hears of new bytes only when
    /// its driver runs. Nobody is woken later.
    pub(crate) fn read_at_once(&mut self, room: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.ask_the_system(true);
        let mut cx = Context::from_waker(Waker::noop());
        let read = Pin::new(&mut *self).poll_read(&mut cx, room);
        self.ask_the_system(false);
        read
    }

    /// Ends our direction, and leaves the other open. TLS through a proxy is ended by its alert alone:
    /// there are proxies that take the end of one direction for that of both.
    pub(crate) fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            #[cfg(feature = "tls")]
            Self::Tls(tls) if tls.get_ref().0.inner.is_tunnel() => {
                tls.get_mut().1.send_close_notify();
                Pin::new(tls).poll_flush(cx)
            }
            stream => Pin::new(stream).poll_shutdown(cx),
        }
    }

    /// The peer sends no urgent data, so that what a short read left is nothing.
    pub(crate) fn never_urgent(&mut self) {
        let mut layer = Some(self);
        while let Some(current) = layer {
            match current {
                Self::Tcp(leaf) => leaf.never_urgent(),
                #[cfg(unix)]
                Self::Unix(leaf) => leaf.never_urgent(),
                _ => {}
            }
            layer = current.below_mut();
        }
    }

    fn ask_the_system(&mut self, at_once: bool) {
        let mut layer = Some(self);
        while let Some(current) = layer {
            match current {
                Self::Tcp(leaf) => leaf.ask_the_system(at_once),
                #[cfg(unix)]
                Self::Unix(leaf) => leaf.ask_the_system(at_once),
                _ => {}
            }
            layer = current.below_mut();
        }
    }
}

impl From<TcpStream> for Stream {
    fn from(socket: TcpStream) -> Self {
        Self::Tcp(Leaf::new(socket))
    }
}

#[cfg(unix)]
impl From<UnixStream> for Stream {
    fn from(socket: UnixStream) -> Self {
        Self::Unix(Leaf::new(socket))
    }
}

fn is_loopback(peer: SocketAddr) -> bool {
    peer.ip().to_canonical().is_loopback()
}

macro_rules! each_layer {
    ($self:expr, $stream:ident => $call:expr) => {
        match $self {
            Stream::Tcp($stream) => $call,
            #[cfg(unix)]
            Stream::Unix($stream) => $call,
            Stream::Memory($stream) => $call,
            #[cfg(feature = "tls")]
            Stream::Tls($stream) => $call,
            #[cfg(feature = "deflate")]
            Stream::Deflate($stream) => $call,
            #[cfg(feature = "proxy")]
            Stream::Tunnel($stream) => $call,
            Stream::Other($stream) => $call,
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        each_layer!(self.get_mut(), stream => Pin::new(stream).poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        each_layer!(self.get_mut(), stream => Pin::new(stream).poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each_layer!(self.get_mut(), stream => Pin::new(stream).poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        each_layer!(self, stream => stream.is_write_vectored())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each_layer!(self.get_mut(), stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each_layer!(self.get_mut(), stream => Pin::new(stream).poll_shutdown(cx))
    }
}
