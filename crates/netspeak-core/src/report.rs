//! [`Report`]: the result of every probe, failed or not. Its JSON is schema `netspeak.probe/1`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Phase, Reason};
use crate::trace::{Side, Trace};

mod failure;
mod network;
mod tls;
mod words;

pub use failure::ErrorFacts;
pub use tls::{CertDays, ChainLink, TlsReport, VerifyError, days_in_words};

/// The judgement over a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All is well.
    Ok,
    /// It works, but something wants attention.
    Warn,
    /// It does not work.
    Fail,
    /// The probe could not be run.
    Unknown,
}

impl Verdict {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Everything a probe found out. Every key is always there in JSON; what was not reached is null
/// or empty. Read back from its JSON it is the same report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// `netspeak.probe/1`.
    pub schema: Cow<'static, str>,
    /// A sortable unique id, given by the command.
    pub id: String,
    /// When it began.
    pub time: Timestamp,
    /// What made it, with its version.
    pub tool: String,
    /// Where it was made.
    pub vantage: Option<String>,
    /// What was probed.
    pub target: TargetFacts,
    /// The target's addresses and what became of each.
    pub addresses: Vec<AddressFacts>,
    /// Our own end.
    pub local: LocalFacts,
    /// The judgement.
    pub verdict: Verdict,
    /// How long it all took.
    pub total_ms: f64,
    /// The part of it that belongs to no phase.
    pub gap_ms: f64,
    /// The last phase that ended well.
    pub reached: Option<Phase>,
    /// The phase that took longest.
    pub slowest_phase: Option<Phase>,
    /// How many connections were needed.
    pub attempts: u32,
    /// The phases in order.
    pub phases: Vec<PhaseFacts>,
    /// The TLS session.
    pub tls: Option<TlsReport>,
    /// The server's first words.
    pub greeting: Option<GreetingFacts>,
    /// What the server says it can do.
    pub capabilities: CapabilityFacts,
    /// The login.
    pub auth: AuthFacts,
    /// The harmless operation.
    pub work: Option<WorkFacts>,
    /// What was checked.
    pub checks: Vec<Check>,
    /// Why it failed.
    pub error: Option<ErrorFacts>,
    /// What only this protocol has.
    pub protocol_detail: BTreeMap<String, Value>,
    /// The talk, if it was asked for.
    pub transcript: Option<Vec<TranscriptLine>>,
}

/// What was probed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TargetFacts {
    /// As it was typed, without password.
    pub input: String,
    /// As it was understood.
    pub url: String,
    /// The protocol's name.
    pub protocol: String,
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The caller's labels.
    pub labels: BTreeMap<String, String>,
}

/// One address of the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddressFacts {
    /// The address.
    pub ip: IpAddr,
    /// Whose it is.
    pub of: AddressOf,
    /// 4 or 6.
    pub family: u8,
    /// Whether it was dialled.
    pub tried: bool,
    /// Whether it is the one in use.
    pub used: bool,
    /// Whether it answered.
    pub ok: Option<bool>,
    /// How long that took.
    pub ms: Option<f64>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AddressOf {
    /// The target's.
    Target,
    /// The proxy's: the target's is known to the proxy.
    Proxy,
}

/// Our own end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LocalFacts {
    /// Our address.
    pub ip: Option<IpAddr>,
    /// Our port.
    pub port: Option<u16>,
    /// The interface, if one was asked for.
    pub interface: Option<String>,
    /// The proxy, without its password.
    pub proxy: Option<String>,
}

/// One phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhaseFacts {
    /// Its name.
    pub name: Phase,
    /// 2 for the second phase of this name, and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// When it began.
    pub start_ms: f64,
    /// How long it took.
    pub ms: f64,
    /// Whether it ended well.
    pub ok: bool,
}

/// The server's first words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GreetingFacts {
    /// The line, printable.
    pub raw: String,
    /// Its status word or number.
    pub code: Option<String>,
    /// The software it names.
    pub software: Option<String>,
    /// The host it names.
    pub host: Option<String>,
}

/// What the server says it can do, and when.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CapabilityFacts {
    /// Said in clear text.
    pub before_tls: Option<Vec<String>>,
    /// Said inside TLS.
    pub after_tls: Option<Vec<String>>,
    /// Said after the login.
    pub after_auth: Option<Vec<String>>,
    /// Limits it names.
    pub limits: LimitFacts,
}

/// Limits that a server names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LimitFacts {
    /// The largest message in bytes.
    pub size: Option<u64>,
}

/// The login.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuthFacts {
    /// Mechanisms offered in clear text.
    pub offered_before_tls: Vec<String>,
    /// Mechanisms offered where a login would happen.
    pub offered: Vec<String>,
    /// The one that was used.
    pub used: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// Whether it succeeded; null if it was not tried.
    pub ok: Option<bool>,
}

/// The harmless operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkFacts {
    /// What was done.
    pub name: String,
    /// Whether it succeeded.
    pub ok: bool,
    /// What it showed.
    pub detail: BTreeMap<String, Value>,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// As it should be.
    Ok,
    /// Worth knowing; changes no verdict.
    Note,
    /// Wants attention.
    Warn,
    /// Wrong.
    Fail,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Its stable id, such as `cert.days`.
    pub id: Cow<'static, str>,
    /// How it came out.
    pub status: CheckStatus,
    /// What was seen.
    pub observed: Value,
    /// What was wanted.
    pub expected: Option<String>,
    /// A sentence for people.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Check {
    /// A check with its sentence.
    pub fn new(
        id: impl Into<Cow<'static, str>>,
        status: CheckStatus,
        observed: impl Into<Value>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            status,
            observed: observed.into(),
            expected: None,
            message: message.into(),
            hint: None,
        }
    }

    /// What was wanted.
    #[must_use]
    pub fn expecting(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One line of the talk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TranscriptLine {
    /// When.
    pub ms: f64,
    /// Who said it.
    pub side: Side,
    /// Whether it was said inside TLS.
    pub tls: bool,
    /// What was said, without secrets.
    pub text: String,
}

impl Report {
    /// The schema's name.
    pub const SCHEMA: &'static str = "netspeak.probe/1";

    /// An empty report about a target; it is ok so far.
    pub fn new(target: TargetFacts) -> Self {
        Self {
            schema: Self::SCHEMA.into(),
            id: String::new(),
            time: now_in_millis(),
            tool: concat!("netspeak ", env!("CARGO_PKG_VERSION")).to_owned(),
            vantage: None,
            target,
            addresses: Vec::new(),
            local: LocalFacts::default(),
            verdict: Verdict::Ok,
            total_ms: 0.0,
            gap_ms: 0.0,
            reached: None,
            slowest_phase: None,
            attempts: 1,
            phases: Vec::new(),
            tls: None,
            greeting: None,
            capabilities: CapabilityFacts::default(),
            auth: AuthFacts::default(),
            work: None,
            checks: Vec::new(),
            error: None,
            protocol_detail: BTreeMap::new(),
            transcript: None,
        }
    }

    /// A report about something that could not be probed at all.
    pub fn not_run<R: fmt::Display>(target: TargetFacts, error: &Error<R>) -> Self {
        let mut report = Self::new(target);
        report.error = Some(ErrorFacts::of(error, error.phase()));
        report.verdict = Verdict::Unknown;
        report
    }

    /// Takes over what the trace recorded, and judges.
    pub fn finish<R: fmt::Display>(&mut self, trace: &Trace, outcome: Result<(), &Error<R>>) {
        self.finish_within(trace, outcome, CertDays::default());
    }

    /// The same with limits of the caller's.
    pub fn finish_within<R: fmt::Display>(
        &mut self,
        trace: &Trace,
        outcome: Result<(), &Error<R>>,
        cert_days: CertDays,
    ) {
        let total = trace.elapsed();
        self.total_ms = millis(total);
        self.take_phases(trace);
        self.take_addresses(trace);
        if let Some(raw) = trace.foreign_greeting() {
            self.greeting = Some(GreetingFacts {
                raw,
                ..GreetingFacts::default()
            });
        }
        let lines = trace.transcript();
        if !lines.is_empty() {
            self.transcript = Some(
                lines
                    .into_iter()
                    .map(|entry| TranscriptLine {
                        ms: millis(entry.at),
                        side: entry.side,
                        tls: entry.encrypted,
                        text: entry.text,
                    })
                    .collect(),
            );
        }
        self.check_way();
        self.take_tls(trace, cert_days);
        if let Err(error) = outcome {
            let failed = trace
                .stamps()
                .iter()
                .rfind(|stamp| !stamp.ok)
                .map(|stamp| stamp.phase);
            self.error = Some(ErrorFacts::of(
                error,
                failed.unwrap_or_else(|| error.phase()),
            ));
        }
        self.judge();
    }

    /// How long each phase took, in milliseconds; what came more than once counts as one.
    pub fn times(&self) -> Vec<(Phase, f64)> {
        let mut sums: Vec<(Phase, f64)> = Vec::new();
        for phase in &self.phases {
            match sums.iter_mut().find(|(known, _)| *known == phase.name) {
                Some((_, sum)) => *sum += phase.ms,
                None => sums.push((phase.name, phase.ms)),
            }
        }
        sums
    }

    /// Recomputes the verdict from the error and the checks.
    pub fn judge(&mut self) {
        let by_checks = self.checks.iter().map(|check| match check.status {
            CheckStatus::Ok | CheckStatus::Note => Verdict::Ok,
            CheckStatus::Warn => Verdict::Warn,
            CheckStatus::Fail => Verdict::Fail,
        });
        let by_error =
            self.error
                .as_ref()
                .map(|error| match (error.kind.phase(), error.kind.reason()) {
                    (Phase::Usage | Phase::Config | Phase::Internal, _)
                    | (_, Reason::Interrupted) => Verdict::Unknown,
                    _ => Verdict::Fail,
                });
        self.verdict = by_checks.chain(by_error).max().unwrap_or(Verdict::Ok);
    }

    fn take_phases(&mut self, trace: &Trace) {
        let stamps = trace.stamps();
        let mut counts: BTreeMap<Phase, u32> = BTreeMap::new();
        let mut sum = Duration::ZERO;
        for stamp in &stamps {
            let n = counts.entry(stamp.phase).or_insert(0);
            *n += 1;
            sum += stamp.took;
            self.phases.push(PhaseFacts {
                name: stamp.phase,
                n: (*n > 1).then_some(*n),
                start_ms: millis(stamp.start),
                ms: millis(stamp.took),
                ok: stamp.ok,
            });
        }
        self.gap_ms = round(self.total_ms - self.phases.iter().map(|p| p.ms).sum::<f64>()).max(0.0);
        self.reached = stamps
            .iter()
            .rfind(|stamp| stamp.ok && stamp.phase != Phase::Quit)
            .map(|stamp| stamp.phase);
        self.slowest_phase = stamps
            .iter()
            .max_by_key(|stamp| stamp.took)
            .map(|stamp| stamp.phase);
    }

    fn take_addresses(&mut self, trace: &Trace) {
        let of = match self.local.proxy {
            Some(_) => AddressOf::Proxy,
            None => AddressOf::Target,
        };
        self.addresses = trace
            .attempts()
            .into_iter()
            .map(|attempt| AddressFacts {
                ip: attempt.ip,
                of,
                family: if attempt.ip.is_ipv4() { 4 } else { 6 },
                tried: attempt.tried,
                used: attempt.used,
                ok: attempt.ok,
                ms: attempt.took.map(millis),
                error: attempt.error,
            })
            .collect();
        let (local, _) = trace.ends();
        self.local.ip = local.map(|address| address.ip());
        self.local.port = local.map(|address| address.port());
    }
}

/// The wall clock, to the millisecond.
fn now_in_millis() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

/// Milliseconds with microsecond digits.
fn millis(duration: Duration) -> f64 {
    round(duration.as_secs_f64() * 1000.0)
}

fn round(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[tokio::test(start_paused = true)]
    async fn phases_and_gap_add_up_and_repeated_phases_are_numbered() {
        let trace = Trace::new();
        for phase in [Phase::Dns, Phase::Caps, Phase::Tls, Phase::Caps] {
            trace.begin(phase);
            tokio::time::advance(Duration::from_micros(1500)).await;
        }
        trace.end(true);
        tokio::time::advance(Duration::from_millis(1)).await;
        let mut report = Report::new(TargetFacts::default());
        report.finish(&trace, Ok::<(), &Error>(()));
        assert_eq!((report.total_ms, report.gap_ms), (7.0, 1.0));
        let names: Vec<_> = report.phases.iter().map(|p| (p.name, p.n)).collect();
        assert_eq!(
            names,
            [
                (Phase::Dns, None),
                (Phase::Caps, None),
                (Phase::Tls, None),
                (Phase::Caps, Some(2))
            ]
        );
        assert_eq!(
            (report.reached, report.verdict),
            (Some(Phase::Caps), Verdict::Ok)
        );
    }

    #[test]
    fn the_worst_of_error_and_checks_is_the_verdict() {
        let mut report = Report::new(TargetFacts::default());
        report
            .checks
            .push(Check::new("cert.days", CheckStatus::Warn, 9, "9 days left"));
        report
            .checks
            .push(Check::new("x", CheckStatus::Note, true, "a note"));
        report.judge();
        assert_eq!(report.verdict, Verdict::Warn);
        let error: Error = Error::net(ErrorKind::new(Phase::Tcp, Reason::Refused), "refused");
        report.error = Some(ErrorFacts::of(&error, Phase::Tcp));
        report.judge();
        assert_eq!(report.verdict, Verdict::Fail);
    }

    #[test]
    fn every_key_is_there_also_when_nothing_was_reached() {
        let error: Error = Error::usage("no");
        let report = Report::not_run(TargetFacts::default(), &error);
        let json = serde_json::to_value(&report).unwrap();
        let keys: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        for key in [
            "schema",
            "id",
            "time",
            "tool",
            "vantage",
            "target",
            "addresses",
            "local",
            "verdict",
            "total_ms",
            "gap_ms",
            "reached",
            "slowest_phase",
            "attempts",
            "phases",
            "tls",
            "greeting",
            "capabilities",
            "auth",
            "work",
            "checks",
            "error",
            "protocol_detail",
            "transcript",
        ] {
            assert!(keys.iter().any(|k| k == key), "{key} is missing");
        }
        assert_eq!(json["verdict"], "unknown");
        assert_eq!(json["error"]["kind"], "usage");
    }
}
