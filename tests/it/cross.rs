//! The same situations, and the same demands on the report, for every protocol that is switched on. A new protocol
//! says which servers stand for it, and has all of this.

use std::time::Duration;

use netspeak::core::protocol::{ProbeOptions, Protocol};
use netspeak::core::report::{Report, Verdict};
use netspeak::core::{Scheme, Target, Tls};
use netspeak::registry::PROTOCOLS;

use crate::harness::{
    Faulty, asking_for, at, connector, impatient, password, probing, probing_as, target, trusting,
    user,
};

/// Which of the real servers speaks it: `DOVECOT` has `NETSPEAK_DOVECOT_POP3`, `..._POP3S`, `NETSPEAK_DOVECOT_PLAIN_POP3`.
fn daemon(protocol: &Protocol) -> &'static str {
    match protocol.name {
        "pop3" | "imap" => "DOVECOT",
        "smtp" => "POSTFIX",
        other => panic!("no real server stands for {other}: name one here"),
    }
}

/// What a situation must come to.
struct Expected {
    verdict: Verdict,
    /// Empty if there is no error.
    kind: &'static str,
    /// Without times, with the number of `caps`.
    phases: &'static [&'static str],
    /// How long it may take, where that is the point.
    limit: Duration,
}

const USUAL: Duration = Duration::from_secs(5);
/// `impatient` waits for one second.
const GIVEN_UP: Duration = Duration::from_millis(1500);

fn fails(kind: &'static str, phases: &'static [&'static str], limit: Duration) -> Expected {
    Expected {
        verdict: Verdict::Fail,
        kind,
        phases,
        limit,
    }
}

fn succeeds(verdict: Verdict, phases: &'static [&'static str]) -> Expected {
    Expected {
        verdict,
        kind: "",
        phases,
        limit: USUAL,
    }
}

/// Where TLS comes later and people log in.
fn plain_scheme(protocol: &Protocol) -> &'static Scheme {
    let mut schemes = protocol.schemes.iter();
    match protocol.name {
        "smtp" => schemes.find(|scheme| scheme.name == "submission"),
        _ => schemes.next(),
    }
    .unwrap()
}

/// Whether a real server stands ready that takes passwords in the clear, `DOVECOT_PLAIN` for one.
fn has_lax_daemon(protocol: &Protocol) -> bool {
    protocol.name != "smtp"
}

fn implicit_scheme(protocol: &Protocol) -> Option<&'static Scheme> {
    let mut schemes = protocol.schemes.iter();
    schemes.find(|scheme| scheme.tls == Tls::Implicit)
}

/// `service(protocol, "_PLAIN", scheme)`: `DOVECOT_PLAIN_POP3`
fn service(protocol: &Protocol, which: &str, scheme: &Scheme) -> String {
    format!("{}{which}_{}", daemon(protocol), scheme.name.to_uppercase())
}

fn over_plain(protocol: &Protocol, which: &str) -> Target {
    let scheme = plain_scheme(protocol);
    target(scheme.name, &service(protocol, which, scheme))
}

fn over_implicit(protocol: &Protocol) -> Option<Target> {
    let scheme = implicit_scheme(protocol)?;
    Some(target(scheme.name, &service(protocol, "", scheme)))
}

fn with_tls(mut options: ProbeOptions, tls: Tls) -> ProbeOptions {
    options.tls = Some(tls);
    options
}

async fn check(
    protocol: &Protocol,
    what: &str,
    target: &Target,
    mut options: ProbeOptions,
    expected: Expected,
) {
    options.transcript = true;
    let mode = options.tls;
    let logs_in = options.user.is_some();
    let report = netspeak::probe(target, &options).await;
    let what = format!("{} {what} ({target}, {mode:?})", protocol.name);

    let kind = report.error.as_ref().map(|error| error.kind.to_string());
    assert_eq!(kind.unwrap_or_default(), expected.kind, "{what}");
    assert_eq!(
        report.verdict, expected.verdict,
        "{what}: {:?}",
        report.checks
    );
    let phases: Vec<&str> = report.phases.iter().map(|phase| phase.name).collect();
    assert_eq!(phases, expected.phases, "{what}");
    let total = Duration::from_secs_f64(report.total_ms / 1000.0);
    assert!(total <= expected.limit, "{what}: {total:?}");
    let tried = logs_in && phases.contains(&"auth");
    let ok = tried.then_some(expected.kind.is_empty());
    assert_eq!(report.auth.ok, ok, "{what}");
    holds_together(&report, &what);
}

/// What is true of every report, whatever happened.
fn holds_together(report: &Report, what: &str) {
    let mut end = 0.0;
    for phase in &report.phases {
        assert!(
            phase.start_ms >= end - 0.002,
            "{what}: {} overlaps",
            phase.name
        );
        end = phase.start_ms + phase.ms;
    }
    let sum: f64 = report.phases.iter().map(|phase| phase.ms).sum();
    let gap = report.total_ms - report.gap_ms - sum;
    assert!(gap.abs() < 0.1, "{what}: {gap} ms are missing");
    let failed: Vec<&str> = report
        .phases
        .iter()
        .filter(|phase| !phase.ok)
        .map(|phase| phase.name)
        .collect();
    match &report.error {
        None => assert!(failed.is_empty(), "{what}: {failed:?}"),
        Some(error) => {
            assert_eq!(failed, [error.phase], "{what}");
            assert!(!error.message.is_empty(), "{what}");
        }
    }
    // A server that never answered the hello has shown nothing.
    if let Some(tls) = report.tls.as_ref().filter(|tls| tls.verified.is_some()) {
        assert!(!tls.chain.is_empty() && tls.days_left.is_some(), "{what}");
        assert_eq!(tls.verified, Some(tls.verify_error.is_none()), "{what}");
    }
    let text = serde_json::to_string(report).unwrap();
    assert!(!text.contains(password().expose().as_str()), "{what}");
    assert!(!text.contains('\x1b'), "{what}");
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn plain() {
    for protocol in PROTOCOLS {
        let lax = has_lax_daemon(protocol);
        let target = over_plain(protocol, if lax { "_PLAIN" } else { "" });
        let options = with_tls(probing(), Tls::Off);
        // That it takes passwords in the clear is worth a note on loopback, and a warning elsewhere.
        let expected = succeeds(Verdict::Ok, &["dns", "tcp", "greeting", "caps", "quit"]);
        check(protocol, "without login", &target, options, expected).await;
        let options = with_tls(probing_as(user::CROSS), Tls::Off);
        let phases = &["dns", "tcp", "greeting", "caps", "auth", "quit"];
        let expected = if lax {
            succeeds(Verdict::Ok, phases)
        } else {
            fails("auth.no_mechanism", phases, USUAL)
        };
        check(protocol, "with login", &target, options, expected).await;
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn starttls() {
    const UPGRADED: &[&str] = &[
        "dns", "tcp", "greeting", "caps", "starttls", "tls", "caps", "quit",
    ];
    for protocol in PROTOCOLS {
        let target = over_plain(protocol, "");
        for tls in [Tls::Opportunistic, Tls::Required] {
            let options = with_tls(probing(), tls);
            let expected = succeeds(Verdict::Ok, UPGRADED);
            check(protocol, "without login", &target, options, expected).await;
        }
        let mut options = probing_as(user::CROSS);
        options.work = Some(String::new());
        let phases = &[
            "dns", "tcp", "greeting", "caps", "starttls", "tls", "caps", "auth", "work", "quit",
        ];
        let expected = succeeds(Verdict::Ok, phases);
        check(protocol, "with login", &target, options, expected).await;
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn implicit_tls() {
    for protocol in PROTOCOLS {
        let Some(target) = over_implicit(protocol) else {
            continue;
        };
        let phases = &["dns", "tcp", "tls", "greeting", "caps", "quit"];
        let expected = succeeds(Verdict::Ok, phases);
        check(protocol, "without login", &target, probing(), expected).await;
        let phases = &["dns", "tcp", "tls", "greeting", "caps", "auth", "quit"];
        let expected = succeeds(Verdict::Ok, phases);
        let options = probing_as(user::CROSS);
        check(protocol, "with login", &target, options, expected).await;
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn bad_certificate() {
    const AFTER_STARTTLS: &[&str] = &["dns", "tcp", "greeting", "caps", "starttls", "tls"];
    let situations = [
        ("tls.cert_untrusted", trusting("other-ca.pem")),
        ("tls.cert_name", asking_for("wrong-name.test")),
        ("tls.cert_expired", asking_for("expired.test")),
        ("tls.cert_untrusted", asking_for("incomplete.test")),
    ];
    for protocol in PROTOCOLS {
        for (kind, settings) in &situations {
            let trusting_so = |mut options: ProbeOptions| {
                options.connector = connector().with_tls(settings.clone());
                options
            };
            let target = over_plain(protocol, "");
            let options = with_tls(trusting_so(probing()), Tls::Required);
            let expected = fails(kind, AFTER_STARTTLS, USUAL);
            check(protocol, "required", &target, options, expected).await;
            // With credentials the upgrade is required without being asked for.
            let mut report = trusting_so(probing_as(user::CROSS));
            let expected = fails(kind, AFTER_STARTTLS, USUAL);
            check(protocol, "with login", &target, report.clone(), expected).await;
            report.tls = Some(Tls::Opportunistic);
            let expected = fails(kind, AFTER_STARTTLS, USUAL);
            check(protocol, "with login", &target, report, expected).await;
            // Without, a look is harmless: a warning.
            let expected = succeeds(
                Verdict::Warn,
                &[
                    "dns", "tcp", "greeting", "caps", "starttls", "tls", "caps", "quit",
                ],
            );
            let options = trusting_so(probing());
            check(protocol, "opportunistic", &target, options, expected).await;
            if let Some(target) = over_implicit(protocol) {
                let options = trusting_so(probing_as(user::CROSS));
                let expected = fails(kind, &["dns", "tcp", "tls"], USUAL);
                check(protocol, "implicit", &target, options, expected).await;
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn wrong_port() {
    let quick = Duration::from_millis(500);
    for protocol in PROTOCOLS {
        let scheme = plain_scheme(protocol);
        // Nobody listens.
        let nobody = {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap().to_string()
        };
        let expected = fails("tcp.refused", &["dns", "tcp"], quick);
        let options = probing_as(user::CROSS);
        let target_of_nobody = at(scheme.name, &nobody);
        check(protocol, "nobody", &target_of_nobody, options, expected).await;
        // Another protocol's server.
        let other = if protocol.name == "imap" {
            "DOVECOT_POP3"
        } else {
            "DOVECOT_IMAP"
        };
        let expected = fails(
            "greeting.other_protocol",
            &["dns", "tcp", "greeting"],
            quick,
        );
        let options = probing_as(user::CROSS);
        let elsewhere = target(scheme.name, other);
        check(protocol, "another protocol", &elsewhere, options, expected).await;
        let Some(scheme) = implicit_scheme(protocol) else {
            continue;
        };
        // TLS where clear text is spoken, and the other way round.
        let there = target(scheme.name, &service(protocol, "", plain_scheme(protocol)));
        let expected = fails("tls.plaintext_peer", &["dns", "tcp", "tls"], quick);
        let options = probing_as(user::CROSS);
        check(protocol, "TLS to a plain port", &there, options, expected).await;
        let there = target(plain_scheme(protocol).name, &service(protocol, "", scheme));
        let mut options = probing_as(user::CROSS);
        options.connector = connector().with_timeouts(impatient());
        let expected = fails("greeting.timeout", &["dns", "tcp", "greeting"], GIVEN_UP);
        check(
            protocol,
            "clear text to a TLS port",
            &there,
            options,
            expected,
        )
        .await;
    }
}

/// Where the server that is paused listens. Frozen, it is silent in every protocol.
fn port(scheme: &Scheme) -> u16 {
    match scheme.name {
        "submission" => 110,
        "smtps" => 995,
        _ => scheme.port,
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn stall() {
    let faulty = Faulty::take().await;
    for protocol in PROTOCOLS {
        let mut places = Vec::new();
        for scheme in [Some(plain_scheme(protocol)), implicit_scheme(protocol)]
            .into_iter()
            .flatten()
        {
            places.push((scheme.tls, faulty.target(scheme.name, port(scheme)).await));
        }
        let paused = faulty.pause().await;
        for (tls, target) in places {
            let expected = || match tls {
                Tls::Implicit => fails("tls.timeout", &["dns", "tcp", "tls"], GIVEN_UP),
                _ => fails("greeting.timeout", &["dns", "tcp", "greeting"], GIVEN_UP),
            };
            let mut options = probing_as(user::CROSS);
            options.connector = connector().with_timeouts(impatient());
            check(protocol, "a phase's limit", &target, options, expected()).await;
            let mut options = probing_as(user::CROSS);
            options.connector = connector().with_total(Duration::from_secs(1));
            let expected = Expected {
                kind: "timeout.total",
                ..expected()
            };
            check(protocol, "the total", &target, options, expected).await;
        }
        drop(paused);
    }
}
