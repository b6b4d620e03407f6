//! What carries a connection: bytes in the clear or TLS over them, and the way back from TLS to the clear.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio_rustls::server::TlsStream;

use crate::wire::Io;

/// The longest TLS record, with its header (RFC 5246 section 6.2.3).
const LONGEST_RECORD: usize = 5 + (1 << 14) + 2048;

/// What carries a connection.
pub(crate) enum Transport {
    /// Bytes as they are.
    Clear(Box<dyn Io>),
    /// TLS over such bytes.
    Tls(Box<TlsStream<Box<dyn Io>>>),
}

impl Transport {
    /// Nothing at all, to stand in while the real one is being changed.
    pub(crate) fn nothing() -> Self {
        Self::Clear(Box::new(tokio::io::empty()))
    }

    /// What is below TLS, which stays open and unfinished.
    pub(crate) fn into_inner(self) -> Box<dyn Io> {
        match self {
            Self::Clear(stream) => stream,
            Self::Tls(stream) => stream.into_inner().0,
        }
    }

    /// Ends TLS, says so and waits until the client has said so too. What comes after that is in the clear.
    pub(crate) async fn end_tls(self) -> io::Result<Self> {
        let Self::Tls(stream) = self else {
            return Ok(self);
        };
        let (mut stream, mut state) = stream.into_inner();
        state.send_close_notify();
        let mut farewell = Vec::new();
        while state.wants_write() {
            state.write_tls(&mut farewell)?;
        }
        stream.write_all(&farewell).await?;
        stream.flush().await?;
        loop {
            let record = record(&mut stream).await?;
            let mut rest = record.as_slice();
            while !rest.is_empty() {
                state.read_tls(&mut rest)?;
                let known = state.process_new_packets().map_err(io::Error::other)?;
                if known.peer_has_closed() {
                    return Ok(Self::Clear(stream));
                }
            }
        }
    }
}

/// One TLS record, and not a byte of what follows.
async fn record(stream: &mut Box<dyn Io>) -> io::Result<Vec<u8>> {
    let mut header = [0; 5];
    stream.read_exact(&mut header).await?;
    let [kind, _, _, high, low] = header;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if !(20..=23).contains(&kind) || length > LONGEST_RECORD {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok([header.as_slice(), &body].concat())
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
