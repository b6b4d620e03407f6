//! TLS under both connections.

use netspeak::core::sasl::Credentials;
use netspeak::core::tls::{MaxVersion, MinVersion, TlsSettings};
use netspeak::core::{Secret, Tls, Trace};
use netspeak::ftp::{Client, Protection};

use super::{SERVERS, explicit, file, large, logged_in, over_tls, put};
use crate::harness::{assert_same, at, connector, kind, said, target, tls, user, with_password};

/// Logged in over this version of TLS.
async fn over(server: &str, user: &str, version: &str) -> Client {
    let mut settings: TlsSettings = tls();
    match version {
        "1.2" => settings.max_version = MaxVersion::Tls12,
        _ => settings.min_version = MinVersion::Tls13,
    }
    let builder = over_tls().connector(connector().with_tls(settings));
    let connecting = builder.credentials(with_password(user));
    let client = connecting.connect(&explicit(server)).await.unwrap();
    assert_eq!(client.trace().tls().unwrap().version, Some(version));
    client
}

/// Sends a file; whether its data connection resumed the session of the control connection.
async fn is_upload_resumed(client: &mut Client, name: &str) -> bool {
    let mut upload = client.stor(name).await.unwrap();
    upload.send(name.as_bytes()).await.unwrap();
    let resumed = upload.trace().tls().unwrap().resumed;
    upload.finish().await.unwrap();
    resumed
}

async fn is_download_resumed(client: &mut Client, name: &str) -> bool {
    let mut download = client.retr(name).await.unwrap();
    let mut got = Vec::new();
    while let Some(piece) = download.chunk().await.unwrap() {
        got.extend_from_slice(piece);
    }
    assert_eq!(got, name.as_bytes());
    download.trace().tls().unwrap().resumed
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn twenty_transfers_each_way_resume_the_session_of_their_control_connection() {
    for (server, version) in [("VSFTPD", "1.2"), ("VSFTPD", "1.3"), ("PROFTPD", "1.2")] {
        let mut client = over(server, user::FTP_RESUMED, version).await;
        for number in 0..20 {
            let name = format!("resumed-{number}");
            assert!(
                is_upload_resumed(&mut client, &name).await,
                "{server} {version}"
            );
        }
        for number in 0..20 {
            let name = format!("resumed-{number}");
            assert!(
                is_download_resumed(&mut client, &name).await,
                "{server} {version}"
            );
        }
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs proftpd"]
async fn twenty_downloads_in_a_row_resume_the_session_in_tls_1_3_of_proftpd() {
    let mut client = over("PROFTPD", user::FTP_TICKETS, "1.3").await;
    assert!(is_upload_resumed(&mut client, "ticket").await);
    for _ in 0..20 {
        assert!(is_download_resumed(&mut client, "ticket").await);
    }
    assert!(is_upload_resumed(&mut client, "ticket").await);
    // It gives no tickets with uploads, and these were the last.
    let error = put(&mut client, "ticket", b"1").await.unwrap_err();
    assert_eq!(error.reply().unwrap().code(), 425);
    assert!(error.to_string().contains("TLS 1.2"), "{error}");
    assert_eq!(client.protection(), Protection::Private);
    client.noop().await.unwrap();
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn tls_from_the_first_byte_protects_data_as_well() {
    let (name, bytes) = large();
    for server in SERVERS {
        let target = target("ftps", &format!("{server}_FTPS"));
        let builder = over_tls().tls(Tls::Implicit);
        let connecting = builder.credentials(with_password(user::FTP_IMPLICIT));
        let mut client = connecting.connect(&target).await.unwrap();
        assert_same(&file(&mut client, &name).await.unwrap(), &bytes, server);
        put(&mut client, "new", &bytes).await.unwrap();
        assert_same(&file(&mut client, "new").await.unwrap(), &bytes, server);
        assert_eq!(client.protection(), Protection::Private);
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn a_wrong_password_is_rejected_and_the_right_one_is_taken_behind_it() {
    for server in SERVERS {
        let wrong = Credentials::password(user::FTP_REJECTED, Secret::from("wrong"));
        let outcome = over_tls()
            .credentials(wrong.clone())
            .connect(&explicit(server))
            .await;
        assert_eq!(kind(&outcome), "auth.rejected", "{server}");
        let error = outcome.unwrap_err();
        assert!(!error.is_temporary(), "{error}");
        assert_eq!(error.reply().unwrap().code(), 530, "{server}");
        let mut client = logged_in(server, user::FTP_REJECTED).await;
        assert_eq!(client.pwd().await.unwrap().as_str(), Some("/"), "{server}");
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn no_password_goes_out_in_the_clear() {
    // In their containers, by addresses that are not loopback.
    for server in ["vsftpd", "proftpd"] {
        let trace = Trace::with_transcript();
        let builder = over_tls().tls(Tls::Off).trace(trace.clone());
        let connecting = builder.credentials(with_password(user::FTP_REJECTED));
        let outcome = connecting.connect(&at("ftp", server)).await;
        assert_eq!(kind(&outcome), "auth.plaintext_blocked", "{server}");
        let said = said(&trace);
        assert!(
            said.iter().all(|line| !line.starts_with("USER")),
            "{said:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn data_goes_in_no_clear_text_where_the_server_forbids_it() {
    for server in SERVERS {
        let mut client = logged_in(server, user::FTP_CLEAR).await;
        let outcome = client.prot(Protection::Clear).await;
        if server == "PROFTPD" {
            // It says so at once, and everything goes on as it was.
            assert_eq!(kind(&outcome), "starttls.refused", "{server}");
            assert_eq!(client.protection(), Protection::Private);
            put(&mut client, "new", b"1").await.unwrap();
        } else {
            // It says so at the transfer.
            outcome.unwrap();
            let outcome = put(&mut client, "new", b"1").await;
            let error = outcome.unwrap_err();
            assert!(error.reply().is_some(), "{error}");
        }
    }
}
