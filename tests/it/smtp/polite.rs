//! What Postfix itself wrote down about our probes.

use netspeak::core::report::Report;
use netspeak::core::sasl::Credentials;
use netspeak::core::{Phase, Secret, Tls};
use netspeak::smtp::Client;

use crate::harness::{
    at, connector, container_address, docker, probing, probing_as, until, user, variable,
};

/// What Postfix logged about the session that came from this port of ours, once it is over.
pub(crate) async fn record(port: u16) -> Vec<String> {
    let mark = format!("]:{port}");
    let what = format!("Postfix' record of {mark}");
    let container = variable("NETSPEAK_POSTFIX_CONTAINER");
    until(&what, async || {
        let log = docker(&["logs", &container]).await;
        let of_ours = |line: &&str| {
            let behind = line.split_once(&mark).map(|(_, behind)| behind);
            behind.is_some_and(|behind| !behind.starts_with(|c: char| c.is_ascii_digit()))
        };
        let lines: Vec<&str> = log.lines().filter(of_ours).collect();
        // From the last time that somebody came: a port may have been used before.
        let connected = |line: &&str| line.contains(": connect from");
        let begin = lines.iter().rposition(connected)?;
        let ours: Vec<String> = lines[begin..].iter().map(|&line| line.to_owned()).collect();
        let is_over = ours.iter().any(|line| line.contains("disconnect from"));
        is_over.then_some(ours)
    })
    .await
}

pub(crate) fn ended_by_quit(lines: &[String]) -> bool {
    let last = lines.iter().rfind(|line| line.contains("disconnect from"));
    let all = lines.join("\n");
    last.is_some_and(|line| line.contains(" quit=1 "))
        && !["lost connection", "timeout after", "improper command"]
            .iter()
            .any(|words| all.contains(words))
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn every_probe_says_goodbye() {
    assert!(!container_address("POSTFIX").is_loopback());
    let login = || probing_as(user::MAIL_POLITE);
    let wrong = || {
        let mut options = login();
        let password = Secret::from("not the password");
        options.opening.credentials = Some(Credentials::password(user::MAIL_POLITE, password));
        options
    };
    let to = |name: &str| {
        let mut options = login();
        options.work = Some(format!("rcpt:{name}@netspeak.test"));
        options
    };
    let until = |phase| {
        let mut options = probing();
        options.until = Some(phase);
        options
    };
    let clear = || {
        let mut options = probing();
        options.opening.tls = Some(Tls::Off);
        options
    };
    for (scheme, options, kind) in [
        ("smtp", until(Phase::Greeting), ""),
        ("smtp", clear(), ""),
        ("smtp", probing(), ""),
        ("submission", probing(), ""),
        ("submission", login(), ""),
        ("submission", to(user::MAIL_POLITE), ""),
        ("submission", to("refused"), "work.rejected"),
        ("submission", wrong(), "auth.rejected"),
        ("smtps", probing(), ""),
        ("smtps", until(Phase::Greeting), ""),
        ("smtps", to(user::MAIL_POLITE), ""),
        ("smtps", wrong(), "auth.rejected"),
    ] {
        let report: Report = netspeak::probe(&at(scheme, "postfix"), &options).await;
        let found = report.error.as_ref().map(|error| error.kind.to_string());
        assert_eq!(found.unwrap_or_default(), kind, "{scheme}");
        let last = report.phases.last().unwrap();
        assert_eq!((last.name, last.ok), (Phase::Quit, true), "{scheme}");
        let lines = record(report.local.port.unwrap()).await;
        assert!(ended_by_quit(&lines), "{scheme} {kind}: {lines:#?}");
    }
    // That this can fail at all.
    let builder = Client::builder().connector(connector()).tls(Tls::Off);
    let client = builder.connect(&at("smtp", "postfix")).await.unwrap();
    let port = client.conn().local_addr().unwrap().port();
    drop(client);
    let lines = record(port).await;
    assert!(!ended_by_quit(&lines), "{lines:#?}");
}
