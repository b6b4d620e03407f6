//! [`Conversation`]: a protocol's part of a probe.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ProbeOptions;
use crate::error::Error;
use crate::opening::Prepared;
use crate::report::{Check, GreetingFacts, WorkFacts};
use crate::session::Session;

/// What a protocol tells and does in a probe, besides what its [`Session`] does;
/// [`Probe::run`](super::Probe::run) does the rest, always in the same order.
pub trait Conversation: Session {
    /// What the server said first.
    fn greeting_facts(&self) -> Option<GreetingFacts> {
        None
    }

    /// What the server has said about what it can do; `None` if it could not be asked.
    fn offered(&self) -> Option<Offer> {
        None
    }

    /// What else is worth a word about the server, once all that was asked for has been done.
    fn noticed(&self) -> Vec<Check> {
        Vec::new()
    }

    /// Does one harmless real operation: fills in its name and what it shows.
    fn work(
        &mut self,
        options: &ProbeOptions,
        prepared: &Prepared,
        facts: &mut WorkFacts,
    ) -> impl Future<Output = Result<(), Error<Self::Reply>>> + Send {
        let _ = (options, prepared, facts);
        async { Ok(()) }
    }
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
    /// The software that it names.
    pub software: Option<String>,
    /// The largest message that it takes, in bytes.
    pub size: Option<u64>,
    /// What only this protocol has.
    pub detail: BTreeMap<String, Value>,
}

impl Offer {
    /// These lines, and the mechanisms in them.
    pub fn new(lines: &[String], mechanisms: Vec<String>) -> Self {
        #[cfg(feature = "sasl")]
        let sends = |mechanism: &&String| crate::sasl::sends_secret(mechanism);
        #[cfg(not(feature = "sasl"))]
        let sends = |_: &&String| false;
        Self {
            lines: lines.to_vec(),
            clear_text: mechanisms.iter().filter(sends).cloned().collect(),
            mechanisms,
            ..Self::default()
        }
    }
}

/// The first of these names that a greeting mentions.
pub fn software(names: &[&'static str], greeting: &str) -> Option<String> {
    let found = names.iter().find(|name| greeting.contains(**name));
    found.map(|name| (*name).to_owned())
}
