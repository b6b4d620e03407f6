//! The server's end of a TLS handshake, and what is known once it is over.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::{HandshakeKind, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::log::{Handshake, Log};
use crate::sessions::marking;

/// What is known about the TLS layer of a connection.
#[derive(Clone, Default)]
pub(crate) struct Secured {
    /// The `tls-exporter` channel binding (RFC 9266).
    pub(crate) binding: Option<Vec<u8>>,
    /// Whether the client showed a certificate, one that our CA signed.
    pub(crate) client_certificate: bool,
    /// The ALPN protocol id that both sides settled on.
    pub(crate) alpn: Option<Vec<u8>>,
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
    let (config, _) = marking(&config, connection);
    let stream = match start.into_stream(config).await {
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
        alpn: state.alpn_protocol().map(<[u8]>::to_vec),
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
    let (config, sessions) = marking(&config, connection);
    let stream = start.into_stream(config).await?;
    let (_, state) = stream.get_ref();
    let resumption = match (state.handshake_kind(), sessions.found()) {
        (Some(HandshakeKind::Resumed), Some(owner)) if owner == connection => Resumption::Own,
        (Some(HandshakeKind::Resumed), _) => Resumption::Foreign,
        _ => Resumption::None,
    };
    Ok((stream, resumption))
}
