//! Verbs that need no data connection, and the probe.

use super::*;

#[tokio::test]
async fn folders_and_names() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    assert_eq!(client.mkd("/new").await.unwrap().unwrap(), "/new");
    client.cwd("/new").await.unwrap();
    assert_eq!(client.pwd().await.unwrap(), "/new");
    client.cdup().await.unwrap();
    assert_eq!(client.pwd().await.unwrap(), "/");
    client.rename("pub/a.txt", "new/b.txt").await.unwrap();
    assert_eq!(server.file("/new/b.txt").unwrap(), b"hello\r\nworld\r\n");
    assert!(client.rmd("new").await.is_err());
    client.dele("new/b.txt").await.unwrap();
    client.rmd("new").await.unwrap();
    assert_eq!(server.paths(), ["/pub/", "/pub/big"]);
    assert_eq!(kind(client.rename("nowhere", "x").await), "work.not_found");
    client.quit().await.unwrap();
}

#[tokio::test]
async fn sizes_and_times_of_one_file() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    assert_eq!(client.size("pub/a.txt").await.unwrap(), 14);
    let time = client.mdtm("pub/a.txt").await.unwrap();
    assert_eq!(time.to_string(), "2024-01-02T03:04:05Z");
    let other = "2026-11-25T12:00:00Z".parse().unwrap();
    client.mfmt("pub/a.txt", other).await.unwrap();
    assert_eq!(client.mdtm("pub/a.txt").await.unwrap(), other);
    assert_eq!(kind(client.size("nowhere").await), "work.not_found");
}

#[tokio::test]
async fn words_about_the_session() {
    let server = ftp().anonymous().start().await.unwrap();
    let builder = builder(&server).virtual_host("ftp.example.org");
    let url = server.url("ftp").parse().unwrap();
    let mut client = builder.connect(&url).await.unwrap();
    assert!(client.syst().await.unwrap().contains("UNIX"));
    client.clnt("netspeak").await.unwrap();
    client.help(None).await.unwrap();
    client.stat().await.unwrap();
    assert!(client.feat().await.unwrap().unwrap().mlst());
    client.rein().await.unwrap();
    assert_eq!(kind(client.pwd().await), "usage");
    client.login_anonymously().await.unwrap();
    client.pwd().await.unwrap();
    let said = server.said();
    assert!(said.contains(&"HOST ftp.example.org".to_owned()));
    assert!(said.contains(&"USER anonymous".to_owned()));
}

#[cfg(feature = "probe")]
#[tokio::test]
async fn an_address_of_data_connections_that_is_another_is_told() {
    use netspeak_core::report::{CheckStatus, Verdict};
    // 192.0.2.0/24 is nobody's (RFC 5737).
    let fault = netspeak_fake::Fault::reply("PASV", "227 ok 192,0,2,1,{high},{low}\r\n");
    for (server, expected) in [
        (
            ftp().without_verb("EPSV").fault(fault),
            Some(CheckStatus::Warn),
        ),
        (ftp().without_verb("EPSV"), None),
    ] {
        let server = server.start().await.unwrap();
        let mut options = netspeak_core::protocol::ProbeOptions::default();
        options.work = Some(String::new());
        options.opening.tls = Some(Tls::Off);
        let report = (crate::PROTOCOL.probe)(&target(&server), &options).await;
        let check = report
            .checks
            .iter()
            .find(|check| check.id == "data.address");
        assert_eq!(
            check.map(|check| check.status),
            expected,
            "{:?}",
            report.error
        );
        assert_eq!(report.verdict == Verdict::Warn, expected.is_some());
    }
}

#[cfg(feature = "probe")]
#[tokio::test]
async fn a_probe_lists_over_a_data_connection() {
    use netspeak_core::protocol::ProbeOptions;
    use netspeak_core::report::Verdict;

    let server = ftp().anonymous().start().await.unwrap();
    let mut options = ProbeOptions::default();
    options.work = Some(String::new());
    let target = server.url("ftp").parse().unwrap();
    let report = (crate::PROTOCOL.probe)(&target, &options).await;
    assert_eq!(report.verdict, Verdict::Ok, "{report:?}");
    assert_eq!(report.greeting.unwrap().code.as_deref(), Some("220"));
    let work = report.work.unwrap();
    assert!(work.ok);
    assert_eq!(work.detail["entries"], 1);
}

#[tokio::test]
async fn missing_folders_are_made_and_those_that_are_there_are_no_fault() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    for path in ["new/deep/er", "/pub/x//y/", "new/deep/er", "pub", ""] {
        client.mkd_all(path).await.unwrap();
    }
    put(&mut client, "new/deep/er/a", b"1").await.unwrap();
    assert_eq!(server.file("/new/deep/er/a").unwrap(), b"1");
    assert_eq!(client.pwd().await.unwrap().as_str(), Some("/"));
    client.cwd("pub/x/y").await.unwrap();
    // A file is in the way.
    client.cwd("/").await.unwrap();
    let refused = client.mkd_all("pub/a.txt/below").await;
    assert!(refused.unwrap_err().reply().is_some());
    assert_eq!(kind(client.mkd_all("a/b\r\nDELE c").await), "usage");
    client.noop().await.unwrap();
}

#[tokio::test]
async fn auth_ssl_is_tried_where_auth_tls_is_not_understood() {
    for (reply, tries) in [("504 what?", 2), ("534 no", 1)] {
        let script = match tries {
            1 => format!("C: AUTH TLS\nS: {reply}\n"),
            _ => format!("C: AUTH TLS\nS: {reply}\nC: AUTH SSL\nS: {reply}\n"),
        };
        let script = format!("S: 220 ready\n{script}");
        let (error, said) = dialogue(&script, async |conn| {
            let endpoint = Endpoint::new("localhost".parse().unwrap(), 21);
            let client = Client::from_conn(conn, Connector::new(), endpoint).await;
            client.unwrap().auth_tls().await.unwrap_err()
        })
        .await;
        assert_eq!(error.kind().to_string(), "starttls.refused", "{reply}");
        assert_eq!(said.len(), tries, "{said:?}");
    }
}
