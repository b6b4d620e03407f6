//! What a server tells about itself (`system.*`).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ServerProxy;
use crate::error::Result;
use crate::types::Value;

/// Something that a server can do (`system.getCapabilities`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Capability {
    /// Where it is described.
    #[serde(rename = "specUrl", default)]
    pub url: String,
    /// Its version: a number with most servers, a text with some.
    #[serde(rename = "specVersion", default)]
    pub version: Value,
}

impl ServerProxy {
    /// The names of all methods (`system.listMethods`).
    ///
    /// # Errors
    /// As [`call`](Self::call); of the kind `work.not_found` where the server does not tell.
    pub async fn list_methods(&self) -> Result<Vec<String>> {
        self.call("system.listMethods", ()).await
    }

    /// What a method does, in words (`system.methodHelp`).
    ///
    /// # Errors
    /// As [`list_methods`](Self::list_methods).
    pub async fn method_help(&self, method: &str) -> Result<String> {
        self.call("system.methodHelp", (method,)).await
    }

    /// The types that a method takes (`system.methodSignature`): what comes back first, then the parameters, for each way
    /// to call it. `None` where the server does not know.
    ///
    /// # Errors
    /// As [`list_methods`](Self::list_methods).
    pub async fn method_signature(&self, method: &str) -> Result<Option<Vec<Vec<String>>>> {
        let told: Value = self.call("system.methodSignature", (method,)).await?;
        match told {
            Value::Array(_) => crate::from_value(told).map(Some),
            // Words instead, such as "undef" and "signatures not supported".
            _ => Ok(None),
        }
    }

    /// What the server can do (`system.getCapabilities`).
    ///
    /// # Errors
    /// As [`list_methods`](Self::list_methods).
    pub async fn capabilities(&self) -> Result<BTreeMap<String, Capability>> {
        self.call("system.getCapabilities", ()).await
    }
}
