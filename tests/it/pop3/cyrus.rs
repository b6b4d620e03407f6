//! Logins to Cyrus, by everything that its packages bring. It offers SCRAM bound to the TLS connection, but not by the
//! binding that is spoken here.

use netspeak::core::sasl::Credentials;
use netspeak::core::tls::Identity;
use netspeak::core::{ClearTextAuth, Secret, Target, Tls, Trace};
use netspeak::pop3::{Builder, Client};

use crate::harness::{
    assert_same, at, certificate, connector, kind, number, said, seed, target, tls, user,
    with_password,
};
use crate::pop3::in_the_clear;

/// With STLS and without, at the container's own address, which is not loopback, and at the published ports.
fn doors() -> [(Target, Tls); 4] {
    [
        (at("pop3", "cyrus"), Tls::Required),
        (at("pop3s", "cyrus"), Tls::Implicit),
        (target("pop3", "CYRUS_POP3"), Tls::Required),
        (target("pop3s", "CYRUS_POP3S"), Tls::Implicit),
    ]
}

fn over(mode: Tls) -> Builder {
    Client::builder().connector(connector()).tls(mode)
}

/// Over TLS from the first byte, not logged in.
async fn logged_out() -> Client {
    over(Tls::Implicit)
        .connect(&at("pop3s", "cyrus"))
        .await
        .unwrap()
}

/// The mail is there, byte for byte.
async fn read_and_leave(mut client: Client, what: &str) {
    let seed = seed();
    let stat = client.stat().await.unwrap();
    assert_eq!(stat.messages as usize, seed.len(), "{what}");
    for (n, message) in (1..).zip(&seed) {
        let mut reading = client.retr(number(n)).await.unwrap();
        let got = reading.bytes(1 << 20).await.unwrap();
        assert_same(&got, &message.bytes, &format!("{what} {}", message.name));
    }
    client.quit().await.unwrap();
}

/// The mechanisms and other ways that were tried, each with its name alone.
fn tried(trace: &Trace) -> Vec<String> {
    let words = |line: &String| {
        let mut words = line.split(' ');
        match words.next()? {
            "AUTH" => words.next().map(str::to_owned),
            way @ ("USER" | "APOP") => Some(way.to_owned()),
            _ => None,
        }
    };
    said(trace).iter().filter_map(words).collect()
}

async fn offered(mut client: Client) -> Vec<String> {
    client.capa().await.unwrap();
    let offered = client.capabilities().unwrap().sasl();
    client.quit().await.unwrap();
    offered
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn cyrus_offers_bound_mechanisms_over_tls() {
    let before = in_the_clear()
        .connect(&target("pop3", "CYRUS_POP3"))
        .await
        .unwrap();
    let hashes = ["512", "384", "256", "224", "1"];
    let mut expected: Vec<String> = hashes.map(|hash| format!("SCRAM-SHA-{hash}")).into();
    expected.extend(["DIGEST-MD5", "NTLM", "CRAM-MD5"].map(str::to_owned));
    assert_eq!(offered(before).await, expected);

    let mut expected: Vec<String> = hashes
        .iter()
        .flat_map(|hash| {
            [
                format!("SCRAM-SHA-{hash}-PLUS"),
                format!("SCRAM-SHA-{hash}"),
            ]
        })
        .collect();
    expected.extend(["DIGEST-MD5", "NTLM", "CRAM-MD5", "PLAIN", "LOGIN"].map(str::to_owned));
    assert_eq!(offered(logged_out().await).await, expected);
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn the_right_password_logs_in_and_is_not_sent() {
    for (target, mode) in doors() {
        let trace = Trace::with_transcript();
        let builder = over(mode).trace(trace.clone());
        let client = builder
            .credentials(with_password(user::CYRUS))
            .connect(&target)
            .await
            .unwrap_or_else(|error| panic!("{target}: {error}"));
        assert_eq!(tried(&trace), ["SCRAM-SHA-512-PLUS", "SCRAM-SHA-512"]);
        read_and_leave(client, &target.to_string()).await;
    }
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn each_way_logs_in_by_its_name() {
    for (target, mode) in doors() {
        for way in [
            "SCRAM-SHA-512",
            "SCRAM-SHA-256",
            "SCRAM-SHA-1",
            "CRAM-MD5",
            "PLAIN",
            "LOGIN",
            "USER",
            "APOP",
        ] {
            if way == "APOP" && mode == Tls::Required {
                // The timestamp was said before TLS.
                continue;
            }
            let what = format!("{way} {target}");
            let trace = Trace::with_transcript();
            let builder = over(mode).trace(trace.clone());
            let client = builder
                .credentials(with_password(user::CYRUS_NAMED).with_mechanism(way))
                .connect(&target)
                .await
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(tried(&trace), [way], "{what}");
            read_and_leave(client, &what).await;
        }
    }
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn a_binding_that_cyrus_does_not_know_is_named_when_it_is_refused() {
    let mut client = logged_out().await;
    for hash in ["1", "256", "512"] {
        let way = format!("SCRAM-SHA-{hash}-PLUS");
        let bound = with_password(user::CYRUS_BOUND).with_mechanism(&way);
        let outcome = client.login(&bound).await;
        assert_eq!(kind(&outcome), "auth.rejected", "{way}");
        let text = outcome.unwrap_err().to_string();
        assert!(text.contains(&format!("AUTH {way} ")), "{text}");
        assert!(text.contains("tls-exporter"), "{text}");
    }
    // The session goes on.
    let unbound = with_password(user::CYRUS_BOUND).with_mechanism("SCRAM-SHA-256");
    assert_eq!(client.login(&unbound).await.unwrap(), "SCRAM-SHA-256");
    read_and_leave(client, "after -PLUS").await;
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn a_wrong_password_is_tried_twice_at_most_and_all_that_was_tried_is_named() {
    let wrong = Credentials::password(user::CYRUS_REJECTED, Secret::from("wrong"));
    for (way, tries) in [
        (None, &["SCRAM-SHA-512-PLUS", "SCRAM-SHA-512"][..]),
        (Some("SCRAM-SHA-256"), &["SCRAM-SHA-256"]),
        (Some("SCRAM-SHA-1"), &["SCRAM-SHA-1"]),
        (Some("CRAM-MD5"), &["CRAM-MD5"]),
        (Some("PLAIN"), &["PLAIN"]),
        (Some("LOGIN"), &["LOGIN"]),
        (Some("USER"), &["USER"]),
        (Some("APOP"), &["APOP"]),
    ] {
        let trace = Trace::with_transcript();
        let builder = over(Tls::Implicit).trace(trace.clone());
        let mut client = builder.connect(&at("pop3s", "cyrus")).await.unwrap();
        let credentials = match way {
            Some(way) => wrong.clone().with_mechanism(way),
            None => wrong.clone(),
        };
        let outcome = client.login(&credentials).await;
        assert_eq!(kind(&outcome), "auth.rejected", "{way:?}");
        assert_eq!(tried(&trace), tries, "{way:?}");
        let error = outcome.unwrap_err();
        assert!(!error.is_temporary(), "{error}");
        let text = error.to_string();
        for name in tries {
            // USER is taken; it is PASS that is refused.
            assert!(
                text.contains(if *name == "USER" { "PASS" } else { name }),
                "{text}"
            );
        }
        assert!(!text.contains("wrong"), "{text}");
        // The session goes on.
        let right = with_password(user::CYRUS_REJECTED).with_mechanism("CRAM-MD5");
        assert_eq!(client.login(&right).await.unwrap(), "CRAM-MD5", "{way:?}");
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn somebody_unknown_is_rejected() {
    let trace = Trace::with_transcript();
    let builder = over(Tls::Implicit).trace(trace.clone());
    let mut client = builder.connect(&at("pop3s", "cyrus")).await.unwrap();
    let nobody = Credentials::password("nobody", Secret::from("wrong"));
    let outcome = client.login(&nobody).await;
    assert_eq!(kind(&outcome), "auth.rejected");
    // SCRAM is refused before there is a proof: Cyrus has no salt to offer.
    let tries = [
        "SCRAM-SHA-512-PLUS",
        "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-1-PLUS",
        "SCRAM-SHA-512",
        "SCRAM-SHA-256",
        "SCRAM-SHA-1",
        "CRAM-MD5",
        "PLAIN",
    ];
    assert_eq!(tried(&trace), tries);
    let text = outcome.unwrap_err().to_string();
    for way in tries {
        assert!(text.contains(way), "{way}: {text}");
    }
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn what_is_not_spoken_here_is_not_tried() {
    let mut client = logged_out().await;
    for name in ["DIGEST-MD5", "NTLM", "SCRAM-SHA-384"] {
        let credentials = with_password(user::CYRUS_OPEN).with_mechanism(name);
        assert_eq!(kind(&client.login(&credentials).await), "usage", "{name}");
    }
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn nothing_that_proves_the_password_goes_out_in_the_clear() {
    let trace = Trace::with_transcript();
    let builder = over(Tls::Off).trace(trace.clone());
    let mut client = builder.connect(&at("pop3", "cyrus")).await.unwrap();
    let credentials = with_password(user::CYRUS_OPEN);
    for credentials in [
        credentials.clone(),
        credentials.clone().with_mechanism("CRAM-MD5"),
        credentials.clone().with_mechanism("USER"),
        credentials.with_mechanism("APOP"),
    ] {
        let outcome = client.login(&credentials).await;
        assert_eq!(kind(&outcome), "auth.plaintext_blocked");
    }
    assert_eq!(tried(&trace), [""; 0]);
    client.quit().await.unwrap();

    // Where it is allowed all the same, there is nothing to bind to; and Cyrus takes no password as it is.
    let open = target("pop3", "CYRUS_POP3");
    let mut client = in_the_clear().connect(&open).await.unwrap();
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    let plain = with_password(user::CYRUS_OPEN).with_mechanism("USER");
    assert_eq!(kind(&client.login(&plain).await), "auth.rejected");
    let used = client.login(&with_password(user::CYRUS_OPEN)).await;
    assert_eq!(used.unwrap(), "SCRAM-SHA-512");
    read_and_leave(client, "in the clear").await;
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn a_client_certificate_logs_in_by_external_to_cyrus() {
    let mut settings = tls();
    settings.identity = Some(Identity {
        chain_pem: std::fs::read_to_string(certificate("client.chain.pem")).unwrap(),
        key_pem: Secret::from(std::fs::read_to_string(certificate("client.key")).unwrap()),
    });
    let connector = connector().with_tls(settings);
    for who in [None, Some(user::CERTIFIED.to_owned())] {
        for (target, mode) in doors() {
            let builder = over(mode).connector(connector.clone());
            let external = Credentials::external(who.clone());
            let connecting = builder.credentials(external).connect(&target);
            let client = connecting
                .await
                .unwrap_or_else(|error| panic!("{who:?} {target}: {error}"));
            read_and_leave(client, &target.to_string()).await;
        }
    }
}
