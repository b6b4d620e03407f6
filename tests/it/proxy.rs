//! Through dante (SOCKS5 with a login) and tinyproxy (HTTP CONNECT with Basic). Behind a proxy the servers are called by
//! the containers' names; `socks5` looks these up here, the other two let the proxy do it.

use netspeak::core::protocol::Talk;
use netspeak::core::report::Verdict;
use netspeak::core::sasl::Credentials;
use netspeak::core::{Connector, Phase, Proxy, Secret, Tls, Trace};
use netspeak::pop3::{Client, Fetch, MessageNumber};

use crate::harness::{
    assert_same, at, certificate, connector, netspeak, password, probing, probing_as, seed, user,
    variable,
};

const SCHEMES: [&str; 3] = ["socks5h", "socks5", "http"];

fn address(scheme: &str) -> String {
    let service = match scheme {
        "http" => "TINYPROXY",
        _ => "DANTE",
    };
    variable(&format!("NETSPEAK_{service}"))
}

fn login() -> (String, Secret) {
    let password = Secret::new(variable("NETSPEAK_PROXY_PASSWORD"));
    (variable("NETSPEAK_PROXY_USER"), password)
}

fn proxy(scheme: &str) -> Proxy {
    let proxy: Proxy = format!("{scheme}://{}", address(scheme)).parse().unwrap();
    let (user, password) = login();
    proxy.with_login(&user, password).unwrap()
}

fn through(scheme: &str) -> Connector {
    connector().with_proxy(proxy(scheme))
}

#[tokio::test]
#[ignore = "needs dovecot, dante and tinyproxy"]
async fn every_message_comes_through_unchanged() {
    for scheme in SCHEMES {
        for target in ["pop3", "pop3s"] {
            let builder = Client::builder()
                .connector(through(scheme))
                .credentials(Credentials::password(user::PROXIED, password()));
            let mut client = builder.connect(&at(target, "dovecot")).await.unwrap();
            assert!(client.conn().is_encrypted());
            let numbers = (1..=8).filter_map(MessageNumber::new).collect();
            let mut batch = client.fetch(numbers, Fetch::Whole).unwrap();
            for message in seed() {
                batch.next().await.unwrap().unwrap().1.unwrap();
                let mut got = Vec::new();
                while let Some(piece) = batch.chunk().await.unwrap() {
                    got.extend_from_slice(piece);
                }
                assert_same(&got, &message.bytes, &format!("{scheme} {}", message.name));
            }
            assert!(batch.next().await.unwrap().is_none());
            client.quit().await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot, dante and tinyproxy"]
async fn a_probe_names_the_proxy_and_the_time_it_took() {
    for scheme in SCHEMES {
        let mut options = probing_as(user::PROXIED);
        options.opening.connector = through(scheme);
        options.talk = Talk::Kept;
        let report = netspeak::probe(&at("pop3s", "dovecot"), &options).await;
        assert!(report.error.is_none(), "{scheme}: {:?}", report.error);
        assert_eq!(report.verdict, Verdict::Ok);
        let phases = report.phases.iter();
        let phases: Vec<&str> = phases.map(|phase| phase.name.as_str()).collect();
        let place = phases.iter().position(|phase| *phase == "proxy");
        let place = place.unwrap_or_else(|| panic!("{scheme}: {phases:?}"));
        assert_eq!(
            phases[place - 1..=place + 1],
            ["tcp", "proxy", "tls"],
            "{scheme}"
        );
        let shown = serde_json::to_string(&report).unwrap();
        let (_, secret) = login();
        for secret in [secret, password()] {
            assert!(!shown.contains(secret.expose().as_str()), "{scheme}");
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot, dante and tinyproxy"]
async fn what_a_proxy_refuses_is_named() {
    for scheme in SCHEMES {
        let (user, _) = login();
        let plain: Proxy = format!("{scheme}://{}", address(scheme)).parse().unwrap();
        let wrong = plain
            .clone()
            .with_login(&user, Secret::from("wrong"))
            .unwrap();
        for (what, proxy, target, expected) in [
            ("wrong password", wrong, at("pop3", "dovecot"), "proxy.auth"),
            ("no login", plain, at("pop3", "dovecot"), "proxy.auth"),
            (
                "a port where nobody listens",
                proxy(scheme),
                at("pop3", "dovecot:9"),
                "proxy.refused",
            ),
        ] {
            let mut options = probing();
            options.opening.connector = connector().with_proxy(proxy);
            let report = netspeak::probe(&target, &options).await;
            let error = report.error.unwrap();
            let kind = error.kind.to_string();
            assert_eq!(kind, expected, "{scheme}, {what}: {}", error.message);
            assert_eq!(error.phase, Phase::Proxy, "{scheme}, {what}");
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot, dante and tinyproxy"]
async fn a_proxy_on_loopback_makes_nobody_local() {
    // The peer's address is the proxy's, 127.0.0.1; the password would go on from there in the clear.
    for scheme in SCHEMES {
        let trace = Trace::with_transcript();
        let builder = Client::builder()
            .connector(through(scheme))
            .tls(Tls::Off)
            .trace(trace.clone());
        let mut client = builder.connect(&at("pop3", "dovecot-plain")).await.unwrap();
        let error = client
            .user_pass(user::PROXIED, &password())
            .await
            .unwrap_err();
        assert_eq!(
            error.kind().to_string(),
            "auth.plaintext_blocked",
            "{scheme}"
        );
        let said = trace.transcript();
        assert!(
            said.iter().all(|entry| !entry.text.contains("USER user")),
            "{said:?}"
        );
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot, dante and tinyproxy"]
async fn the_command_goes_through_a_proxy() {
    let authority = certificate("ca.pem").to_string_lossy().into_owned();
    let (user, secret) = login();
    for scheme in ["socks5h", "http"] {
        let proxy = format!("{scheme}://{user}:{}@{}", secret.expose(), address(scheme));
        let words = [
            "-v", "--json", "--tls", "require", "--cacert", &authority, "-x", &proxy,
        ];
        let ran = netspeak(&[&words[..], &["pop3://dovecot"]].concat()).await;
        let shown = format!("{}{}", ran.text(), ran.stderr);
        assert_eq!(ran.code, 0, "{shown}");
        assert_eq!(ran.json()["tls"]["verified"], true);
        assert!(!shown.contains(secret.expose().as_str()), "{shown}");
    }
}
