//! What Dovecot itself wrote down about our visits. Each is found by our port, which Dovecot sees when we talk to the
//! container's own address; so other tests, which misbehave on purpose, do not disturb.

mod check;
mod imap;
mod stunnel;
mod xmlrpc;

use netspeak::core::protocol::ProbeOptions;
use netspeak::core::report::Report;
use netspeak::core::sasl::Credentials;
use netspeak::core::{ClearTextAuth, Phase, Secret, Target, Tls};
use netspeak::pop3::Client;

use crate::harness::{
    at, connector, docker, password, probing, probing_as, token, until, user, variable,
    with_password,
};

const CONTAINERS: [&str; 5] = [
    "DOVECOT",
    "DOVECOT_PLAIN",
    "DOVECOT_FAULT",
    "DANTE",
    "TINYPROXY",
];

async fn log(container: &str) -> String {
    docker(&[
        "logs",
        &variable(&format!("NETSPEAK_{container}_CONTAINER")),
    ])
    .await
}

/// The container by its own address, under the name that is in its certificate.
fn remote(scheme: &str, container: &str) -> Target {
    at(scheme, &container.to_lowercase().replace('_', "-"))
}

/// All that Dovecot logged about the session that came from this port of ours.
async fn record(container: &str, port: u16) -> Vec<String> {
    let mark = format!("rport={port},");
    let opening = until(&format!("Dovecot's record of {mark}"), async || {
        let log = log(container).await;
        // The last line: a port may have been used before.
        log.lines()
            .rfind(|line| line.contains(&mark))
            .map(str::to_owned)
    })
    .await;
    let session = opening
        .split_once("session=<")
        .and_then(|(_, rest)| rest.split_once('>'))
        .unwrap()
        .0
        .to_owned();
    // Whoever logs in has two records: the login, and the end of the session.
    let expected = if opening.contains("Login: ") { 2 } else { 1 };
    until("the end of the session", async || {
        let log = log(container).await;
        let lines: Vec<String> = log
            .lines()
            .filter(|line| line.contains(&format!("<{session}>")))
            .map(str::to_owned)
            .collect();
        (lines.len() >= expected).then_some(lines)
    })
    .await
}

fn ended_by_quit(lines: &[String]) -> bool {
    let last = lines.last().map(String::as_str).unwrap_or_default();
    ["Logged out", "logging out"]
        .iter()
        .any(|words| last.contains(words))
}

async fn visit(container: &str, target: &Target, options: ProbeOptions) -> (Report, Vec<String>) {
    let report = netspeak::probe(target, &options).await;
    let port = report.local.port.expect("no connection");
    let lines = record(container, port).await;
    (report, lines)
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn every_probe_says_goodbye() {
    for (plain, implicit) in [("pop3", "pop3s"), ("imap", "imaps")] {
        says_goodbye(plain, implicit).await;
    }
}

async fn says_goodbye(plain: &str, implicit: &str) {
    let (strict, lax) = (remote(plain, "DOVECOT"), remote(plain, "DOVECOT_PLAIN"));
    let implicit = remote(implicit, "DOVECOT");
    let with = |until: Option<Phase>, tls: Option<Tls>, mut options: ProbeOptions| {
        options.until = until;
        options.opening.tls = tls;
        options
    };
    let wrong = || {
        let mut options = probing();
        let password = Secret::from("not the password");
        options.opening.credentials = Some(Credentials::password(user::POLITE, password));
        options
    };
    let login = || probing_as(user::POLITE);
    let in_the_clear = || {
        let mut options = login();
        options.opening.clear_text_auth = ClearTextAuth::Allowed;
        options
    };
    let visits = [
        (
            "greeting",
            &strict,
            with(Some(Phase::Greeting), None, probing()),
            "",
        ),
        ("STARTTLS", &strict, with(None, None, probing()), ""),
        ("no TLS", &strict, with(None, Some(Tls::Off), probing()), ""),
        ("TLS at once", &implicit, with(None, None, probing()), ""),
        ("login", &strict, with(None, None, login()), ""),
        (
            "work",
            &implicit,
            with(Some(Phase::Work), None, login()),
            "",
        ),
        (
            "rejected",
            &strict,
            with(None, None, wrong()),
            "auth.rejected",
        ),
        (
            "rejected",
            &implicit,
            with(None, None, wrong()),
            "auth.rejected",
        ),
        (
            "no TLS, login by SCRAM",
            &lax,
            with(None, Some(Tls::Off), in_the_clear()),
            "",
        ),
    ];
    for (what, target, options, kind) in visits {
        let container = if *target == lax {
            "DOVECOT_PLAIN"
        } else {
            "DOVECOT"
        };
        let (report, lines) = visit(container, target, options).await;
        let found = report.error.as_ref().map(|error| error.kind.to_string());
        assert_eq!(found.unwrap_or_default(), kind, "{what}");
        assert!(ended_by_quit(&lines), "{what} {target}: {lines:#?}");
        let last = report.phases.last().unwrap();
        assert_eq!((last.name, last.ok), (Phase::Quit, true), "{what}");
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_refused_password_in_the_clear_says_goodbye_too() {
    // We refuse it ourselves: the server sees a visit and nothing of a login.
    let mut options = probing();
    options.opening.tls = Some(Tls::Off);
    let credentials = with_password(user::POLITE).with_mechanism("PLAIN");
    options.opening.credentials = Some(credentials);
    let (report, lines) = visit("DOVECOT_PLAIN", &remote("pop3", "DOVECOT_PLAIN"), options).await;
    let kind = report.error.unwrap().kind.to_string();
    assert_eq!(kind, "auth.plaintext_blocked");
    assert!(ended_by_quit(&lines), "{lines:#?}");
    assert!(
        lines.iter().all(|line| line.contains("no auth attempts")),
        "{lines:#?}"
    );
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn whoever_just_leaves_is_seen() {
    // That the tests above can fail at all.
    let target = remote("pop3", "DOVECOT");
    let builder = Client::builder().connector(connector()).tls(Tls::Off);
    let client = builder.connect(&target).await.unwrap();
    let port = client.conn().local_addr().unwrap().port();
    drop(client);
    let lines = record("DOVECOT", port).await;
    assert!(!ended_by_quit(&lines), "{lines:#?}");
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn no_secret_is_in_the_servers_logs() {
    let user = user::POLITE;
    let target = remote("pop3", "DOVECOT");
    let mut secrets = vec![password(), Secret::from("marker-of-a-wrong-password")];
    for mechanism in [
        "USER",
        "PLAIN",
        "LOGIN",
        "SCRAM-SHA-256",
        "XOAUTH2",
        "OAUTHBEARER",
    ] {
        for (kind, wrong) in [("VALID", false), ("EXPIRED", true), ("FORGED", true)] {
            let credentials = match mechanism {
                "XOAUTH2" | "OAUTHBEARER" => {
                    secrets.push(token(kind, user));
                    Credentials::token(user, token(kind, user))
                }
                _ if wrong => Credentials::password(user, secrets[1].clone()),
                _ => Credentials::password(user, password()),
            };
            let builder = Client::builder()
                .connector(connector())
                .clear_text_auth(ClearTextAuth::LocalOnly)
                .tls(Tls::Required);
            let mut client = builder.connect(&target).await.unwrap();
            let outcome = client.login(&credentials.with_mechanism(mechanism)).await;
            assert_eq!(outcome.is_err(), wrong, "{mechanism} {kind}: {outcome:?}");
            let port = client.conn().local_addr();
            client.quit().await.unwrap();
            if let Some(port) = port {
                record("DOVECOT", port.port()).await;
            }
        }
    }
    for container in CONTAINERS {
        let log = log(container).await;
        for secret in &secrets {
            assert!(
                !log.contains(secret.expose().as_str()),
                "{container} has written a secret down"
            );
        }
    }
}
