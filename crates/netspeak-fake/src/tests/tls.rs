//! TLS: good and bad certificates, the upgrade, and the faults that only TLS has.

use std::io::ErrorKind;

use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{CertificateError, Error, ProtocolVersion};

use super::client::{Client, tcp, trusting};
use crate::{Builder, Certificate, Fake, Fault, Mechanism, Moment, Pop3, Server};

fn pop3() -> Builder<Pop3> {
    Pop3::builder().user("ops", "secret").without_apop()
}

async fn secured(fake: &Fake<Pop3>, name: &str) -> std::io::Result<Client> {
    Client::of(fake).tls(trusting(fake, None), name).await
}

#[tokio::test]
async fn good_certificates() {
    for certificate in [Certificate::Good, Certificate::Intermediate] {
        let fake = pop3().tls(certificate).implicit_tls().build().unwrap();
        for name in ["localhost", "127.0.0.1", "::1"] {
            let mut client = secured(&fake, name).await.unwrap();
            assert_eq!(
                client.line().await,
                "+OK netspeak-fake POP3 ready",
                "{certificate:?} {name}"
            );
        }
    }
}

#[tokio::test]
async fn a_server_has_the_name_it_was_given() {
    let fake = pop3().implicit_tls().named("mail.example.org");
    let fake = fake.build().unwrap();
    for name in ["localhost", "mail.example.org"] {
        secured(&fake, name).await.unwrap();
    }
    assert!(secured(&fake, "www.example.org").await.is_err());
}

#[tokio::test]
async fn bad_certificates() {
    let is_fitting = |certificate, error: &CertificateError| match certificate {
        Certificate::Expired => matches!(
            error,
            CertificateError::Expired | CertificateError::ExpiredContext { .. }
        ),
        Certificate::NotYetValid => matches!(
            error,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }
        ),
        Certificate::WrongName | Certificate::CommonNameOnly | Certificate::AddressAsDnsName => {
            matches!(
                error,
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
            )
        }
        Certificate::SelfSigned | Certificate::MissingIntermediate => {
            matches!(error, CertificateError::UnknownIssuer)
        }
        Certificate::UnknownCa => matches!(
            error,
            CertificateError::BadSignature | CertificateError::UnknownIssuer
        ),
        Certificate::ClientOnly => matches!(
            error,
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. }
        ),
        _ => true,
    };
    for certificate in [
        Certificate::MissingIntermediate,
        Certificate::Expired,
        Certificate::NotYetValid,
        Certificate::WrongName,
        Certificate::CommonNameOnly,
        Certificate::AddressAsDnsName,
        Certificate::SelfSigned,
        Certificate::UnknownCa,
        Certificate::LeafAsCa,
        Certificate::ClientOnly,
    ] {
        let fake = pop3().tls(certificate).implicit_tls().build().unwrap();
        let name = if certificate == Certificate::AddressAsDnsName {
            "127.0.0.1"
        } else {
            "localhost"
        };
        let error = secured(&fake, name).await.err().unwrap();
        let Some(Error::InvalidCertificate(found)) =
            error.get_ref().and_then(|inner| inner.downcast_ref())
        else {
            panic!("{certificate:?}: {error:?}")
        };
        assert!(is_fitting(certificate, found), "{certificate:?}: {found:?}");
        fake.idle().await;
        assert!(
            fake.handshakes()
                .iter()
                .all(|handshake| !handshake.completed),
            "{certificate:?}"
        );
    }
}

#[tokio::test]
async fn stls() {
    let fake = pop3().stls().build().unwrap();
    let mut client = Client::greeted(&fake).await;
    client.ask("USER ops").await;
    assert_eq!(client.ask("STLS").await, "+OK begin TLS");
    let mut config = trusting(&fake, None);
    config.alpn_protocols = vec![b"pop3".to_vec()];
    let mut client = client.tls(config, "localhost").await.unwrap();
    assert_eq!(
        client.ask("PASS secret").await,
        "-ERR USER first",
        "what was said in clear text is forgotten"
    );
    let capabilities = client.ask_all("CAPA").await;
    assert!(!capabilities.contains(&"STLS".to_owned()));
    assert_eq!(client.ask("STLS").await, "-ERR what do you mean?");
    assert_eq!(client.ask("QUIT").await, "+OK bye");
    client.rest().await.1.unwrap();

    let said: Vec<_> = fake.log().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "1 USER ops",
            "1 STLS",
            "1 tls PASS secret",
            "1 tls CAPA",
            "1 tls STLS",
            "1 tls QUIT"
        ]
    );
    let handshakes = fake.handshakes();
    assert_eq!(handshakes[0].server_name.as_deref(), Some("localhost"));
    assert_eq!(handshakes[0].alpn, ["pop3"]);
    assert!(handshakes[0].completed);
}

#[tokio::test]
async fn what_came_together_with_stls_is_dropped_and_logged() {
    let fake = pop3().stls().build().unwrap();
    let mut client = Client::greeted(&fake).await;
    client.say("STLS\r\nUSER ops").await;
    assert_eq!(client.line().await, "+OK begin TLS");
    let mut client = client
        .tls(trusting(&fake, None), "localhost")
        .await
        .unwrap();
    assert_eq!(client.ask("NOOP").await, "-ERR log in first");
    assert_eq!(fake.said(), ["STLS", "USER ops", "NOOP"]);
    assert!(!fake.log()[1].encrypted);
}

#[tokio::test]
async fn truncation_is_visible() {
    for (fault, complete) in [
        (Fault::Truncate(Moment::After("NOOP")), false),
        (Fault::Close(Moment::After("NOOP")), true),
    ] {
        let server = pop3().implicit_tls().fault(fault).start().await.unwrap();
        let client = Client::tcp(&server).await;
        let mut client = client
            .tls(trusting(&server, None), "localhost")
            .await
            .unwrap();
        client.line().await;
        assert_eq!(client.ask("NOOP").await, "-ERR log in first");
        match client.rest().await.1 {
            Ok(0) => assert!(complete),
            Err(error) => assert!(!complete && error.kind() == ErrorKind::UnexpectedEof),
            Ok(_) => panic!("more"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_tls_port_that_is_none() {
    let fake = pop3()
        .implicit_tls()
        .fault(Fault::ClearText)
        .build()
        .unwrap();
    assert_eq!(
        Client::of(&fake).line().await,
        "+OK netspeak-fake POP3 ready"
    );
    assert!(secured(&fake, "localhost").await.is_err());

    let fake = pop3()
        .implicit_tls()
        .fault(Fault::Stall(Moment::Handshake))
        .build()
        .unwrap();
    let hour = std::time::Duration::from_secs(3600);
    assert!(
        tokio::time::timeout(hour, secured(&fake, "localhost"))
            .await
            .is_err()
    );
    assert!(fake.log().is_empty());

    let flood = Fault::Flood {
        at: Moment::Handshake,
        head: vec![],
        repeat: b"\x15\x03\x03\x00\x02\x01\x5a".to_vec(),
    };
    let fake = pop3().implicit_tls().fault(flood).build().unwrap();
    assert_eq!(
        Client::of(&fake).bytes(7 << 14).await.first(),
        Some(&0x15),
        "warnings for ever"
    );

    let fake = pop3()
        .implicit_tls()
        .fault(Fault::reply(
            crate::HANDSHAKE,
            b"\x15\x03\x01\x00\x02\x02\x46",
        ))
        .build()
        .unwrap();
    assert!(
        secured(&fake, "localhost").await.is_err(),
        "a protocol_version alert"
    );
}

#[tokio::test]
async fn versions_and_alpn() {
    let server: Server<Pop3> = pop3()
        .implicit_tls()
        .tls12_only()
        .alpn(["pop3"])
        .start()
        .await
        .unwrap();
    for (id, accepted) in [("pop3", true), ("imap", false)] {
        let mut config = trusting(&server, None);
        config.alpn_protocols = vec![id.as_bytes().to_vec()];
        let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = connector.connect(name, tcp(&server).await).await;
        assert_eq!(stream.is_ok(), accepted, "{id}");
        if let Ok(stream) = stream {
            let (_, connection) = stream.get_ref();
            assert_eq!(
                connection.protocol_version(),
                Some(ProtocolVersion::TLSv1_2)
            );
            assert_eq!(connection.alpn_protocol(), Some(id.as_bytes()));
        }
    }
    assert_eq!(
        server.handshakes()[0].server_name,
        None,
        "no name for an address"
    );
}

#[tokio::test]
async fn client_certificates() {
    let fake = pop3()
        .implicit_tls()
        .require_client_certificate()
        .mechanisms([Mechanism::External])
        .build()
        .unwrap();
    let identity = fake.client_identity("ops").unwrap();
    let mut client = Client::of(&fake)
        .tls(trusting(&fake, Some(identity)), "localhost")
        .await
        .unwrap();
    client.line().await;
    assert_eq!(
        client.ask("AUTH EXTERNAL =").await,
        "+OK maildrop has 0 messages (0 octets)"
    );

    let mut client = Client::of(&fake)
        .tls(trusting(&fake, None), "localhost")
        .await
        .unwrap();
    assert!(
        client.rest().await.1.is_err(),
        "TLS 1.3 tells the client late"
    );

    let fake = pop3()
        .implicit_tls()
        .ask_client_certificate()
        .build()
        .unwrap();
    assert!(
        secured(&fake, "localhost")
            .await
            .unwrap()
            .line()
            .await
            .starts_with("+OK")
    );
}

#[tokio::test]
async fn plus_mechanisms_bind_to_the_connection() {
    let fake = pop3().stls().mechanisms(Mechanism::ALL).build().unwrap();
    let mut client = Client::greeted(&fake).await;
    client.ask("STLS").await;
    let mut client = client
        .tls(trusting(&fake, None), "localhost")
        .await
        .unwrap();
    assert!(
        client
            .ask_all("AUTH")
            .await
            .contains(&"SCRAM-SHA-256-PLUS".to_owned())
    );
    assert!(
        client
            .ask("AUTH SCRAM-SHA-256-PLUS cD10bHMtZXhwb3J0ZXIsLG49b3BzLHI9Y2xpZW50")
            .await
            .starts_with("+ ")
    );
    client.ask("*").await;
    let downgrade = client
        .ask("AUTH SCRAM-SHA-256 eSwsbj1vcHMscj1jbGllbnQ=")
        .await;
    assert_eq!(
        downgrade, "-ERR [AUTH] wrong name or password",
        "`y` although -PLUS was offered"
    );
}
