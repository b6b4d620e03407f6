//! The way of a [`Connector`] through a proxy.

use tokio::net::TcpStream;

use super::Connector;
use crate::address::{Endpoint, Host};
use crate::conn::Conn;
use crate::deadline::Deadlines;
use crate::error::{Error, Phase, Result};
use crate::proxy::{
    Dialogue, NoProxy, Proxy, ProxyHeader, announce, blame, encrypt_to_proxy, open_tunnel,
};
use crate::resolve::Family;
use crate::stream::Stream;
use crate::trace::Trace;

impl Connector {
    /// Connects through a proxy. The addresses in the trace and [`Conn::peer_addr`] are the proxy's
    /// then, see [`Conn::is_tunnelled`].
    ///
    /// [`Conn::peer_addr`]: crate::Conn::peer_addr
    /// [`Conn::is_tunnelled`]: crate::Conn::is_tunnelled
    #[must_use]
    pub fn with_proxy(mut self, proxy: Proxy) -> Self {
        self.via.proxy = Some(proxy);
        self
    }

    /// Reaches these hosts without the proxy.
    #[must_use]
    pub fn with_no_proxy(mut self, direct: NoProxy) -> Self {
        self.via.no_proxy = direct;
        self
    }

    /// Sends a PROXY header to the target, before everything else.
    #[must_use]
    pub fn with_proxy_header(mut self, header: ProxyHeader) -> Self {
        self.via.header = Some(header);
        self
    }

    /// Connects to the proxy itself, for protocols that tell it the whole address (HTTP's absolute
    /// form): the HTTP proxy through which this host would be reached, if it is one; TLS to an
    /// `https` proxy is done. Its login: [`Proxy::authorization`].
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_to_proxy(&self, host: &Host, trace: &Trace) -> Result<Option<Conn>> {
        let Some(proxy) = self.proxy_for(host).filter(|proxy| proxy.is_http()) else {
            return Ok(None);
        };
        let deadlines = Deadlines::start(self.timeouts);
        let opened = async {
            let tcp = self.dial_proxy(proxy, trace, &deadlines).await?;
            let deadline = deadlines.phase(Phase::Proxy);
            encrypt_to_proxy(tcp.into(), proxy, deadline).await
        };
        let opened = opened.await;
        trace.end(opened.is_ok());
        let (stream, security) = opened?;
        let conn = self.made_of(stream, proxy.endpoint(), trace, deadlines);
        Ok(Some(conn.with_security(security)))
    }

    /// The proxy through which this host would be reached.
    pub fn proxy_for(&self, host: &Host) -> Option<&Proxy> {
        self.via.proxy_for(host)
    }

    pub(super) async fn open_through(
        &self,
        proxy: &Proxy,
        target: &Endpoint,
        trace: &Trace,
        deadlines: &Deadlines,
    ) -> Result<Stream> {
        #[cfg(unix)]
        if self.unix_socket.is_some() {
            return Err(Error::usage(
                "a Unix socket cannot be reached through a proxy",
            ));
        }
        let mut resolved = None;
        if proxy.wants_address() && target.host.name().is_some() {
            trace.begin(Phase::Dns);
            let mut resolver = self.resolver.clone();
            if proxy.is_v4_only() {
                resolver.family = Family::V4;
            }
            let found = resolver
                .resolve(target, deadlines.phase(Phase::Dns))
                .await?;
            resolved = found.into_iter().next();
        }
        // What cannot be asked for is told before the proxy is dialled.
        let dialogue = Dialogue::new(proxy, target, resolved)?;
        let tcp = self.dial_proxy(proxy, trace, deadlines).await?;
        trace.begin(Phase::Proxy);
        let deadline = deadlines.phase(Phase::Proxy);
        let mut stream = open_tunnel(tcp.into(), proxy, dialogue, trace, deadline).await?;
        self.announce(&mut stream, deadlines).await?;
        trace.end(true);
        Ok(stream)
    }

    async fn dial_proxy(
        &self,
        proxy: &Proxy,
        trace: &Trace,
        deadlines: &Deadlines,
    ) -> Result<TcpStream> {
        let dialled = self.dial(proxy.endpoint(), trace, deadlines).await;
        dialled.map_err(|error| blame(proxy, error))
    }

    /// Sends the PROXY header, if one is wanted.
    pub(super) async fn announce(&self, stream: &mut Stream, deadlines: &Deadlines) -> Result<()> {
        match self.via.header {
            Some(header) => announce(stream, header, deadlines.phase(Phase::Proxy)).await,
            None => Ok(()),
        }
    }
}
