//! [`probe`]: any target by its URL.

use netspeak_core::Target;
use netspeak_core::protocol::ProbeOptions;
use netspeak_core::report::{Report, TargetFacts};

use crate::registry;

/// Probes a target: connects, listens, asks what the server can do, logs in if there are
/// credentials, says goodbye. It never fails: what went wrong stands in the report.
///
/// A target without scheme is probed by the protocol whose port it names.
pub async fn probe(target: &Target, options: &ProbeOptions) -> Report {
    match registry::resolve(target) {
        Ok((protocol, spelt_out)) => {
            let mut report = (protocol.probe)(&spelt_out, options).await;
            report.target.input = target.to_string();
            report
        }
        Err(error) => {
            let facts = TargetFacts {
                input: target.to_string(),
                url: target.to_string(),
                host: target.host().to_string(),
                ..TargetFacts::default()
            };
            Report::not_run(facts, &error)
        }
    }
}
