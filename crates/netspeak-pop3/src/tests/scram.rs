//! Servers that lie in SCRAM.

use netspeak_core::sasl::Credentials;
use netspeak_fake::{Fault, Mechanism, ScramFault};

use super::login::tried;
use super::*;
use crate::State;

fn ops() -> Credentials {
    Credentials::password("ops", password())
}

#[tokio::test]
async fn a_server_that_does_not_prove_itself_is_not_believed() {
    for foul in [
        ScramFault::WrongSignature,
        ScramFault::NoSignature,
        ScramFault::ForeignNonce,
        ScramFault::BareNonce,
        ScramFault::MandatoryExtension,
        ScramFault::ErrorThenSuccess,
    ] {
        let fake = server()
            .mechanisms([Mechanism::ScramSha256])
            .fault(Fault::Scram(foul))
            .build()
            .unwrap();
        let mut client = greeted(over(&fake)).await;
        // Before a proof went out another way may be tried; after it none.
        let before = [
            ScramFault::ForeignNonce,
            ScramFault::BareNonce,
            ScramFault::MandatoryExtension,
        ];
        let who = match before.contains(&foul) {
            true => ops().with_mechanism("SCRAM-SHA-256"),
            false => ops(),
        };
        let error = client.login(&who).await.unwrap_err();
        assert!(!error.is_temporary(), "{foul:?}: {error}");
        assert_eq!(client.state(), State::Authorization, "{foul:?}");
        // Whatever the server thinks, this session does nothing with the maildrop.
        assert!(matches!(
            client.stat().await,
            Err(Error::Usage { .. } | Error::Poisoned)
        ));
        let verbs = fake.said();
        assert!(
            !verbs
                .iter()
                .any(|line| line.starts_with("USER") || line.starts_with("STAT")),
            "{verbs:?}"
        );
    }
}

#[tokio::test]
async fn success_without_an_exchange_is_no_success() {
    let fake = server()
        .mechanisms([Mechanism::ScramSha256])
        .fault(Fault::reply("AUTH", "+OK welcome\r\n"))
        .build()
        .unwrap();
    let mut client = greeted(over(&fake)).await;
    assert_eq!(kind(client.login(&ops()).await), "proto.malformed");
    assert_poisoned(client.quit().await);
}

#[tokio::test]
async fn too_few_and_too_many_iterations_are_refused_before_work_is_done() {
    for iterations in [0, 1, 4095, 1_000_001, u32::MAX] {
        let fake = server()
            .mechanisms([Mechanism::ScramSha256])
            .scram_iterations(iterations)
            .build()
            .unwrap();
        let mut client = greeted(over(&fake)).await;
        let scram = ops().with_mechanism("SCRAM-SHA-256");
        let error = client.login(&scram).await.unwrap_err();
        let word = error.kind().to_string();
        assert!(
            ["proto.too_large", "proto.malformed"].contains(&word.as_str()),
            "{iterations}: {error}"
        );
        assert_eq!(fake.said().last().unwrap(), "*");
        client.quit().await.unwrap();
    }
}

/// The binding that both ends compute from their own side of the TLS session is the same.
#[tokio::test]
async fn plus_binds_the_login_to_the_tls_session() {
    let fake = server()
        .stls()
        .tls(netspeak_fake::Certificate::Good)
        .mechanisms(Mechanism::ALL)
        .build()
        .unwrap();
    for way in [
        "SCRAM-SHA-512-PLUS",
        "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-1-PLUS",
    ] {
        let mut client = Client::from_conn(over(&fake)).await.unwrap();
        client.stls(&trusting(&fake), &localhost()).await.unwrap();
        let credentials = ops().with_mechanism(way);
        assert_eq!(client.login(&credentials).await.unwrap(), way);
        client.quit().await.unwrap();
    }
    let mut client = Client::from_conn(over(&fake)).await.unwrap();
    client.stls(&trusting(&fake), &localhost()).await.unwrap();
    let strongest = client.login(&ops()).await;
    assert_eq!(strongest.unwrap(), "SCRAM-SHA-512-PLUS");
    // Without TLS there is nothing to bind to.
    let mut clear = Client::from_conn(over(&fake)).await.unwrap();
    let credentials = ops().with_mechanism("SCRAM-SHA-256-PLUS");
    assert_eq!(kind(clear.login(&credentials).await), "usage");
}

/// As Cyrus does it.
fn bound_otherwise(mechanisms: impl IntoIterator<Item = Mechanism>) -> Fake<Pop3> {
    let fake = server()
        .stls()
        .tls(netspeak_fake::Certificate::Good)
        .mechanisms(mechanisms)
        .fault(Fault::Scram(ScramFault::OtherBinding));
    fake.build().unwrap()
}

async fn upgraded(fake: &Fake<Pop3>) -> Client {
    let mut client = Client::from_conn(over(fake)).await.unwrap();
    client.stls(&trusting(fake), &localhost()).await.unwrap();
    client
}

#[tokio::test]
async fn a_refused_binding_is_left_out_and_the_password_is_not_sent() {
    for mechanisms in [
        &Mechanism::ALL[..],
        &[Mechanism::ScramSha512Plus, Mechanism::ScramSha512],
    ] {
        let fake = bound_otherwise(mechanisms.iter().copied());
        let mut client = upgraded(&fake).await;
        assert_eq!(client.login(&ops()).await.unwrap(), "SCRAM-SHA-512");
        let ways = ["AUTH SCRAM-SHA-512-PLUS", "AUTH SCRAM-SHA-512"];
        assert_eq!(tried(&fake), ways);
        client.stat().await.unwrap();
    }
    // One mechanism goes only bound: the password itself is left.
    let fake = bound_otherwise([Mechanism::ScramSha256Plus, Mechanism::Plain]);
    let mut client = upgraded(&fake).await;
    assert_eq!(client.login(&ops()).await.unwrap(), "PLAIN");
}

#[tokio::test]
async fn a_wrong_password_costs_two_proofs_where_bindings_are_offered() {
    let fake = bound_otherwise(Mechanism::ALL);
    let mut client = upgraded(&fake).await;
    let wrong = Credentials::password("ops", Secret::from("no idea"));
    let error = client.login(&wrong).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.rejected");
    let ways = ["AUTH SCRAM-SHA-512-PLUS", "AUTH SCRAM-SHA-512"];
    assert_eq!(tried(&fake), ways);
    let text = error.to_string();
    assert!(text.contains(" and AUTH SCRAM-SHA-512 refused"), "{text}");
}

#[tokio::test]
async fn a_binding_that_was_asked_for_is_named_when_it_is_refused() {
    let fake = bound_otherwise(Mechanism::ALL);
    let mut client = upgraded(&fake).await;
    let credentials = ops().with_mechanism("SCRAM-SHA-256-PLUS");
    let error = client.login(&credentials).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.rejected");
    let text = error.to_string();
    assert!(
        text.starts_with("AUTH SCRAM-SHA-256-PLUS (bound by tls-exporter"),
        "{text}"
    );
    assert_eq!(tried(&fake), ["AUTH SCRAM-SHA-256-PLUS"]);
}
