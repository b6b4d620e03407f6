//! Who logs in, and with what.
#![cfg(test)]

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::{Mechanism, Pop3, Server};
use serde_json::Value;
use tokio::process::Command;

const TOKEN: &str = "marker-token";

async fn server() -> Server<Pop3> {
    let server = Pop3::builder()
        .user("ops", "hunter2")
        .token("ops", TOKEN)
        .mechanisms([
            Mechanism::ScramSha256,
            Mechanism::Plain,
            Mechanism::XOAuth2,
            Mechanism::OAuthBearer,
        ])
        .message("ops", "Subject: x\r\n\r\n");
    server.start().await.unwrap()
}

async fn netspeak(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).stdin(Stdio::null()).kill_on_drop(true);
    command
        .env_remove("NETSPEAK_PASSWORD")
        .env("OPS_TOKEN", TOKEN);
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    output.await.expect("the command hangs").unwrap()
}

fn report(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(!text.contains(TOKEN), "{text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn a_user_without_a_password_is_told_before_anything_is_connected() {
    let server = server().await;
    let url = server.url("pop3");
    let with_user = url.replace("://", "://ops@");
    for (words, code) in [
        (&[url.as_str(), "-u", "ops", "--json"][..], 3),
        (&[with_user.as_str(), "--json"], 3),
        (&["get", &url, "-u", "ops"], 2),
        (&["ls", &url, "-u", "ops"], 2),
        (&["ls", &with_user], 2),
        (
            &[
                "send",
                "smtp://127.0.0.1:9",
                "-u",
                "ops",
                "--from",
                "a@b.c",
                "--to",
                "d@e.f",
            ],
            2,
        ),
    ] {
        let output = netspeak(words).await;
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(told.contains("no password for ops"), "{words:?}: {told}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_bearer_token_comes_from_the_line_a_variable_or_a_file() {
    let server = server().await;
    let url = server.url("pop3");
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("token");
    std::fs::write(&path, format!("{TOKEN}\n")).unwrap();
    let path = path.to_str().unwrap();
    for token in [
        ["--oauth2-bearer", TOKEN],
        ["--oauth2-bearer-env", "OPS_TOKEN"],
        ["--oauth2-bearer-file", path],
    ] {
        for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
            let asked = format!("AUTH={mechanism}");
            let words = [&url, "--json", "-u", "ops", "--login-options", &asked];
            let output = netspeak(&[&words[..], &token[..]].concat()).await;
            let report = report(&output);
            assert_eq!(report["auth"]["used"], mechanism, "{report}");
            assert_eq!(
                (output.status.code(), &report["auth"]["ok"]),
                (Some(0), &Value::Bool(true))
            );
        }
    }
    let words = [&url, "--json", "-u", "ops", "--oauth2-bearer", "forged"];
    let refused = report(&netspeak(&words).await);
    assert_eq!(refused["error"]["kind"], "auth.rejected");
}

#[tokio::test]
async fn the_mechanism_in_a_url_counts_in_every_verb() {
    let server = server().await;
    for (mechanism, used) in [("PLAIN", "PLAIN"), ("*", "SCRAM-SHA-256")] {
        let user = format!("://ops;AUTH={mechanism}:hunter2@");
        let url = server.url("pop3").replace("://", &user);
        let report = report(&netspeak(&[&url, "--json"]).await);
        assert_eq!(report["auth"]["used"], used);
    }
    let url = server
        .url("pop3")
        .replace("://", "://ops;AUTH=PLAIN:hunter2@");
    let output = netspeak(&["ls", &url]).await;
    assert_eq!(output.status.code(), Some(0));
    assert!(
        server
            .said()
            .iter()
            .any(|line| line.starts_with("AUTH PLAIN"))
    );
    let url = server
        .url("pop3")
        .replace("://", "://ops;AUTH=GSSAPI:hunter2@");
    let output = netspeak(&[&url, "--json"]).await;
    assert_ne!(output.status.code(), Some(0));
}

#[tokio::test]
async fn a_password_that_is_not_escaped_is_shown_by_no_verb() {
    for url in [
        "pop3://ops:Zx9quartz/Vellum@127.0.0.1:1/1",
        "pop3://ops:Zx9quartz?Vellum@127.0.0.1:1/1",
        "pop3://ops:Zx9quartz#Vellum@127.0.0.1:1/1",
        "pop3://ops:Zx9quartz Vellum@127.0.0.1:1/1",
        "pop3://ops:Zx9quartz{Vellum@127.0.0.1:1/1",
        "pop3://ops:Zx9quartz[Vellum@127.0.0.1:1/1",
        "ops:Zx9quartz/Vellum@127.0.0.1:110",
    ] {
        for verb in [
            &["probe"][..],
            &["probe", "--json"],
            &["get"],
            &["ls"],
            &["rm"],
            &["post"],
            &["talk"],
            &["put", "/dev/null"],
            &["send", "--from", "a@example.org", "--to", "b@example.org"],
        ] {
            let output = netspeak(&[verb, &[url]].concat()).await;
            assert_ne!(output.status.code(), Some(0));
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8(told).unwrap().to_lowercase();
            // No name made by chance has a `u`.
            let shows = ["quartz", "vellum"].iter().any(|part| told.contains(part));
            assert!(!shows, "{verb:?} {url}: {told}");
        }
    }
}
