//! Logins, by every mechanism that Postfix offers.

use netspeak::core::sasl::{Credentials, TokenRequest};
use netspeak::core::{Secret, Tls};
use netspeak::smtp::Client;

use crate::harness::{connector, kind, target, token, user, with_password};
use crate::smtp::{address, submission};

/// Inside TLS; nothing is offered before.
pub(super) const OFFERED: [&str; 8] = [
    "CRAM-MD5",
    "DIGEST-MD5",
    "LOGIN",
    "OAUTHBEARER",
    "PLAIN",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
];

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn every_mechanism_that_both_sides_know_logs_in() {
    let user = user::MAIL_MECHANISMS;
    let own = address(user).parse().unwrap();
    for (target, mode) in [
        (target("submission", "POSTFIX_SUBMISSION"), Tls::Required),
        (target("smtps", "POSTFIX_SMTPS"), Tls::Implicit),
    ] {
        let connected = async || {
            let builder = Client::builder().connector(connector()).tls(mode);
            builder.connect(&target).await.unwrap()
        };
        let mut used = Vec::new();
        for mechanism in OFFERED {
            let mut client = connected().await;
            let mut offered = client.capabilities().unwrap().auth();
            offered.sort();
            assert_eq!(offered, OFFERED, "{target}");
            let right = match mechanism {
                "OAUTHBEARER" | "XOAUTH2" => Credentials::token(user, token("VALID", user)),
                _ => with_password(user),
            };
            let right = right.with_mechanism(mechanism);
            // RFC 6331 ended it.
            if mechanism == "DIGEST-MD5" {
                assert_eq!(kind(&client.login(&right).await), "usage");
                client.quit().await.unwrap();
                continue;
            }
            let wrong = match mechanism {
                "OAUTHBEARER" | "XOAUTH2" => Credentials::token(user, token("FORGED", user)),
                _ => Credentials::password(user, Secret::from("wrong")),
            };
            let outcome = client.login(&wrong.with_mechanism(mechanism)).await;
            assert_eq!(kind(&outcome), "auth.rejected", "{mechanism}");
            // Nor may anybody send who has not logged in.
            let outcome = client.mail(&own, &Default::default()).await;
            let outcome = match outcome {
                Ok(_) => {
                    let to = "anybody@discard.test".parse().unwrap();
                    client.rcpt(&to, &Default::default()).await
                }
                refused => refused,
            };
            assert_eq!(kind(&outcome), "work.rejected", "{mechanism}");
            client.rset().await.unwrap();
            let outcome = client.login(&right).await;
            assert_eq!(
                outcome.unwrap_or_else(|error| panic!("{mechanism}: {error}")),
                mechanism
            );
            client.mail(&own, &Default::default()).await.unwrap();
            client.rset().await.unwrap();
            client.quit().await.unwrap();
            used.push(mechanism);
        }
        assert_eq!(used.len(), 7, "{used:?}");
        let mut client = connected().await;
        let strongest = client.login(&with_password(user)).await.unwrap();
        assert_eq!(strongest, "SCRAM-SHA-256");
        client.quit().await.unwrap();
    }
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        let (target, builder) = submission();
        let provider = move |why| {
            std::future::ready(Ok(match why {
                TokenRequest::First => token("EXPIRED", user),
                _ => token("VALID", user),
            }))
        };
        let credentials = Credentials::token(user, provider).with_mechanism(mechanism);
        let client = builder.credentials(credentials).connect(&target).await;
        client.unwrap().quit().await.unwrap();
    }
}
