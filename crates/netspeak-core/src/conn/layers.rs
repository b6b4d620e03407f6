//! What changes the stream under a running talk: TLS, compression, and handing it over.

use super::{ByteStream, Conn};
use crate::error::{Error, Result};
#[cfg(any(feature = "tls", feature = "deflate"))]
use crate::stream::Stream;

#[cfg(feature = "tls")]
use crate::error::{ErrorKind, Phase, Reason};

impl Conn {
    /// Puts TLS under the rest of the talk, after the peer agreed to it.
    ///
    /// # Errors
    /// `starttls.injected` if any byte came in clear text after the peer's answer: whoever sent it,
    /// it must not be taken for something said inside TLS. Otherwise as a TLS handshake; the
    /// connection is poisoned then.
    #[cfg(feature = "tls")]
    pub async fn upgrade(
        &mut self,
        tls: &crate::tls::TlsClient,
        host: &crate::address::Host,
    ) -> Result<()> {
        self.not_encrypted()?;
        self.trace.begin(Phase::Tls);
        let upgraded = crate::boxed::boxed(self.start_tls(tls, host)).await;
        self.trace.end(upgraded.is_ok());
        upgraded
    }

    /// Makes sure that there is something to upgrade.
    ///
    /// # Errors
    /// [`Error::Usage`] if the connection is already encrypted.
    pub fn not_encrypted(&self) -> Result<()> {
        if self.is_encrypted() {
            return Err(Error::usage("the connection is already encrypted"));
        }
        Ok(())
    }

    #[cfg(feature = "tls")]
    async fn start_tls(
        &mut self,
        tls: &crate::tls::TlsClient,
        host: &crate::address::Host,
    ) -> Result<()> {
        self.buffer.release();
        if !self.buffer.unread().is_empty() {
            self.failed = true;
            let early = crate::text::excerpt(&self.scrub(self.buffer.unread()));
            return Err(Error::net(
                ErrorKind::new(Phase::Starttls, Reason::Injected),
                format!("the server sent clear text after agreeing to TLS: {early:?}"),
            ));
        }
        // While the handshake runs the connection stands on nothing: dropping the future ends it.
        let was_failed = std::mem::replace(&mut self.failed, true);
        let deadline = self.deadlines.phase(Phase::Tls);
        let plain = std::mem::replace(&mut self.stream, Stream::nothing());
        (self.stream, self.security) = tls.handshake(plain, host, &self.trace, deadline).await?;
        self.failed = was_failed;
        Ok(())
    }

    /// Ends TLS under a talk that goes on in clear text, after the peer agreed to it (FTP's CCC): our
    /// closing alert leaves, and the peer's is awaited under the limit of a handshake. The peer must be
    /// silent behind it until it is spoken to. The connection counts as clear from then on.
    ///
    /// # Errors
    /// [`Error::Usage`] without TLS, and while bytes are queued or unread; `tls.closed` if no alert comes
    /// but the end, `proto.malformed` if the peer goes on inside TLS. The connection is poisoned then.
    #[cfg(feature = "tls")]
    pub async fn leave_tls(&mut self) -> Result<()> {
        self.settle("TLS ends")?;
        if self.has_unread() {
            return Err(Error::usage(
                "what the peer has said must be read before TLS ends",
            ));
        }
        let stream = std::mem::replace(&mut self.stream, Stream::nothing());
        let Stream::Tls(tls) = stream else {
            self.stream = stream;
            return Err(Error::usage("there is no TLS to end"));
        };
        self.failed = true;
        let deadline = self.deadlines.phase(Phase::Tls);
        self.stream = deadline.run("ending TLS", end_tls(*tls)).await??;
        self.security = crate::policy::Security::Clear;
        self.failed = false;
        Ok(())
    }

    /// Compresses the rest of the talk, after the peer agreed to it. What it has said behind its
    /// answer is compressed already.
    ///
    /// # Errors
    /// [`Error::Usage`] while something is queued: it would be sent uncompressed or compressed,
    /// nobody knows. [`Error::Poisoned`].
    #[cfg(feature = "deflate")]
    pub fn compress(&mut self, format: crate::Deflate) -> Result<()> {
        self.settle("compression begins")?;
        let stream = std::mem::replace(&mut self.stream, Stream::nothing());
        let unread = self.buffer.take_unread();
        let ratio = self.limits.inflate_ratio;
        let layer = crate::stream::deflated::Deflated::new(stream, format, &unread, ratio);
        self.stream = Stream::Deflate(Box::new(layer));
        Ok(())
    }

    /// The stream itself, unread bytes first, for those who bring their own protocol. Deadlines are
    /// theirs from then on.
    ///
    /// # Errors
    /// [`Error::Usage`] while something is queued, [`Error::Poisoned`].
    pub fn into_stream(mut self) -> Result<ByteStream> {
        self.settle("the stream is handed over")?;
        let unread = self.buffer.take_unread();
        Ok(ByteStream::new(
            self.stream,
            unread,
            self.security,
            self.trace,
        ))
    }

    /// The TCP socket itself, for libraries that take nothing else. Deadlines and all else are theirs
    /// from then on.
    ///
    /// # Errors
    /// [`Error::Usage`] if anything encrypts or compresses, if it is no TCP, and while bytes are queued
    /// or unread; [`Error::Poisoned`].
    pub fn into_tcp(mut self) -> Result<tokio::net::TcpStream> {
        self.settle("the socket is handed over")?;
        if self.has_unread() {
            return Err(Error::usage("what has been read already would be lost"));
        }
        let socket = self.stream.into_bare_tcp();
        socket.ok_or_else(|| Error::usage("there is more between than a TCP socket"))
    }

    fn settle(&mut self, before: &str) -> Result<()> {
        if self.failed || self.out.broken.is_some() {
            return Err(Error::Poisoned);
        }
        if self.out.is_pending() {
            return Err(Error::usage(format!(
                "queued data must be sent before {before}"
            )));
        }
        Ok(())
    }
}

#[cfg(feature = "tls")]
async fn end_tls(mut tls: tokio_rustls::client::TlsStream<crate::stream::Tap>) -> Result<Stream> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let ended = |error| {
        Error::io(
            ErrorKind::new(Phase::Tls, Reason::Closed),
            "ending TLS",
            error,
        )
    };
    tls.get_mut().1.send_close_notify();
    tls.flush().await.map_err(ended)?;
    let mut more = [0];
    match tls.read(&mut more).await.map_err(ended)? {
        0 => Ok(tls.into_inner().0.inner),
        _ => Err(Error::malformed("the end of TLS", &more)),
    }
}
