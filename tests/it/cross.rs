//! The same situations, and the same demands on the report, for every protocol that is switched on. A new protocol
//! says in `cross/stand.rs` which servers stand for it, and has all of this.

mod stand;

use std::time::Duration;

use netspeak::core::protocol::{ProbeOptions, Talk};
use netspeak::core::report::{Report, Verdict};
use netspeak::core::{Phase, Target, Tls};

use self::stand::Stand;
use crate::harness::{
    Faulty, asking_for, at, connector, impatient, password, probing, probing_as, trusting, user,
};

/// What a situation must come to.
#[derive(Clone, Copy)]
struct Expected {
    verdict: Verdict,
    /// Empty if there is no error.
    kind: &'static str,
    /// Without times, with the number of `caps`; those that the protocol does not have fall away.
    phases: &'static str,
    /// How long it may take, where that is the point.
    limit: Duration,
}

const USUAL: Duration = Duration::from_secs(5);
/// `impatient` waits for one second.
const GIVEN_UP: Duration = Duration::from_millis(1500);

const fn fails(kind: &'static str, phases: &'static str, limit: Duration) -> Expected {
    Expected {
        verdict: Verdict::Fail,
        kind,
        phases,
        limit,
    }
}

const fn succeeds(verdict: Verdict, phases: &'static str) -> Expected {
    Expected {
        verdict,
        kind: "",
        phases,
        limit: USUAL,
    }
}

const UPGRADED: &str = "dns tcp greeting caps starttls tls caps quit";

fn with_tls(mut options: ProbeOptions, tls: Tls) -> ProbeOptions {
    options.opening.tls = Some(tls);
    options
}

/// A probe with a login, whatever the servers are like.
fn logging_in() -> ProbeOptions {
    probing_as(user::CROSS)
}

fn hurried() -> ProbeOptions {
    let mut options = logging_in();
    options.opening.connector = connector().with_timeouts(impatient());
    options
}

impl Stand {
    async fn check(
        &self,
        what: &str,
        target: &Target,
        mut options: ProbeOptions,
        expected: Expected,
    ) {
        options.talk = Talk::Kept;
        if !self.logs_in() {
            options.opening.credentials = None;
        }
        let mode = options.opening.tls;
        let logs_in = options.opening.credentials.is_some();
        let target = &self.asking(target, logs_in);
        let report = netspeak::probe(target, &options).await;
        let what = format!("{} {what} ({target}, {mode:?})", self.protocol.name);

        let kind = report.error.as_ref().map(|error| error.kind.to_string());
        assert_eq!(kind.unwrap_or_default(), self.kind(expected.kind), "{what}");
        assert_eq!(
            report.verdict, expected.verdict,
            "{what}: {:?}",
            report.checks
        );
        let phases = report.phases.iter();
        let phases: Vec<&str> = phases.map(|phase| phase.name.as_str()).collect();
        assert_eq!(phases, self.phases(expected.phases), "{what}");
        let total = Duration::from_secs_f64(report.total_ms / 1000.0);
        assert!(total <= expected.limit, "{what}: {total:?}");
        let tried = logs_in && phases.contains(&"auth");
        let ok = tried.then_some(expected.kind.is_empty());
        assert_eq!(report.auth.ok, ok, "{what}");
        holds_together(&report, &what);
    }
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
    let failed: Vec<Phase> = report
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
#[ignore = "needs nginx, postfix, proftpd and dovecot"]
async fn plain() {
    for stand in stand::all() {
        let lax = stand.lax();
        let target = lax.clone().unwrap_or_else(|| stand.over_plain());
        let options = with_tls(probing(), Tls::Off);
        // That it takes passwords in the clear is worth a note on loopback, and a warning elsewhere.
        let expected = succeeds(Verdict::Ok, "dns tcp greeting caps quit");
        stand
            .check("without login", &target, options, expected)
            .await;
        let options = with_tls(logging_in(), Tls::Off);
        let phases = "dns tcp greeting caps auth quit";
        let expected = match lax {
            Some(_) => succeeds(Verdict::Ok, phases),
            None => fails(stand.refusal(), phases, USUAL),
        };
        stand.check("with login", &target, options, expected).await;
    }
}

#[tokio::test]
#[ignore = "needs nginx, postfix, proftpd and dovecot"]
async fn starttls() {
    for stand in stand::all() {
        if !stand.upgrades() {
            continue;
        }
        let target = stand.over_plain();
        for tls in [Tls::Opportunistic, Tls::Required] {
            let options = with_tls(probing(), tls);
            let expected = succeeds(Verdict::Ok, UPGRADED);
            stand
                .check("without login", &target, options, expected)
                .await;
        }
        let mut options = logging_in();
        options.work = Some(String::new());
        let phases = "dns tcp greeting caps starttls tls caps auth work quit";
        let expected = succeeds(Verdict::Ok, phases);
        stand.check("with login", &target, options, expected).await;
    }
}

#[tokio::test]
#[ignore = "needs nginx, postfix, proftpd and dovecot"]
async fn implicit_tls() {
    for stand in stand::all() {
        let Some(target) = stand.over_implicit() else {
            continue;
        };
        let expected = succeeds(Verdict::Ok, "dns tcp tls greeting caps quit");
        stand
            .check("without login", &target, probing(), expected)
            .await;
        let expected = succeeds(Verdict::Ok, "dns tcp tls greeting caps auth quit");
        stand
            .check("with login", &target, logging_in(), expected)
            .await;
    }
}

#[tokio::test]
#[ignore = "needs nginx, postfix, proftpd and dovecot"]
async fn bad_certificate() {
    const AFTER_STARTTLS: &str = "dns tcp greeting caps starttls tls";
    let situations = [
        ("tls.cert_untrusted", trusting("other-ca.pem")),
        ("tls.cert_name", asking_for("wrong-name.test")),
        ("tls.cert_expired", asking_for("expired.test")),
        ("tls.cert_untrusted", asking_for("incomplete.test")),
    ];
    for stand in stand::all() {
        // The first two are told of any certificate.
        let told = if stand.has_bad_certificates() { 4 } else { 2 };
        for (kind, settings) in situations.iter().take(told) {
            let trusting_so = |mut options: ProbeOptions| {
                options.opening.connector = connector().with_tls(settings.clone());
                options
            };
            if stand.upgrades() {
                let target = stand.over_plain();
                let failed = fails(kind, AFTER_STARTTLS, USUAL);
                let options = with_tls(trusting_so(probing()), Tls::Required);
                stand.check("required", &target, options, failed).await;
                // With credentials the upgrade is required without being asked for.
                let options = trusting_so(logging_in());
                stand
                    .check("with login", &target, options.clone(), failed)
                    .await;
                let options = with_tls(options, Tls::Opportunistic);
                stand.check("with login", &target, options, failed).await;
                // Without, a look is harmless: a warning.
                let expected = succeeds(Verdict::Warn, UPGRADED);
                let options = trusting_so(probing());
                stand
                    .check("opportunistic", &target, options, expected)
                    .await;
            }
            if let Some(target) = stand.over_implicit() {
                let options = trusting_so(logging_in());
                let failed = fails(kind, "dns tcp tls", USUAL);
                stand.check("implicit", &target, options, failed).await;
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs nginx, postfix, proftpd and dovecot"]
async fn wrong_port() {
    let quick = Duration::from_millis(500);
    for stand in stand::all() {
        let nobody = {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap().to_string()
        };
        let nobody = at(stand.plain().name, &nobody);
        let failed = fails("tcp.refused", "dns tcp", quick);
        stand.check("nobody", &nobody, logging_in(), failed).await;
        let failed = fails("greeting.other_protocol", "dns tcp greeting", quick);
        let there = stand.elsewhere();
        stand
            .check("another protocol", &there, logging_in(), failed)
            .await;
        if let Some(there) = stand.implicit_at_plain() {
            let failed = fails("tls.plaintext_peer", "dns tcp tls", quick);
            stand
                .check("TLS to a plain port", &there, logging_in(), failed)
                .await;
        }
        if let Some(there) = stand.plain_at_implicit() {
            let failed = fails("greeting.timeout", "dns tcp greeting", GIVEN_UP);
            stand
                .check("clear text to a TLS port", &there, hurried(), failed)
                .await;
        }
    }
}

/// Where the server that is paused listens. Frozen, it is silent in every protocol.
fn port(tls: Tls) -> u16 {
    match tls {
        Tls::Implicit => 995,
        _ => 110,
    }
}

#[tokio::test]
#[ignore = "needs nginx, postfix, proftpd and dovecot"]
async fn stall() {
    let faulty = Faulty::take().await;
    for stand in stand::all() {
        let mut places = Vec::new();
        for scheme in [Some(stand.plain()), stand.implicit()]
            .into_iter()
            .flatten()
        {
            places.push((
                scheme.tls,
                faulty.target(scheme.name, port(scheme.tls)).await,
            ));
        }
        let paused = faulty.pause().await;
        for (tls, target) in places {
            let failed = match tls {
                Tls::Implicit => fails("tls.timeout", "dns tcp tls", GIVEN_UP),
                _ => fails("greeting.timeout", "dns tcp greeting", GIVEN_UP),
            };
            stand
                .check("a phase's limit", &target, hurried(), failed)
                .await;
            let mut options = logging_in();
            options.opening.connector = connector().with_total(Duration::from_secs(1));
            let failed = Expected {
                kind: "timeout.total",
                ..failed
            };
            stand.check("the total", &target, options, failed).await;
        }
        drop(paused);
    }
}
