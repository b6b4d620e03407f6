//! [`Builder`]: how to connect, and what is said.

use std::sync::Arc;

use netspeak_core::{Conn, Opening, Rules, Scheme, Target, Timeouts, Tls, TlsSessions};
use netspeak_http::{Builder as HttpBuilder, HeaderMap};

use super::over_http::{Gzip, OverHttp};
use super::over_scgi::OverScgi;
use super::{Inner, ServerProxy, Way};
use crate::dialect::{Dialect, DocumentLimits};
use crate::error::{Error, Result};

/// Sets how to connect and what is said; made by [`ServerProxy::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use netspeak_xmlrpc::{Connector, Dialect, ServerProxy};
///
/// # fn example() -> netspeak_xmlrpc::Result<()> {
/// let supervisor = ServerProxy::builder()
///     .connector(Connector::new().with_unix_socket("/run/supervisor.sock"))
///     .build(&"http://localhost/RPC2".parse()?)?;
/// let rtorrent = ServerProxy::builder()
///     .dialect(Dialect::default().with_i8())
///     .deadline(Duration::from_secs(10))
///     .build(&"scgi://localhost:5000".parse()?)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    opening: Opening,
    dialect: Dialect,
    limits: DocumentLimits,
    headers: HeaderMap,
    gzip: Gzip,
}

/// SCGI has neither a port of its own nor TLS.
const SCGI: Rules = Rules {
    schemes: &[Scheme::new("scgi", 0, Tls::Off)],
    alpn: &[],
    upgrade: "",
    timeouts: Timeouts::UNSET.with_reply(std::time::Duration::from_secs(60)),
    sessions: TlsSessions::Apart,
};

impl Builder {
    netspeak_core::opening_setters!("A total over each call");
    netspeak_core::login_setters!();

    /// What the server understands beyond the specification. Default: nothing.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// How large and how deep an answer may be.
    #[must_use]
    pub fn limits(mut self, limits: DocumentLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends these fields with each call over HTTP.
    #[must_use]
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Sends calls of so many bytes and more by gzip, for servers that are known to take it. Default: none. Answers are
    /// taken by gzip in any case.
    #[must_use]
    pub fn gzip_from(mut self, bytes: usize) -> Self {
        self.gzip = Gzip::From(bytes);
        self
    }

    /// The server of a target; nothing is connected yet.
    ///
    /// | URL | |
    /// |---|---|
    /// | `http://host/path`, `https://`, also `xmlrpc+http://` and `xmlrpc+https://` | over HTTP; without a path, at `/RPC2` |
    /// | `scgi://host:port/path` | over SCGI; without a path, at `/RPC2` |
    ///
    /// Over a Unix socket: [`Connector::with_unix_socket`](crate::Connector::with_unix_socket); host and port stay names then.
    ///
    /// # Errors
    /// [`Error::Usage`] for another scheme, for SCGI without a port, and outside of a tokio runtime.
    pub fn build(self, target: &Target) -> Result<ServerProxy> {
        let target = with_path(target);
        let way = match target.scheme() {
            Some("scgi") => Way::Scgi(Box::new(self.scgi(&target)?)),
            _ => self.http(&target, HttpBuilder::build)?,
        };
        Ok(self.server(way))
    }

    /// The server at the other end of this connection, which gets all calls, by HTTP.
    ///
    /// # Errors
    /// [`Error::Usage`] for a target that is not HTTP, and outside of a tokio runtime.
    pub fn over(self, conn: Conn, target: &Target) -> Result<ServerProxy> {
        let way = self.http(&with_path(target), |http| http.over(conn))?;
        Ok(self.server(way))
    }

    fn server(self, way: Way) -> ServerProxy {
        ServerProxy(Arc::new(Inner {
            way,
            dialect: self.dialect,
            limits: self.limits,
        }))
    }

    fn http(
        &self,
        target: &Target,
        build: impl FnOnce(HttpBuilder) -> netspeak_http::Result<netspeak_http::Client>,
    ) -> Result<Way> {
        let mut opening = self.opening.clone();
        if let Some(credentials) = opening.credentials.take() {
            opening.credentials = Some(credentials.for_target(target));
        }
        let http = netspeak_http::Client::builder()
            .opening(opening)
            .headers(self.headers.clone())
            .body_limit(self.limits.bytes as u64);
        let client = build(http).map_err(super::over_http::failed)?;
        OverHttp::new(client, target, self.gzip).map(|http| Way::Http(Box::new(http)))
    }

    fn scgi(&self, target: &Target) -> Result<OverScgi> {
        if target.port().is_none() {
            return Err(Error::usage(
                "SCGI has no port of its own: write scgi://host:port",
            ));
        }
        let prepared = self.opening.prepare(&SCGI, target)?;
        if prepared.has_login() {
            return Err(Error::usage("SCGI has no login"));
        }
        OverScgi::new(prepared, target.path())
    }
}

/// Where no path is given, servers are at `/RPC2`.
fn with_path(target: &Target) -> Target {
    match target.path() {
        "" => target.clone().with_path("/RPC2"),
        _ => target.clone(),
    }
}
