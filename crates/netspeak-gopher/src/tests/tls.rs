//! Never, if possible, required; and trust on first use.

use netspeak_core::tls::{Roots, TlsSettings};
use netspeak_fake::Server;

use super::*;

fn trusting(server: &Server<Gopher>) -> Connector {
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    Connector::new().with_tls(settings)
}

async fn fetched(builder: Builder, server: &Server<Gopher>, scheme: &str) -> Result<Security> {
    let target: Target = server.url(scheme).parse()?;
    let client = builder.connector(trusting(server)).connect(&target).await?;
    let security = client.conn().security();
    client.menu(&Request::default()).await?.collect().await?;
    Ok(security)
}

fn with_tls(tls: Tls) -> Builder {
    Client::builder().tls(tls)
}

#[tokio::test]
async fn tls_at_the_same_port() {
    let clear = fake().start().await.unwrap();
    let secure = fake().implicit_tls().start().await.unwrap();
    let own = fake()
        .implicit_tls()
        .tls(Certificate::SelfSigned)
        .start()
        .await
        .unwrap();
    for (tls, at_clear, at_secure, at_own) in [
        (
            Tls::Off,
            "Clear",
            "wait.other_protocol",
            "wait.other_protocol",
        ),
        (Tls::Opportunistic, "Clear", "Verified", "Unverified"),
        (
            Tls::Required,
            "tls.plaintext_peer",
            "Verified",
            "tls.cert_untrusted",
        ),
        (
            Tls::Implicit,
            "tls.plaintext_peer",
            "Verified",
            "tls.cert_untrusted",
        ),
    ] {
        for (server, expected) in [(&clear, at_clear), (&secure, at_secure), (&own, at_own)] {
            let found = match fetched(with_tls(tls), server, "gopher").await {
                Ok(security) => format!("{security:?}"),
                Err(error) => error.kind().to_string(),
            };
            assert_eq!(found, expected, "{tls:?}");
        }
    }
    let found = fetched(Client::builder(), &secure, "gophers")
        .await
        .unwrap();
    assert_eq!(found, Security::Verified);
    assert_eq!(
        kind(fetched(with_tls(Tls::Off), &secure, "gophers").await),
        "usage"
    );
}

#[tokio::test]
async fn a_known_server_does_not_get_away_with_another_key() {
    let known = KnownServers::new();
    let own = fake().implicit_tls().tls(Certificate::SelfSigned);
    let own = own.start().await.unwrap();
    let trusting_known = |tls| with_tls(tls).trust_on_first_use(known.clone());
    for _ in 0..2 {
        let found = fetched(trusting_known(Tls::Required), &own, "gopher").await;
        assert_eq!(found.unwrap(), Security::Unverified);
    }
    let text = known.to_string();
    assert_eq!(text.lines().count(), 1, "{text}");
    // Read back and with another key it is another server, until it is forgotten.
    let (server, key) = text.trim_end().split_once(' ').unwrap();
    let other: KnownServers = format!("{server} {}", "0".repeat(64)).parse().unwrap();
    let found = with_tls(Tls::Implicit).trust_on_first_use(other.clone());
    assert_eq!(kind(fetched(found, &own, "gopher").await), "tls.cert_pin");
    let prepared = Opening::default().prepare(&RULES, &own.url("gopher").parse().unwrap());
    let endpoint = prepared.unwrap().endpoint;
    assert!(other.knows(&endpoint));
    other.forget(&endpoint);
    let found = with_tls(Tls::Implicit).trust_on_first_use(other.clone());
    assert!(fetched(found, &own, "gopher").await.is_ok());
    assert!(other.to_string().ends_with(&format!("{key}\n")));
    // Nor with clear text.
    let clear = fake().start().await.unwrap();
    let address = clear.addr();
    let seen: KnownServers = format!("{address} {key}").parse().unwrap();
    let found = with_tls(Tls::Opportunistic).trust_on_first_use(seen);
    assert_eq!(
        kind(fetched(found, &clear, "gopher").await),
        "tls.plaintext_peer"
    );
    assert!("h:70".parse::<KnownServers>().is_err());
}
