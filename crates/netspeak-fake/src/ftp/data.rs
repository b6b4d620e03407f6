//! One data connection: bytes, maybe under TLS, and the ways in which it ends.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConfig;

use crate::ftp::record::DataTls;
use crate::tls::accept_data;
use crate::wire::Io;

/// One data connection.
pub(super) struct Data {
    stream: Box<dyn Io>,
    /// A second handle of the socket, for the ends that a stream does not offer.
    socket: socket2::Socket,
    pub(super) tls: DataTls,
    /// How many octets have gone through, below TLS.
    pub(super) octets: usize,
}

impl Data {
    /// In the clear.
    pub(super) fn clear(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self {
            socket: socket2::SockRef::from(&stream).try_clone()?,
            stream: Box::new(stream),
            tls: DataTls::None,
            octets: 0,
        })
    }

    /// Under TLS, for the control connection of this number.
    pub(super) async fn secure(
        stream: TcpStream,
        config: Arc<ServerConfig>,
        connection: usize,
    ) -> io::Result<Self> {
        let clear = Self::clear(stream)?;
        let (stream, resumption) = accept_data(clear.stream, config, connection).await?;
        Ok(Self {
            stream: Box::new(stream),
            tls: resumption.into(),
            ..clear
        })
    }

    /// Sends some of these bytes, and tells how many.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes).await
    }

    pub(super) async fn flush(&mut self) -> io::Result<()> {
        self.stream.flush().await
    }

    /// What comes next, at most so many bytes; nothing at the end.
    pub(super) async fn read(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; most];
        let count = self.stream.read(&mut bytes).await?;
        bytes.truncate(count);
        Ok(bytes)
    }

    /// Ends in good order: close_notify under TLS, then FIN.
    pub(super) async fn close(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }

    /// Ends with a FIN and no close_notify.
    pub(super) fn truncate(&self) -> io::Result<()> {
        self.socket.shutdown(std::net::Shutdown::Write)
    }

    /// Ends with an RST as soon as it is dropped.
    pub(super) fn reset(&self) -> io::Result<()> {
        self.socket.set_linger(Some(Duration::ZERO))
    }
}
