//! A client that knows nothing: it writes and reads bytes.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto, version};

use crate::wire::Io;
use crate::{ClientIdentity, Fake, Protocol, Server};

pub(super) struct Client {
    stream: Stream,
}

/// In the clear, or under TLS.
enum Stream {
    Clear(Box<dyn Io>),
    Tls(Box<TlsStream<Box<dyn Io>>>),
}

impl Stream {
    fn io(&mut self) -> &mut dyn Io {
        match self {
            Self::Clear(stream) => stream,
            Self::Tls(stream) => stream,
        }
    }
}

impl Client {
    pub(super) fn new(stream: impl Io + 'static) -> Self {
        Self {
            stream: Stream::Clear(Box::new(stream)),
        }
    }

    /// In memory. The server's task ends with the stream.
    pub(super) fn of<P: Protocol>(fake: &Fake<P>) -> Self {
        let (mine, theirs): (DuplexStream, DuplexStream) = tokio::io::duplex(1 << 20);
        tokio::spawn(fake.serve(theirs));
        Self::new(mine)
    }

    /// In memory, the greeting read.
    pub(super) async fn greeted<P: Protocol>(fake: &Fake<P>) -> Self {
        let mut client = Self::of(fake);
        assert!(client.line().await.starts_with("+OK"));
        client
    }

    /// In memory, and logged in as `ops`.
    pub(super) async fn inside<P: Protocol>(fake: &Fake<P>) -> Self {
        let mut client = Self::greeted(fake).await;
        assert_eq!(client.ask("USER ops").await, "+OK and the password?");
        assert!(
            client
                .ask("PASS secret")
                .await
                .starts_with("+OK maildrop has")
        );
        client
    }

    pub(super) async fn tcp<P>(server: &Server<P>) -> Self {
        Self::new(tcp(server).await)
    }

    pub(super) async fn say(&mut self, line: &str) {
        self.stream
            .io()
            .write_all(format!("{line}\r\n").as_bytes())
            .await
            .unwrap();
        self.stream.io().flush().await.unwrap();
    }

    /// Bytes, as they are.
    pub(super) async fn bytes_out(&mut self, bytes: &[u8]) {
        self.stream.io().write_all(bytes).await.unwrap();
        self.stream.io().flush().await.unwrap();
    }

    /// One line, without its CR LF.
    pub(super) async fn line(&mut self) -> String {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.stream.io().read_u8().await.unwrap());
        }
        line.truncate(line.len() - 2);
        String::from_utf8(line).unwrap()
    }

    pub(super) async fn ask(&mut self, line: &str) -> String {
        self.say(line).await;
        self.line().await
    }

    /// A multi-line reply: all lines up to the dot, the first one included.
    pub(super) async fn ask_all(&mut self, line: &str) -> Vec<String> {
        self.say(line).await;
        let mut lines = Vec::new();
        loop {
            match self.line().await {
                dot if dot == "." => return lines,
                line => lines.push(line),
            }
        }
    }

    /// So many bytes.
    pub(super) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.stream.io().read_exact(&mut bytes).await.unwrap();
        bytes
    }

    /// All up to the end of the stream, and how that came.
    pub(super) async fn rest(&mut self) -> (Vec<u8>, io::Result<usize>) {
        let mut bytes = Vec::new();
        let end = self.stream.io().read_to_end(&mut bytes).await;
        (bytes, end)
    }

    /// Says that nothing more comes: close_notify under TLS, then FIN.
    pub(super) async fn shut_down(&mut self) {
        self.stream.io().shutdown().await.unwrap();
    }

    /// One read.
    pub(super) async fn read(&mut self) -> Vec<u8> {
        let mut bytes = vec![0; 65536];
        let count = self.stream.io().read(&mut bytes).await.unwrap();
        bytes.truncate(count);
        bytes
    }

    pub(super) async fn tls(self, config: ClientConfig, name: &str) -> io::Result<Self> {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let Stream::Clear(clear) = self.stream else {
            panic!("under TLS already")
        };
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, clear)
            .await?;
        Ok(Self {
            stream: Stream::Tls(Box::new(stream)),
        })
    }

    /// Ends TLS in good order on both sides.
    pub(super) async fn without_tls(self) -> Self {
        let Stream::Tls(stream) = self.stream else {
            panic!("in the clear already")
        };
        let (mut clear, mut state) = stream.into_inner();
        state.send_close_notify();
        let mut farewell = Vec::new();
        state.write_tls(&mut farewell).unwrap();
        clear.write_all(&farewell).await.unwrap();
        while !state.process_new_packets().unwrap().peer_has_closed() {
            let byte = clear.read_u8().await.unwrap();
            state.read_tls(&mut [byte].as_slice()).unwrap();
        }
        Self {
            stream: Stream::Clear(clear),
        }
    }
}

pub(super) async fn tcp<P>(server: &Server<P>) -> TcpStream {
    let socket = if server.addr().is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    };
    socket.unwrap().connect(server.addr()).await.unwrap()
}

/// A client's TLS configuration that trusts this server's CA, and shows this certificate.
pub(super) fn trusting<P>(fake: &Fake<P>, identity: Option<ClientIdentity>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(fake.ca_pem().as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&version::TLS13, &version::TLS12]);
    let builder = builder.unwrap().with_root_certificates(roots);
    match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let chain =
                vec![CertificateDer::from_pem_slice(identity.certificate_pem.as_bytes()).unwrap()];
            let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    }
}
