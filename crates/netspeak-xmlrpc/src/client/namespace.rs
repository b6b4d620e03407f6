//! [`Namespace`]: dotted names.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ServerProxy;
use crate::error::Result;

/// The methods of a server whose names begin with this and a dot.
///
/// ```no_run
/// # async fn example(server: netspeak_xmlrpc::ServerProxy) -> netspeak_xmlrpc::Result<()> {
/// let supervisor = server.namespace("supervisor");
/// // supervisor.getState
/// let state: netspeak_xmlrpc::Value = supervisor.call("getState", ()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Namespace<'s> {
    server: &'s ServerProxy,
    name: String,
}

impl<'s> Namespace<'s> {
    pub(super) fn new(server: &'s ServerProxy, name: String) -> Self {
        Self { server, name }
    }

    /// The namespace of this name within this one.
    #[must_use]
    pub fn namespace(&self, name: &str) -> Self {
        Self::new(self.server, format!("{}.{name}", self.name))
    }

    /// Calls a method of it; see [`ServerProxy::call`].
    ///
    /// # Errors
    /// As there.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> Result<T> {
        let name = format!("{}.{method}", self.name);
        self.server.call(&name, params).await
    }
}
