//! Who may come in, and how: TLS, LOGIN, AUTHENTICATE, ID, ENABLE.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Talk, two};
use crate::tests::client::{Client, trusting};
use crate::{Fault, GREETING, Imap, Mechanism, Moment};

#[tokio::test]
async fn the_greeting_tells_the_capabilities() {
    let fake = two().build().unwrap();
    let line = Client::of(&fake).line().await;
    assert!(
        line.starts_with("* OK [CAPABILITY IMAP4rev1 IMAP4rev2 AUTH=PLAIN"),
        "{line}"
    );
    assert!(line.ends_with("] netspeak-fake IMAP ready"), "{line}");
    let fake = two().without_code("CAPABILITY").build().unwrap();
    assert_eq!(
        Client::of(&fake).line().await,
        "* OK netspeak-fake IMAP ready"
    );
}

#[tokio::test]
async fn a_server_greets_with_preauth_or_sends_its_clients_away() {
    let fake = two().preauth("ops").build().unwrap();
    let mut talk = Talk::greeted(&fake).await;
    assert!(talk.last("SELECT INBOX").await.starts_with("OK "));
    let fake = two()
        .fault(Fault::reply(GREETING, "* BYE [UNAVAILABLE] later\r\n"))
        .build()
        .unwrap();
    let mut client = Client::of(&fake);
    assert_eq!(client.rest().await.0, b"* BYE [UNAVAILABLE] later\r\n");
}

#[tokio::test]
async fn a_wrong_password_is_rejected() {
    let fake = two().build().unwrap();
    let mut talk = Talk::greeted(&fake).await;
    assert_eq!(
        talk.last("LOGIN ops wrong").await,
        "NO [AUTHENTICATIONFAILED] wrong name or password"
    );
    let line = talk.last("LOGIN ops \"secret\"").await;
    assert!(line.starts_with("OK [CAPABILITY IMAP4rev1"), "{line}");
    assert!(!line.contains("AUTH="), "{line}");
}

#[tokio::test]
async fn the_verdict_on_any_login_has_its_moment() {
    let plain = STANDARD.encode("\0ops\0secret");
    for command in ["LOGIN ops secret", &format!("AUTHENTICATE PLAIN {plain}")] {
        let fake = two()
            .fault(Fault::say(Moment::Login, "* OK wait\r\n"))
            .build()
            .unwrap();
        let mut talk = Talk::greeted(&fake).await;
        assert_eq!(talk.data(command).await, ["* OK wait"], "{command}");
    }
}

#[tokio::test]
async fn a_login_that_is_disabled_is_refused() {
    let fake = two().capability("LOGINDISABLED").build().unwrap();
    let mut talk = Talk::greeted(&fake).await;
    assert_eq!(
        talk.last("LOGIN ops secret").await,
        "NO [PRIVACYREQUIRED] not in clear text"
    );
}

#[tokio::test]
async fn authenticate_with_and_without_an_initial_response() {
    let plain = STANDARD.encode("\0ops\0secret");
    let fake = two().build().unwrap();
    let mut talk = Talk::greeted(&fake).await;
    assert!(
        talk.last(&format!("AUTHENTICATE PLAIN {plain}"))
            .await
            .starts_with("OK ")
    );

    let fake = two().without_capability("SASL-IR").build().unwrap();
    let mut talk = Talk::greeted(&fake).await;
    assert_eq!(
        talk.last(&format!("AUTHENTICATE PLAIN {plain}")).await,
        "BAD no initial responses here"
    );
    let tag = talk.say("authenticate plain").await;
    assert_eq!(talk.client.line().await, "+ ");
    talk.client.say("*").await;
    assert_eq!(talk.answer(&tag).await, ["BAD cancelled"]);
    let tag = talk.say("AUTHENTICATE PLAIN").await;
    assert_eq!(talk.client.line().await, "+ ");
    talk.client.say(&plain).await;
    assert!(talk.answer(&tag).await[0].starts_with("OK "));
}

#[tokio::test]
async fn a_token_that_has_expired_is_explained() {
    let fake = Imap::builder()
        .token("ops", "ya29")
        .mechanisms([Mechanism::XOAuth2])
        .build()
        .unwrap();
    let mut talk = Talk::greeted(&fake).await;
    let old = STANDARD.encode("user=ops\x01auth=Bearer old\x01\x01");
    let tag = talk.say(&format!("AUTHENTICATE XOAUTH2 {old}")).await;
    assert!(talk.client.line().await.starts_with("+ eyJzdGF0dXMi"));
    talk.client.say("").await;
    assert!(talk.answer(&tag).await[0].starts_with("NO [AUTHENTICATIONFAILED]"));
}

#[tokio::test]
async fn tls_begins_and_capabilities_change() {
    let fake = two()
        .starttls()
        .tls_for_secrets()
        .capabilities_under_tls(["IMAP4rev1", "AUTH=PLAIN", "X-UNDER-TLS"])
        .build()
        .unwrap();
    let mut talk = Talk::greeted(&fake).await;
    let list = talk.data("CAPABILITY").await.remove(0);
    assert!(list.contains(" STARTTLS LOGINDISABLED"), "{list}");
    assert!(!list.contains("AUTH=PLAIN"), "{list}");
    assert_eq!(
        talk.last("LOGIN ops secret").await,
        "NO [PRIVACYREQUIRED] not in clear text"
    );
    assert_eq!(talk.last("STARTTLS").await, "OK begin TLS");
    let client = talk
        .client
        .tls(trusting(&fake, None), "localhost")
        .await
        .unwrap();
    let mut talk = Talk { client, tags: 0 };
    assert_eq!(
        talk.data("CAPABILITY").await,
        ["* CAPABILITY IMAP4rev1 AUTH=PLAIN X-UNDER-TLS"]
    );
    assert_eq!(talk.last("STARTTLS").await, "BAD no TLS to begin");
    assert!(talk.last("LOGIN ops secret").await.starts_with("OK "));
}

#[tokio::test]
async fn capabilities_change_with_a_login() {
    let fake = two()
        .capabilities(["IMAP4rev1", "AUTH=PLAIN"])
        .capabilities_after_login(["IMAP4rev1", "MOVE"])
        .build()
        .unwrap();
    let mut talk = Talk::greeted(&fake).await;
    assert_eq!(
        talk.data("CAPABILITY").await,
        ["* CAPABILITY IMAP4rev1 AUTH=PLAIN"]
    );
    assert_eq!(
        talk.last("LOGIN ops secret").await,
        "OK [CAPABILITY IMAP4rev1 MOVE] welcome"
    );
    talk.data("SELECT INBOX").await;
    assert_eq!(talk.data("MOVE 1 Archive").await, ["* 1 EXPUNGE"]);
}

#[tokio::test]
async fn a_server_may_speak_rev2_alone() {
    let fake = two().without_capability("IMAP4rev1").build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(talk.data("FETCH 1 FLAGS").await, ["* 1 FETCH (FLAGS ())"]);
    let lines = talk.data("SEARCH SUBJECT one").await;
    assert_eq!(lines, [format!("* ESEARCH (TAG \"t{}\") ALL 1", talk.tags)]);
    assert_eq!(talk.last("LSUB \"\" *").await, "BAD unknown command");
}

#[tokio::test]
async fn clients_introduce_themselves() {
    let fake = two().build().unwrap();
    let mut talk = Talk::greeted(&fake).await;
    for argument in ["NIL", "()", "(\"name\" \"x\" \"version\" NIL)"] {
        assert_eq!(
            talk.data(&format!("ID {argument}")).await,
            ["* ID (\"name\" \"netspeak-fake\" \"vendor\" \"netspeak\")"]
        );
    }
    for argument in ["", " (\"name\")", " (name \"x\")"] {
        assert!(
            talk.last(&format!("ID{argument}"))
                .await
                .starts_with("BAD "),
            "{argument}"
        );
    }
}

#[tokio::test]
async fn extensions_are_switched_on() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(
        talk.data("ENABLE qresync X-NOTHING UTF8=ACCEPT").await,
        ["* ENABLED QRESYNC UTF8=ACCEPT"]
    );
    assert_eq!(talk.data("ENABLE IMAP4rev2").await, ["* ENABLED IMAP4rev2"]);
    let lines = talk.data("SELECT INBOX").await;
    assert!(
        lines.contains(&"* LIST () \"/\" INBOX".to_owned()),
        "{lines:?}"
    );
    assert!(
        !lines.iter().any(|line| line.contains("RECENT")),
        "{lines:?}"
    );
}
