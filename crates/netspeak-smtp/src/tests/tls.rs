//! TLS with a real handshake, against the fake server in memory.

use netspeak_core::tls::{Roots, TlsClient, TlsSettings};
use netspeak_core::{Host, Security};
use netspeak_fake::{Certificate, Fake, Fault, Mechanism, Smtp};

use super::*;

fn over(fake: &Fake<Smtp>) -> Conn {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(fake.serve(theirs));
    Conn::from_memory(ours)
}

fn trusting(fake: &Fake<Smtp>) -> TlsClient {
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![fake.ca_pem().to_owned()]);
    TlsClient::new(settings).unwrap()
}

fn localhost() -> Host {
    "localhost".parse().unwrap()
}

fn submission(certificate: Certificate) -> netspeak_fake::Builder<Smtp> {
    Smtp::builder()
        .user("ops", "secret")
        .mechanisms([Mechanism::Plain])
        .tls(certificate)
        .starttls()
        .tls_for_secrets()
        .login_required()
}

#[tokio::test]
async fn starttls_login_mail() {
    let fake = submission(Certificate::Good).build().unwrap();
    let mut client = Client::from_conn(over(&fake)).await.unwrap();
    client.ehlo().await.unwrap();
    let credentials = Credentials::password("ops", Secret::from("secret"));
    assert_eq!(kind(client.login(&credentials).await), "auth.no_mechanism");
    client
        .starttls(&trusting(&fake), &localhost())
        .await
        .unwrap();
    assert_eq!(client.conn().security(), Security::Verified);
    assert_eq!(client.login(&credentials).await.unwrap(), "PLAIN");
    let receipt = client
        .send(&envelope(&["a@y.example"]), "x\r\n")
        .await
        .unwrap();
    assert!(receipt.is_complete());
    client.quit().await.unwrap();
    let mails = fake.mails();
    assert!(mails[0].encrypted && mails[0].user.as_deref() == Some("ops"));
}

#[tokio::test]
async fn the_wrong_peer_gets_no_credentials() {
    for (certificate, word) in [
        (Certificate::Expired, "tls.cert_expired"),
        (Certificate::WrongName, "tls.cert_name"),
        (Certificate::SelfSigned, "tls.cert_untrusted"),
    ] {
        let fake = submission(certificate).build().unwrap();
        let mut client = Client::from_conn(over(&fake)).await.unwrap();
        client.ehlo().await.unwrap();
        let upgraded = client.starttls(&trusting(&fake), &localhost()).await;
        assert_eq!(kind(upgraded), word);
        assert!(client.noop().await.is_err(), "the session goes on");
        assert!(!fake.said().iter().any(|line| line.starts_with("AUTH")));
    }
}

#[tokio::test]
async fn clear_text_behind_the_yes_is_an_attack() {
    let injecting = submission(Certificate::Good)
        .fault(Fault::after("STARTTLS", *b"250-evil\r\n250 AUTH PLAIN\r\n"));
    let fake = injecting.build().unwrap();
    let mut client = Client::from_conn(over(&fake)).await.unwrap();
    client.ehlo().await.unwrap();
    let upgraded = client.starttls(&trusting(&fake), &localhost()).await;
    assert_eq!(kind(upgraded), "starttls.injected");
    assert!(client.noop().await.is_err(), "the session goes on");
}

/// A server that repeats the token in its reason for refusing it, and in the refusal.
#[tokio::test]
async fn the_reason_of_a_refused_login_shows_no_token() {
    let script = "
        C: *
        S: 334 eyJzdGF0dXMiOiI0MDEiLCJlY2hvcyI6Im1hcmtlci10b2tlbiJ9
        C: *
        S: 535 5.7.8 marker-token is no good
    ";
    let error = offering("AUTH XOAUTH2", script, async |client: &mut Client| {
        let credentials = Credentials::token("ops", Secret::from("marker-token"));
        client.login(&credentials).await.unwrap_err()
    })
    .await;
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("401") && !shown.contains("marker-token"),
        "{shown}"
    );
}
