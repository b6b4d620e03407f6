//! [`Connector`]: name -> address -> TCP -> TLS -> [`Conn`]. The only place that opens a client
//! socket, so that deadlines, trace and TLS hold everywhere.

use std::net::{IpAddr, SocketAddr};
#[cfg(unix)]
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpStream;

use crate::address::Endpoint;
use crate::boxed::boxed;
use crate::conn::Conn;
use crate::deadline::{Deadlines, Timeouts};
use crate::dial::Dialer;
use crate::error::{Error, ErrorKind, Phase, Result};
use crate::limits::Limits;
#[cfg(feature = "tls")]
use crate::opening::TlsSessions;
use crate::reach::Reach;
use crate::resolve::{Family, Resolver};
use crate::scheme::Tls;
use crate::socket::Keepalive;
use crate::stream::Stream;
use crate::trace::{Attempt, Trace};

#[cfg(feature = "tls")]
use crate::tls::{TlsClient, TlsSettings, Verify};
#[cfg(feature = "tls")]
use std::sync::{Arc, OnceLock};

mod detour;
#[cfg(feature = "tls")]
mod made_ready;
mod pool_key;
#[cfg(feature = "proxy")]
mod through;

pub use detour::Detour;
#[cfg(feature = "tls")]
use made_ready::MadeReady;
pub use pool_key::PoolKey;

/// Opens connections.
///
/// ```no_run
/// use netspeak_core::{Connector, Tls, Trace};
///
/// # async fn example() -> netspeak_core::Result<()> {
/// let connector = Connector::new();
/// let endpoint = "mail.example.org:995".parse()?;
/// let conn = connector.connect(&endpoint, Tls::Implicit, &Trace::new()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Connector {
    resolver: Resolver,
    dialer: Dialer,
    timeouts: Timeouts,
    limits: Limits,
    detours: Vec<Detour>,
    #[cfg(unix)]
    unix_socket: Option<PathBuf>,
    #[cfg(feature = "proxy")]
    via: crate::proxy::Via,
    #[cfg(feature = "tls")]
    tls: TlsSettings,
    #[cfg(feature = "tls")]
    ready_tls: Arc<OnceLock<TlsClient>>,
    #[cfg(feature = "tls")]
    made_ready: MadeReady,
    #[cfg(feature = "tls")]
    sessions: TlsSessions,
}

impl Connector {
    /// With the defaults: both address families, full verification against the system's roots, the
    /// limits of [`Timeouts`] and no total.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long things may take.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets a total over everything ([`Timeouts::total`]), counting from each `connect`.
    #[must_use]
    pub fn with_total(mut self, total: Duration) -> Self {
        self.timeouts.total = Some(total);
        self
    }

    /// Sets what a peer may send.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Restricts the address family.
    #[must_use]
    pub fn with_family(mut self, family: Family) -> Self {
        self.resolver.family = family;
        self
    }

    /// Sets which addresses may be connected to, whatever they are called: for URLs that strangers choose.
    #[must_use]
    pub fn with_reach(mut self, reach: Reach) -> Self {
        self.resolver.reach = reach;
        self
    }

    /// Which addresses may be connected to.
    pub fn reach(&self) -> Reach {
        self.resolver.reach
    }

    /// Answers for a name without asking the system; with a port, for that port only.
    #[must_use]
    pub fn with_address_of(
        mut self,
        name: &str,
        port: Option<u16>,
        addresses: Vec<IpAddr>,
    ) -> Self {
        self.resolver.pin(name, port, addresses);
        self
    }

    /// Sends connections for one endpoint to another; the first detour that fits counts.
    #[must_use]
    pub fn with_detour(mut self, detour: Detour) -> Self {
        self.detours.push(detour);
        self
    }

    /// Where connections to an endpoint go.
    fn way_to(&self, endpoint: &Endpoint) -> Endpoint {
        let detour = self.detours.iter().find_map(|detour| detour.of(endpoint));
        detour.unwrap_or_else(|| endpoint.clone())
    }

    /// Sets how sockets are opened: source address, interface, stagger.
    #[must_use]
    pub fn with_dialer(mut self, dialer: Dialer) -> Self {
        self.dialer = dialer;
        self
    }

    /// Has TCP look after connections that are silent, unless the [dialer](Self::with_dialer)'s options do so
    /// already: for those that stay.
    #[must_use]
    pub fn keeping_alive(mut self, keepalive: Keepalive) -> Self {
        self.dialer.options = self.dialer.options.or_keepalive(keepalive);
        self
    }

    /// Connects to this Unix socket instead of the endpoint's address. A path that begins with
    /// `@` is a name in Linux' abstract namespace.
    #[cfg(unix)]
    #[must_use]
    pub fn with_unix_socket(mut self, path: impl Into<PathBuf>) -> Self {
        self.unix_socket = Some(path.into());
        self
    }

    /// Sets what is wanted of TLS.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn with_tls(mut self, tls: TlsSettings) -> Self {
        self.tls = tls;
        self.ready_tls = Arc::default();
        self
    }

    /// Sets the ALPN ids, in order of preference.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn with_alpn(mut self, ids: &[&[u8]]) -> Self {
        self.tls.alpn = ids.iter().map(|id| id.to_vec()).collect();
        self.ready_tls = Arc::default();
        self
    }

    /// The same connector with a TLS session store of its own, so that one connection resumes what
    /// another began: for a control connection and its data connections, or for many connections
    /// to one server. TLS settings that are changed afterwards begin a new client without it.
    ///
    /// # Errors
    /// As [`tls`](Self::tls).
    #[cfg(feature = "tls")]
    pub fn with_own_sessions(mut self) -> Result<Self> {
        let own = self.tls()?.with_own_sessions();
        self.ready_tls = Arc::new(OnceLock::from(own));
        Ok(self)
    }

    /// As [`with_own_sessions`](Self::with_own_sessions), when TLS is made ready and not before.
    #[cfg(feature = "tls")]
    #[must_use]
    pub(crate) fn sharing_sessions(mut self, sessions: TlsSessions) -> Self {
        self.sessions = sessions;
        self.ready_tls = Arc::default();
        self
    }

    /// The same connector for an upgrade that is tried without being demanded and without a login:
    /// a certificate that does not verify is noted and the handshake goes on, since clear text
    /// would be no safer. No secret goes over such a connection ([`Security`]).
    ///
    /// [`Security`]: crate::Security::Unverified
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn noting_certificates(self) -> Self {
        if self.tls.verify != Verify::Full {
            return self;
        }
        let mut settings = self.tls.clone();
        settings.verify = Verify::Note;
        self.with_tls(settings)
    }

    /// The limits on what a peer may send.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How long things may take.
    pub fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// The settings of TLS.
    #[cfg(feature = "tls")]
    pub fn tls_settings(&self) -> &TlsSettings {
        &self.tls
    }

    /// TLS made ready: roots are loaded at the first call, and only then. Connectors that were made of one
    /// another share what was loaded for the same settings.
    ///
    /// # Errors
    /// `config` for roots and keys that cannot be used.
    #[cfg(feature = "tls")]
    pub fn tls(&self) -> Result<&TlsClient> {
        if let Some(ready) = self.ready_tls.get() {
            return Ok(ready);
        }
        let ready = self.made_ready.of(&self.tls)?;
        let ready = match self.sessions {
            TlsSessions::Apart => ready,
            TlsSessions::Shared => ready.with_own_sessions(),
        };
        Ok(self.ready_tls.get_or_init(|| ready))
    }

    /// Only looks the name up. The result stands in the trace as well.
    ///
    /// # Errors
    /// Of kind `dns.*` or `timeout.total`.
    pub async fn resolve(&self, endpoint: &Endpoint, trace: &Trace) -> Result<Vec<SocketAddr>> {
        let deadline = Deadlines::start(self.timeouts).phase(Phase::Dns);
        trace.begin(Phase::Dns);
        let found = self
            .resolver
            .resolve(&self.way_to(endpoint), deadline)
            .await;
        trace.end(found.is_ok());
        if let Ok(addresses) = &found {
            trace.set_attempts(addresses.iter().map(|a| Attempt::untried(a.ip())).collect());
        }
        found
    }

    /// Connects; with [`Tls::Implicit`] it also does the handshake.
    ///
    /// The total of [`Timeouts`] begins to count here. What happened stands in `trace`, also when
    /// it fails.
    ///
    /// # Errors
    /// Of kind `dns.*`, `tcp.*`, `tls.*`, `timeout.total`, or `config` for unusable TLS settings.
    pub async fn connect(&self, endpoint: &Endpoint, tls: Tls, trace: &Trace) -> Result<Conn> {
        let deadlines = Deadlines::start(self.timeouts);
        self.connect_under(endpoint, tls, trace, deadlines).await
    }

    /// As [`connect`](Self::connect), under limits that run already: those of the connection to
    /// which this one belongs ([`Conn::deadlines`]).
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_under(
        &self,
        endpoint: &Endpoint,
        tls: Tls,
        trace: &Trace,
        deadlines: Deadlines,
    ) -> Result<Conn> {
        let connecting = boxed(self.connect_now(endpoint, tls, trace, deadlines));
        connecting.await.map_err(|error| error.at(endpoint))
    }

    async fn connect_now(
        &self,
        endpoint: &Endpoint,
        tls: Tls,
        trace: &Trace,
        deadlines: Deadlines,
    ) -> Result<Conn> {
        let way = self.way_to(endpoint);
        let connected = self.open(&way, tls, trace, &deadlines).await;
        if connected.is_err() {
            trace.end(false);
        }
        let mut conn = self.made_of(connected?, endpoint, trace, deadlines);
        if tls == Tls::Implicit {
            self.encrypt(&mut conn, endpoint).await?;
        }
        Ok(conn)
    }

    fn made_of(
        &self,
        stream: Stream,
        endpoint: &Endpoint,
        trace: &Trace,
        deadlines: Deadlines,
    ) -> Conn {
        let conn = Conn::new(stream, trace.clone(), deadlines).with_peer(endpoint);
        conn.with_limits(self.limits.clone())
    }

    /// Puts TLS under a connection, for the host it was made to.
    ///
    /// # Errors
    /// As [`Conn::upgrade`].
    #[cfg(feature = "tls")]
    pub async fn encrypt(&self, conn: &mut Conn, endpoint: &Endpoint) -> Result<()> {
        conn.upgrade(self.tls()?, &endpoint.host).await
    }

    #[cfg(not(feature = "tls"))]
    async fn encrypt(&self, _: &mut Conn, _: &Endpoint) -> Result<()> {
        let kind = ErrorKind::new(Phase::Tls, crate::error::Reason::NotOffered);
        Err(Error::unsupported("TLS (this build is without it)", kind))
    }

    async fn open(
        &self,
        endpoint: &Endpoint,
        tls: Tls,
        trace: &Trace,
        deadlines: &Deadlines,
    ) -> Result<Stream> {
        #[cfg(feature = "tls")]
        if tls != Tls::Off {
            // Settings that cannot work are told before anything is sent.
            if tls == Tls::Implicit {
                self.tls()?;
            }
        }
        #[cfg(not(feature = "tls"))]
        let _ = tls;
        #[cfg(feature = "proxy")]
        if let Some(proxy) = self.via.proxy_for(&endpoint.host) {
            self.resolver.check_reach(&endpoint.host)?;
            return self.open_through(proxy, endpoint, trace, deadlines).await;
        }
        let stream = self.open_directly(endpoint, trace, deadlines).await?;
        #[cfg(feature = "proxy")]
        let stream = {
            let mut stream = stream;
            self.announce(&mut stream, deadlines).await?;
            stream
        };
        trace.end(true);
        Ok(stream)
    }

    async fn open_directly(
        &self,
        endpoint: &Endpoint,
        trace: &Trace,
        deadlines: &Deadlines,
    ) -> Result<Stream> {
        #[cfg(unix)]
        if let Some(path) = &self.unix_socket {
            self.resolver.check_reach(&crate::address::Host::Any)?;
            trace.begin(Phase::Tcp);
            return Ok(connect_unix(path, deadlines).await?.into());
        }
        Ok(self.dial(endpoint, trace, deadlines).await?.into())
    }

    /// Name, addresses, TCP; the phase is left open.
    async fn dial(
        &self,
        endpoint: &Endpoint,
        trace: &Trace,
        deadlines: &Deadlines,
    ) -> Result<TcpStream> {
        trace.begin(Phase::Dns);
        let addresses = self
            .resolver
            .resolve(endpoint, deadlines.phase(Phase::Dns))
            .await?;
        trace.begin(Phase::Tcp);
        let tcp = self
            .dialer
            .dial(&addresses, deadlines.phase(Phase::Tcp), trace)
            .await?;
        prepare(&tcp)?;
        trace.set_ends(tcp.local_addr().ok(), tcp.peer_addr().ok());
        Ok(tcp)
    }
}

/// Small writes leave at once: waiting for the peer's acknowledgement costs 40 ms a command.
fn prepare(tcp: &TcpStream) -> Result<()> {
    tcp.set_nodelay(true)
        .map_err(|error| Error::io(ErrorKind::INTERNAL, "setting TCP_NODELAY", error))
}

#[cfg(unix)]
async fn connect_unix(
    path: &std::path::Path,
    deadlines: &Deadlines,
) -> Result<tokio::net::UnixStream> {
    let doing = format!("connecting to the socket {}", path.display());
    let connect = tokio::net::UnixStream::connect(abstract_or_path(path));
    deadlines
        .phase(Phase::Tcp)
        .run(&doing, connect)
        .await?
        .map_err(|error| {
            let kind = match error.kind() {
                std::io::ErrorKind::NotFound => {
                    ErrorKind::new(Phase::Tcp, crate::error::Reason::NoAddress)
                }
                _ => crate::socket::tcp_kind(&error),
            };
            Error::io(kind, doing, error)
        })
}

/// `@name` means the abstract namespace, which the system marks with a leading NUL.
#[cfg(unix)]
pub(crate) fn abstract_or_path(path: &std::path::Path) -> PathBuf {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    match path.as_os_str().as_bytes().split_first() {
        Some((b'@', name)) => {
            let mut bytes = vec![0];
            bytes.extend_from_slice(name);
            PathBuf::from(std::ffi::OsString::from_vec(bytes))
        }
        _ => path.to_owned(),
    }
}
