//! `netspeak tls` at the real servers.

use crate::harness::{Ran, certificate, container_address, netspeak};

async fn tls(scheme: &str, host: &str, port: u16, words: &[&str]) -> Ran {
    let authority = certificate("ca.pem").display().to_string();
    let service = host.to_uppercase().replace('-', "_");
    let place = format!("{host}:{port}:{}", container_address(&service));
    let url = format!("{scheme}://{host}:{port}");
    let way = ["tls", &url, "--resolve", &place, "--cacert", &authority];
    netspeak(&[&way, words].concat()).await
}

#[tokio::test]
#[ignore = "needs dovecot, cyrus, postfix, inn2, vsftpd, proftpd, nginx, telnetd and gophernicus"]
async fn every_server_shows_its_chain_as_its_scheme_begins_tls() {
    for (scheme, host, port, mode) in [
        ("imap", "dovecot", 143, "starttls"),
        ("imaps", "dovecot", 993, "implicit"),
        ("pop3", "dovecot", 110, "starttls"),
        ("pop3s", "cyrus", 995, "implicit"),
        ("imap", "cyrus", 143, "starttls"),
        ("smtp", "postfix", 25, "starttls"),
        ("smtps", "postfix", 465, "implicit"),
        ("nntp", "inn2", 119, "starttls"),
        ("nntps", "inn2", 563, "implicit"),
        ("ftp", "vsftpd", 21, "starttls"),
        ("ftps", "proftpd", 990, "implicit"),
        ("https", "nginx", 443, "implicit"),
        ("telnets", "telnetd", 992, "implicit"),
        ("gophers", "gophernicus", 7070, "implicit"),
    ] {
        let ran = tls(scheme, host, port, &["--json"]).await;
        let seen = ran.json();
        assert_eq!(ran.code, 0, "{scheme} {host} {seen}");
        assert_eq!(seen["tls"]["mode"], mode, "{scheme} {host} {seen}");
        let chain = seen["tls"]["chain"].as_array().unwrap();
        assert_eq!(chain[0]["subject"], "CN=localhost", "{scheme} {host}");
        assert_eq!(chain[1]["subject"], "CN=netspeak test intermediate");
        assert_eq!(seen["ends_first"], 0);
        let versions = seen["versions"].as_array().unwrap();
        assert!(
            versions.iter().any(|version| version == "1.3"),
            "{scheme} {host} {seen}"
        );
    }
}

#[tokio::test]
#[ignore = "needs dovecot and nginx"]
async fn what_is_wrong_with_a_certificate_is_told_with_all_of_it() {
    for (scheme, host, port) in [("imaps", "dovecot", 993), ("https", "nginx", 443)] {
        for (name, kind, length) in [
            ("expired.test", "tls.cert_expired", 2),
            ("wrong-name.test", "tls.cert_name", 2),
            ("incomplete.test", "tls.cert_untrusted", 1),
        ] {
            let ran = tls(scheme, host, port, &["--json", "--sni", name]).await;
            let seen = ran.json();
            assert_eq!(ran.code, 2, "{host} {name} {seen}");
            assert_eq!(seen["error"]["kind"], kind, "{host} {name} {seen}");
            assert_eq!(seen["tls"]["chain"].as_array().unwrap().len(), length);
            assert_eq!(seen["versions"], serde_json::json!(["1.3", "1.2"]));
        }
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn the_chain_as_pem_is_the_file_that_the_server_has() {
    let ran = tls("https", "nginx", 443, &["--pem"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let bare = |text: &str| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let file = std::fs::read_to_string(certificate("server.chain.pem")).unwrap();
    assert_eq!(bare(ran.text()), bare(&file));
}
