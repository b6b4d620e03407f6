//! A server: what it was built from, the connections that it serves, and who ends them.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Deref;
#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::rustls::ServerConfig;

use crate::certificate::{Authority, ClientIdentity};
use crate::log::{Handshake, Log, Said};
use crate::protocol::Protocol;
use crate::settings::{Family, Settings};
use crate::wire::{Flow, Io, Wire};

/// A server without a listener: its state, its log, and [`Fake::serve`] for a stream of your own. Clones share all of it.
pub struct Fake<P> {
    inner: Arc<Inner<P>>,
}

struct Inner<P> {
    protocol: P,
    settings: Arc<Settings>,
    authority: Authority,
    ca_pem: String,
    config: Arc<ServerConfig>,
    log: Arc<Log>,
    open: watch::Sender<usize>,
}

impl<P> Clone for Fake<P> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<P> std::fmt::Debug for Fake<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fake")
            .field("connections", &self.connections())
            .finish_non_exhaustive()
    }
}

impl<P> Fake<P> {
    pub(crate) fn new(protocol: P, settings: Settings) -> io::Result<Self> {
        let authority = Authority::new()?;
        let config = authority.server_config(&settings.tls, settings.name.as_deref())?;
        let ca_pem = authority.pem();
        let (log, open) = (Arc::default(), watch::Sender::new(0));
        Ok(Self {
            inner: Arc::new(Inner {
                protocol,
                settings: Arc::new(settings),
                authority,
                ca_pem,
                config,
                log,
                open,
            }),
        })
    }

    pub(crate) fn protocol(&self) -> &P {
        &self.inner.protocol
    }

    /// The CA to trust, in PEM. Each server has its own.
    pub fn ca_pem(&self) -> &str {
        &self.inner.ca_pem
    }

    /// A client certificate for this name, signed by the server's CA.
    pub fn client_identity(&self, name: &str) -> io::Result<ClientIdentity> {
        self.inner.authority.client(name)
    }

    /// What the clients said, in order.
    pub fn log(&self) -> Vec<Said> {
        self.inner.log.said()
    }

    /// The bare lines of [`Fake::log`].
    pub fn said(&self) -> Vec<String> {
        self.log().into_iter().map(|said| said.line).collect()
    }

    /// The TLS handshakes that clients began.
    pub fn handshakes(&self) -> Vec<Handshake> {
        self.inner.log.handshakes()
    }

    /// How many connections there have been.
    pub fn connections(&self) -> usize {
        self.inner.log.connections()
    }

    /// Waits until no connection is open.
    pub async fn idle(&self) {
        // The sender lives in `self`, so there is no error to be had.
        let _ = self
            .inner
            .open
            .subscribe()
            .wait_for(|&open| open == 0)
            .await;
    }
}

impl<P: Protocol> Fake<P> {
    /// Serves one connection over any stream, to its end. The future owns all it needs and may be spawned.
    pub fn serve<S>(&self, stream: S) -> impl Future<Output = ()> + Send + use<S, P>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        self.serve_io(Box::new(stream), None)
    }

    fn serve_io(
        &self,
        stream: Box<dyn Io>,
        socket: Option<socket2::Socket>,
    ) -> impl Future<Output = ()> + Send + use<P> {
        let fake = self.clone();
        let inner = &self.inner;
        let mut wire = Wire::new(
            stream,
            socket,
            Arc::clone(&inner.config),
            Arc::clone(&inner.log),
            Arc::clone(&inner.settings),
        );
        let open = Open::new(inner.open.clone());
        async move {
            let _open = open;
            // However it ended, it ended: the log and the client know more.
            let _ = fake.attend(&mut wire).await;
        }
    }

    async fn attend(&self, wire: &mut Wire) -> Flow<()> {
        if self.inner.settings.implicit_tls {
            wire.secure().await?;
        }
        self.inner.protocol.talk(wire).await
    }

    pub(crate) async fn listen(self, family: Family) -> io::Result<Server<P>> {
        let address: SocketAddr = match family {
            Family::V4 => (Ipv4Addr::LOCALHOST, 0).into(),
            Family::V6 => (Ipv6Addr::LOCALHOST, 0).into(),
        };
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let fake = self.clone();
        let tasks = Tasks(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                if let Ok((stream, _)) = listener.accept().await
                    && let Ok(socket) = socket2::SockRef::from(&stream).try_clone()
                    && stream.set_nodelay(true).is_ok()
                {
                    connections.spawn(fake.serve_io(Box::new(stream), Some(socket)));
                }
                while connections.try_join_next().is_some() {}
                tokio::task::yield_now().await;
            }
        }));
        Ok(Server {
            fake: self,
            address,
            _tasks: tasks,
        })
    }

    #[cfg(unix)]
    pub(crate) fn listen_unix(self, path: PathBuf) -> io::Result<UnixServer<P>> {
        let listener = tokio::net::UnixListener::bind(&path)?;
        let fake = self.clone();
        let tasks = Tasks(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                if let Ok((stream, _)) = listener.accept().await
                    && let Ok(socket) = socket2::SockRef::from(&stream).try_clone()
                {
                    connections.spawn(fake.serve_io(Box::new(stream), Some(socket)));
                }
                while connections.try_join_next().is_some() {}
                tokio::task::yield_now().await;
            }
        }));
        Ok(UnixServer {
            fake: self,
            path,
            _tasks: tasks,
        })
    }
}

/// The accept loop, which owns the connections. Ends with its owner.
struct Tasks(JoinHandle<()>);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// One open connection, counted.
struct Open(watch::Sender<usize>);

impl Open {
    fn new(count: watch::Sender<usize>) -> Self {
        count.send_modify(|open| *open += 1);
        Self(count)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open = open.saturating_sub(1));
    }
}

/// A server that listens on a loopback port of its own. Dropping it ends its connections and frees the port.
#[derive(Debug)]
pub struct Server<P> {
    fake: Fake<P>,
    address: SocketAddr,
    _tasks: Tasks,
}

impl<P> Server<P> {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Where it listens, as a URL with this scheme: `pop3://127.0.0.1:40123`.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }
}

impl<P> Deref for Server<P> {
    type Target = Fake<P>;

    fn deref(&self) -> &Fake<P> {
        &self.fake
    }
}

/// A server that listens on a Unix socket. Dropping it ends its connections and removes the socket.
#[cfg(unix)]
#[derive(Debug)]
pub struct UnixServer<P> {
    fake: Fake<P>,
    path: PathBuf,
    _tasks: Tasks,
}

#[cfg(unix)]
impl<P> UnixServer<P> {
    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(unix)]
impl<P> Deref for UnixServer<P> {
    type Target = Fake<P>;

    fn deref(&self) -> &Fake<P> {
        &self.fake
    }
}

#[cfg(unix)]
impl<P> Drop for UnixServer<P> {
    fn drop(&mut self) {
        // Nothing can be done about a socket that somebody else has removed already.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl std::fmt::Debug for Tasks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tasks")
    }
}
