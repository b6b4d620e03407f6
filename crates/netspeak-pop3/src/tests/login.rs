//! Logging in: what is sent, what is not, and whom it is sent to.

use netspeak_core::sasl::{Credentials, TokenRequest};
use netspeak_core::{Connector, Limits, Target, Tls};
use netspeak_fake::{Certificate, Fault, Mechanism, Socks5};

use super::*;
use crate::{ResponseCode, State};

fn ops() -> Credentials {
    Credentials::password("ops", password())
}

/// Logs in over a connection that counts as remote.
async fn remote(fake: &Fake<Pop3>, credentials: &Credentials) -> Result<&'static str> {
    Client::from_conn(over(fake))
        .await?
        .login(credentials)
        .await
}

/// Logs in where clear text is allowed.
async fn allowed(fake: &Fake<Pop3>, credentials: &Credentials) -> Result<&'static str> {
    greeted(over(fake)).await.login(credentials).await
}

#[tokio::test]
async fn the_strongest_way_that_is_offered() {
    for (mechanisms, way) in [
        (
            &[Mechanism::Plain, Mechanism::ScramSha256][..],
            "SCRAM-SHA-256",
        ),
        (&[Mechanism::Login, Mechanism::CramMd5], "CRAM-MD5"),
        (&[Mechanism::Login, Mechanism::Plain], "PLAIN"),
        (&[Mechanism::Login], "LOGIN"),
        (&[], "USER"),
    ] {
        let fake = server()
            .mechanisms(mechanisms.iter().copied())
            .build()
            .unwrap();
        assert_eq!(allowed(&fake, &ops()).await.unwrap(), way);
    }
}

#[tokio::test]
async fn every_way_by_its_name() {
    let fake = server()
        .token("ops", "ya29")
        .mechanisms(Mechanism::ALL)
        .build()
        .unwrap();
    for way in [
        "SCRAM-SHA-512",
        "SCRAM-SHA-256",
        "SCRAM-SHA-1",
        "CRAM-MD5",
        "PLAIN",
        "LOGIN",
        "APOP",
        "USER",
    ] {
        let used = allowed(&fake, &ops().with_mechanism(way)).await.unwrap();
        assert_eq!(used, way);
        fake.idle().await;
    }
    for way in ["XOAUTH2", "OAUTHBEARER"] {
        let token = Credentials::token("ops", Secret::from("ya29")).with_mechanism(way);
        assert_eq!(allowed(&fake, &token).await.unwrap(), way);
        fake.idle().await;
    }
    let nobody = Credentials::anonymous("me@example");
    assert_eq!(allowed(&fake, &nobody).await.unwrap(), "ANONYMOUS");
}

#[tokio::test]
async fn no_password_in_clear_text_to_a_remote_server() {
    for builder in [
        server()
            .without_apop()
            .mechanisms([Mechanism::Plain, Mechanism::Login]),
        server().without_apop().mechanisms([]),
        server().without_apop().without_capa(),
    ] {
        let fake = builder.build().unwrap();
        assert_eq!(kind(remote(&fake, &ops()).await), "auth.plaintext_blocked");
        for way in ["PLAIN", "LOGIN", "USER"] {
            let blocked = remote(&fake, &ops().with_mechanism(way)).await;
            assert!(blocked.is_err(), "{way}");
        }
        let mut client = Client::from_conn(over(&fake)).await.unwrap();
        let blocked = client.user_pass("ops", &password()).await;
        assert_eq!(kind(blocked), "auth.plaintext_blocked");
        client.quit().await.unwrap();
        assert!(
            fake.said()
                .iter()
                .all(|line| line == "CAPA" || line == "QUIT"),
            "{:?}",
            fake.said()
        );
    }
}

#[tokio::test]
async fn nothing_that_proves_a_password_goes_to_a_remote_server_in_the_clear() {
    // Who overhears a proof can search for the password.
    for mechanism in [Mechanism::CramMd5, Mechanism::ScramSha256] {
        let fake = server().mechanisms([mechanism]).build().unwrap();
        let error = remote(&fake, &ops()).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "auth.plaintext_blocked");
        let apop = remote(&fake, &ops().with_mechanism("APOP")).await;
        assert_eq!(kind(apop), "auth.plaintext_blocked");
        assert!(
            fake.said()
                .iter()
                .all(|line| line == "CAPA" || line == "QUIT")
        );
    }
}

#[tokio::test]
async fn a_url_with_a_password_is_no_exception() {
    // The server takes passwords and offers no TLS, and the proxy makes it another machine.
    let server = server().start().await.unwrap();
    let proxy = Socks5::start("me", "other").await.unwrap();
    let connector = Connector::new().with_proxy(proxy.url().parse().unwrap());
    let url = server.url("pop3").replace("//", "//ops:secret@");
    let target: Target = url.parse().unwrap();
    let connect = Client::builder()
        .connector(connector.clone())
        .connect(&target);
    assert_eq!(kind(connect.await), "starttls.not_offered");
    assert_eq!(server.said(), ["CAPA"]);
    let off = Client::builder().connector(connector).tls(Tls::Off);
    let with_user = off.credentials(ops().with_mechanism("USER"));
    assert_eq!(
        kind(with_user.connect(&target).await),
        "auth.plaintext_blocked"
    );
    assert_eq!(server.said(), ["CAPA", "CAPA"]);
}

#[tokio::test]
async fn a_url_with_a_password_is_enough_on_this_machine() {
    let server = server().start().await.unwrap();
    let url = server.url("pop3").replace("//", "//ops:secret@");
    let client = crate::connect(&url).await.unwrap();
    assert_eq!(client.state(), State::Transaction);
    let required = Client::builder().tls(Tls::Required);
    let refused = required.connect(&url.parse().unwrap()).await;
    assert_eq!(kind(refused), "starttls.not_offered");
}

#[tokio::test]
async fn a_server_that_does_not_take_user_is_not_sent_one() {
    let fake = server()
        .without_apop()
        .mechanisms([])
        .without_capability("USER")
        .build()
        .unwrap();
    assert_eq!(kind(allowed(&fake, &ops()).await), "auth.no_mechanism");
    assert_eq!(fake.said(), ["CAPA"]);
}

#[tokio::test]
async fn a_token_is_no_password() {
    let fake = server().mechanisms([]).build().unwrap();
    let token = Credentials::token("ops", Secret::from("ya29"));
    assert_eq!(kind(allowed(&fake, &token).await), "auth.no_mechanism");
    assert_eq!(
        kind(allowed(&fake, &token.with_mechanism("USER")).await),
        "usage"
    );
    assert_eq!(fake.said(), ["CAPA", "CAPA"]);
}

#[tokio::test]
async fn a_rejected_token_is_asked_for_once_more() {
    let fake = server()
        .token("ops", "fresh")
        .mechanisms([Mechanism::XOAuth2])
        .build()
        .unwrap();
    let credentials = Credentials::token("ops", |why| async move {
        Ok(Secret::from(match why {
            TokenRequest::First => "stale",
            _ => "fresh",
        }))
    });
    assert_eq!(allowed(&fake, &credentials).await.unwrap(), "XOAUTH2");
    let stale = Credentials::token("ops", |_| async { Ok(Secret::from("stale")) });
    assert_eq!(kind(allowed(&fake, &stale).await), "auth.rejected");
    let asked = fake
        .said()
        .iter()
        .filter(|line| line.starts_with("AUTH"))
        .count();
    assert_eq!(asked, 4);
}

#[tokio::test]
async fn refusals_have_their_words() {
    for (reply, word, code) in [
        (
            "-ERR [AUTH] no\r\n",
            "auth.rejected",
            Some(ResponseCode::Auth),
        ),
        ("-ERR no\r\n", "auth.rejected", None),
        (
            "-ERR [IN-USE] busy\r\n",
            "auth.temporary",
            Some(ResponseCode::InUse),
        ),
        (
            "-ERR [LOGIN-DELAY] slow\r\n",
            "auth.temporary",
            Some(ResponseCode::LoginDelay),
        ),
        (
            "-ERR [SYS/TEMP] ill\r\n",
            "auth.temporary",
            Some(ResponseCode::SysTemp),
        ),
        (
            "-ERR [SYS/PERM] dead\r\n",
            "auth.rejected",
            Some(ResponseCode::SysPerm),
        ),
    ] {
        for (verb, way) in [
            ("PASS", "USER"),
            ("APOP", "APOP"),
            ("AUTH", "PLAIN"),
            ("USER", "USER"),
        ] {
            let fake = server().fault(Fault::reply(verb, reply)).build().unwrap();
            let mut client = greeted(over(&fake)).await;
            let error = client.login(&ops().with_mechanism(way)).await.unwrap_err();
            assert_eq!(error.kind().to_string(), word, "{verb} {reply}");
            assert_eq!(error.reply().unwrap().code(), code.as_ref());
            assert_eq!(client.state(), State::Authorization);
            assert!(matches!(client.stat().await, Err(Error::Usage { .. })));
            client.quit().await.unwrap();
        }
    }
}

#[tokio::test]
async fn garbage_challenges_are_cancelled_and_leave_the_session_usable() {
    for challenge in ["+ ???\r\n", "+ bm90IGEgY2hhbGxlbmdl\r\n", "+ \x00\r\n"] {
        let fake = server()
            .mechanisms([Mechanism::ScramSha256])
            .fault(Fault::Challenge(challenge.into()).nth(1))
            .build()
            .unwrap();
        let mut client = greeted(over(&fake)).await;
        let scram = ops().with_mechanism("SCRAM-SHA-256");
        let error = client.login(&scram).await.unwrap_err();
        assert_eq!(
            error.kind().to_string(),
            "proto.malformed",
            "{challenge:?}: {error}"
        );
        assert_eq!(fake.said().last().unwrap(), "*");
        client.login(&scram).await.unwrap();
    }
}

#[tokio::test]
async fn challenges_without_end_stop_at_the_limit() {
    for mechanism in [
        Mechanism::Plain,
        Mechanism::Login,
        Mechanism::CramMd5,
        Mechanism::ScramSha1,
    ] {
        let fake = server()
            .mechanisms([mechanism])
            .fault(Fault::EndlessChallenges)
            .build()
            .unwrap();
        let mut client = greeted(over(&fake)).await;
        let only = ops().with_mechanism(mechanism.name());
        assert!(client.login(&only).await.is_err());
        let rounds = fake.said().len();
        assert!(
            rounds <= Limits::default().sasl_rounds + 3,
            "{mechanism:?}: {rounds} rounds"
        );
        assert_eq!(client.state(), State::Authorization);
    }
}

#[tokio::test(start_paused = true)]
async fn two_challenges_at_once_are_not_answered() {
    let script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL LOGIN\nS: .\nC: AUTH LOGIN\nS: + VXNlcm5hbWU6\nS: + UGFzc3dvcmQ6\n...";
    let (outcome, said) = dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        let outcome = client.login(&ops()).await.map(drop);
        assert_poisoned(client.quit().await);
        outcome
    })
    .await;
    assert_eq!(kind(outcome), "proto.malformed");
    assert_eq!(said, ["CAPA", "AUTH LOGIN"]);
}

#[tokio::test(start_paused = true)]
async fn a_yes_to_a_cancelled_login_is_not_trusted() {
    let script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL CRAM-MD5\nS: .\nC: AUTH CRAM-MD5\nS: + ???\nC: *\nS: +OK welcome\n...";
    let (outcome, _) = dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        assert!(client.login(&ops()).await.is_err());
        assert_eq!(client.state(), State::Authorization);
        client.quit().await
    })
    .await;
    assert_poisoned(outcome);
}

#[tokio::test(start_paused = true)]
async fn bad_arguments_send_nothing() {
    for bad in ["a\r\nDELE 1", "a\nb", "a\0b", ""] {
        let fake = server().build().unwrap();
        let mut client = greeted(over(&fake)).await;
        let secret = Secret::from(bad);
        assert_eq!(kind(client.user_pass(bad, &password()).await), "usage");
        assert_eq!(kind(client.user_pass("ops", &secret).await), "usage");
        assert_eq!(kind(client.apop(bad, &password()).await), "usage");
        assert_eq!(kind(client.lang(bad).await), "usage");
        assert!(fake.said().is_empty(), "{:?}", fake.said());
        for credentials in [
            Credentials::password(bad, password()),
            Credentials::password("ops", secret.clone()),
            ops().with_mechanism(bad),
        ] {
            assert!(client.login(&credentials).await.is_err());
        }
        // Nothing broke the session.
        client.quit().await.unwrap();
        assert_eq!(fake.said(), ["CAPA", "QUIT"]);
    }
}

/// What the client said, without secrets: the verbs and the mechanisms.
pub(super) fn tried(fake: &Fake<Pop3>) -> Vec<String> {
    let said = fake.said();
    let verbs = said
        .iter()
        .filter(|line| line.starts_with(char::is_uppercase));
    let words = verbs.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "));
    let ways = ["AUTH", "USER", "APOP"];
    words
        .filter(|words| ways.iter().any(|way| words.starts_with(way)))
        .collect()
}

#[tokio::test]
async fn a_way_that_is_refused_before_a_proof_costs_nothing() {
    // AUTH is not known after all; the challenge is none.
    for (mechanism, fault) in [
        (
            Mechanism::CramMd5,
            Fault::reply("AUTH", "-ERR unknown command\r\n"),
        ),
        (
            Mechanism::ScramSha256,
            Fault::reply("AUTH", "-ERR [AUTH] not so\r\n"),
        ),
        (Mechanism::CramMd5, Fault::Challenge("+ ???\r\n".into())),
    ] {
        let fake = server()
            .mechanisms([mechanism])
            .fault(fault)
            .build()
            .unwrap();
        let mut client = greeted(over(&fake)).await;
        assert_eq!(client.login(&ops()).await.unwrap(), "USER");
        assert_eq!(
            tried(&fake),
            [&format!("AUTH {}", mechanism.name()), "USER ops"]
        );
        client.stat().await.unwrap();
    }
}

#[tokio::test]
async fn after_a_proof_there_is_one_more_try_and_the_error_names_both() {
    let wrong = Credentials::password("ops", Secret::from("no idea"));
    let mechanisms = [Mechanism::CramMd5, Mechanism::ScramSha256, Mechanism::Plain];
    let fake = server()
        .mechanisms(mechanisms)
        .tls(Certificate::Good)
        .stls();
    let fake = fake.build().unwrap();
    let mut client = Client::from_conn(over(&fake)).await.unwrap();
    client.stls(&trusting(&fake), &localhost()).await.unwrap();
    let error = client.login(&wrong).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.rejected");
    let text = error.to_string();
    assert!(text.contains("AUTH SCRAM-SHA-256"), "{text}");
    assert!(text.contains("AUTH PLAIN"), "{text}");
    assert_eq!(tried(&fake), ["AUTH SCRAM-SHA-256", "AUTH PLAIN"]);
    // Where somebody may listen one try is all he hears.
    let fake = server().mechanisms(mechanisms).build().unwrap();
    let mut client = greeted(over(&fake)).await;
    assert_eq!(kind(client.login(&wrong).await), "auth.rejected");
    assert_eq!(tried(&fake), ["AUTH SCRAM-SHA-256"]);
}

#[tokio::test]
async fn what_goes_wrong_at_the_door_names_host_and_port() {
    let server = server().start().await.unwrap();
    let connected = crate::connect(&format!("pop3://ops:wrong@{}", server.addr())).await;
    let told = connected.unwrap_err().to_string();
    let place = format!("{}: AUTH ", server.addr());
    assert!(
        told.starts_with(&place) && told.contains(" refused: -ERR"),
        "{told}"
    );
    let nobody = server.addr();
    drop(server);
    let connected = crate::connect(&format!("pop3://{nobody}")).await;
    let told = connected.unwrap_err().to_string();
    assert!(
        told.starts_with(&format!("{nobody}: connecting to ")),
        "{told}"
    );
    assert!(
        told.ends_with("; check that the server runs and listens on this port"),
        "{told}"
    );
}
