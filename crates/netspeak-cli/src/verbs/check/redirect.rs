//! What an answer leads to, checked in its place.

use std::time::Duration;

use netspeak::core::protocol::ProbeOptions;
use netspeak::core::report::{PhaseFacts, Report};
use netspeak::core::{Connector, Error, Result, Target, Transport};
use netspeak::registry;

use crate::args::CheckArgs;

/// So many are followed: the plugins' own limit.
const MOST: usize = 15;

/// The report of the last place, with the times of all that lead there. A login stays with the server that it was
/// meant for.
pub(super) async fn follow(
    begin: &Target,
    mut report: Report,
    options: &ProbeOptions,
    args: &CheckArgs,
) -> Result<Report> {
    for _ in 0..MOST {
        let Some(next) = next_of(&report) else {
            return Ok(report);
        };
        let next = next.parse::<Target>()?.with_login(None, None);
        is_of_protocol(&next, &report)?;
        let mut options = options.clone();
        if !is_same_server(begin, &next) {
            options.opening = args.connect.opening_for_anybody()?;
        }
        options.opening.connector = within(options.opening.connector, report.total_ms);
        // Each has a record of its own.
        options.opening.trace = None;
        report = behind(report, netspeak::probe(&next, &options).await);
    }
    match next_of(&report) {
        None => Ok(report),
        Some(_) => Err(Error::usage(format!("more than {MOST} redirects"))),
    }
}

fn next_of(report: &Report) -> Option<String> {
    let mut checks = report.checks.iter();
    let redirect = checks.find(|check| check.id.ends_with(".redirect"))?;
    redirect.observed.as_str().map(str::to_owned)
}

fn is_of_protocol(next: &Target, report: &Report) -> Result<()> {
    let found = registry::resolve(next)?;
    let is_same = found.is_some_and(|(protocol, _)| protocol.name == report.target.protocol);
    let refused = || Error::usage(format!("a redirect to {next} is not followed"));
    is_same.then_some(()).ok_or_else(refused)
}

fn is_same_server(one: &Target, other: &Target) -> bool {
    one.scheme() == other.scheme() && one.host() == other.host() && port(one) == port(other)
}

fn port(target: &Target) -> Option<u16> {
    match target.port() {
        Some(port) => port.number(Transport::Tcp).ok(),
        None => {
            let name = target.scheme()?;
            Some(registry::by_scheme(name)?.scheme(name)?.port)
        }
    }
}

/// Nothing left is a limit too.
fn within(connector: Connector, spent_ms: f64) -> Connector {
    let spent = Duration::try_from_secs_f64(spent_ms / 1000.0).unwrap_or_default();
    match connector.timeouts().total {
        Some(total) => {
            connector.with_total(total.saturating_sub(spent).max(Duration::from_millis(1)))
        }
        None => connector,
    }
}

/// The later report, its times behind those of the earlier one.
fn behind(earlier: Report, mut later: Report) -> Report {
    let shift = earlier.total_ms;
    let moved = later.phases.iter().map(|phase| PhaseFacts {
        start_ms: phase.start_ms + shift,
        ..phase.clone()
    });
    later.phases = earlier.phases.into_iter().chain(moved).collect();
    later.total_ms += shift;
    later
}
