//! Probes of targets that say little about themselves, and through proxies.
#![cfg(test)]
#![cfg(all(feature = "probe", feature = "pop3", feature = "smtp"))]

use netspeak::core::protocol::ProbeOptions;
use netspeak::core::report::{AddressOf, CheckStatus, Report, Verdict};
use netspeak_fake::{Fault, GREETING, Pop3, Smtp, Socks5};

async fn probe(target: &str) -> Report {
    netspeak::probe(&target.parse().unwrap(), &ProbeOptions::default()).await
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
    let silent = Fault::Close(netspeak_fake::Phase::Greeting);
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
    let report = netspeak::probe(&server.url("pop3").parse().unwrap(), &options).await;
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
