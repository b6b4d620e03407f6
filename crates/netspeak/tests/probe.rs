//! Probes of targets that say little about themselves, and through proxies.
#![cfg(test)]
#![cfg(all(feature = "probe", feature = "pop3", feature = "smtp"))]

use netspeak::core::protocol::{ProbeOptions, Talk};
use netspeak::core::report::{AddressOf, CheckStatus, Report, Verdict};
use netspeak::core::sasl::Credentials;
use netspeak::core::tls::{Roots, TlsSettings};
use netspeak::core::{Connector, Tls};
use netspeak_fake::{Certificate, Fault, GREETING, Pop3, Smtp, Socks5};

async fn probe(target: &str) -> Report {
    probe_with(target, &ProbeOptions::default()).await
}

async fn probe_with(target: &str, options: &ProbeOptions) -> Report {
    let report = netspeak::probe(&target.parse().unwrap(), options).await;
    read_back(&report);
    report
}

/// Whatever is in a report, its JSON has all of it.
fn read_back(report: &Report) {
    let json = serde_json::to_string(report).unwrap();
    let back: Report = serde_json::from_str(&json).unwrap();
    assert_eq!(&back, report);
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
}

fn kind(report: &Report) -> String {
    let kind = report.error.as_ref().map(|error| error.kind.to_string());
    kind.unwrap_or_default()
}

#[tokio::test]
async fn whoever_greets_at_an_unknown_port_is_probed() {
    let pop3 = Pop3::builder().start().await.unwrap();
    let report = probe(&pop3.addr().to_string()).await;
    assert_eq!(
        (kind(&report), report.verdict),
        (String::new(), Verdict::Ok)
    );
    assert_eq!(report.target.protocol, "pop3");
    assert_eq!(report.target.input, pop3.addr().to_string());
    assert_eq!(report.target.url, format!("pop3://{}", pop3.addr()));
    let smtp = Smtp::builder().start().await.unwrap();
    let report = probe(&smtp.addr().to_string()).await;
    assert_eq!(report.target.protocol, "smtp");
}

#[tokio::test]
async fn who_greets_in_no_known_way_is_told_with_what_he_said() {
    let fault = Fault::reply(GREETING, *b"SSH-2.0-OpenSSH_9\r\n");
    let strange = Pop3::builder().fault(fault).start().await.unwrap();
    let report = probe(&strange.addr().to_string()).await;
    assert_eq!(kind(&report), "greeting.other_protocol");
    assert_eq!(report.greeting.unwrap().raw, "SSH-2.0-OpenSSH_9");
    let silent = Fault::Close(netspeak_fake::Moment::Greeting);
    let silent = Pop3::builder().fault(silent).start().await.unwrap();
    let report = probe(&silent.addr().to_string()).await;
    assert_eq!(
        (kind(&report), report.verdict),
        ("proto.closed".into(), Verdict::Fail)
    );
}

#[tokio::test]
async fn another_protocols_greeting_stands_in_the_report() {
    let smtp = Smtp::builder().start().await.unwrap();
    let report = probe(&format!("pop3://{}", smtp.addr())).await;
    assert_eq!(kind(&report), "greeting.other_protocol");
    let greeting = report.greeting.unwrap().raw;
    let protocol = netspeak::registry::by_greeting(greeting.as_bytes()).unwrap();
    assert_eq!(protocol.name, "smtp");
}

#[tokio::test]
async fn a_host_that_could_be_anything_is_not_run() {
    let report = probe("mail.example.org").await;
    assert_eq!(
        (kind(&report).as_str(), report.verdict),
        ("usage", Verdict::Unknown)
    );
}

#[tokio::test]
async fn a_report_says_whose_addresses_it_has_and_how_the_proxy_was_logged_in_at() {
    let server = Pop3::builder().start().await.unwrap();
    let report = probe(&server.url("pop3")).await;
    assert_eq!(report.addresses[0].of, AddressOf::Target);
    let proxy = Socks5::start("me", "marker-secret").await.unwrap();
    let mut options = ProbeOptions::default();
    let connector = options.opening.connector.clone();
    options.opening.connector = connector.with_proxy(proxy.url().parse().unwrap());
    let report = probe_with(&server.url("pop3"), &options).await;
    assert_eq!(kind(&report), "");
    assert_eq!(report.addresses[0].of, AddressOf::Proxy);
    let check = report
        .checks
        .iter()
        .find(|check| check.id == "proxy.login")
        .unwrap();
    // The proxy is on this machine.
    assert_eq!(check.status, CheckStatus::Note);
    assert!(
        !serde_json::to_string(&report)
            .unwrap()
            .contains("marker-secret")
    );
}

#[tokio::test]
async fn a_report_read_back_from_its_json_is_the_same() {
    let pop3 = Pop3::builder().user("ops", "pw").stls().start();
    let smtp = Smtp::builder()
        .user("ops", "pw")
        .tls(Certificate::Expired)
        .starttls()
        .start();
    let (pop3, smtp) = (pop3.await.unwrap(), smtp.await.unwrap());
    let mut options = ProbeOptions::default();
    options.talk = Talk::Kept;
    options.opening.tls = Some(Tls::Required);
    let untrusted = probe_with(&pop3.url("pop3"), &options).await;
    assert_eq!(kind(&untrusted), "tls.cert_untrusted");

    let mut tls = TlsSettings::default();
    tls.roots = Roots::Pem(vec![pop3.ca_pem().into()]).and(Roots::Pem(vec![smtp.ca_pem().into()]));
    options.opening.connector = Connector::new().with_tls(tls);
    options.opening.credentials = Some(Credentials::password("ops", "pw".into()));
    options.work = Some(String::new());
    let whole = probe_with(&pop3.url("pop3"), &options).await;
    assert_eq!((kind(&whole).as_str(), whole.auth.ok), ("", Some(true)));
    assert!(whole.work.is_some() && whole.transcript.is_some());
    let expired = probe_with(&smtp.url("smtp"), &options).await;
    assert_eq!(kind(&expired), "tls.cert_expired");
    assert!(expired.tls.is_some_and(|tls| tls.verify_error.is_some()));
}

/// As somebody who logs in, with TLS where it is offered and taken.
fn as_ops(mechanism: Option<&str>) -> ProbeOptions {
    let mut options = ProbeOptions::default();
    options.opening.tls = Some(Tls::Opportunistic);
    let credentials = Credentials::password("ops", "hunter2".into());
    options.opening.credentials = Some(match mechanism {
        Some(mechanism) => credentials.with_mechanism(mechanism),
        None => credentials,
    });
    options
}

#[tokio::test]
async fn the_first_failure_is_the_one_that_is_told() {
    use netspeak_fake::Moment;
    let refused = || Fault::reply("AUTH", *b"-ERR [AUTH] no\r\n");
    for (faults, mechanism, kind_and_phase) in [
        // The goodbye fails as well.
        (
            vec![refused(), Fault::Close(Moment::Command("QUIT"))],
            None,
            "auth.rejected auth",
        ),
        // The upgrade was refused, and nobody minds.
        (
            vec![Fault::reply("STLS", *b"-ERR no\r\n")],
            Some("SCRAM-SHA-512"),
            "auth.no_mechanism auth",
        ),
        // The second try ends the connection.
        (
            vec![
                refused().nth(1),
                Fault::Close(Moment::Command("AUTH")).nth(2),
            ],
            None,
            "auth.rejected auth",
        ),
    ] {
        let mut builder = Pop3::builder().user("ops", "hunter2");
        if mechanism.is_some() {
            builder = builder.stls().tls(Certificate::Good);
            builder = builder.mechanisms([netspeak_fake::Mechanism::Plain]);
        }
        for fault in faults {
            builder = builder.fault(fault);
        }
        let server = builder.start().await.unwrap();
        let report = probe_with(&server.url("pop3"), &as_ops(mechanism)).await;
        let error = report.error.as_ref().unwrap();
        let found = format!("{} {}", error.kind, error.phase);
        assert_eq!(found, kind_and_phase, "{}", error.message);
    }
}
