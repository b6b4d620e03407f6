use std::path::Path;

use netspeak_fake::{Certificate, Imap};

use crate::screen::shown;
use crate::unmask::golden_documents;
use crate::{VERBS, assert_fits, folder};

/// In a terminal of 80 columns, where no colour is wanted.
async fn in_terminal(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let what = words.join(" ");
    let text = tokio::task::spawn_blocking(move || shown(80, words));
    let text = text.await.unwrap();
    assert!(!text.contains('\x1b'), "{what}: {text:?}");
    assert!(!text.trim().is_empty(), "{what} shows nothing");
    text
}

/// The same, and it fits.
async fn fits(words: &[&str]) -> String {
    let text = in_terminal(words).await;
    assert_fits(&words.join(" "), &text);
    text
}

#[tokio::test]
async fn every_report_fits_in_every_form_for_people() {
    let file = folder("width").join("report.json");
    let file = file.to_str().unwrap();
    let two = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/two.ndjson");
    let two = std::fs::read_to_string(two).unwrap();
    let two = two.lines().map(|line| serde_json::from_str(line).unwrap());
    let golden = golden_documents().into_iter().map(|(_, document)| document);
    let mut seen = 0;
    for report in golden.chain(two) {
        if report["schema"] != "netspeak.probe/1" {
            continue;
        }
        std::fs::write(file, report.to_string()).unwrap();
        for form in [
            &[][..],
            &["--compact"],
            &["-q"],
            &["-v"],
            &["--format", "line"],
        ] {
            fits(&[&["show", file], form].concat()).await;
            let ascii = fits(&[&["show", file, "--ascii"], form].concat()).await;
            assert!(ascii.is_ascii(), "{form:?}: {ascii}");
        }
        seen += 1;
    }
    assert!(seen > 8, "{seen}");
}

#[tokio::test]
async fn certificates_and_alarms_fit() {
    for certificate in [Certificate::Intermediate, Certificate::WrongName] {
        let server = Imap::builder().tls(certificate).implicit_tls();
        let server = server.start().await.unwrap();
        let authority = folder("width-tls").join("ca.pem");
        std::fs::write(&authority, server.ca_pem()).unwrap();
        let authority = authority.to_str().unwrap();
        let url = format!("imaps://localhost:{}", server.port());
        fits(&["tls", "--cacert", authority, &url]).await;
        let ascii = fits(&["tls", "--ascii", "--cacert", authority, &url]).await;
        assert!(ascii.is_ascii(), "{ascii}");
        // A line for programs is as long as it is.
        in_terminal(&["check", "--cacert", authority, &url]).await;
    }
}

#[tokio::test]
async fn what_is_told_about_the_command_fits() {
    for verb in VERBS {
        fits(&[verb, "--help"]).await;
        fits(&[verb, "-h"]).await;
    }
    for words in [
        &["--help"][..],
        &["explain"],
        &["explain", "starttls.injected"],
        &["explain", "data.address"],
        &["version", "-v"],
        &["schema", "--list"],
        &["probe", "mail.example.org"],
        &["get", "mailto:a@example.org"],
    ] {
        fits(words).await;
    }
}

#[tokio::test]
async fn the_tour_fits() {
    fits(&["demo"]).await;
    let ascii = fits(&["demo", "--ascii"]).await;
    assert!(ascii.is_ascii(), "{ascii}");
}
