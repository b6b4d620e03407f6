//! Inside TLS, or not at all.

use netspeak::core::tls::TlsSettings;
use netspeak::core::{Tls, Trace};
use netspeak::smtp::{Client, Envelope};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::harness::{
    asking_for, connector, kind, said, target, trusting, user, variable, with_password,
};
use crate::smtp::mailbox::{arrived, assert_arrived, emptied};
use crate::smtp::texts::text;
use crate::smtp::{address, outcomes};

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn nothing_is_submitted_without_starttls() {
    let user = user::MAIL_DECEIVED;
    let target = target("submission", "POSTFIX_SUBMISSION");
    let trace = Trace::with_transcript();
    let builder = Client::builder().connector(connector()).tls(Tls::Off);
    let mut client = builder.trace(trace.clone()).connect(&target).await.unwrap();
    let capabilities = client.capabilities().unwrap();
    assert!(capabilities.starttls() && capabilities.auth().is_empty());
    for mechanism in [None, Some("PLAIN"), Some("SCRAM-SHA-256")] {
        let credentials = with_password(user);
        let credentials = match mechanism {
            Some(mechanism) => credentials.with_mechanism(mechanism),
            None => credentials,
        };
        let outcome = client.login(&credentials).await;
        assert_eq!(kind(&outcome), "auth.no_mechanism", "{mechanism:?}");
    }
    assert_eq!(said(&trace).len(), 1, "{:?}", said(&trace));
    // The server says the same.
    let sender = address(user).parse().unwrap();
    let error = client.mail(&sender, &Default::default()).await.unwrap_err();
    assert_eq!(error.reply().unwrap().code(), 530, "{error}");
    client.quit().await.unwrap();
    // Also to a client that asks it to take a password in the clear.
    #[expect(
        clippy::disallowed_methods,
        reason = "on loopback; our client would not say it"
    )]
    let stream = TcpStream::connect(variable("NETSPEAK_POSTFIX_SUBMISSION"));
    let mut stream = BufReader::new(stream.await.unwrap());
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    for (command, expected) in [
        ("HELO [127.0.0.1]", "250 "),
        ("AUTH PLAIN AGEAYg==", "530 "),
        ("QUIT", "221 "),
    ] {
        let command = format!("{command}\r\n");
        stream.write_all(command.as_bytes()).await.unwrap();
        line.clear();
        stream.read_line(&mut line).await.unwrap();
        assert!(line.starts_with(expected), "{command}{line}");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn a_bad_certificate_is_named_and_gets_neither_credentials_nor_mail() {
    let situations: [(&str, TlsSettings); 4] = [
        ("tls.cert_untrusted", trusting("other-ca.pem")),
        ("tls.cert_name", asking_for("wrong-name.test")),
        ("tls.cert_expired", asking_for("expired.test")),
        ("tls.cert_untrusted", asking_for("incomplete.test")),
    ];
    for (expected, settings) in situations {
        for (target, mode, verbs) in [
            (
                target("submission", "POSTFIX_SUBMISSION"),
                Tls::Required,
                &["EHLO", "STARTTLS"][..],
            ),
            (
                target("smtp", "POSTFIX_SMTP"),
                Tls::Opportunistic,
                &["EHLO", "STARTTLS"],
            ),
            (target("smtps", "POSTFIX_SMTPS"), Tls::Implicit, &[]),
        ] {
            let trace = Trace::with_transcript();
            let outcome = Client::builder()
                .connector(connector().with_tls(settings.clone()))
                .tls(mode)
                .trace(trace.clone())
                .credentials(with_password(user::MAIL_DECEIVED))
                .connect(&target)
                .await;
            assert_eq!(kind(&outcome), expected, "{target} {mode:?}");
            let said = said(&trace);
            let first: Vec<&str> = said
                .iter()
                .filter_map(|line| line.split_whitespace().next())
                .collect();
            assert_eq!(first, verbs, "{target}: nothing else may be said");
            assert_eq!(trace.tls().unwrap().verified, Some(false));
        }
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn over_tls_from_the_first_byte() {
    let user = user::MAIL_SMTPS;
    emptied(user).await;
    let envelope = Envelope::new(address(user), [address(user)]).unwrap();
    let mut expected = Vec::new();
    for scheme in ["smtps", "submissions"] {
        let builder = Client::builder().connector(connector());
        let mut client = builder
            .credentials(with_password(user))
            .connect(&target(scheme, "POSTFIX_SMTPS"))
            .await
            .unwrap();
        assert!(client.conn().is_encrypted());
        let sent = text(scheme, b"Subject: x\r\n\r\n.\r\n");
        let receipt = client.send(&envelope, &sent).await.unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{scheme}");
        client.quit().await.unwrap();
        expected.push(sent);
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "by TLS");
    }
}
