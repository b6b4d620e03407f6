use netspeak_fake::{Ftp, Gopher, Http, Nntp, Smtp, Telnet, Xmlrpc};

use super::{PASSWORD, USER, at, check, imap, pop3};

#[tokio::test]
async fn every_protocol_is_checked_and_left_in_its_own_words() {
    let pop3 = pop3().start().await.unwrap();
    let imap = imap().start().await.unwrap();
    let smtp = Smtp::builder()
        .user(USER, PASSWORD)
        .starttls()
        .start()
        .await
        .unwrap();
    let nntp = Nntp::builder()
        .user(USER, PASSWORD)
        .group("misc.test", "tests")
        .starttls();
    let nntp = nntp.start().await.unwrap();
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .auth_tls()
        .start()
        .await
        .unwrap();
    let login = ["--starttls", "-u", USER];
    let ran = [
        at(&pop3, "polite-pop3", "pop3", &login).await,
        at(&imap, "polite-imap", "imap", &login).await,
        at(&smtp, "polite-smtp", "smtp", &login).await,
        at(&nntp, "polite-nntp", "nntp", &login).await,
        at(&ftp, "polite-ftp", "ftp", &login).await,
    ];
    let said = [
        pop3.said(),
        imap.said(),
        smtp.said(),
        nntp.said(),
        ftp.said(),
    ];
    for (ran, said) in ran.iter().zip(said) {
        assert_eq!(ran.code, 0, "{}", ran.text);
        assert!(ran.told().contains("login ok"), "{}", ran.text);
        let last = said.last().unwrap();
        assert!(last == "QUIT" || last.ends_with(" LOGOUT"), "{said:?}");
    }
    let counts = [
        pop3.connections(),
        imap.connections(),
        smtp.connections(),
        nntp.connections(),
        ftp.connections(),
    ];
    assert_eq!(counts, [1; 5]);
}

#[tokio::test]
async fn servers_that_do_not_greet_are_checked_too() {
    let http = Http::builder()
        .page("/", "text/plain", "hello")
        .rpc("/RPC2", Xmlrpc::new());
    let http = http.start().await.unwrap();
    let gopher = Gopher::builder()
        .menu("", ["Welcome"])
        .start()
        .await
        .unwrap();
    let telnet = Telnet::builder()
        .user(USER, PASSWORD)
        .start()
        .await
        .unwrap();
    let rpc = format!("xmlrpc+http://127.0.0.1:{}/RPC2", http.port());
    for ran in [
        at(&http, "other-http", "http", &[]).await,
        at(&gopher, "other-gopher", "gopher", &[]).await,
        at(&telnet, "other-telnet", "telnet", &[]).await,
        check(&[&rpc]).await,
    ] {
        assert_eq!(ran.code, 0, "{}", ran.text);
    }
}

#[tokio::test]
async fn a_failure_is_left_politely_too() {
    let server = pop3().start().await.unwrap();
    let ran = at(
        &server,
        "polite-failure",
        "pop3",
        &["--starttls", "-u", "ops:wrong"],
    )
    .await;
    assert_eq!(ran.code, 2, "{}", ran.text);
    assert_eq!(server.said().last().map(String::as_str), Some("QUIT"));
}
