//! [`Calls`]: several calls in one (`system.multicall`), as bytes and values.

use serde::Serialize;

use crate::decode::fault_of;
use crate::dialect::Dialect;
use crate::encode::{self, Params};
use crate::error::{Error, Result};
use crate::types::{Fault, Value};

/// Calls that go together, and how their answers are read; `MultiCall` sends them.
///
/// ```
/// use netspeak_xmlrpc::{Calls, Dialect};
///
/// let mut calls = Calls::new(Dialect::default());
/// calls.push("add", &(1, 2))?;
/// calls.push("add", &(3, 4))?;
/// assert!(calls.encode()?.contains("system.multicall"));
/// # Ok::<(), netspeak_xmlrpc::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Calls {
    dialect: Dialect,
    calls: Vec<Params>,
}

impl Calls {
    /// None yet.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            calls: Vec::new(),
        }
    }

    /// Adds a call.
    ///
    /// # Errors
    /// As [`encode_call`](crate::encode_call).
    pub fn push<P>(&mut self, method: &str, params: &P) -> Result<()>
    where
        P: Serialize + ?Sized,
    {
        self.calls.push(Params::new(method, params, &self.dialect)?);
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// The call of `system.multicall` for all of them.
    ///
    /// # Errors
    /// [`Error::Usage`] for a name that XML cannot carry.
    pub fn encode(&self) -> Result<String> {
        encode::multicall(&self.calls)
    }

    /// The name and the document of each call by itself, for servers without `system.multicall`.
    pub fn encode_each(&self) -> impl Iterator<Item = (&str, Result<String>)> {
        self.calls.iter().map(|call| (call.method(), call.call()))
    }

    /// What the answer of `system.multicall` means for each call: an array with one value, or a fault.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there is another number of answers than of calls, and for what is neither.
    pub fn answers(&self, answer: Value) -> Result<Vec<Result<Value, Fault>>> {
        let wanted = self.calls.len();
        let all = match answer {
            Value::Array(all) if all.len() == wanted => all,
            Value::Array(all) => {
                let what = format!("{wanted} answers, not {}", all.len());
                return Err(Error::malformed(what, b""));
            }
            _ => return Err(Error::malformed("an array of answers", b"")),
        };
        all.into_iter().map(one).collect()
    }
}

fn one(answer: Value) -> Result<Result<Value, Fault>> {
    let malformed = || Error::malformed("an array with one value, or a fault", b"");
    match answer {
        Value::Array(values) => {
            let mut values = values.into_iter();
            match (values.next(), values.next()) {
                (Some(value), None) => Ok(Ok(value)),
                _ => Err(malformed()),
            }
        }
        other => fault_of(other).map(Err).map_err(|_| malformed()),
    }
}
