//! Inside TLS, in the clear, and what may be said in either.

use netspeak::core::tls::TlsSettings;
use netspeak::core::{ClearTextAuth, Target, Tls, Trace};
use netspeak::pop3::Client;

use crate::harness::{
    asking_for, at, connector, container_address, impatient, kind, password, said, target, tls,
    trusting, user, with_password,
};
use crate::pop3::{in_the_clear, upgraded};

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_bad_certificate_is_named_and_gets_no_credentials() {
    let situations: [(&str, TlsSettings, &str); 4] = [
        (
            "unknown authority",
            trusting("other-ca.pem"),
            "tls.cert_untrusted",
        ),
        (
            "for another host",
            asking_for("wrong-name.test"),
            "tls.cert_name",
        ),
        ("expired", asking_for("expired.test"), "tls.cert_expired"),
        (
            "without its intermediate",
            asking_for("incomplete.test"),
            "tls.cert_untrusted",
        ),
    ];
    let places = [
        (target("pop3", "DOVECOT_POP3"), Tls::Required, 2),
        (target("pop3", "DOVECOT_POP3"), Tls::Opportunistic, 2),
        (target("pop3s", "DOVECOT_POP3S"), Tls::Implicit, 0),
    ];
    for (what, settings, expected) in situations {
        for (target, mode, commands) in &places {
            let trace = Trace::with_transcript();
            let outcome = Client::builder()
                .connector(connector().with_tls(settings.clone()))
                .tls(*mode)
                .trace(trace.clone())
                .credentials(with_password(user::DECEIVED))
                .connect(target)
                .await;
            assert_eq!(kind(&outcome), expected, "{what}, {mode:?}");
            let said = said(&trace);
            assert_eq!(
                said,
                ["CAPA", "STLS"][..*commands],
                "{what}, {mode:?}: nothing else may be said"
            );
            let facts = trace.tls().unwrap();
            assert_eq!(facts.verified, Some(false), "{what}");
            assert!(
                !facts.chain.is_empty(),
                "{what}: the chain is told all the same"
            );
        }
    }
    // Whoever looks for the right name gets in: it was the certificate, not the test.
    let (target, builder) = upgraded();
    let settings = {
        let mut settings = tls();
        settings.sni = netspeak::core::tls::Sni::Name("localhost".to_owned());
        settings
    };
    let builder = builder.connector(connector().with_tls(settings));
    builder
        .connect(&target)
        .await
        .unwrap()
        .quit()
        .await
        .unwrap();
}

/// The container's own address, which is not loopback.
fn remote(container: &str) -> Target {
    at("pop3", &container_address(container).to_string())
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn no_password_goes_out_in_the_clear_to_another_machine() {
    // Also not to a server that would take it.
    for container in ["DOVECOT", "DOVECOT_PLAIN"] {
        for mechanism in ["USER", "PLAIN", "LOGIN", "user_pass"] {
            let trace = Trace::with_transcript();
            let builder = Client::builder().tls(Tls::Off).trace(trace.clone());
            let mut client = builder.connect(&remote(container)).await.unwrap();
            assert!(!client.conn().peer_addr().unwrap().ip().is_loopback());
            let outcome = match mechanism {
                "user_pass" => client
                    .user_pass(user::REMOTE, &password())
                    .await
                    .map(|()| "USER"),
                mechanism => {
                    let credentials = with_password(user::REMOTE).with_mechanism(mechanism);
                    client.login(&credentials).await
                }
            };
            let expected = match (container, mechanism) {
                // The strict server does not even offer them.
                ("DOVECOT", "PLAIN" | "LOGIN") => "auth.no_mechanism",
                _ => "auth.plaintext_blocked",
            };
            assert_eq!(kind(&outcome), expected, "{container} {mechanism}");
            let said = said(&trace);
            assert!(said.iter().all(|line| line == "CAPA"), "{said:?}");
            client.quit().await.unwrap();
        }
        // What proves the password without sending it can be searched for it, and goes out only if that
        // is allowed.
        let builder = Client::builder().tls(Tls::Off);
        let mut client = builder.connect(&remote(container)).await.unwrap();
        let outcome = client.login(&with_password(user::REMOTE)).await;
        assert_eq!(kind(&outcome), "auth.plaintext_blocked", "{container}");
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        let used = client.login(&with_password(user::REMOTE)).await.unwrap();
        assert_eq!(used, "SCRAM-SHA-256");
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn without_a_wish_only_what_stays_here_stays_in_the_clear() {
    let services = [
        (target("pop3", "DOVECOT_PLAIN_POP3"), false),
        // The same container by its own address.
        (at("pop3", "dovecot-plain"), true),
    ];
    for (target, encrypted) in services {
        let builder = Client::builder().connector(connector());
        let builder = builder.credentials(with_password(user::REMOTE));
        let mut client = builder.connect(&target).await.unwrap();
        assert_eq!(client.conn().is_encrypted(), encrypted, "{target}");
        assert_eq!(client.stat().await.unwrap().messages, 8);
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_strict_server_refuses_a_password_in_the_clear() {
    // To us it is loopback; to Dovecot, in its container, we come from elsewhere.
    for target in [target("pop3", "DOVECOT_POP3"), remote("DOVECOT")] {
        let mut client = in_the_clear().connect(&target).await.unwrap();
        client.capa().await.unwrap();
        let capabilities = client.capabilities().unwrap();
        assert!(!capabilities.has("USER"));
        let outcome = client.user_pass(user::REMOTE, &password()).await;
        assert_eq!(kind(&outcome), "auth.rejected");
        let text = outcome.unwrap_err().to_string();
        assert!(
            text.contains("USER refused") && text.to_lowercase().contains("plaintext"),
            "{text}"
        );
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn without_tls_when_tls_is_required_nothing_is_said() {
    // A POP3S port asked for STLS: it waits for a hello, we wait for a greeting.
    let target = target("pop3", "DOVECOT_POP3S");
    let trace = Trace::with_transcript();
    let outcome = Client::builder()
        .connector(connector().with_timeouts(impatient()))
        .tls(Tls::Required)
        .trace(trace.clone())
        .credentials(with_password(user::DECEIVED))
        .connect(&target)
        .await;
    assert_eq!(kind(&outcome), "greeting.timeout");
    assert!(said(&trace).is_empty());
}
