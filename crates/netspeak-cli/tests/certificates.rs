//! What a probe says about certificates, and about servers that want TLS first.
#![cfg(test)]

#[path = "support/folder.rs"]
mod folder;
#[path = "support/run.rs"]
mod run;

use netspeak_fake::{Certificate, Pop3, Server, Smtp};
use serde_json::Value;

use run::netspeak;

async fn server(certificate: Certificate) -> Server<Pop3> {
    let server = Pop3::builder().tls(certificate).implicit_tls();
    server.start().await.unwrap()
}

/// A probe that trusts the server's authority: the exit code and the report.
async fn probe(test: &str, server: &Server<Pop3>, words: &[&str]) -> (i32, Value) {
    let folder = folder::folder("certificates", test);
    std::fs::write(folder.join("ca.pem"), server.ca_pem()).unwrap();
    let url = format!("pop3s://localhost:{}", server.port());
    let usual = ["probe", &url, "--json", "--cacert", "ca.pem"];
    report(netspeak(&folder, &[&usual, words].concat()).await)
}

fn report(output: std::process::Output) -> (i32, Value) {
    let code = output.status.code().unwrap();
    let text = match code {
        0 => run::stdout(&output),
        _ => String::from_utf8(output.stdout).unwrap(),
    };
    (code, serde_json::from_str(&text).unwrap_or_default())
}

#[tokio::test]
async fn the_days_that_a_certificate_has_to_be_good_for_can_be_set() {
    let server = server(Certificate::Good).await;
    for (wanted, code, verdict) in [
        (&[][..], 0, "ok"),
        (&["--cert-days", "30"], 0, "ok"),
        (&["--cert-days", "1000", "--strict"], 1, "warn"),
        (&["--cert-days", "1000,500"], 2, "fail"),
        (&["--cert-days", "1000,30"], 0, "warn"),
    ] {
        let (found, report) = probe("days", &server, wanted).await;
        assert_eq!(
            (found, &report["verdict"]),
            (code, &verdict.into()),
            "{report}"
        );
    }
    for bad in ["", "x", "-1", "1,2,3"] {
        let (code, _) = probe("days", &server, &[&format!("--cert-days={bad}")]).await;
        assert_eq!(code, 3, "{bad:?}");
    }
}

#[tokio::test]
async fn hints_tell_names_dates_and_what_is_missing() {
    for (certificate, hint) in [
        (Certificate::WrongName, "--sni other.example"),
        (
            Certificate::WrongName,
            "the certificate is for other.example",
        ),
        (Certificate::Expired, "it ended on 20"),
        (Certificate::CommonNameOnly, "--sni NAME"),
    ] {
        let server = server(certificate).await;
        let (code, report) = probe("hints", &server, &[]).await;
        let told = report["error"]["hint"].as_str().unwrap();
        assert!(code == 2 && told.contains(hint), "{told}");
    }
    let wanting = Pop3::builder().tls(Certificate::Good).implicit_tls();
    let wanting = wanting.require_client_certificate().start().await.unwrap();
    let (_, report) = probe("hints", &wanting, &[]).await;
    assert_eq!(report["error"]["kind"], "tls.cert_required");
    let told = report["error"]["hint"].as_str().unwrap();
    assert!(told.starts_with("--cert FILE"), "{told}");
}

#[tokio::test]
async fn a_server_that_waits_for_tls_is_told_before_the_total_is_over_or_with_it() {
    for protocol in netspeak::registry::PROTOCOLS {
        let total = protocol
            .probe_timeouts
            .total
            .unwrap_or(netspeak::core::protocol::PROBE_TOTAL);
        let greeting = protocol.probe_timeouts.greeting.unwrap_or_default();
        assert!(greeting < total, "{}", protocol.name);
    }
    let pop3 = server(Certificate::Good).await;
    let smtp = Smtp::builder().tls(Certificate::Good).implicit_tls();
    let smtp = smtp.start().await.unwrap();
    let folder = folder::folder("certificates", "silence");
    for (scheme, port) in [("pop3", pop3.port()), ("smtp", smtp.port())] {
        let url = format!("{scheme}://127.0.0.1:{port}");
        let words = ["probe", &url, "--json", "-m", "1"];
        let (code, report) = report(netspeak(&folder, &words).await);
        let told = report["error"]["hint"].as_str().unwrap();
        let wanted = format!("netspeak {scheme}s://127.0.0.1:{port}");
        assert!(code == 2 && told.starts_with(&wanted), "{told}");
        assert_eq!(report["error"]["phase"], "greeting");
    }
}
