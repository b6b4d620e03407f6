use std::path::PathBuf;

use netspeak_fake::{Certificate, Ftp, Http, Nntp, Page, Smtp};

use super::{PASSWORD, Ran, USER, authority, folder, imap, pop3, run};

/// The command under another name.
fn named(test: &str, name: &str) -> PathBuf {
    let path = folder::folder("check-names", &format!("{test}-{name}")).join(name);
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_netspeak"), &path).unwrap();
    path
}

async fn plugin(test: &str, name: &str, words: &[&str]) -> Ran {
    run(&named(test, name), words).await
}

#[tokio::test]
async fn every_plugin_of_banners_hears_its_own() {
    let (imap, pop3) = (imap().start().await.unwrap(), pop3().start().await.unwrap());
    let nntp = Nntp::builder()
        .group("misc.test", "tests")
        .start()
        .await
        .unwrap();
    let ftp = Ftp::builder().start().await.unwrap();
    let smtp = Smtp::builder().start().await.unwrap();
    for (name, port, goodbye) in [
        ("check_imap", imap.port(), "LOGOUT"),
        ("check_pop", pop3.port(), "QUIT"),
        ("check_nntp", nntp.port(), "QUIT"),
        ("check_ftp", ftp.port(), "QUIT"),
        ("check_smtp", smtp.port(), "QUIT"),
    ] {
        let ran = plugin(
            "banners",
            name,
            &["-H", "127.0.0.1", "-p", &port.to_string()],
        )
        .await;
        assert_eq!(ran.code, 0, "{name} {}", ran.text);
        assert!(
            ran.value("time").ends_with(";;;0;10"),
            "{name} {}",
            ran.text
        );
        let said = match name {
            "check_imap" => imap.said(),
            "check_pop" => pop3.said(),
            "check_nntp" => nntp.said(),
            "check_ftp" => ftp.said(),
            _ => smtp.said(),
        };
        let most = if name == "check_smtp" { 2 } else { 1 };
        assert!(said.len() == most, "{name} {said:?}");
        assert!(said[most - 1].contains(goodbye), "{name} {said:?}");
    }
}

#[tokio::test]
async fn s_is_tls_at_once_for_imap_and_the_upgrade_for_smtp() {
    let imap = imap().implicit_tls().start().await.unwrap();
    let smtp = Smtp::builder().starttls().start().await.unwrap();
    for (name, port, authority, tls_before_greeting) in [
        ("check_imap", imap.port(), authority(&imap, "s-imap"), true),
        ("check_smtp", smtp.port(), authority(&smtp, "s-smtp"), false),
    ] {
        let (port, authority) = (port.to_string(), authority.display().to_string());
        let words = [
            "-H",
            "localhost",
            "-4Sp",
            &port,
            "--cacert",
            &authority,
            "-D",
            "30,14",
        ];
        let ran = plugin("s", name, &words).await;
        assert_eq!(ran.code, 0, "{name} {}", ran.text);
        let values: Vec<_> = ran
            .values()
            .iter()
            .map(|(label, _)| label.to_string())
            .collect();
        let at = |label| values.iter().position(|value| value == label);
        assert_eq!(
            at("tls") < at("greeting"),
            tls_before_greeting,
            "{}",
            ran.text
        );
        assert_eq!(
            at("starttls").is_some(),
            !tls_before_greeting,
            "{}",
            ran.text
        );
        ran.value("cert_days");
    }
}

#[tokio::test]
async fn an_expired_certificate_is_critical_and_its_days_are_told() {
    let server = imap()
        .implicit_tls()
        .tls(Certificate::Expired)
        .start()
        .await
        .unwrap();
    let port = server.port().to_string();
    let authority = authority(&server, "names-expired").display().to_string();
    let words = [
        "-H",
        "localhost",
        "-p",
        &port,
        "-S",
        "-D",
        "30,14",
        "--cacert",
        &authority,
    ];
    let ran = plugin("expired", "check_imap", &words).await;
    assert_eq!(ran.code, 2, "{}", ran.text);
    assert!(ran.value("cert_days").starts_with('-'), "{}", ran.text);
}

#[tokio::test]
async fn a_login_by_check_smtp_needs_tls() {
    let server = Smtp::builder()
        .user(USER, PASSWORD)
        .starttls()
        .start()
        .await
        .unwrap();
    let port = server.port().to_string();
    let authority = authority(&server, "names-login").display().to_string();
    let words = [
        "-H",
        "localhost",
        "-p",
        &port,
        "-A",
        "LOGIN",
        "-U",
        USER,
        "-P",
        PASSWORD,
        "--cacert",
        &authority,
    ];
    let ran = plugin("login", "check_smtp", &[&words[..], &["-S"]].concat()).await;
    assert_eq!(ran.code, 0, "{}", ran.text);
    assert!(ran.told().contains("login ok"), "{}", ran.text);
}

#[tokio::test]
async fn check_http_finds_texts_follows_and_takes_4xx_for_a_warning() {
    let server = Http::builder()
        .serve("/x", Page::new("text/plain", "needle"))
        .redirect("/old", 301, "/x")
        .start()
        .await
        .unwrap();
    let port = server.port().to_string();
    for (words, code) in [
        (&["-u", "/x"][..], 0),
        (&["-u", "/x", "-s", "needle"], 0),
        (&["-u", "/x", "-s", "thread"], 2),
        (&["-u", "/gone"], 1),
        (&["-u", "/gone", "-e", "404,200"], 0),
        (&["-u", "/x", "-e", "404"], 2),
        (&["-u", "/old"], 0),
        (&["-u", "/old", "-f", "critical"], 2),
        (&["-u", "/old", "-f", "follow", "-s", "needle"], 0),
        (&["-u", "/x", "-N"], 0),
        (&["-u", "/x", "-j", "DELETE"], 3),
        (&["-u", "/x", "-r", "n.*"], 3),
    ] {
        for way in [
            &["-I", "127.0.0.1"][..],
            &["-H", "www.example", "-I", "127.0.0.1"],
        ] {
            let ran = plugin("http", "check_http", &[way, &["-p", &port], words].concat()).await;
            assert_eq!(ran.code, code, "{way:?} {words:?} {}", ran.text);
        }
    }
    let hosts = server.requests();
    let hosts = format!("{hosts:?}");
    assert!(hosts.contains("www.example"), "{hosts}");
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.method == "GET")
    );
}

#[tokio::test]
async fn what_is_not_understood_is_unknown_and_help_is_not() {
    for (name, words, code) in [
        ("check_imap", &["-H", "h", "-Z"][..], 3),
        ("check_imap", &["-H", "h", "-s", "x"], 3),
        ("check_imap", &[], 3),
        ("check_jabber", &["-H", "h"], 3),
        ("check_imap", &["--help"], 0),
        ("check_http", &["-V"], 0),
    ] {
        let ran = plugin("unknown", name, words).await;
        assert_eq!(ran.code, code, "{name} {words:?} {}", ran.text);
        assert!(code == 0 || ran.text.lines().count() == 1, "{}", ran.text);
    }
    let server = imap().start().await.unwrap();
    let port = server.port().to_string();
    let words = ["imap", "-H", "127.0.0.1", "-p", &port, "--only-asked"];
    let ran = plugin("own", "check_netspeak", &words).await;
    assert_eq!(ran.code, 0, "{}", ran.text);
}
