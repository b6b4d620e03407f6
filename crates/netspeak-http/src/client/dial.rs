//! [`Dial`]: core's connector, as hyper's pool asks for connections.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::rt::TokioIo;
use netspeak_core::{Conn, Connector, Endpoint, Error as CoreError, Host, Tls, Trace};

use super::link::{Early, Link, Tap, Way};
use crate::types::Versions;

/// Opens connections for requests.
#[derive(Clone, Debug)]
pub(super) struct Dial(Arc<Source>);

#[derive(Debug)]
struct Source {
    connector: Connector,
    trace: Option<Trace>,
    versions: Versions,
    /// One connection that is there already, in place of all others.
    given: Option<Mutex<Option<(Conn, Way)>>>,
    /// How many connections are being opened.
    dialling: AtomicUsize,
    early: Early,
}

/// A connection is being opened for as long as this is there.
struct Dialling<'a>(&'a AtomicUsize);

impl<'a> Dialling<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Dialling<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Dial {
    pub(super) fn new(connector: Connector, trace: Option<Trace>, versions: Versions) -> Self {
        Self(Arc::new(Source {
            connector,
            trace,
            versions,
            given: None,
            dialling: AtomicUsize::new(0),
            early: Early::default(),
        }))
    }

    /// Hands out this connection, once.
    pub(super) fn given(conn: Conn, way: Way, versions: Versions) -> Self {
        Self(Arc::new(Source {
            connector: Connector::new(),
            trace: None,
            versions,
            given: Some(Mutex::new(Some((conn, way)))),
            dialling: AtomicUsize::new(0),
            early: Early::default(),
        }))
    }

    /// Whether a connection is being opened.
    pub(super) fn is_dialling(&self) -> bool {
        self.0.dialling.load(Ordering::Relaxed) > 0
    }

    /// What servers said before they were asked.
    pub(super) fn early(&self) -> &Early {
        &self.0.early
    }

    async fn open(&self, uri: &Uri) -> Result<TokioIo<Tap>, CoreError> {
        let source = &*self.0;
        let _dialling = Dialling::begin(&source.dialling);
        let (conn, way, seen) = match &source.given {
            Some(given) => {
                let conn = given.lock().unwrap_or_else(PoisonError::into_inner).take();
                let gone = || CoreError::closed("the connection is over, and there is no other");
                let (conn, way) = conn.ok_or_else(gone)?;
                (conn, way, usize::MAX)
            }
            None => {
                let trace = source.trace.clone().unwrap_or_default();
                let seen = trace.stamps().len();
                let (conn, way) = self.connect(uri, &trace).await?;
                (conn, way, seen)
            }
        };
        let is_h2 = source.versions == Versions::Http2 || conn.alpn() == Some(b"h2");
        let stamps = conn.trace().stamps();
        let stamps = stamps.get(seen..).unwrap_or_default().to_vec();
        let link = Link::new(&conn, stamps, way, is_h2, source.early.clone());
        Ok(TokioIo::new(Tap::new(
            conn.into_stream()?.without_urgent_data(),
            link,
        )))
    }

    async fn connect(&self, uri: &Uri, trace: &Trace) -> Result<(Conn, Way), CoreError> {
        let connector = &self.0.connector;
        let (endpoint, tls) = place(uri)?;
        if tls == Tls::Off
            && let Some(conn) = connector.connect_to_proxy(&endpoint.host, trace).await?
        {
            return Ok((conn, Way::Forwarded));
        }
        let conn = connector.connect(&endpoint, tls, trace).await?;
        Ok((conn, Way::Straight))
    }
}

/// Where a request goes.
fn place(uri: &Uri) -> Result<(Endpoint, Tls), CoreError> {
    let (port, tls) = match uri.scheme_str() {
        Some("https") => (443, Tls::Implicit),
        _ => (80, Tls::Off),
    };
    let host: Host = uri.host().unwrap_or_default().parse()?;
    Ok((Endpoint::new(host, uri.port_u16().unwrap_or(port)), tls))
}

impl tower_service::Service<Uri> for Dial {
    type Response = TokioIo<Tap>;
    type Error = Undialled;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Undialled>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Undialled>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let dial = self.clone();
        Box::pin(async move { dial.open(&uri).await.map_err(Undialled::new) })
    }
}

/// Core's error on its way through hyper's.
#[derive(Debug)]
pub(super) struct Undialled(Mutex<Option<CoreError>>);

impl Undialled {
    fn new(error: CoreError) -> Self {
        Self(Mutex::new(Some(error)))
    }

    pub(super) fn take(&self) -> Option<CoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl std::fmt::Display for Undialled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no connection")
    }
}

impl std::error::Error for Undialled {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_means_a_port_and_tls() {
        for (uri, endpoint, tls) in [
            ("http://h.test/a", "h.test:80", Tls::Off),
            ("https://h.test/", "h.test:443", Tls::Implicit),
            ("https://h.test:81/", "h.test:81", Tls::Implicit),
            ("http://[::1]/", "[::1]:80", Tls::Off),
        ] {
            let (found, when) = place(&uri.parse().unwrap()).unwrap();
            assert_eq!((found.to_string().as_str(), when), (endpoint, tls));
        }
    }
}
