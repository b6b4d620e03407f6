//! [`MultiCall`]: several calls in one.

use serde::Serialize;

use super::ServerProxy;
use crate::dialect::Dialect;
use crate::error::Result;
use crate::multicall::Calls;
use crate::types::{Fault, Value};

/// Calls that go together, in one request (`system.multicall`); begun by [`ServerProxy::multicall`].
///
/// ```no_run
/// use netspeak_xmlrpc::from_value;
///
/// # async fn example(server: netspeak_xmlrpc::ServerProxy) -> netspeak_xmlrpc::Result<()> {
/// let mut calls = server.multicall();
/// calls.push("add", (2, 3))?;
/// calls.push("divide", (1, 0))?;
/// for answer in calls.send().await? {
///     match answer {
///         Ok(value) => println!("{}", from_value::<i32>(value)?),
///         Err(fault) => println!("{fault}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MultiCall<'s> {
    server: &'s ServerProxy,
    calls: Calls,
}

impl<'s> MultiCall<'s> {
    pub(super) fn new(server: &'s ServerProxy, dialect: Dialect) -> Self {
        Self {
            server,
            calls: Calls::new(dialect),
        }
    }

    /// Adds a call.
    ///
    /// # Errors
    /// [`Usage`](crate::Error::Usage) for what cannot be sent.
    pub fn push(&mut self, method: &str, params: impl Serialize) -> Result<()> {
        self.calls.push(method, &params)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Makes the calls, in their order; the answer or the fault of each. A server that does not know `system.multicall` gets
    /// them one by one.
    ///
    /// # Errors
    /// As [`ServerProxy::call`], for what concerns all of them.
    pub async fn send(self) -> Result<Vec<Result<Value, Fault>>> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        match self.server.exchange(self.calls.encode()?).await? {
            Ok(answers) => self.calls.answers(answers),
            Err(fault) if is_unknown(&fault) => self.one_by_one().await,
            Err(fault) => Err(super::refused("system.multicall", fault)),
        }
    }

    async fn one_by_one(self) -> Result<Vec<Result<Value, Fault>>> {
        let mut answers = Vec::with_capacity(self.calls.len());
        for (_, document) in self.calls.encode_each() {
            answers.push(self.server.exchange(document?).await?);
        }
        Ok(answers)
    }
}

/// Whether it is `system.multicall` itself that the server does not know: none of the calls was made then.
fn is_unknown(fault: &Fault) -> bool {
    fault.is_method_not_found() || fault.message.contains("system.multicall")
}
