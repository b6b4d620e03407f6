//! XML-RPC without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let fake = netspeak_fake::Http::builder().rpc("/RPC2", netspeak_fake::Xmlrpc::new());
//! # let server = runtime.block_on(fake.start())?;
//! # let url = server.url("http");
//! use netspeak::blocking::xmlrpc::ServerProxy;
//!
//! let server = ServerProxy::new(&url)?;
//! let sum: i32 = server.call("add", (2, 3))?;
//! assert_eq!(sum, 5);
//!
//! let mut calls = server.get_ref().multicall();
//! calls.push("add", (1, 1))?;
//! calls.push("divide", (1, 0))?;
//! let answers = server.send(calls)?;
//! assert!(answers[0].is_ok() && answers[1].is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::rc::Rc;

use netspeak_core::Target;
use netspeak_xmlrpc::{Builder, Fault, MultiCall, Result, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Blocking;

/// [`netspeak_xmlrpc::ServerProxy`] without `async`: the same calls, the same errors. Clones share its connections.
#[derive(Clone, Debug)]
pub struct ServerProxy {
    // Dropped in this order: the connections before the runtime that drives them.
    inner: netspeak_xmlrpc::ServerProxy,
    blocking: Rc<Blocking>,
}

impl ServerProxy {
    /// The server of a URL; see [`netspeak_xmlrpc::ServerProxy::new`].
    ///
    /// # Errors
    /// As there.
    pub fn new(url: &str) -> Result<Self> {
        Self::build(Builder::default(), &url.parse()?)
    }

    /// A server with settings; see [`netspeak_xmlrpc::Builder::build`].
    ///
    /// # Errors
    /// As there.
    pub fn build(builder: Builder, target: &Target) -> Result<Self> {
        let blocking = Blocking::new()?;
        let inner = blocking.run(async { builder.build(target) })?;
        Ok(Self {
            inner,
            blocking: Rc::new(blocking),
        })
    }

    /// The asynchronous one, which begins calls that go together: `server.get_ref().multicall()`.
    pub fn get_ref(&self) -> &netspeak_xmlrpc::ServerProxy {
        &self.inner
    }

    /// Calls a method; see [`netspeak_xmlrpc::ServerProxy::call`].
    ///
    /// # Errors
    /// As there.
    pub fn call<T: DeserializeOwned>(&self, method: &str, params: impl Serialize) -> Result<T> {
        self.blocking.run(self.inner.call(method, params))
    }

    /// Makes calls that go together; see [`MultiCall::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send(&self, calls: MultiCall<'_>) -> Result<Vec<Result<Value, Fault>>> {
        self.blocking.run(calls.send())
    }

    /// The names of all methods; see [`netspeak_xmlrpc::ServerProxy::list_methods`].
    ///
    /// # Errors
    /// As there.
    pub fn list_methods(&self) -> Result<Vec<String>> {
        self.blocking.run(self.inner.list_methods())
    }
}
