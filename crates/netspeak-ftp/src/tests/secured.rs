//! FTP inside TLS: both connections, and whose session the data connection's is.

use netspeak_core::tls::MaxVersion;

use super::*;
use crate::Protection;

#[tokio::test]
async fn twenty_uploads_in_a_row_resume_the_session_of_their_control_connection() {
    for server in [ftp(), ftp().tls12_only()] {
        let server = server.auth_tls().require_reuse().start().await.unwrap();
        let mut client = secured(&server).await;
        for number in 0..20 {
            let name = format!("f{number}");
            put(&mut client, &name, name.as_bytes()).await.unwrap();
            assert_eq!(server.file(format!("/{name}")).unwrap(), name.as_bytes());
        }
        for _ in 0..5 {
            let mut download = client.retr("f19").await.unwrap();
            assert!(download.trace().tls().unwrap().resumed);
            assert!(download.chunk().await.unwrap().is_some());
            assert!(download.chunk().await.unwrap().is_none());
            client
                .entries("")
                .await
                .unwrap()
                .collect(100)
                .await
                .unwrap();
        }
        client.quit().await.unwrap();
        let transfers = server.transfers();
        assert_eq!(transfers.len(), 30);
        for transfer in transfers {
            assert_eq!(
                (transfer.tls, transfer.end),
                (DataTls::Resumed, DataEnd::Orderly),
                "{transfer:?}"
            );
        }
    }
}

#[tokio::test]
async fn where_tickets_run_out_the_refusal_says_so_and_tls_1_2_goes_on() {
    let strict = || {
        ftp()
            .auth_tls()
            .require_reuse()
            .without_tickets_for_uploads()
    };
    let server = strict().start().await.unwrap();
    let mut client = secured(&server).await;
    let refused = loop {
        if let Err(error) = put(&mut client, "new", b"1").await {
            break error;
        }
        assert!(server.transfers().len() < 10);
    };
    assert_eq!(refused.reply().unwrap().code(), 522);
    assert!(refused.to_string().contains("TLS 1.2"), "{refused}");
    // Nothing went in clear text for that.
    assert_eq!(client.protection(), Protection::Private);

    let server = strict().start().await.unwrap();
    let mut settings = trusting(&server);
    settings.max_version = MaxVersion::Tls12;
    let connector = Connector::new().with_tls(settings);
    let builder = Client::builder().connector(connector).tls(Tls::Required);
    let mut client = builder.connect(&target(&server)).await.unwrap();
    for _ in 0..20 {
        put(&mut client, "new", b"1").await.unwrap();
    }
    assert_eq!(client.trace().tls().unwrap().version, Some("1.2"));
}

#[tokio::test]
async fn data_goes_in_clear_text_where_that_was_asked_for_and_nowhere_else() {
    let server = ftp().auth_tls().start().await.unwrap();
    let mut client = secured(&server).await;
    put(&mut client, "one", b"1").await.unwrap();
    client.prot(Protection::Clear).await.unwrap();
    put(&mut client, "two", b"1").await.unwrap();
    client.prot(Protection::Private).await.unwrap();
    put(&mut client, "three", b"1").await.unwrap();
    let transfers = server.transfers();
    let protected: Vec<_> = transfers.iter().map(|transfer| transfer.tls).collect();
    assert_eq!(
        protected,
        [DataTls::Resumed, DataTls::None, DataTls::Resumed]
    );

    let mut client = inside(&server).await;
    assert_eq!(kind(client.prot(Protection::Private).await), "usage");
}

#[tokio::test]
async fn after_ccc_data_stays_protected() {
    for server in [ftp(), ftp().tls12_only()] {
        let server = server.auth_tls().start().await.unwrap();
        let mut client = secured(&server).await;
        client.ccc().await.unwrap();
        assert!(!client.conn().is_encrypted());
        put(&mut client, "new", b"1").await.unwrap();
        assert_eq!(client.size("new").await.unwrap(), 1);
        assert_eq!(kind(client.ccc().await), "usage");
        client.quit().await.unwrap();
        let protected: Vec<_> = server.transfers().iter().map(|one| one.tls).collect();
        assert_eq!(protected, [DataTls::Resumed]);
    }
}

#[tokio::test]
async fn ccc_that_is_refused_changes_nothing() {
    let server = ftp().auth_tls().without_verb("CCC").start().await.unwrap();
    let mut client = secured(&server).await;
    assert_eq!(kind(client.ccc().await), "starttls.refused");
    assert!(client.conn().is_encrypted());
    client.noop().await.unwrap();

    let mut client = inside(&server).await;
    assert_eq!(kind(client.ccc().await), "usage");
}

#[tokio::test]
async fn active_mode_does_not_go_through_a_proxy() {
    let server = ftp().start().await.unwrap();
    let proxy = netspeak_fake::Socks5::start("me", "secret").await.unwrap();
    let connector = Connector::new().with_proxy(proxy.url().parse().unwrap());
    let builder = Client::builder()
        .connector(connector)
        .clear_text_auth(ClearTextAuth::Allowed)
        .active(crate::ActiveMode::new())
        .tls(Tls::Off);
    let mut client = builder.connect(&target(&server)).await.unwrap();
    assert_eq!(kind(client.list("").await), "usage");
    client.noop().await.unwrap();
    assert!(!server.said().iter().any(|line| line.starts_with("PORT")));
}

#[tokio::test]
async fn tls_from_the_first_byte_protects_data_as_well() {
    for server in [ftp(), ftp().tls12_only()] {
        let server = server.implicit_tls().require_reuse().start().await.unwrap();
        let url = server.url("ftps").replacen("://", "://ops:secret@", 1);
        let connecting = builder(&server).connect(&url.parse().unwrap()).await;
        let mut client = connecting.unwrap();
        assert_eq!(file(&mut client, "pub/a.txt").await.unwrap().len(), 14);
        put(&mut client, "new", b"1").await.unwrap();
        assert_eq!(client.protection(), Protection::Private);
        let transfers = server.transfers();
        assert!(
            transfers
                .iter()
                .all(|transfer| transfer.tls == DataTls::Resumed)
        );
    }
}

#[tokio::test]
async fn a_server_that_refuses_to_protect_data_gets_none() {
    let refusal = netspeak_fake::Fault::reply("PROT", "536 no\r\n");
    let server = ftp().auth_tls().fault(refusal).start().await.unwrap();
    let mut client = secured(&server).await;
    for _ in 0..2 {
        assert_eq!(
            kind(put(&mut client, "new", b"1").await),
            "starttls.refused"
        );
    }
    assert_eq!(server.file("/new"), None);
    assert!(!server.said().iter().any(|line| line.starts_with("STOR")));
    assert!(server.transfers().is_empty());
    // The session is none the worse for it.
    client.noop().await.unwrap();
}

#[tokio::test]
async fn credentials_demand_tls_and_the_password_goes_inside() {
    let server = ftp().start().await.unwrap();
    let connecting = builder(&server)
        .tls(Tls::Required)
        .connect(&target(&server))
        .await;
    assert_eq!(kind(connecting), "starttls.not_offered");
    assert!(!server.said().iter().any(|line| line.starts_with("USER")));

    let server = ftp().auth_tls().start().await.unwrap();
    secured(&server).await.quit().await.unwrap();
    assert!(server.log().iter().any(|said| said.encrypted));
    let secret = server
        .log()
        .into_iter()
        .find(|said| said.line.starts_with("PASS"));
    assert!(secret.unwrap().encrypted);
}

#[tokio::test]
async fn what_goes_through_a_proxy_has_its_data_go_there_too() {
    let server = ftp().start().await.unwrap();
    let proxy = netspeak_fake::Socks5::start("me", "secret").await.unwrap();
    let connector = Connector::new().with_proxy(proxy.url().parse().unwrap());
    let builder = Client::builder()
        .connector(connector)
        .clear_text_auth(ClearTextAuth::Allowed)
        .tls(Tls::Off);
    let mut client = builder.connect(&target(&server)).await.unwrap();
    assert_eq!(file(&mut client, "pub/a.txt").await.unwrap().len(), 14);
    put(&mut client, "new", b"1").await.unwrap();
    assert_eq!(proxy.targets().len(), 3);
}
