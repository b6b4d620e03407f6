//! `netspeak tls TARGET...`: the handshake and the certificates, also those that do not verify.

use netspeak::core::protocol::{ProbeOptions, Protocol};
use netspeak::core::report::{ErrorFacts, Report, TargetFacts, Verdict};
use netspeak::core::tls::{MaxVersion, MinVersion, TlsSettings};
use netspeak::core::{Error, ErrorKind, Phase, Reason, Result, Target, Tls, Trace};
use netspeak::registry;

use super::probe::finish;
use crate::args::TlsArgs;
use crate::exit::{self, Code};
use crate::glob::Glob;
use crate::render::chain::{self, Seen};
use crate::{output, typed};

pub(super) async fn run(args: TlsArgs) -> Code {
    let mut worst = exit::OK;
    for pattern in &args.targets {
        let glob = Glob::meant(pattern, args.globoff);
        for input in glob.urls() {
            let seen = look(&input, &args).await;
            show(&seen, &args);
            worst = worst.or_worse(code(seen.report.verdict, args.strict));
        }
    }
    worst
}

/// As a probe ends.
fn code(verdict: Verdict, is_strict: bool) -> Code {
    match verdict {
        Verdict::Warn if is_strict => exit::WARN,
        Verdict::Ok | Verdict::Warn => exit::OK,
        Verdict::Fail => exit::FAIL,
        Verdict::Unknown => exit::UNKNOWN,
    }
}

fn show(seen: &Seen, args: &TlsArgs) {
    if args.pem {
        output::print(&chain::pem(seen));
        if let Some(error) = &seen.report.error {
            let advice = crate::advice::for_report(&seen.report);
            output::complain(&error.kind.to_string(), &error.message, &advice);
        }
    } else if args.json {
        output::print(&chain::json(seen));
    } else {
        output::print(&chain::human(seen, args.look));
    }
}

async fn look(input: &str, args: &TlsArgs) -> Seen {
    match input.parse::<Target>() {
        Ok(target) => match of_target(&target, args).await {
            Ok(seen) => seen,
            Err(error) => not_run(&target.to_string(), &error),
        },
        Err(error) => not_run(&typed::without_login(input), &error),
    }
}

fn not_run(input: &str, error: &Error) -> Seen {
    let facts = TargetFacts {
        input: input.to_owned(),
        url: input.to_owned(),
        ..TargetFacts::default()
    };
    Seen {
        report: finish(Report::not_run(facts, error)),
        ..Seen::default()
    }
}

async fn of_target(target: &Target, args: &TlsArgs) -> Result<Seen> {
    let (protocol, target) = registry::resolve(target)?
        .ok_or_else(|| Error::usage("the port does not tell the protocol: write the scheme"))?;
    // Nobody logs in, so that nobody's password is needed either.
    let target = target.with_login(None, None);
    let trace = Trace::new();
    let mut options = ProbeOptions::default();
    options.opening = args.connect.opening_for_anybody()?;
    options.opening.tls = begins(protocol, &target)?;
    options.opening.trace = Some(trace.clone());
    options.until = Some(Phase::Tls);
    options.cert_days = args.cert_days;
    // What does not verify is to be seen whole, and judged below.
    options.opening.connector = options.opening.connector.noting_certificates();
    let mut report = netspeak::probe(&target, &options).await;
    judge(&mut report, args);
    let facts = trace.tls();
    let agreed = facts.as_ref().and_then(|facts| facts.version);
    let mut versions: Vec<&'static str> = agreed.into_iter().collect();
    // Whoever agrees on the newest may still take the older one; whoever does not has none newer.
    let settings = options.opening.connector.tls_settings();
    if agreed == Some("1.3") && settings.min_version == MinVersion::Tls12 {
        let older = TlsSettings::clone(settings);
        versions.extend(accepts_1_2(&target, &options, older).await);
    }
    Ok(Seen {
        report: finish(report),
        ends_first: facts.as_ref().and_then(|facts| facts.ends_first),
        certificates: facts
            .map(|facts| facts.chain.into_iter().map(|cert| cert.der).collect())
            .unwrap_or_default(),
        versions,
    })
}

/// How TLS begins: by the upgrade, where the scheme has one, and else at once.
fn begins(protocol: &Protocol, target: &Target) -> Result<Option<Tls>> {
    let scheme = target.scheme().and_then(|name| protocol.scheme(name));
    match scheme {
        Some(scheme) if scheme.tls == Tls::Implicit => Ok(None),
        Some(scheme) if protocol.rules.upgrade.is_empty() => {
            let mut others = protocol.rules.schemes.iter();
            let other = others.find(|other| other.tls == Tls::Implicit);
            let other = other.map(|other| format!("; {}:// has", other.name));
            Err(Error::usage(format!(
                "{}:// has no TLS{}",
                scheme.name,
                other.unwrap_or_default()
            )))
        }
        _ => Ok(Some(Tls::Required)),
    }
}

/// `1.2`, if the server takes it.
async fn accepts_1_2(
    target: &Target,
    options: &ProbeOptions,
    mut settings: TlsSettings,
) -> Option<&'static str> {
    settings.max_version = MaxVersion::Tls12;
    let trace = Trace::new();
    let mut options = options.clone();
    options.opening.connector = options.opening.connector.with_tls(settings);
    options.opening.trace = Some(trace.clone());
    // The report of this visit is of no interest: what it agreed on is.
    drop(netspeak::probe(target, &options).await);
    trace.tls()?.version
}

/// Only TLS counts here; and what does not verify has failed, if somebody wants to know.
fn judge(report: &mut Report, args: &TlsArgs) {
    let is_unasked = args.connect.insecure;
    report
        .checks
        .retain(|check| check.id == "cert.days" || check.id == "cert.verified" && !is_unasked);
    let tls = report.tls.as_ref();
    let unverified = tls.filter(|tls| tls.verified == Some(false) && !is_unasked);
    let unverified = unverified.and_then(|tls| tls.verify_error.clone());
    let failure = match (&report.error, unverified) {
        (Some(_), _) => None,
        (None, Some(error)) => Some((error.kind, error.message)),
        (None, None) if report.tls.is_none() => {
            let kind = ErrorKind::new(Phase::Starttls, Reason::NotOffered);
            Some((kind, "there was no handshake".to_owned()))
        }
        (None, None) => None,
    };
    if let Some((kind, message)) = failure {
        report.checks.retain(|check| check.id != "cert.verified");
        report.error = Some(ErrorFacts::new(kind, message));
    }
    report.judge();
}
