//! Logging in by what is asked.

use netspeak_core::testing::{Script, dialogue};
use netspeak_fake::{Builder as FakeBuilder, Certificate, Telnet};

use super::dialogues::kind;
use crate::tls::{Roots, TlsSettings};
use crate::*;

const PASSWORD: &str = "hunter2 \u{e9}";

fn trusting(conn: Conn) -> Client {
    let mut client = Client::from_conn(conn, Profile::default());
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    client
}

fn server() -> FakeBuilder<Telnet> {
    Telnet::builder()
        .user("ops", PASSWORD)
        .banner("\r\nMy box\r\n")
}

#[tokio::test(start_paused = true)]
async fn prompts_come_in_pieces_and_with_escapes_before_them() {
    let script = "
        S- \\x1b[2J\\x1b[HUser
        ... 1
        S- name:
        C: admin
        S- admin\\r\\nPassw
        S- ord:\\x20
        C: pw
        S- \\r\\nsw1>
        ...
    ";
    dialogue(script, async |conn| {
        let login = trusting(conn).login("admin", &Secret::from("pw")).await;
        let login = login.unwrap();
        assert_eq!(login.prompt, b"sw1>");
        assert!(login.text.ends_with(b"\r\nsw1>"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_no_is_an_error_with_the_servers_words() {
    for (asks, words) in [
        (
            "S- login:\\x20\nC: *\nS- Password:\\x20\nC: *\nS- \\r\\nLogin incorrect\\r\\nlogin:\\x20\n...",
            "login:",
        ),
        (
            "S- Password:\\x20\nC: *\nS- \\r\\n% Bad secrets\\r\\n\\r\\n\n...",
            "% Bad secrets",
        ),
        (
            "S- Username:\\x20\nC: *\nS- Password:\\x20\nC: *\nS- \\r\\nno, hunter2!\\r\\nUsername:\\x20\n...",
            "Username:",
        ),
        (
            "S- login:\\x20\nC: *\nS- Password:\\x20\nC: *\nS- bye\\r\\n",
            "bye",
        ),
    ] {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(Script::new(asks).play(theirs));
        let login = trusting(Conn::from_memory(ours))
            .login("ops", &Secret::from("hunter2"))
            .await;
        let error = login.unwrap_err();
        assert_eq!(error.kind().to_string(), "auth.rejected", "{asks}");
        assert_eq!(error.reply().unwrap().text(), words, "{asks}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_nothing_is_a_timeout() {
    dialogue("S- hello\n...", async |conn| {
        let login = trusting(conn).login("ops", &Secret::from("pw")).await;
        assert_eq!(kind(login), "auth.timeout");
    })
    .await;
    dialogue("S- open$\\x20\n...", async |conn| {
        let login = trusting(conn).login("ops", &Secret::from("pw")).await;
        assert_eq!(login.unwrap().prompt, b"open$");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_password_in_clear_text_unless_it_is_allowed() {
    dialogue("S- login:\\x20\n...", async |conn| {
        let mut client = Client::from_conn(conn, Profile::default());
        client.read_until("login").await.unwrap();
        let login = client.login("ops", &Secret::from("pw")).await;
        assert_eq!(kind(login), "auth.plaintext_blocked");
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        let two_lines = Secret::from("p\r\nw");
        assert_eq!(kind(client.login("ops", &two_lines).await), "usage");
    })
    .await;
}

#[tokio::test]
async fn a_login_at_a_server_in_clear_text_and_inside_tls() {
    let clear = server().start().await.unwrap();
    let secure = server()
        .tls(Certificate::Good)
        .implicit_tls()
        .start()
        .await
        .unwrap();
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![secure.ca_pem().to_owned()]);
    for (url, fake) in [
        (clear.url("telnet"), &clear),
        (secure.url("telnets"), &secure),
    ] {
        let target: Target = url.parse().unwrap();
        let builder = || {
            let connector = Connector::new().with_tls(settings.clone());
            Client::builder()
                .connector(connector)
                .trace(Trace::with_transcript())
        };
        let credentials = sasl::Credentials::password("ops", Secret::from(PASSWORD));
        let mut client = builder()
            .credentials(credentials)
            .connect(&target)
            .await
            .unwrap();
        client.write_line("echo in").await.unwrap();
        client.read_until("in\r\n$ ").await.unwrap();
        let shown = format!("{:?}", client.trace().transcript());
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("echo in"), "{shown}");
        client.close().await.unwrap();
        let wrong = sasl::Credentials::password("ops", Secret::from("guess"));
        let refused = builder().credentials(wrong).connect(&target).await;
        assert_eq!(kind(refused), "auth.rejected");
        assert!(fake.said().contains(&PASSWORD.to_owned()));
    }
}
