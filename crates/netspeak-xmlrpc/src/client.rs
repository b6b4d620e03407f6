//! [`ServerProxy`]: a server's methods, called by name.

use std::sync::Arc;

use netspeak_core::{Conn, Phase, Target};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::decode::decode_response_with;
use crate::dialect::{Dialect, DocumentLimits};
use crate::encode::encode_call;
use crate::error::{Error, Reply, Result};
use crate::types::Fault;

mod builder;
mod multicall;
mod namespace;
mod over_http;
mod over_scgi;
mod system;

pub use builder::Builder;
pub use multicall::MultiCall;
pub use namespace::Namespace;
pub use system::Capability;

use over_http::OverHttp;
use over_scgi::OverScgi;

/// A server, and how to reach it. Clones share its connections.
///
/// Nothing is connected before the first call. Over HTTP a connection is kept for the next call; several calls at once
/// have one each. Over SCGI each call has its own, as the protocol wants it.
///
/// ```no_run
/// use netspeak_xmlrpc::ServerProxy;
///
/// # async fn example() -> netspeak_xmlrpc::Result<()> {
/// let server = ServerProxy::new("http://localhost:8000/RPC2")?;
/// let sum: i32 = server.call("add", (2, 3)).await?;
/// let methods: Vec<String> = server.namespace("system").call("listMethods", ()).await?;
/// println!("{sum}, {} methods", methods.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ServerProxy(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    way: Way,
    dialect: Dialect,
    limits: DocumentLimits,
}

/// How documents go there and back.
#[derive(Debug)]
enum Way {
    Http(Box<OverHttp>),
    Scgi(Box<OverScgi>),
}

impl ServerProxy {
    /// The server of a URL, `http://host/RPC2` or such; see [`Builder::build`].
    ///
    /// # Errors
    /// As there.
    pub fn new(url: &str) -> Result<Self> {
        let target: Target = url.parse()?;
        Self::builder().build(&target)
    }

    /// Sets how to connect, and what is said.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The server at the other end of this connection, by HTTP and at the path `/RPC2`; see [`Builder::over`].
    ///
    /// # Errors
    /// As there.
    pub fn from_conn(conn: Conn) -> Result<Self> {
        let target: Target = "http://localhost/RPC2".parse()?;
        Self::builder().over(conn, &target)
    }

    /// Calls a method. Parameters are a tuple or a `Vec` of any types of serde's: `()` for none, `(value,)` for one. What
    /// comes back is any type of serde's, or a [`Value`](crate::Value).
    ///
    /// A call that is dropped costs its connection; whether the server has done it is not known then.
    ///
    /// # Errors
    /// [`Error::Refused`] for a fault ([`Reply::fault`]) and for a status of HTTP that says no; [`Error::Usage`] as
    /// [`encode_call`](crate::encode_call()), before anything is sent; [`Error::Malformed`] and [`Error::Limit`] for an
    /// answer that is none, or of another type; those of the network.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> Result<T> {
        let document = encode_call(method, &params, &self.0.dialect)?;
        self.call_document(method, document).await
    }

    /// The methods whose names begin so: of `a.b` those of the namespace `a`.
    pub fn namespace(&self, name: &str) -> Namespace<'_> {
        Namespace::new(self, name.to_owned())
    }

    /// Begins calls that go together (`system.multicall`).
    pub fn multicall(&self) -> MultiCall<'_> {
        MultiCall::new(self, self.0.dialect)
    }

    /// Sends a document that is written already, and reads the answer. The fault is an error.
    async fn call_document<T: DeserializeOwned>(
        &self,
        method: &str,
        document: String,
    ) -> Result<T> {
        let outcome = self.exchange(document).await?;
        outcome.map_err(|fault| refused(method, fault))
    }

    /// Sends a document, and reads the answer.
    async fn exchange<T: DeserializeOwned>(&self, document: String) -> Result<Result<T, Fault>> {
        let limits = &self.0.limits;
        match &self.0.way {
            Way::Http(http) => {
                let read = |answer: &[u8]| decode_response_with(answer, limits);
                http.exchange(document, limits.bytes, read).await
            }
            Way::Scgi(scgi) => {
                let answer = scgi.exchange(document, limits.bytes).await?;
                decode_response_with(&answer, limits).map_err(|error| error.at(scgi.endpoint()))
            }
        }
    }
}

fn refused(method: &str, fault: Fault) -> Error {
    Error::refused(method.to_owned(), Phase::Work, Reply::Fault(fault))
}
