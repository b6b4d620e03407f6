//! What Dovecot and Cyrus wrote down about IMAP sessions.

use netspeak::core::sasl::Credentials;
use netspeak::core::{Secret, Tls};
use netspeak::imap::{Append, Builder, Client};

use super::{ended_by_quit, log, record, remote};
use crate::harness::{at, connector, password, token, user, with_password};

fn builder(tls: Tls) -> Builder {
    Client::builder().connector(connector()).tls(tls)
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_session_ends_by_logout_and_a_dropped_one_does_not() {
    for logs_out in [true, false] {
        let builder = builder(Tls::Required).credentials(with_password(user::IMAP_POLITE));
        let mut client = builder.connect(&remote("imap", "DOVECOT")).await.unwrap();
        let port = client.conn().local_addr().unwrap().port();
        client.examine(&"INBOX".parse().unwrap()).await.unwrap();
        if logs_out {
            client.logout().await.unwrap();
        } else {
            drop(client);
        }
        let lines = record("DOVECOT", port).await;
        assert_eq!(ended_by_quit(&lines), logs_out, "{lines:#?}");
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_session_that_idles_ends_by_logout_too() {
    let builder = builder(Tls::Implicit).credentials(with_password(user::IMAP_POLITE));
    let mut client = builder.connect(&remote("imaps", "DOVECOT")).await.unwrap();
    let port = client.conn().local_addr().unwrap().port();
    client.select(&"INBOX".parse().unwrap()).await.unwrap();
    let idle = client.idle().await.unwrap();
    idle.done().await.unwrap();
    client.logout().await.unwrap();
    let lines = record("DOVECOT", port).await;
    assert!(ended_by_quit(&lines), "{lines:#?}");
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn no_secret_of_an_imap_session_is_in_the_servers_logs() {
    let user = user::IMAP_POLITE;
    let wrong = Secret::from("marker-of-a-wrong-password");
    let mut secrets = vec![password(), wrong.clone()];
    for (name, way) in [
        ("dovecot", "PLAIN"),
        ("dovecot", "LOGIN"),
        ("dovecot", "SCRAM-SHA-256"),
        ("dovecot", "XOAUTH2"),
        ("dovecot", "OAUTHBEARER"),
        ("cyrus", "PLAIN"),
        ("cyrus", "LOGIN"),
        ("cyrus", "CRAM-MD5"),
    ] {
        for kind in ["VALID", "FORGED"] {
            let is_wrong = kind == "FORGED";
            let credentials = match way {
                "XOAUTH2" | "OAUTHBEARER" => {
                    secrets.push(token(kind, user));
                    Credentials::token(user, token(kind, user))
                }
                _ if is_wrong => Credentials::password(user, wrong.clone()),
                _ => with_password(user),
            };
            let connecting = builder(Tls::Required).connect(&at("imap", name)).await;
            let mut client = connecting.unwrap();
            let outcome = client.login(&credentials.with_mechanism(way)).await;
            assert_eq!(outcome.is_err(), is_wrong, "{name} {way}: {outcome:?}");
            client.logout().await.unwrap();
        }
        // LOGIN, the command.
        let connecting = builder(Tls::Implicit).connect(&at("imaps", name)).await;
        let mut client = connecting.unwrap();
        assert!(client.user_pass(user, &wrong).await.is_err(), "{name}");
        client.user_pass(user, &password()).await.unwrap();
        let message = "Subject: secret\r\n\r\nmarker-of-a-message\r\n";
        let drafts = "Drafts".parse().unwrap();
        let how = Append::new();
        let put = client.append(&drafts, &how, message.as_bytes()).await;
        put.unwrap();
        let port = client.conn().local_addr().unwrap().port();
        client.logout().await.unwrap();
        if name == "dovecot" {
            record("DOVECOT", port).await;
        }
    }
    secrets.push(Secret::from("marker-of-a-message"));
    for container in ["DOVECOT", "CYRUS"] {
        let log = log(container).await;
        for secret in &secrets {
            assert!(
                !log.contains(secret.expose().as_str()),
                "{container} has written a secret down"
            );
        }
    }
}
