//! One target: its addresses, its attempts, its reports.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use netspeak::core::protocol::{ProbeOptions, Talk};
use netspeak::core::report::{Check, CheckStatus, Report, TargetFacts};
use netspeak::core::{
    Endpoint, Error, Host, NoReply, Opening, Phase, Reason, Target, Trace, Transport,
};
use netspeak::registry;
use serde_json::Value;

use super::targets::Asked;
use crate::args::ProbeArgs;
use crate::{advice, expect, typed};

/// What is the same for all targets.
pub(super) struct Shared {
    pub(super) args: ProbeArgs,
    /// How to connect, with nobody who logs in.
    pub(super) opening: Opening,
    /// Where we are.
    pub(super) vantage: String,
}

/// A target that is about to be probed.
pub(super) struct Ready {
    asked: Asked,
    target: Result<Target, Error>,
    /// Everything but the trace, which each attempt has anew.
    options: Result<ProbeOptions, Error>,
    /// What is known while it runs; the clock starts with it.
    trace: Trace,
}

impl Ready {
    /// Reads the target, and finds out who logs in there: that may be asked of a person, one after the other.
    pub(super) fn new(asked: Asked, shared: &Shared) -> Self {
        let target = asked.input.parse::<Target>();
        let options = match &target {
            Ok(target) => options(target, shared),
            Err(_) => Ok(ProbeOptions::default()),
        };
        Self {
            asked,
            target,
            options,
            trace: Trace::new(),
        }
    }

    /// It is its turn now.
    pub(super) fn started(self, shared: &Shared) -> Self {
        Self {
            trace: trace_for(&shared.args),
            ..self
        }
    }

    /// Whose server it is; probes of one host are counted.
    pub(super) fn host(&self) -> String {
        let host = self.target.as_ref().map(|target| target.host().to_string());
        host.unwrap_or_default()
    }

    /// As it was typed, without a password.
    pub(super) fn name(&self) -> String {
        match &self.target {
            Ok(target) => target.to_string(),
            Err(_) => typed::without_login(&self.asked.input),
        }
    }

    /// Probes it. There are several reports where each address is looked at by itself.
    pub(super) async fn probe(self, shared: Arc<Shared>) -> Vec<Report> {
        let mut reports = match (&self.target, &self.options) {
            (Err(error), _) => vec![unread(&self.asked.input, error)],
            (Ok(target), Err(error)) => vec![Report::not_run(facts_of(target), error)],
            (Ok(target), Ok(options)) => {
                let mut options = options.clone();
                options.opening.trace = Some(self.trace.clone());
                match shared.args.all_addresses {
                    true => all_addresses(target, options, &shared).await,
                    false => vec![attempts(target, options, &shared).await],
                }
            }
        };
        for report in &mut reports {
            self.judge(report, &shared);
        }
        reports
    }

    /// What is known of a probe that was given up.
    pub(super) fn interrupted(asked: &Interruptible, shared: &Shared) -> Report {
        let mut report = Report::new(asked.facts.clone());
        let kind = netspeak::core::ErrorKind::new(
            asked.trace.current().unwrap_or(Phase::Conn),
            Reason::Interrupted,
        );
        let error = Error::<NoReply>::net(kind, "interrupted");
        report.finish_within(&asked.trace, Err(&error), shared.args.judge.cert_days);
        report.target.labels = asked.labels.clone();
        finish_at(report, &shared.vantage)
    }

    /// What is needed to tell of it when it is given up.
    pub(super) fn interruptible(&self) -> Interruptible {
        let facts = match &self.target {
            Ok(target) => facts_of(target),
            Err(_) => TargetFacts {
                url: self.name(),
                ..TargetFacts::default()
            },
        };
        Interruptible {
            facts,
            labels: self.asked.labels.clone(),
            trace: self.trace.clone(),
        }
    }

    fn judge(&self, report: &mut Report, shared: &Shared) {
        report.target.labels = self.asked.labels.clone();
        let judge = &shared.args.judge;
        if report.verdict != netspeak::core::report::Verdict::Unknown {
            let wanted = &self.asked.wanted;
            let expected = judge.expect.iter().chain(&wanted.expected);
            let rejected = judge.reject.iter().chain(&wanted.rejected);
            expect::judge(report, expected, rejected);
        }
        let done = std::mem::replace(report, Report::new(TargetFacts::default()));
        *report = finish_at(done, &shared.vantage);
    }
}

/// A probe that runs, as far as it is known from outside.
pub(super) struct Interruptible {
    pub(super) facts: TargetFacts,
    labels: std::collections::BTreeMap<String, String>,
    pub(super) trace: Trace,
}

fn trace_for(args: &ProbeArgs) -> Trace {
    match args.keeps_talk() {
        true => Trace::with_transcript(),
        false => Trace::new(),
    }
}

fn options(target: &Target, shared: &Shared) -> Result<ProbeOptions, Error> {
    let args = &shared.args;
    let mut options = ProbeOptions::default();
    options.opening = shared.opening.clone();
    options.opening.credentials = args.connect.credentials_until(target, args.until)?;
    options.until = args.until;
    options.work = args.work.clone();
    options.cert_days = args.judge.cert_days;
    if args.keeps_talk() {
        options.talk = Talk::Kept;
    }
    Ok(options)
}

/// Again, as often as was asked for, while there is no connection to speak over.
async fn attempts(target: &Target, mut options: ProbeOptions, shared: &Shared) -> Report {
    let judge = &shared.args.judge;
    let mut attempt = 1;
    loop {
        let mut report = netspeak::probe(target, &options).await;
        report.attempts = attempt;
        if attempt > judge.retry || !is_worth_another(&report) {
            return report;
        }
        tokio::time::sleep(judge.retry_delay).await;
        attempt = attempt.saturating_add(1);
        options.opening.trace = Some(trace_for(&shared.args));
    }
}

/// Whether it failed before anything was said.
fn is_worth_another(report: &Report) -> bool {
    let Some(error) = &report.error else {
        return false;
    };
    let phase = error.kind.phase();
    let connects = matches!(phase, Phase::Dns | Phase::Proxy | Phase::Tcp | Phase::Tls);
    error.temporary && (connects || (phase == Phase::Greeting && report.greeting.is_none()))
}

/// A probe of each address by itself, all at once: they are different machines.
async fn all_addresses(target: &Target, options: ProbeOptions, shared: &Shared) -> Vec<Report> {
    let addresses = match addresses(target, &options).await {
        Ok(addresses) => addresses,
        Err(error) => {
            let mut report = Report::new(facts_of(target));
            let trace = options.opening.trace.unwrap_or_default();
            report.finish(&trace, Err(&error));
            return vec![report];
        }
    };
    let Some(name) = target.host().name() else {
        return vec![attempts(target, options, shared).await];
    };
    let probes = addresses.into_iter().map(|(address, port)| {
        let mut options = options.clone();
        options.opening.trace = Some(trace_for(&shared.args));
        let connector = options.opening.connector.clone();
        options.opening.connector = connector.with_address_of(name, Some(port), vec![address]);
        async move { attempts(target, options, shared).await }
    });
    let mut reports = futures_util::future::join_all(probes).await;
    compare(&mut reports);
    reports
}

async fn addresses(target: &Target, options: &ProbeOptions) -> Result<Vec<(IpAddr, u16)>, Error> {
    let endpoint = match registry::resolve(target)? {
        Some((protocol, target)) => options.opening.prepare(protocol.rules, &target)?.endpoint,
        None => {
            let port = target.port().map(|port| port.number(Transport::Tcp));
            let host: Host = target.host().clone();
            Endpoint::new(host, port.transpose()?.unwrap_or_default())
        }
    };
    let mut quick = options
        .opening
        .connector
        .timeouts()
        .or(&netspeak::core::Timeouts::USUAL);
    quick.total = quick.total.or(Some(netspeak::core::protocol::PROBE_TOTAL));
    let connector = options.opening.connector.clone().with_timeouts(quick);
    let trace = options.opening.trace.clone().unwrap_or_default();
    let found = connector.resolve(&endpoint, &trace).await?;
    let mut addresses: Vec<(IpAddr, u16)> = Vec::new();
    let of = |address: &SocketAddr| (address.ip(), address.port());
    for address in found.iter().map(of) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

/// What those who answer behind one name should have in common.
fn compare(reports: &mut [Report]) {
    const PLACES: &[(&str, &str)] = &[
        ("software", "/greeting/software"),
        ("TLS version", "/tls/version"),
        ("certificate", "/tls/chain/0/sha256"),
        ("capabilities before TLS", "/capabilities/before_tls"),
        ("capabilities", "/capabilities/after_tls"),
    ];
    let mut reports = reports
        .iter_mut()
        .filter(|report| report.error.is_none())
        .map(|report| (crate::place::of_report(report), report));
    let Some((first, own)) = reports.next() else {
        return;
    };
    let whose = own.addresses.iter().find(|address| address.used);
    let whose = whose
        .map(|address| address.ip.to_string())
        .unwrap_or_default();
    for (other, report) in reports {
        let differs = |place: &str| first.pointer(place) != other.pointer(place);
        let what: Vec<&str> = PLACES
            .iter()
            .filter(|(_, place)| differs(place))
            .map(|(name, _)| *name)
            .collect();
        if what.is_empty() {
            continue;
        }
        let message = format!("it answers otherwise than {whose}: {}", what.join(", "));
        let observed = Value::from(what);
        let check = Check::new("addresses.agree", CheckStatus::Warn, observed, message);
        let hint = "one of the machines behind this name is not like the others";
        report.checks.push(check.expecting("the same").hint(hint));
        report.judge();
    }
}

fn unread(input: &str, error: &Error) -> Report {
    let input = typed::without_login(input);
    let url = input.clone();
    let facts = TargetFacts {
        input,
        url,
        ..TargetFacts::default()
    };
    Report::not_run(facts, error)
}

/// What is known of a target that was not probed.
fn facts_of(target: &Target) -> TargetFacts {
    let found = registry::resolve(target).ok().flatten();
    let protocol = found.map(|(protocol, _)| protocol.name);
    TargetFacts {
        input: target.to_string(),
        url: target.to_string(),
        protocol: protocol.unwrap_or_default().to_owned(),
        host: target.host().to_string(),
        ..TargetFacts::default()
    }
}

/// What only the command knows: an id, its own name, what to try.
pub(crate) fn finish(report: Report) -> Report {
    finish_at(report, &netspeak::core::socket::host_name())
}

/// The same for who knows already where we are.
fn finish_at(mut report: Report, vantage: &str) -> Report {
    report.id = ulid::Ulid::from_datetime(std::time::SystemTime::from(report.time)).to_string();
    report.tool = concat!("netspeak ", env!("CARGO_PKG_VERSION")).to_owned();
    report.vantage = Some(vantage.to_owned());
    let hint = advice::for_report(&report).first().map(ToString::to_string);
    if let Some(error) = &mut report.error {
        error.hint = hint;
    }
    report
}
