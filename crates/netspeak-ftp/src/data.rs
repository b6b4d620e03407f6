//! Data connections: who opens them, and where to.

use std::net::{IpAddr, SocketAddr};
use std::ops::{Range, RangeInclusive};

use netspeak_core::proxy::NoProxy;
use netspeak_core::socket::{TcpListener, ToEndpoint};
use netspeak_core::{
    Codec, Conn, Connector, Deadlines, Endpoint, Error, ErrorKind, Host, Phase, Reason, Result,
    Security, Shown, Step, Tls, Trace, Transport,
};

use crate::response::PassivePort;
use crate::types::Protection;

/// Where a passive data connection goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PassiveAddress {
    /// To the peer of the control connection, whatever address the server tells. A server that
    /// tells another one is misconfigured, or sends us to somebody else (CVE-2020-8284).
    #[default]
    ControlPeer,
    /// To the address that PASV tells, for servers whose data comes from another machine.
    AsTold,
}

/// Active mode: the server connects to us (PORT, EPRT).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveMode {
    announced: Option<IpAddr>,
    ports: RangeInclusive<u16>,
}

impl Default for ActiveMode {
    fn default() -> Self {
        Self::new()
    }
}

impl ActiveMode {
    /// At the address from which the control connection goes out, at any port.
    pub fn new() -> Self {
        Self {
            announced: None,
            ports: 0..=0,
        }
    }

    /// Tells the server this address: for those behind an address translation.
    #[must_use]
    pub fn with_address(mut self, address: IpAddr) -> Self {
        self.announced = Some(address);
        self
    }

    /// Listens at one of these ports: those that a firewall lets through.
    #[must_use]
    pub fn with_ports(mut self, ports: RangeInclusive<u16>) -> Self {
        self.ports = ports;
        self
    }
}

/// What a control connection hands on to its data connections.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) connector: Connector,
    /// Whom the control connection was made to.
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) passive: PassiveAddress,
}

impl Link {
    /// Whom the certificates are for.
    pub(crate) fn host(&self) -> Result<&Host> {
        let endpoint = self.endpoint.as_ref();
        let host = endpoint.map(|endpoint| &endpoint.host);
        host.ok_or_else(|| Error::usage("the session does not know whom it was made to"))
    }

    /// Where the data connection goes for this answer to EPSV or PASV.
    pub(crate) fn passive_endpoint(&self, control: &Conn, told: PassivePort) -> Result<Endpoint> {
        let port = told.port.get();
        if let (PassiveAddress::AsTold, Some(address)) = (self.passive, told.address) {
            return Ok(Endpoint::new(IpAddr::V4(address).into(), port));
        }
        match control.peer_addr() {
            Some(mut peer) if !control.is_tunnelled() => {
                peer.set_port(port);
                peer.to_endpoint(Transport::Tcp)
            }
            _ => Ok(Endpoint::new(self.host()?.clone(), port)),
        }
    }

    /// Connects to the server's port.
    pub(crate) async fn connect(&self, to: &Endpoint, under: Under) -> Result<Conn> {
        let trace = Trace::new();
        let connector = match under.way {
            Way::Direct => self.connector.clone().with_no_proxy(everything()?),
            Way::Tunnel => self.connector.clone(),
        };
        let connecting = connector.connect_under(to, Tls::Off, &trace, under.deadlines);
        let data = connecting
            .await
            .map_err(|error| error.in_phase(Phase::Data))?;
        self.protect(data, under.protection, &under.control).await
    }

    /// Takes the server's connection.
    pub(crate) async fn accept(
        &self,
        mut listener: TcpListener,
        from: IpAddr,
        under: Under,
    ) -> Result<Conn> {
        let deadline = under.deadlines.phase(Phase::Data);
        listener.set_timeout(None);
        let accepted = deadline
            .run(
                "waiting for the server to connect",
                listener.accept_from(from),
            )
            .await?;
        let data = accepted
            .map_err(|error| error.in_phase(Phase::Data))?
            .into_conn()
            .with_limits(self.connector.limits().clone())
            .with_deadlines(under.deadlines);
        self.protect(data, under.protection, &under.control).await
    }

    /// Puts TLS under a data connection: a resumption of the control connection's session where the
    /// server allows it, and the same server in any case.
    async fn protect(
        &self,
        mut data: Conn,
        protection: Protection,
        control: &Trace,
    ) -> Result<Conn> {
        if protection == Protection::Private {
            let upgraded = data.upgrade(self.connector.tls()?, self.host()?).await;
            upgraded.map_err(|error| error.in_phase(Phase::Data))?;
            same_server(&data, control)?;
        }
        data.begin(Phase::Data)?;
        data.data_due();
        Ok(data)
    }
}

/// What holds for a data connection from its control connection.
#[derive(Debug)]
pub(crate) struct Under {
    pub(crate) deadlines: Deadlines,
    pub(crate) protection: Protection,
    pub(crate) control: Trace,
    pub(crate) way: Way,
}

/// Whether the control connection goes through a proxy; its data connections do likewise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Direct,
    Tunnel,
}

fn everything() -> Result<NoProxy> {
    "*".parse()
}

/// A verified certificate is for the name that was asked for, on both connections. Without that only
/// the certificate itself can tell that nobody has stepped in between.
fn same_server(data: &Conn, control: &Trace) -> Result<()> {
    if data.security() == Security::Verified {
        return Ok(());
    }
    let certificate = |trace: &Trace| {
        let chain = trace.tls().map(|facts| facts.chain).unwrap_or_default();
        chain.first().map(|own| own.sha256.clone())
    };
    let (theirs, known) = (certificate(data.trace()), certificate(control));
    // A session that was resumed is the control connection's own.
    let is_resumed = data.trace().tls().is_some_and(|facts| facts.resumed);
    if is_resumed || theirs == known {
        return Ok(());
    }
    Err(Error::net(
        ErrorKind::new(Phase::Data, Reason::CertName),
        "the data connection shows another certificate than the control connection",
    ))
}

/// Listens where the server can reach us; also the address to tell it.
pub(crate) async fn listen(
    active: &ActiveMode,
    ours: SocketAddr,
) -> Result<(TcpListener, SocketAddr)> {
    let mut bound = Err(Error::usage("the range of ports is empty"));
    for port in active.ports.clone() {
        let mut at = ours;
        at.set_port(port);
        bound = TcpListener::bind(at).await;
        if bound.is_ok() {
            break;
        }
    }
    let listener = bound.map_err(|error| error.in_phase(Phase::Data))?;
    let port = listener.local_addr()?.port();
    let ip = active.announced.unwrap_or(ours.ip()).to_canonical();
    Ok((listener, SocketAddr::new(ip, port)))
}

/// Whether something has come, or the end; what came stays unread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival;

impl Codec for Arrival {
    type Event = ();

    fn decode(&mut self, _: &[u8]) -> Result<Step<()>> {
        Ok(Step::Event {
            consumed: 0,
            event: (),
        })
    }

    fn eof(&mut self, _: &[u8]) -> Result<()> {
        Ok(())
    }
}

/// Data as it comes, in pieces; the end of the connection is its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces;

impl Codec for Pieces {
    /// `None` is the end.
    type Event = Option<Range<usize>>;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Self::Event>> {
        Ok(Step::Event {
            consumed: input.len(),
            event: Some(0..input.len()),
        })
    }

    fn eof(&mut self, _: &[u8]) -> Result<Self::Event> {
        Ok(None)
    }

    fn shown(event: &Self::Event) -> Shown {
        event
            .as_ref()
            .map_or(Shown::Nothing, |range| Shown::Data(range.len()))
    }
}
