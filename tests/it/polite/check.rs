//! What the servers wrote down about `netspeak check`. Each visit is found by our port, which `-v` tells.

use super::{ended_by_quit, log, record, stunnel, xmlrpc};
use crate::harness::{certificate, container_address, netspeak, until, user};
use crate::smtp::polite as postfix;

/// Checks a server by its container's own address: how it ended, our port, and all that was printed.
async fn check(name: &str, host: &str, port: u16, words: &[&str]) -> (i32, u16, String) {
    let authority = certificate("ca.pem").display().to_string();
    let service = host.to_uppercase().replace('-', "_");
    let place = format!("{host}:{port}:{}", container_address(&service));
    let port = port.to_string();
    let way = [
        "check",
        name,
        "-H",
        host,
        "-p",
        &port,
        "--resolve",
        &place,
        "--cacert",
        &authority,
        "-v",
        "--only-asked",
    ];
    let ran = netspeak(&[&way, words].concat()).await;
    let text = ran.text().to_owned();
    let from = text.lines().find_map(|line| line.strip_prefix("from: "));
    let from = from.unwrap_or_else(|| panic!("no port: {text}"));
    let port = from.rsplit(':').next().unwrap().parse().unwrap();
    (ran.code, port, text)
}

const LOGIN: [&str; 3] = ["--starttls", "-u", user::CHECKED_POLITELY];
const WRONG: [&str; 3] = ["--starttls", "-u", "user74:not the password"];

#[tokio::test]
#[ignore = "needs dovecot"]
async fn every_check_of_dovecot_says_goodbye() {
    for (name, port, words, code) in [
        ("pop3", 110, &[][..], 0),
        ("pop3", 110, &LOGIN, 0),
        ("pop3", 110, &WRONG, 2),
        ("pop3", 110, &["--until", "greeting", "-e", "nonsense"], 1),
        ("pop3s", 995, &["-D", "10000"], 1),
        ("imap", 143, &[], 0),
        ("imap", 143, &LOGIN, 0),
        ("imap", 143, &WRONG, 2),
        ("imap", 143, &["--until", "greeting", "-e", "nonsense"], 1),
        ("imaps", 993, &["-w", "@0:60"], 1),
    ] {
        let (found, from, text) = check(name, "dovecot", port, words).await;
        assert_eq!(found, code, "{name} {words:?} {text}");
        let lines = record("DOVECOT", from).await;
        assert!(ended_by_quit(&lines), "{name} {words:?} {lines:#?}");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn every_check_of_postfix_says_goodbye() {
    for (name, port, words, code) in [
        ("smtp", 25, &[][..], 0),
        ("smtp", 25, &["--starttls", "-D", "14,7"], 0),
        ("smtp", 25, &["--until", "greeting", "-e", "999"], 1),
        ("submission", 587, &LOGIN, 0),
        ("submission", 587, &WRONG, 2),
        ("smtps", 465, &["-c", "@0:60"], 2),
    ] {
        let (found, from, text) = check(name, "postfix", port, words).await;
        assert_eq!(found, code, "{name} {words:?} {text}");
        let lines = postfix::record(from).await;
        assert!(
            postfix::ended_by_quit(&lines),
            "{name} {words:?} {lines:#?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs vsftpd, proftpd, inn2 and cyrus"]
async fn the_other_sessions_are_ended_by_their_servers_answers_to_quit() {
    for (name, host, port) in [
        ("ftp", "vsftpd", 21),
        ("ftp", "proftpd", 21),
        ("nntp", "inn2", 119),
        ("imap", "cyrus", 143),
        ("pop3", "cyrus", 110),
    ] {
        for (words, code) in [(&LOGIN, 0), (&WRONG, 2)] {
            let (found, _, text) = check(name, host, port, words).await;
            assert_eq!(found, code, "{name} {host} {text}");
            assert!(text.contains("quit="), "{name} {host} {text}");
            assert!(!text.contains("the goodbye failed"), "{name} {host} {text}");
        }
    }
}

#[tokio::test]
#[ignore = "needs telnetd, gophernicus, xmlrpc and nginx"]
async fn who_has_no_goodbye_is_left_in_good_order() {
    for (name, host, port, container) in [
        ("telnets", "telnetd", 992, "TELNETD"),
        ("gophers", "gophernicus", 7070, "GOPHERNICUS"),
    ] {
        let (code, from, text) = check(name, host, port, &[]).await;
        assert_eq!(code, 0, "{name} {text}");
        let end = stunnel::end(container, from).await;
        assert!(end.starts_with("Connection closed:"), "{name}: {end}");
    }
    let (code, from, text) = check("xmlrpc+http", "xmlrpc", 8000, &[]).await;
    assert_eq!(code, 0, "{text}");
    let end = xmlrpc::end(from).await;
    assert!(end.ends_with("left in good order, calls: 1"), "{end}");
    let (code, from, text) = check("https", "nginx", 443, &["--client-error", "ok"]).await;
    assert_eq!(code, 0, "{text}");
    let mark = format!("port={from} ");
    let visits = until("the record of the visit", async || {
        let log = log("NGINX").await;
        let visits: Vec<String> = log
            .lines()
            .filter(|line| line.contains(&mark))
            .map(str::to_owned)
            .collect();
        visits.last()?;
        Some(visits)
    })
    .await;
    assert_eq!(visits.len(), 1, "{visits:#?}");
}
