//! The server's end of a TLS handshake, and what is known once it is over.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::{HandshakeKind, ServerConfig};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{LazyConfigAcceptor, StartHandshake};

use crate::log::{Handshake, Log};

/// What is known about the TLS layer of a connection.
#[derive(Clone, Default)]
pub(crate) struct Secured {
    /// The `tls-exporter` channel binding (RFC 9266).
    pub(crate) binding: Option<Vec<u8>>,
    /// Whether the client showed a certificate, one that our CA signed.
    pub(crate) client_certificate: bool,
}

/// Whether a handshake went on with an earlier TLS session, and whose that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resumption {
    /// A new session.
    None,
    /// A session that began on the connection of this number, the handshake's own.
    Own,
    /// A session that began on another connection.
    Foreign,
}

/// Waits for a client's hello on the connection of this number and finishes the handshake. Whoever began one is in the log.
pub(crate) async fn accept<S>(
    clear: S,
    config: Arc<ServerConfig>,
    connection: usize,
    log: &Log,
) -> io::Result<(TlsStream<S>, Secured)>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let start = LazyConfigAcceptor::new(Acceptor::default(), clear).await?;
    let hello = start.client_hello();
    let mut record = Handshake {
        connection,
        server_name: hello.server_name().map(str::to_owned),
        alpn: hello
            .alpn()
            .into_iter()
            .flatten()
            .map(|id| String::from_utf8_lossy(id).into_owned())
            .collect(),
        completed: false,
        resumed: false,
    };
    let stream = match finish(start, config, connection).await {
        Ok(stream) => stream,
        Err(error) => {
            log.shake(record);
            return Err(error);
        }
    };
    let (_, state) = stream.get_ref();
    record.completed = true;
    record.resumed = state.handshake_kind() == Some(HandshakeKind::Resumed);
    let secured = Secured {
        binding: state
            .export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", Some(b""))
            .ok(),
        client_certificate: state.peer_certificates().is_some(),
    };
    log.shake(record);
    Ok((stream, secured))
}

/// The handshake of a data connection that belongs to the control connection of this number. It is in no log.
pub(crate) async fn accept_data<S>(
    clear: S,
    config: Arc<ServerConfig>,
    connection: usize,
) -> io::Result<(TlsStream<S>, Resumption)>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let start = LazyConfigAcceptor::new(Acceptor::default(), clear).await?;
    let stream = finish(start, config, connection).await?;
    let (_, state) = stream.get_ref();
    let resumption = match state.received_resumption_data() {
        None => Resumption::None,
        Some(mark) if mark == connection.to_be_bytes() => Resumption::Own,
        Some(_) => Resumption::Foreign,
    };
    Ok((stream, resumption))
}

/// Answers the hello. The session's tickets carry the number of the connection, so that it is known where they came from.
async fn finish<S>(
    start: StartHandshake<S>,
    config: Arc<ServerConfig>,
    connection: usize,
) -> io::Result<TlsStream<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    start
        .into_stream_with(config, |state| {
            state.set_resumption_data(&connection.to_be_bytes());
        })
        .await
}
