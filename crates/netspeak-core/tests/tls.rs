//! What TLS settings do, against a server in this process.
#![expect(clippy::unwrap_used, reason = "the helpers of tests fail by panicking")]

use netspeak_core::tls::{
    Identity, MaxVersion, MinVersion, Roots, Sni, TlsFacts, TlsSettings, Verify, parse_pin,
};
use netspeak_core::{
    Conn, Connector, Endpoint, LineCodec, Phase, Result, Secret, Security, Tls, Trace,
};
use netspeak_fake::{Builder, Certificate, Pop3, Server};

fn server() -> Builder<Pop3> {
    Pop3::builder().tls(Certificate::Good).implicit_tls()
}

fn trusting(server: &Server<Pop3>) -> TlsSettings {
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    settings
}

fn endpoint(server: &Server<Pop3>, host: &str) -> Endpoint {
    Endpoint::new(host.parse().unwrap(), server.port())
}

/// Connects and reads the greeting, so that a server's session tickets have come as well.
async fn greeted(conn: &mut Conn) -> Result<()> {
    conn.begin(Phase::Greeting)?;
    conn.next(&mut LineCodec::new(500)).await?;
    conn.finish();
    Ok(())
}

async fn connect(server: &Server<Pop3>, settings: TlsSettings) -> (Result<Security>, TlsFacts) {
    let trace = Trace::new();
    let connector = Connector::new().with_tls(settings).with_address_of(
        "localhost",
        None,
        vec!["127.0.0.1".parse().unwrap()],
    );
    let at = endpoint(server, "localhost");
    let outcome = async {
        let mut conn = connector.connect(&at, Tls::Implicit, &trace).await?;
        greeted(&mut conn).await?;
        Ok(conn.security())
    };
    (outcome.await, trace.tls().unwrap_or_default())
}

fn kind(outcome: &Result<Security>) -> String {
    outcome.as_ref().unwrap_err().kind().to_string()
}

#[tokio::test]
async fn several_authorities_are_trusted_together_and_no_other() {
    let (mine, other) = (server(), server());
    let (mine, other) = (mine.start().await.unwrap(), other.start().await.unwrap());
    let mut settings = TlsSettings::default();
    settings.roots = Roots::System.and(trusting(&mine).roots);
    let (outcome, _) = connect(&mine, settings.clone()).await;
    assert_eq!(outcome.unwrap(), Security::Verified);
    let (outcome, _) = connect(&other, settings.clone()).await;
    assert_eq!(kind(&outcome), "tls.cert_untrusted");
    settings.roots = settings.roots.and(trusting(&other).roots);
    for server in [&mine, &other] {
        let (outcome, _) = connect(server, settings.clone()).await;
        assert_eq!(outcome.unwrap(), Security::Verified);
    }
}

#[tokio::test]
async fn a_pin_must_match_also_where_nothing_else_is_checked() {
    use base64::Engine as _;
    let server = server().start().await.unwrap();
    let (_, facts) = connect(&server, trusting(&server)).await;
    let hex = facts.chain[0].spki_sha256.as_bytes();
    let bytes: Vec<u8> = hex
        .chunks(2)
        .map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap())
        .collect();
    let coded = base64::engine::general_purpose::STANDARD.encode(bytes);
    let right = parse_pin(&format!("sha256//{coded}")).unwrap();
    for verify in [Verify::Full, Verify::Note, Verify::Nothing] {
        let mut settings = trusting(&server);
        settings.verify = verify;
        settings.pins = vec![[7; 32], right];
        assert!(
            connect(&server, settings.clone()).await.0.is_ok(),
            "{verify:?}"
        );
        settings.pins = vec![[7; 32]];
        let (outcome, facts) = connect(&server, settings).await;
        assert_eq!(kind(&outcome), "tls.cert_pin", "{verify:?}");
        assert_eq!(facts.chain.len(), 1);
    }
    for bad in ["", "sha256//", "sha256//AAAA", "md5//AAAA", "ä"] {
        assert!(parse_pin(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn an_old_version_can_be_refused() {
    let server = server().tls12_only().start().await.unwrap();
    let (outcome, facts) = connect(&server, trusting(&server)).await;
    assert_eq!(
        (outcome.unwrap(), facts.version),
        (Security::Verified, Some("1.2"))
    );
    let mut settings = trusting(&server);
    settings.min_version = MinVersion::Tls13;
    assert_eq!(kind(&connect(&server, settings).await.0), "tls.version");
}

#[tokio::test]
async fn a_new_version_can_be_left_out() {
    let server = server().start().await.unwrap();
    let mut settings = trusting(&server);
    assert_eq!(
        connect(&server, settings.clone()).await.1.version,
        Some("1.3")
    );
    settings.max_version = MaxVersion::Tls12;
    let facts = connect(&server, settings.clone()).await.1;
    assert_eq!(facts.version, Some("1.2"));
    settings.min_version = MinVersion::Tls13;
    assert_eq!(kind(&connect(&server, settings).await.0), "usage");
}

#[tokio::test]
async fn how_sure_a_connection_is_follows_from_the_settings() {
    let server = server().tls(Certificate::SelfSigned).start().await.unwrap();
    let with = |verify| {
        let mut settings = trusting(&server);
        settings.verify = verify;
        connect(&server, settings)
    };
    assert_eq!(kind(&with(Verify::Full).await.0), "tls.cert_untrusted");
    let (outcome, facts) = with(Verify::Note).await;
    assert_eq!(
        (outcome.unwrap(), facts.verified),
        (Security::Unverified, Some(false))
    );
    assert_eq!(
        facts.verify_error.unwrap().0.to_string(),
        "tls.cert_untrusted"
    );
    assert_eq!(with(Verify::Nothing).await.0.unwrap(), Security::Accepted);
}

#[tokio::test]
async fn session_keys_are_written_where_they_are_wanted() {
    let server = server().start().await.unwrap();
    let file = std::env::temp_dir().join(format!("netspeak-keys-{}", std::process::id()));
    let mut settings = trusting(&server);
    settings.key_log = Some(file.clone());
    assert!(connect(&server, settings).await.0.is_ok());
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(
        written.contains("CLIENT_HANDSHAKE_TRAFFIC_SECRET "),
        "{written}"
    );
    let mut settings = trusting(&server);
    settings.key_log = Some("/no/such/folder/keys".into());
    assert_eq!(kind(&connect(&server, settings).await.0), "config");
}

#[tokio::test]
async fn sessions_are_resumed_within_one_control_connection_only() {
    let server = server().start().await.unwrap();
    let (connector, at) = (
        Connector::new().with_tls(trusting(&server)),
        endpoint(&server, "127.0.0.1"),
    );
    let own = connector.tls().unwrap().with_own_sessions();
    let mut resumed = Vec::new();
    for tls in [
        &own,
        &own,
        connector.tls().unwrap(),
        connector.tls().unwrap(),
    ] {
        let trace = Trace::new();
        let mut conn = connector.connect(&at, Tls::Off, &trace).await.unwrap();
        conn.upgrade(tls, &at.host).await.unwrap();
        greeted(&mut conn).await.unwrap();
        let facts = trace.tls().unwrap();
        assert_eq!(
            (conn.security(), facts.chain.len()),
            (Security::Verified, 1)
        );
        resumed.push(facts.resumed);
    }
    assert_eq!(resumed, [false, true, false, false]);
}

#[tokio::test]
async fn both_ends_export_the_same_key_and_no_other_connection_does() {
    let server = server().start().await.unwrap();
    let (connector, at) = (
        Connector::new().with_tls(trusting(&server)),
        endpoint(&server, "127.0.0.1"),
    );
    let one = connector
        .connect(&at, Tls::Implicit, &Trace::new())
        .await
        .unwrap();
    let two = connector
        .connect(&at, Tls::Implicit, &Trace::new())
        .await
        .unwrap();
    let clear = connector
        .connect(&at, Tls::Off, &Trace::new())
        .await
        .unwrap();
    assert!(one.channel_binding().is_some());
    assert_ne!(one.channel_binding(), two.channel_binding());
    assert_eq!(clear.channel_binding(), None);
}

#[tokio::test]
async fn our_own_certificate_is_shown_when_it_is_asked_for() {
    let server = server().require_client_certificate().start().await.unwrap();
    assert!(connect(&server, trusting(&server)).await.0.is_err());
    let identity = server.client_identity("ops").unwrap();
    let mut settings = trusting(&server);
    settings.identity = Some(Identity {
        chain_pem: identity.certificate_pem.clone(),
        key_pem: Secret::from(identity.key_pem.as_str()),
    });
    assert!(!format!("{settings:?}").contains("PRIVATE KEY"));
    assert!(connect(&server, settings.clone()).await.0.is_ok());
    settings.identity = Some(Identity {
        chain_pem: identity.certificate_pem.clone(),
        key_pem: Secret::from("no key"),
    });
    assert_eq!(kind(&connect(&server, settings).await.0), "config");
}

#[tokio::test]
async fn a_name_is_sent_and_an_address_is_not() {
    let server = server().alpn(["pop3"]).start().await.unwrap();
    let connector = |settings| {
        Connector::new()
            .with_tls(settings)
            .with_alpn(&[b"pop3"])
            .with_address_of("localhost", None, vec!["127.0.0.1".parse().unwrap()])
    };
    for (host, sni, sent) in [
        ("localhost", Sni::Host, Some("localhost")),
        ("127.0.0.1", Sni::Host, None),
        (
            "127.0.0.1",
            Sni::Name("localhost".to_owned()),
            Some("localhost"),
        ),
        ("localhost", Sni::Off, None),
    ] {
        let mut settings = trusting(&server);
        settings.sni = sni;
        let (trace, at) = (Trace::new(), endpoint(&server, host));
        let mut conn = connector(settings)
            .connect(&at, Tls::Implicit, &trace)
            .await
            .unwrap();
        greeted(&mut conn).await.unwrap();
        let facts = trace.tls().unwrap();
        assert_eq!(
            (facts.sni.as_deref(), facts.alpn.as_deref()),
            (sent, Some("pop3"))
        );
        let seen = server.handshakes().pop().unwrap();
        assert_eq!(seen.server_name.as_deref(), sent, "{host}");
    }
}

#[tokio::test]
async fn connections_that_belong_together_resume_also_from_the_first_byte() {
    for old in [false, true] {
        let server = if old { server().tls12_only() } else { server() };
        let server = server.start().await.unwrap();
        let at = endpoint(&server, "127.0.0.1");
        let alone = Connector::new().with_tls(trusting(&server));
        let together = alone.clone().with_own_sessions().unwrap();
        let mut resumed = Vec::new();
        for connector in [&together, &together, &together.clone(), &alone, &alone] {
            let trace = Trace::new();
            let mut conn = connector.connect(&at, Tls::Implicit, &trace).await.unwrap();
            greeted(&mut conn).await.unwrap();
            assert_eq!(conn.security(), Security::Verified);
            resumed.push(trace.tls().unwrap().resumed);
        }
        assert_eq!(resumed, [false, true, true, false, false], "{old}");
    }
}

#[tokio::test]
async fn what_a_handshake_found_belongs_to_it() {
    const EACH: usize = 100;
    let good = server().start().await.unwrap();
    let bad = server().start().await.unwrap();
    let mut settings = trusting(&good);
    settings.verify = Verify::Note;
    let connector = Connector::new().with_tls(settings);
    let own = connector.tls().unwrap().with_own_sessions();
    let mut handshakes = tokio::task::JoinSet::new();
    for n in 0..2 * EACH {
        let at = endpoint(if n % 2 == 0 { &good } else { &bad }, "127.0.0.1");
        let (connector, own) = (connector.clone(), own.clone());
        handshakes.spawn(async move {
            let trace = Trace::new();
            let mut conn = connector.connect(&at, Tls::Off, &trace).await.unwrap();
            conn.upgrade(&own, &at.host).await.unwrap();
            let verified = trace.tls().unwrap().verified;
            (n % 2 == 0, conn.security(), conn.is_private(), verified)
        });
    }
    let mut seen = 0;
    while let Some(outcome) = handshakes.join_next().await {
        let (is_good, security, is_private, verified) = outcome.unwrap();
        let expected = match is_good {
            true => (Security::Verified, true, Some(true)),
            false => (Security::Unverified, false, Some(false)),
        };
        assert_eq!((security, is_private, verified), expected);
        seen += 1;
    }
    assert_eq!(seen, 2 * EACH);
}

#[tokio::test]
async fn a_second_connection_runs_under_the_total_of_the_first() {
    let server = Pop3::builder().start().await.unwrap();
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connector = Connector::new().with_total(std::time::Duration::from_millis(300));
    let at = endpoint(&server, "127.0.0.1");
    let control = connector
        .connect(&at, Tls::Off, &Trace::new())
        .await
        .unwrap();
    let port = silent.local_addr().unwrap().port();
    let data = Endpoint::new("127.0.0.1".parse().unwrap(), port);
    let deadlines = control.deadlines().clone();
    let mut data = connector
        .connect_under(&data, Tls::Off, &Trace::new(), deadlines)
        .await
        .unwrap();
    data.begin(Phase::Data).unwrap();
    let error = data.next(&mut LineCodec::new(9)).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "timeout.total");
}

#[tokio::test]
async fn a_certificate_of_ours_that_is_missing_is_told_as_that() {
    for old in [false, true] {
        let server = server().require_client_certificate();
        let server = if old { server.tls12_only() } else { server };
        let server = server.start().await.unwrap();
        let (outcome, _) = connect(&server, trusting(&server)).await;
        assert_eq!(kind(&outcome), "tls.cert_required", "TLS 1.2: {old}");
    }
}

#[tokio::test]
async fn a_refused_certificate_tells_its_names_and_its_date() {
    for (certificate, words) in [
        (Certificate::WrongName, "for other names: other.example"),
        (Certificate::CommonNameOnly, "for no name"),
        (Certificate::Expired, "has expired (on 20"),
        (Certificate::NotYetValid, "is not valid yet (on 20"),
    ] {
        let server = server().tls(certificate).start().await.unwrap();
        let (outcome, facts) = connect(&server, trusting(&server)).await;
        let told = outcome.unwrap_err().to_string();
        assert!(told.contains(words), "{told}");
        assert!(facts.verify_error.unwrap().1.contains(words));
    }
}
