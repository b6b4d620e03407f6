//! [`Leaf`]: a socket at the bottom of a connection.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

/// A socket that is read until the system says that there is nothing more.
///
/// tokio's own `AsyncRead` takes a read that came up short for the last one and waits for the system
/// to announce more. After a short read at TCP's urgent mark nothing more is announced, although
/// more is there, and what arrived in the meantime is not seen.
#[derive(Debug)]
pub(crate) struct Leaf<S> {
    socket: S,
    at_once: bool,
    urgent: Urgent,
}

/// Whether the peer may send urgent data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Urgent {
    Possible,
    /// Then tokio's own reading will do, which asks the system once less for each piece.
    Never,
}

impl<S> Leaf<S> {
    pub(super) fn new(socket: S) -> Self {
        Self {
            socket,
            at_once: false,
            urgent: Urgent::Possible,
        }
    }

    pub(crate) fn socket(&self) -> &S {
        &self.socket
    }

    pub(super) fn into_socket(self) -> S {
        self.socket
    }

    /// No urgent data will come.
    pub(super) fn never_urgent(&mut self) {
        self.urgent = Urgent::Never;
    }

    /// From now on reading never waits, and does not depend on what tokio has heard.
    pub(super) fn ask_the_system(&mut self, at_once: bool) {
        self.at_once = at_once;
    }
}

/// What tokio's two kinds of stream sockets have in common.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin {
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
    /// Reads if tokio knows that something is there.
    fn try_read(&self, buf: &mut ReadBuf<'_>) -> io::Result<usize>;
    /// Reads what is there; the socket does not block.
    fn read_now(&self, buf: &mut ReadBuf<'_>) -> io::Result<usize>;
}

macro_rules! socket {
    ($kind:ty) => {
        impl Socket for $kind {
            fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.poll_read_ready(cx)
            }

            fn try_read(&self, mut buf: &mut ReadBuf<'_>) -> io::Result<usize> {
                self.try_read_buf(&mut buf)
            }

            #[cfg(unix)]
            fn read_now(&self, buf: &mut ReadBuf<'_>) -> io::Result<usize> {
                let room = buf.initialize_unfilled();
                let (read, _) = rustix::net::recv(self, room, rustix::net::RecvFlags::DONTWAIT)?;
                buf.advance(read);
                Ok(read)
            }

            #[cfg(not(unix))]
            fn read_now(&self, buf: &mut ReadBuf<'_>) -> io::Result<usize> {
                Socket::try_read(self, buf)
            }
        }
    };
}

socket!(TcpStream);
#[cfg(unix)]
socket!(UnixStream);

impl<S: Socket> AsyncRead for Leaf<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.urgent == Urgent::Never {
            return Pin::new(&mut self.socket).poll_read(cx, buf);
        }
        if self.at_once {
            return match self.socket.read_now(buf) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
                read => Poll::Ready(read.map(drop)),
            };
        }
        loop {
            ready!(self.socket.poll_readable(cx))?;
            match self.socket.try_read(buf) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read.map(drop)),
            }
        }
    }
}

impl<S: Socket> AsyncWrite for Leaf<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
