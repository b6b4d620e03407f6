//! `netspeak tls`: handshakes and chains.
#![cfg(test)]

#[path = "support/folder.rs"]
mod folder;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/run.rs"]
mod run;

use std::process::Output;

use netspeak_fake::{Builder, Certificate, Imap, Pop3, Server};
use serde_json::Value;

use run::netspeak;

fn imap() -> Builder<Imap> {
    Imap::builder().tls(Certificate::Intermediate)
}

/// Looks at a server, and trusts its authority.
async fn tls<P>(server: &Server<P>, scheme: &str, test: &str, words: &[&str]) -> Output {
    let folder = folder::folder("tls", test);
    std::fs::write(folder.join("ca.pem"), server.ca_pem()).unwrap();
    let url = format!("{scheme}://localhost:{}", server.port());
    let usual = ["tls", "-4", "--cacert", "ca.pem", &url];
    netspeak(&folder, &[&usual, words].concat()).await
}

fn text(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&text(output)).unwrap()
}

/// Hashes, dates and the port are not the same twice.
fn masked(text: &str, port: u16) -> String {
    let text = text.replace(&format!(":{port}"), ":PORT");
    let text = text.replace(&format!("\"port\": {port}"), "\"port\": \"MASKED\"");
    let text = golden::mask_before(&golden::mask_dates(&text), " days");
    let mut masked = String::new();
    for line in text.lines() {
        let key = line.trim_start().split("\": ").next().unwrap_or_default();
        let is_unsteady = [
            "\"not_after",
            "\"not_before",
            "\"time",
            "\"days_left",
            "\"observed",
        ];
        let line = match is_unsteady.contains(&key) {
            true => {
                let comma = if line.ends_with(',') { "," } else { "" };
                format!(
                    "{}\": \"MASKED\"{comma}",
                    line.split("\": ").next().unwrap()
                )
            }
            false => line.to_owned(),
        };
        // Hashes stand as words of their own.
        for word in line.split_inclusive([' ', '"']) {
            let bare = word.trim_end_matches([' ', '"']);
            let is_hash = bare.len() == 64 && bare.chars().all(|c| c.is_ascii_hexdigit());
            match word.strip_prefix(bare).filter(|_| is_hash) {
                Some(behind) => masked.push_str(&format!("HASH{behind}")),
                None => masked.push_str(word),
            }
        }
        masked.push('\n');
    }
    masked
}

#[tokio::test]
async fn what_it_prints() {
    let good = imap().starttls().start().await.unwrap();
    let expired = Imap::builder().tls(Certificate::Expired).implicit_tls();
    let expired = expired.start().await.unwrap();
    for (name, words) in [("human", &[][..]), ("json", &["--json"])] {
        let output = tls(&good, "imap", "prints", words).await;
        let shown = masked(&run::stdout(&output), good.port());
        golden::check(&format!("tls.good.{name}"), &shown);
        let output = tls(&expired, "imaps", "prints-expired", words).await;
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let shown = masked(&text(&output), expired.port());
        golden::check(&format!("tls.expired.{name}"), &shown);
    }
    let output = tls(&good, "imap", "prints-pem", &["--pem"]).await;
    let is_base64 = |line: &str| line.len() > 8 && !line.contains([' ', '-']);
    let shown = run::stdout(&output);
    let kept = shown.lines().filter(|line| !is_base64(line));
    let shown = kept.map(|line| format!("{line}\n")).collect::<String>();
    golden::check("tls.good.pem", &shown);
}

#[tokio::test]
async fn the_report_has_the_whole_handshake_whatever_is_wrong_with_the_certificate() {
    for (certificate, kind) in [
        (Certificate::Expired, "tls.cert_expired"),
        (Certificate::NotYetValid, "tls.cert_not_yet"),
        (Certificate::WrongName, "tls.cert_name"),
        (Certificate::MissingIntermediate, "tls.cert_untrusted"),
        (Certificate::UnknownCa, "tls.cert_untrusted"),
    ] {
        for (scheme, begins) in [("imap", "starttls"), ("imaps", "implicit")] {
            let server = Imap::builder().tls(certificate);
            let server = match scheme {
                "imap" => server.starttls(),
                _ => server.implicit_tls(),
            };
            let server = server.start().await.unwrap();
            let output = tls(&server, scheme, "wrong", &["--json"]).await;
            let seen = json(&output);
            assert_eq!(output.status.code(), Some(2), "{seen}");
            assert_eq!(seen["error"]["kind"], kind, "{seen}");
            assert_eq!(seen["verdict"], "fail");
            assert_eq!(seen["tls"]["version"], "1.3", "{seen}");
            assert_eq!(seen["tls"]["mode"], begins);
            assert!(seen["tls"]["cipher"].is_string() && seen["tls"]["group"].is_string());
            assert!(seen["tls"]["chain"][0]["sha256"].is_string());
            let needs_no_hint = kind == "tls.cert_not_yet";
            assert!(seen["error"]["hint"].is_string() || needs_no_hint, "{seen}");
            // Nobody asked.
            let output = tls(
                &server,
                scheme,
                "wrong",
                &["-k", "--json", "--cert-days", "0"],
            )
            .await;
            let unasked = json(&output);
            let is_over = kind == "tls.cert_expired";
            assert_eq!(unasked["error"], Value::Null, "{unasked}");
            assert_eq!(
                unasked["verdict"],
                if is_over { "warn" } else { "ok" },
                "{unasked}"
            );
        }
    }
}

#[tokio::test]
async fn each_version_that_is_taken_is_told() {
    let both = imap().starttls().start().await.unwrap();
    let old = imap().starttls().tls12_only().start().await.unwrap();
    for (server, words, versions) in [
        (&both, &[][..], &["1.3", "1.2"][..]),
        (&both, &["--tlsv1.3"], &["1.3"]),
        (&old, &[], &["1.2"]),
    ] {
        let words = [&["--json"], words].concat();
        let seen = json(&tls(server, "imap", "versions", &words).await);
        assert_eq!(seen["versions"], serde_json::json!(versions), "{seen}");
    }
    // Every visit was ended as it should be.
    both.idle().await;
    let goodbyes = both
        .said()
        .iter()
        .filter(|line| line.ends_with(" LOGOUT"))
        .count();
    assert_eq!(goodbyes, both.connections());
}

#[tokio::test]
async fn days_are_judged_as_by_a_probe() {
    let server = imap().implicit_tls().start().await.unwrap();
    for (words, code) in [
        (&["--cert-days", "999999"][..], 0),
        (&["--cert-days", "999999", "--strict"], 1),
        (&["--cert-days", "999999,999998"], 2),
        (&[], 0),
    ] {
        let output = tls(&server, "imaps", "days", words).await;
        assert_eq!(output.status.code(), Some(code), "{words:?} {output:?}");
    }
}

#[tokio::test]
async fn what_is_printed_as_pem_is_what_was_sent() {
    // A server's own certificate that is named as trusted is trusted: if it is the same, byte by byte.
    let server = Imap::builder().tls(Certificate::SelfSigned).implicit_tls();
    let server = server.start().await.unwrap();
    let output = tls(&server, "imaps", "pem", &["--pem"]).await;
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error[tls.cert_untrusted]"), "{said}");
    let folder = folder::folder("tls", "pem");
    std::fs::write(folder.join("own.pem"), &output.stdout).unwrap();
    let url = format!("imaps://localhost:{}", server.port());
    let words = ["tls", "-4", "--cacert", "own.pem", &url];
    assert_eq!(netspeak(&folder, &words).await.status.code(), Some(0));

    let server = imap().implicit_tls().start().await.unwrap();
    let chain = text(&tls(&server, "imaps", "pem", &["--pem"]).await);
    assert_eq!(chain.matches("-----BEGIN CERTIFICATE-----\n").count(), 2);
    assert_eq!(chain.matches("-----END CERTIFICATE-----\n").count(), 2);
    assert!(chain.lines().all(|line| line.len() <= 64), "{chain}");
}

#[tokio::test]
async fn what_has_no_tls_is_told() {
    let clear = Pop3::builder().start().await.unwrap();
    for (scheme, code, kind) in [
        ("pop3", 2, "starttls.not_offered"),
        ("pop3s", 2, "tls.plaintext_peer"),
        ("http", 3, "usage"),
        ("gibberish", 3, "usage"),
    ] {
        let output = tls(&clear, scheme, "clear", &["--json", "-m", "5"]).await;
        let seen = json(&output);
        assert_eq!(output.status.code(), Some(code), "{seen}");
        assert_eq!(seen["error"]["kind"], kind, "{seen}");
        assert_eq!(seen["tls"]["version"], Value::Null);
        let human = text(&tls(&clear, scheme, "clear", &["-m", "5"]).await);
        assert!(human.contains(&format!("error[{kind}]")), "{human}");
    }
}

#[tokio::test]
async fn nobody_logs_in_and_no_password_is_shown() {
    let server = imap()
        .user("ops", "marker")
        .starttls()
        .start()
        .await
        .unwrap();
    let folder = folder::folder("tls", "login");
    std::fs::write(folder.join("ca.pem"), server.ca_pem()).unwrap();
    let url = format!("imap://ops:marker@localhost:{}", server.port());
    for form in ["--json", "--ascii"] {
        let words = ["tls", "-4", "--cacert", "ca.pem", form, &url];
        let output = netspeak(&folder, &words).await;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(!text(&output).contains("marker"));
    }
    let said = server.said().join("\n");
    assert!(!said.contains("AUTH") && !said.contains("LOGIN"), "{said}");
}
