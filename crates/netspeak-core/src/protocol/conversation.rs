//! [`Conversation`]: a protocol's part of a probe.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ProbeOptions;
use crate::conn::Conn;
use crate::error::{Error, Reply};
use crate::opening::Prepared;
use crate::report::{GreetingFacts, WorkFacts};
#[cfg(feature = "sasl")]
use crate::sasl::Credentials;

/// What a protocol does in a probe; [`Probe::run`](super::Probe::run) does the rest, always in the
/// same order. Each step stamps its own phase in the connection's trace, `work` apart.
pub trait Conversation: Sized + Send {
    /// What the peer answers.
    type Reply: Reply;

    /// Takes the connection, and reads the greeting where there is one.
    fn begin(
        conn: Conn,
        prepared: &Prepared,
    ) -> impl Future<Output = Result<Self, Error<Self::Reply>>> + Send;

    /// The connection.
    fn conn(&self) -> &Conn;

    /// What the server said first.
    fn greeting(&self) -> Option<GreetingFacts> {
        None
    }

    /// Asks what the server can do; `None` if it cannot be asked.
    fn offer(&mut self) -> impl Future<Output = Result<Option<Offer>, Error<Self::Reply>>> + Send {
        async { Ok(None) }
    }

    /// Upgrades to TLS.
    fn upgrade(
        &mut self,
        prepared: &Prepared,
    ) -> impl Future<Output = Result<(), Error<Self::Reply>>> + Send {
        let _ = prepared;
        async { Err(Error::usage("there is no upgrade to TLS in this protocol")) }
    }

    /// Logs in; the name of the way.
    #[cfg(feature = "sasl")]
    fn log_in(
        &mut self,
        credentials: &Credentials,
        prepared: &Prepared,
    ) -> impl Future<Output = Result<&'static str, Error<Self::Reply>>> + Send {
        let _ = (credentials, prepared);
        async { Err(Error::usage("there is no login in this protocol")) }
    }

    /// Does one harmless real operation: fills in its name and what it shows.
    fn work(
        &mut self,
        options: &ProbeOptions,
        facts: &mut WorkFacts,
    ) -> impl Future<Output = Result<(), Error<Self::Reply>>> + Send {
        let _ = (options, facts);
        async { Ok(()) }
    }

    /// Says goodbye.
    fn quit(self) -> impl Future<Output = Result<(), Error<Self::Reply>>> + Send;
}

/// What a server offers.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Offer {
    /// Its own lines.
    pub lines: Vec<String>,
    /// The SASL mechanisms among them.
    pub mechanisms: Vec<String>,
    /// The ways in that send a password as it is.
    pub clear_text: Vec<String>,
    /// Whether it offers the upgrade to TLS.
    pub upgrade: bool,
    /// Whether it lets anybody log in as the connection is.
    pub login: bool,
    /// The software that it names.
    pub software: Option<String>,
    /// The largest message that it takes, in bytes.
    pub size: Option<u64>,
    /// What only this protocol has.
    pub detail: BTreeMap<String, Value>,
}
