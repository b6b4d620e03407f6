//! STLS: never stripped, never injected into, never believed about what came before it.

use std::time::Duration;

use netspeak_core::sasl::Credentials;
use netspeak_core::tls::TlsSettings;
use netspeak_core::{Connector, Security, Target, Tls};
use netspeak_fake::{Certificate, Fault, HANDSHAKE, Moment, Server, Socks5};

use super::*;

async fn upgraded(fake: &Fake<Pop3>) -> Result<Client> {
    let mut client = Client::from_conn(over(fake)).await?;
    client.capa().await?;
    client.stls(&trusting(fake), &localhost()).await?;
    Ok(client)
}

/// What a client does that was given credentials and a `pop3://` URL. It goes through a proxy: what
/// is behind that is another machine, wherever the proxy is.
async fn connect(proxy: &Socks5, server: &Server<Pop3>, tls: Option<Tls>) -> Result<Client> {
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    let connector = Connector::new()
        .with_tls(settings)
        .with_proxy(proxy.url().parse()?);
    let mut builder = Client::builder()
        .connector(connector)
        .credentials(Credentials::password("ops", password()));
    if let Some(tls) = tls {
        builder = builder.tls(tls);
    }
    builder
        .connect(&server.url("pop3").parse::<Target>()?)
        .await
}

fn assert_no_credentials(fake: &Fake<Pop3>) {
    for said in fake.said() {
        let verb = said.split(' ').next().unwrap_or_default();
        assert!(!["USER", "PASS", "APOP", "AUTH"].contains(&verb), "{said}");
    }
}

#[tokio::test]
async fn what_was_said_in_clear_text_is_forgotten() {
    let fake = server().stls().build().unwrap();
    let mut client = Client::from_conn(over(&fake)).await.unwrap();
    assert!(client.timestamp().is_some() && client.capa().await.unwrap().is_some());
    client.stls(&trusting(&fake), &localhost()).await.unwrap();
    assert_eq!((client.timestamp(), client.capabilities()), (None, None));
    assert_eq!(client.conn().security(), Security::Verified);
    // Without a timestamp there is no APOP: an old one may be an attacker's.
    assert_eq!(
        kind(client.apop("ops", &password()).await),
        "auth.no_mechanism"
    );
    assert!(matches!(
        client.stls(&trusting(&fake), &localhost()).await,
        Err(Error::Usage { .. })
    ));
    client
        .login(&Credentials::password("ops", password()))
        .await
        .unwrap();
    client.quit().await.unwrap();
    assert!(
        fake.log().iter().skip(2).all(|said| said.encrypted),
        "{:?}",
        fake.log()
    );
}

#[tokio::test]
async fn clear_text_behind_the_answer_is_an_attack() {
    let fake = server()
        .stls()
        .fault(Fault::after("STLS", "+OK injected\r\n"))
        .build()
        .unwrap();
    let mut client = Client::from_conn(over(&fake)).await.unwrap();
    let error = client
        .stls(&trusting(&fake), &localhost())
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "starttls.injected");
    assert_poisoned(client.capa().await);
    assert_poisoned(client.quit().await);
    assert_eq!(fake.said(), ["STLS"]);
}

#[tokio::test]
async fn a_refusal_leaves_the_session_in_clear_text_and_usable() {
    let fake = server()
        .stls()
        .fault(Fault::reply("STLS", "-ERR no\r\n"))
        .build()
        .unwrap();
    let mut client = Client::from_conn(over(&fake)).await.unwrap();
    assert_eq!(
        kind(client.stls(&trusting(&fake), &localhost()).await),
        "starttls.refused"
    );
    assert!(!client.conn().is_encrypted());
    client.quit().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn yes_and_then_no_tls() {
    for (fault, word) in [
        (Fault::Stall(Moment::Handshake), "tls.timeout"),
        // In memory writing to a peer that has left fails before reading does.
        (Fault::Close(Moment::Handshake), "tls.reset"),
        // It comes in one piece with the answer, or just behind it.
        (
            Fault::reply(HANDSHAKE, "+OK really\r\n"),
            "starttls.injected",
        ),
    ] {
        let fake = server().stls().fault(fault.clone()).build().unwrap();
        let mut client = Client::from_conn(over(&fake)).await.unwrap();
        let upgraded = client.stls(&trusting(&fake), &localhost()).await;
        assert_eq!(kind(upgraded), word, "{fault:?}");
        let credentials = Credentials::password("ops", password());
        assert_poisoned(client.login(&credentials).await);
        assert_no_credentials(&fake);
    }
}

#[tokio::test(start_paused = true)]
async fn clear_text_instead_of_a_handshake() {
    let fake = server().build().unwrap();
    let script = "S: +OK\nC: STLS\nS: +OK go ahead\n... 1\nS: +OK still in clear text\n...";
    let (outcome, _) = dialogue(script, async |conn| {
        let mut client = Client::from_conn(conn).await.unwrap();
        let outcome = client.stls(&trusting(&fake), &localhost()).await;
        assert_poisoned(client.capa().await);
        outcome
    })
    .await;
    assert_eq!(kind(outcome), "tls.plaintext_peer");
}

#[tokio::test]
async fn the_wrong_peer_gets_no_credentials() {
    for (certificate, word) in [
        (Certificate::Expired, "tls.cert_expired"),
        (Certificate::WrongName, "tls.cert_name"),
        (Certificate::UnknownCa, "tls.cert_untrusted"),
        (Certificate::SelfSigned, "tls.cert_untrusted"),
    ] {
        let fake = server().stls().tls(certificate).build().unwrap();
        assert_eq!(kind(upgraded(&fake).await), word, "{certificate:?}");
        assert_eq!(fake.said(), ["CAPA", "STLS"]);
    }
}

#[tokio::test]
async fn credentials_demand_the_upgrade() {
    let proxy = Socks5::start("me", "other").await.unwrap();
    for builder in [
        server(),
        server().stls().without_capability("STLS"),
        server().without_capa(),
        server().stls().fault(Fault::reply("STLS", "-ERR no\r\n")),
        server()
            .stls()
            .fault(Fault::reply("CAPA", "-ERR no\r\n"))
            .fault(Fault::reply("STLS", "-ERR no\r\n")),
    ] {
        let server = builder.start().await.unwrap();
        let word = kind(connect(&proxy, &server, None).await);
        assert!(
            ["starttls.not_offered", "starttls.refused"].contains(&word.as_str()),
            "{word}"
        );
        assert_no_credentials(&server);
    }
    let server = server().stls().start().await.unwrap();
    let client = connect(&proxy, &server, None).await.unwrap();
    assert_eq!(client.conn().security(), Security::Verified);
    client.quit().await.unwrap();
    let handshake = server.handshakes().remove(0);
    assert_eq!(
        (handshake.alpn, handshake.server_name),
        (vec!["pop3".to_owned()], None)
    );
}

#[tokio::test]
async fn opportunistic_means_that_a_refusal_is_still_one() {
    let proxy = Socks5::start("me", "other").await.unwrap();
    let offered = server()
        .stls()
        .fault(Fault::reply("STLS", "-ERR no\r\n"))
        .start()
        .await
        .unwrap();
    assert_eq!(
        kind(connect(&proxy, &offered, Some(Tls::Opportunistic)).await),
        "starttls.refused"
    );
    // Nothing to upgrade to, and a password for another machine: it stays here.
    let plain = server()
        .without_apop()
        .mechanisms([])
        .start()
        .await
        .unwrap();
    let blocked = connect(&proxy, &plain, Some(Tls::Opportunistic)).await;
    assert_eq!(kind(blocked), "auth.plaintext_blocked");
    assert_no_credentials(&plain);
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let server = server().implicit_tls().start().await.unwrap();
    let target: Target = server.url("pop3s").parse().unwrap();
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    let builder = Client::builder()
        .connector(Connector::new().with_tls(settings))
        .credentials(Credentials::password("ops", password()))
        .utf8_if_offered()
        .deadline(Duration::from_secs(20));
    let mut client = builder.connect(&target).await.unwrap();
    assert_eq!(client.stat().await.unwrap().messages, 3);
    client.quit().await.unwrap();
    let said = server.said();
    assert_eq!(said[..2], ["CAPA", "UTF8"]);
    assert!(server.log().iter().all(|said| said.encrypted));
}

#[tokio::test]
async fn a_cut_inside_tls_is_told_from_an_end() {
    for (phase, fault) in [
        ("in a reply", Moment::Inside("STAT", 3)),
        ("before a reply", Moment::Command("STAT")),
    ] {
        let fake = server()
            .stls()
            .fault(Fault::Truncate(fault))
            .build()
            .unwrap();
        let mut client = upgraded(&fake).await.unwrap();
        client.user_pass("ops", &password()).await.unwrap();
        assert_eq!(kind(client.stat().await), "tls.truncated", "{phase}");
        assert_poisoned(client.quit().await);
    }
    let fake = server()
        .stls()
        .fault(Fault::Truncate(Moment::Inside("RETR", 20)))
        .build()
        .unwrap();
    let mut client = upgraded(&fake).await.unwrap();
    client.user_pass("ops", &password()).await.unwrap();
    assert_eq!(kind(whole(&mut client, 1).await), "tls.truncated");
    assert_poisoned(client.noop().await);
}
