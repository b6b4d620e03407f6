//! Logins, by every mechanism that the servers have.

use netspeak::core::sasl::Credentials;
use netspeak::core::tls::Identity;
use netspeak::core::{ClearTextAuth, Secret, Tls, Trace};

use crate::harness::{
    at, certificate, connector, kind, password, said, target, tls, token, user, with_password,
};
use crate::imap::{SERVERS, doors, logged_out, over};

/// The verbs that were said, each without its tag and its arguments; of AUTHENTICATE also the mechanism.
fn verbs(trace: &Trace) -> Vec<String> {
    let verb = |line: &String| {
        let mut words = line.split(' ').skip(1);
        match words.next()? {
            "AUTHENTICATE" => Some(format!("AUTHENTICATE {}", words.next()?)),
            verb => Some(verb.to_owned()),
        }
    };
    said(trace).iter().filter_map(verb).collect()
}

fn tried(trace: &Trace) -> Vec<String> {
    let verbs = verbs(trace).into_iter();
    let is_login = |verb: &String| verb == "LOGIN" || verb.starts_with("AUTHENTICATE");
    verbs.filter(is_login).collect()
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_password_is_never_sent_where_login_is_disabled() {
    for server in SERVERS {
        for target in [
            target("imap", &format!("{server}_IMAP")),
            at("imap", &server.to_lowercase()),
        ] {
            let trace = Trace::with_transcript();
            let builder = over(Tls::Off).trace(trace.clone());
            let mut client = builder.connect(&target).await.unwrap();
            client.set_clear_text_auth(ClearTextAuth::Allowed);
            let offered = client.known_capabilities().await.unwrap();
            assert!(offered.login_disabled(), "{target}");
            for way in ["LOGIN", "PLAIN"] {
                let asked = with_password(user::IMAP_REJECTED).with_mechanism(way);
                let outcome = client.login(&asked).await;
                assert_eq!(kind(&outcome), "auth.no_mechanism", "{target} {way}");
            }
            assert_eq!(tried(&trace), [""; 0], "{target}");
            // What proves the password without sending it is another matter.
            let way = client.login(&with_password(user::IMAP_REJECTED)).await;
            assert!(way.unwrap().starts_with("SCRAM-SHA-"), "{target}");
            client.logout().await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn nothing_that_proves_the_password_goes_out_in_the_clear_to_another_machine() {
    for name in ["dovecot", "dovecot-plain", "cyrus"] {
        let trace = Trace::with_transcript();
        let builder = over(Tls::Off).trace(trace.clone());
        let mut client = builder.connect(&at("imap", name)).await.unwrap();
        assert!(!client.conn().peer_addr().unwrap().ip().is_loopback());
        let credentials = with_password(user::IMAP_REJECTED);
        let outcome = client.login(&credentials).await;
        assert_eq!(kind(&outcome), "auth.plaintext_blocked", "{name}");
        let outcome = client.user_pass(user::IMAP_REJECTED, &password()).await;
        assert_eq!(kind(&outcome), "auth.plaintext_blocked", "{name}");
        assert_eq!(tried(&trace), [""; 0], "{name}");
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn the_best_way_is_taken_and_the_password_is_not_sent() {
    for (server, best) in [
        ("DOVECOT", &["AUTHENTICATE SCRAM-SHA-256"][..]),
        (
            "CYRUS",
            &[
                "AUTHENTICATE SCRAM-SHA-512-PLUS",
                "AUTHENTICATE SCRAM-SHA-512",
            ],
        ),
    ] {
        for (target, mode) in doors(server) {
            let trace = Trace::with_transcript();
            let builder = over(mode).trace(trace.clone());
            let client = builder
                .credentials(with_password(user::IMAP_READ))
                .connect(&target)
                .await
                .unwrap_or_else(|error| panic!("{target}: {error}"));
            assert_eq!(tried(&trace), best, "{target}");
            client.logout().await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn each_mechanism_logs_in_by_its_name() {
    let user = user::IMAP_READ;
    for (server, ways) in [
        (
            "DOVECOT",
            &[
                "SCRAM-SHA-256",
                "SCRAM-SHA-1",
                "CRAM-MD5",
                "PLAIN",
                "LOGIN",
                "XOAUTH2",
                "OAUTHBEARER",
            ][..],
        ),
        (
            "CYRUS",
            &[
                "SCRAM-SHA-512",
                "SCRAM-SHA-256",
                "SCRAM-SHA-1",
                "CRAM-MD5",
                "PLAIN",
                "LOGIN",
            ],
        ),
    ] {
        for (target, mode) in doors(server) {
            for way in ways {
                let credentials = match *way {
                    "XOAUTH2" | "OAUTHBEARER" => Credentials::token(user, token("VALID", user)),
                    _ => with_password(user),
                };
                let what = format!("{target} {way}");
                let trace = Trace::with_transcript();
                let builder = over(mode).trace(trace.clone());
                let mut client = builder
                    .credentials(credentials.with_mechanism(way))
                    .connect(&target)
                    .await
                    .unwrap_or_else(|error| panic!("{what}: {error}"));
                assert_eq!(tried(&trace), [format!("AUTHENTICATE {way}")], "{what}");
                let opened = client.examine(&"INBOX".parse().unwrap()).await;
                assert_eq!(opened.unwrap().exists, 8, "{what}");
                client.logout().await.unwrap();
            }
        }
        let mut client = logged_out(server).await;
        client.user_pass(user, &password()).await.unwrap();
        let opened = client.examine(&"INBOX".parse().unwrap()).await;
        assert_eq!(opened.unwrap().exists, 8, "{server}");
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_wrong_password_is_rejected_and_the_session_goes_on() {
    let user = user::IMAP_REJECTED;
    for server in SERVERS {
        for way in ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"] {
            let what = format!("{server} {way}");
            let mut client = logged_out(server).await;
            let wrong = Credentials::password(user, Secret::from("not the one"));
            let outcome = client.login(&wrong.with_mechanism(way)).await;
            assert_eq!(kind(&outcome), "auth.rejected", "{what}");
            let error = outcome.unwrap_err();
            assert!(!error.is_temporary(), "{what}");
            let text = error.to_string();
            assert!(
                text.contains(way) && !text.contains("not the one"),
                "{text}"
            );
            let right = with_password(user).with_mechanism(way);
            assert_eq!(client.login(&right).await.unwrap(), way, "{what}");
            client.logout().await.unwrap();
        }
        let mut client = logged_out(server).await;
        let outcome = client.user_pass(user, &Secret::from("not the one")).await;
        assert_eq!(kind(&outcome), "auth.rejected", "{server}");
        client.user_pass(user, &password()).await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn an_old_or_forged_token_is_rejected() {
    let user = user::IMAP_REJECTED;
    for way in ["XOAUTH2", "OAUTHBEARER"] {
        for which in ["EXPIRED", "FORGED"] {
            let mut client = logged_out("DOVECOT").await;
            let credentials = Credentials::token(user, token(which, user));
            let outcome = client.login(&credentials.with_mechanism(way)).await;
            assert_eq!(kind(&outcome), "auth.rejected", "{way} {which}");
            // The session goes on.
            let right = Credentials::token(user, token("VALID", user)).with_mechanism(way);
            assert_eq!(client.login(&right).await.unwrap(), way);
            client.logout().await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_client_certificate_logs_in_by_external() {
    let mut settings = tls();
    settings.identity = Some(Identity {
        chain_pem: std::fs::read_to_string(certificate("client.chain.pem")).unwrap(),
        key_pem: Secret::from(std::fs::read_to_string(certificate("client.key")).unwrap()),
    });
    let connector = connector().with_tls(settings);
    for server in SERVERS {
        for who in [None, Some(user::CERTIFIED.to_owned())] {
            for (target, mode) in doors(server) {
                let builder = over(mode).connector(connector.clone());
                let external = Credentials::external(who.clone());
                let client = builder
                    .credentials(external)
                    .connect(&target)
                    .await
                    .unwrap_or_else(|error| panic!("{who:?} {target}: {error}"));
                client.logout().await.unwrap();
            }
        }
    }
}
