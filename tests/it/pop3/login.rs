//! Logins, by every mechanism that Dovecot has.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use netspeak::core::sasl::{Credentials, TokenRequest};
use netspeak::core::tls::Identity;
use netspeak::core::{ClearTextAuth, ErrorKind, Secret, Tls, Trace};
use netspeak::pop3::Client;

use crate::harness::{
    certificate, connector, kind, password, said, target, tls, token, user, with_password,
};
use crate::pop3::{in_the_clear, upgraded};

/// All that take a password.
const BY_PASSWORD: [&str; 7] = [
    "USER",
    "APOP",
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
];

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_wrong_password_is_rejected_and_the_session_goes_on() {
    let target = target("pop3", "DOVECOT_PLAIN_POP3");
    for mechanism in BY_PASSWORD {
        // Without STLS: the timestamp that APOP needs is forgotten with all that came before it.
        let mut client = in_the_clear().connect(&target).await.unwrap();
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        let wrong = Credentials::password(user::REJECTED, Secret::from("wrong"));
        let outcome = client.login(&wrong.with_mechanism(mechanism)).await;
        assert_eq!(kind(&outcome), "auth.rejected", "{mechanism}");
        let error = outcome.unwrap_err();
        assert!(!error.is_temporary());
        assert!(
            error.reply().unwrap().to_string().starts_with("-ERR"),
            "{error}"
        );
        let right = with_password(user::REJECTED).with_mechanism(mechanism);
        assert_eq!(client.login(&right).await.unwrap(), mechanism);
        client.quit().await.unwrap();
    }
}

/// In clear text and inside TLS.
const OFFERED: [&str; 10] = [
    "ANONYMOUS",
    "CRAM-MD5",
    "DIGEST-MD5",
    "EXTERNAL",
    "LOGIN",
    "OAUTHBEARER",
    "PLAIN",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
];

#[tokio::test]
#[ignore = "needs dovecot"]
async fn dovecot_offers_these_mechanisms() {
    let mut client = logged_out().await;
    client.capa().await.unwrap();
    let mut offered = client.capabilities().unwrap().sasl();
    offered.sort();
    assert_eq!(offered, OFFERED);
    client.quit().await.unwrap();

    // Those that would send a secret are not offered before TLS.
    let mut client = in_the_clear()
        .connect(&target("pop3", "DOVECOT_POP3"))
        .await
        .unwrap();
    client.capa().await.unwrap();
    let mut offered = client.capabilities().unwrap().sasl();
    offered.sort();
    let expected: Vec<&str> = OFFERED
        .into_iter()
        .filter(|name| !["LOGIN", "PLAIN", "OAUTHBEARER", "XOAUTH2"].contains(name))
        .collect();
    assert_eq!(offered, expected);
    client.quit().await.unwrap();
}

async fn logged_out() -> Client {
    let (target, builder) = upgraded();
    builder.connect(&target).await.unwrap()
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn every_mechanism_that_both_sides_know_logs_in() {
    let mut used = Vec::new();
    for mechanism in OFFERED {
        let user = user::MECHANISMS;
        let credentials = match mechanism {
            // RFC 6331 ended it; the next test shows that it is refused.
            "DIGEST-MD5" => continue,
            // Takes a certificate of our own.
            "EXTERNAL" => continue,
            "ANONYMOUS" => Credentials::anonymous("guest@example.org"),
            "OAUTHBEARER" | "XOAUTH2" => Credentials::token(user, token("VALID", user)),
            _ => with_password(user),
        };
        let mut client = logged_out().await;
        let credentials = credentials.with_mechanism(mechanism);
        let outcome = client.login(&credentials).await;
        assert_eq!(
            outcome.unwrap_or_else(|e| panic!("{mechanism}: {e}")),
            mechanism
        );
        let expected = if mechanism == "ANONYMOUS" { 0 } else { 8 };
        let stat = client.stat().await.unwrap();
        assert_eq!(stat.messages, expected, "{mechanism}");
        client.quit().await.unwrap();
        used.push(mechanism);
    }
    assert_eq!(used.len(), 8);

    let mut client = logged_out().await;
    client
        .user_pass(user::MECHANISMS, &password())
        .await
        .unwrap();
    assert_eq!(client.stat().await.unwrap().messages, 8);
    client.quit().await.unwrap();

    // APOP, with the timestamp of a greeting that nobody could forge: POP3S.
    let builder = Client::builder().connector(connector());
    let mut client = builder
        .connect(&target("pop3s", "DOVECOT_POP3S"))
        .await
        .unwrap();
    assert!(client.timestamp().is_some(), "{:?}", client.greeting());
    client.apop(user::MECHANISMS, &password()).await.unwrap();
    assert_eq!(client.stat().await.unwrap().messages, 8);
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn the_strongest_mechanism_is_chosen_and_digest_md5_never() {
    let mut client = logged_out().await;
    let used = client.login(&with_password(user::MECHANISMS)).await;
    assert_eq!(used.unwrap(), "SCRAM-SHA-256");
    client.quit().await.unwrap();

    let mut client = logged_out().await;
    let credentials = with_password(user::MECHANISMS).with_mechanism("DIGEST-MD5");
    assert_eq!(kind(&client.login(&credentials).await), "usage");
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn an_expired_token_is_asked_for_again() {
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        let provider = move |why| {
            counter.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Ok(match why {
                TokenRequest::First => token("EXPIRED", user::RENEWED),
                _ => token("VALID", user::RENEWED),
            }))
        };
        let mut client = logged_out().await;
        let credentials = Credentials::token(user::RENEWED, provider).with_mechanism(mechanism);
        assert_eq!(client.login(&credentials).await.unwrap(), mechanism);
        assert_eq!(asked.load(Ordering::Relaxed), 2, "{mechanism}");
        assert_eq!(client.stat().await.unwrap().messages, 8);
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_token_that_will_not_do_is_rejected() {
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        for what in ["EXPIRED", "FORGED"] {
            let mut client = logged_out().await;
            let credentials = Credentials::token(user::RENEWED, token(what, user::RENEWED));
            let outcome = client.login(&credentials.with_mechanism(mechanism)).await;
            assert_eq!(kind(&outcome), "auth.rejected", "{mechanism} {what}");
            let text = outcome.unwrap_err().to_string();
            let secret = token(what, user::RENEWED);
            assert!(!text.contains(secret.expose().as_str()), "{text}");
            client.quit().await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_client_certificate_logs_in_by_external() {
    let mut settings = tls();
    settings.identity = Some(Identity {
        chain_pem: std::fs::read_to_string(certificate("client.chain.pem")).unwrap(),
        key_pem: Secret::from(std::fs::read_to_string(certificate("client.key")).unwrap()),
    });
    let external = Credentials::external(Some(user::CERTIFIED.to_owned()));
    for (target, mode) in [
        (target("pop3", "DOVECOT_POP3"), Tls::Required),
        (target("pop3s", "DOVECOT_POP3S"), Tls::Implicit),
    ] {
        let builder = Client::builder()
            .connector(connector().with_tls(settings.clone()))
            .tls(mode)
            .credentials(external.clone());
        let mut client = builder.connect(&target).await.unwrap();
        assert_eq!(client.stat().await.unwrap().messages, 8);
        client.quit().await.unwrap();
    }
    // Without the certificate the name alone is nothing.
    let mut client = logged_out().await;
    assert_eq!(kind(&client.login(&external).await), "auth.rejected");
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn what_must_not_be_said_is_not_sent() {
    let trace = Trace::with_transcript();
    let (target, builder) = upgraded();
    let mut client = builder.trace(trace.clone()).connect(&target).await.unwrap();
    let before = said(&trace).len();
    for bad in ["user13\r\nQUIT", "user13\nQUIT", "user\0"] {
        let outcome = client.user_pass(bad, &password()).await;
        assert_eq!(kind(&outcome), ErrorKind::USAGE.to_string(), "{bad:?}");
    }
    let outcome = client
        .user_pass("user13", &Secret::from("a\r\nDELE 1"))
        .await;
    assert_eq!(kind(&outcome), "usage");
    // Nor what has no place before the login.
    assert_eq!(kind(&client.stat().await), "usage");
    assert_eq!(said(&trace).len(), before);
    client.quit().await.unwrap();
}
