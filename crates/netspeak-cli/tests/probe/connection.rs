use netspeak_fake::Smtp;
use serde_json::Value;

use crate::{ended, folder, healthy, here, netspeak};

async fn report(words: &[&str]) -> Value {
    let words = [&["--json"], words].concat();
    let (code, out, err) = ended(&netspeak(here(), &words).await);
    assert_eq!(code, 0, "{words:?} {out}{err}");
    serde_json::from_str(&out).unwrap()
}

#[tokio::test]
async fn a_server_is_greeted_by_the_name_that_was_given() {
    let server = Smtp::builder().start().await.unwrap();
    report(&["--ehlo", "probe.example.net", &server.url("smtp")]).await;
    let said = server.log();
    assert!(
        said.iter()
            .any(|said| said.line == "EHLO probe.example.net"),
        "{said:?}"
    );
    let words = ["--ehlo", "two words", &server.url("smtp")];
    let (code, out, _) = ended(&netspeak(here(), &words).await);
    assert_eq!(code, 3, "{out}");
}

#[tokio::test]
async fn handshakes_go_without_alpn_or_with_another() {
    let server = healthy().implicit_tls().start().await.unwrap();
    let url = server.url("pop3s");
    for words in [&["--no-alpn"][..], &["--alpn", "pop3,x"], &[]] {
        report(&[words, &["-k", &url]].concat()).await;
    }
    let offered: Vec<Vec<String>> = server
        .handshakes()
        .into_iter()
        .map(|shake| shake.alpn)
        .collect();
    assert_eq!(
        offered,
        [
            vec![],
            vec!["pop3".to_owned(), "x".to_owned()],
            vec!["pop3".to_owned()]
        ]
    );
}

#[tokio::test]
async fn a_version_can_be_the_newest_one() {
    let server = healthy().implicit_tls().start().await.unwrap();
    for (words, version) in [(&["--tls-max", "1.2"][..], "1.2"), (&["--tlsv1.2"], "1.3")] {
        let report = report(&[words, &["-k", &server.url("pop3s")]].concat()).await;
        assert_eq!(report["tls"]["version"], version, "{words:?}");
    }
}

#[tokio::test]
async fn another_place_is_connected_to_under_the_same_name() {
    let server = healthy().implicit_tls().start().await.unwrap();
    let port = server.port();
    let detour = format!("mail.example.org:995:127.0.0.1:{port}");
    let report = report(&["-k", "--connect-to", &detour, "pop3s://mail.example.org"]).await;
    assert_eq!(report["target"]["port"], 995);
    assert_eq!(report["addresses"][0]["ip"], "127.0.0.1");
    let name = server.handshakes().remove(0).server_name;
    assert_eq!(name.as_deref(), Some("mail.example.org"));
}

#[tokio::test]
async fn authorities_stand_in_a_folder() {
    let server = healthy().implicit_tls().start().await.unwrap();
    let dir = folder("authorities");
    std::fs::write(dir.join("own.pem"), server.ca_pem()).unwrap();
    let path = dir.to_str().unwrap();
    let report = report(&["--capath", path, &server.url("pop3s")]).await;
    assert_eq!(report["tls"]["verified"], true);
    let words = ["--capath", "/nonexistent", &server.url("pop3s")];
    let (code, _, err) = ended(&netspeak(here(), &words).await);
    assert_eq!(code, 3);
    assert!(err.contains("/nonexistent"), "{err}");
}

#[tokio::test]
async fn our_own_port_can_be_chosen() {
    let server = healthy().start().await.unwrap();
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let report = report(&["--local-port", &port.to_string(), &server.url("pop3")]).await;
    assert_eq!(report["local"]["port"], port);
}

#[tokio::test]
async fn commands_go_one_by_one_if_they_are_to() {
    for (words, expected) in [(&["--no-pipelining"][..], false), (&[], true)] {
        let mut server = healthy();
        for _ in 0..8 {
            server = server.message("ops", "Subject: x\r\n\r\nx\r\n");
        }
        let server = server.start().await.unwrap();
        let url = server.url("pop3").replace("//", "//ops:hunter2@");
        let all = [&["get", "-o", "/dev/null", &url], words].concat();
        let (code, _, err) = ended(&netspeak(here(), &all).await);
        assert_eq!(code, 0, "{err}");
        let ahead = server.log().iter().any(|said| said.pipelined);
        assert_eq!(ahead, expected, "{words:?} {:?}", server.log());
    }
}
