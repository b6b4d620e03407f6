//! Greetings, capabilities, the upgrade, ID, ENABLE, goodbyes.

use netspeak_core::tls::TlsClient;
use netspeak_core::{Host, Limits};

use super::*;
use crate::response::StatusKind;

#[tokio::test]
async fn a_greeting_has_three_faces() {
    for (line, state, outcome) in [
        ("* OK ready", Some(State::NotAuthenticated), "ok"),
        ("* ok", Some(State::NotAuthenticated), "ok"),
        ("\\0\\0* OK padded", Some(State::NotAuthenticated), "ok"),
        ("* PREAUTH welcome", Some(State::Authenticated), "ok"),
        ("* BYE too many connections", None, "greeting.rejected"),
        ("+OK POP3 server ready", None, "greeting.other_protocol"),
        (
            "220 mail.example.test ESMTP",
            None,
            "greeting.other_protocol",
        ),
        ("* 3 EXISTS", None, "greeting.other_protocol"),
        ("A1 OK", None, "greeting.other_protocol"),
    ] {
        let script = format!("S: {line}\n...");
        let (opened, _) = dialogue(&script, async |conn| {
            let opened = Client::from_conn(conn).await;
            (opened.as_ref().ok().map(Client::state), kind(opened))
        })
        .await;
        assert_eq!(opened, (state, outcome.to_owned()), "{line}");
    }
}

#[tokio::test]
async fn capabilities_are_asked_for_once() {
    let script = "
        S: * OK ready
        C: A1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 IDLE
        S: A1 OK done
        C: A2 NOOP
        S: * 4 EXISTS
        S: A2 OK
    ";
    let (_, said) = dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        assert!(client.known_capabilities().await.unwrap().has("idle"));
        assert!(client.known_capabilities().await.unwrap().is_rev1());
        client.noop().await.unwrap();
        assert_eq!(news(&mut client), ["EXISTS 4"]);
    })
    .await;
    assert_eq!(said.len(), 2);
    // In the greeting they come unasked.
    talk_with("IMAP4rev1 X", "", async |client| {
        assert!(client.known_capabilities().await.unwrap().has("X"));
    })
    .await;
}

#[tokio::test]
async fn a_yes_to_capability_without_any_is_an_error() {
    let script = "S: * OK\nC: A1 CAPABILITY\nS: A1 OK done";
    let (asked, _) = dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        kind(client.capability().await.map(drop))
    })
    .await;
    assert_eq!(asked, "caps.malformed");
}

#[tokio::test]
async fn who_is_asked_tells_or_does_not() {
    let script = "
        C: A1 ID (\"name\" \"x\")
        S: * ID (\"name\" \"Dovecot\" \"vendor\" NIL)
        S: A1 OK
        C: A2 ID NIL
        S: * ID NIL
        S: A2 OK
    ";
    talk(script, async |client| {
        let id = client.id(&[("name", "x")]).await.unwrap();
        assert_eq!(id.get("NAME").unwrap(), &"Dovecot");
        assert!(id.get("vendor").is_none());
        assert_eq!(id.fields.unwrap().len(), 2);
        assert_eq!(client.id(&[]).await.unwrap().fields, None);
    })
    .await;
}

#[tokio::test]
async fn what_is_enabled_is_what_the_server_says() {
    let script = "
        C: A1 ENABLE CONDSTORE X
        S: * ENABLED CONDSTORE
        S: A1 OK
        C: A2 ENABLE QRESYNC
        S: A2 OK
    ";
    talk_with("IMAP4rev1 ENABLE", script, async |client| {
        let enabled = client.enable(&["CONDSTORE", "X"]).await.unwrap();
        assert_eq!(enabled, ["CONDSTORE"]);
        assert!(client.is_enabled("condstore"));
        assert!(client.enable(&["QRESYNC"]).await.unwrap().is_empty());
        assert!(!client.is_enabled("QRESYNC"));
    })
    .await;
    talk("", async |client| {
        assert_eq!(kind(client.enable(&["X"]).await), "work.not_offered");
    })
    .await;
}

#[tokio::test]
async fn what_has_no_place_in_the_state_is_not_sent() {
    talk("", async |client| {
        assert_eq!(kind(client.expunge().await), "usage");
        assert_eq!(kind(client.close().await), "usage");
        assert_eq!(
            kind(client.fetch(1, &Items::new()).await.map(drop)),
            "usage"
        );
    })
    .await;
    let (_, said) = dialogue("S: * OK\n...", async |conn| {
        let mut client = greeted(conn).await;
        assert_eq!(kind(client.create(&mailbox("x")).await), "usage");
    })
    .await;
    assert!(said.is_empty());
}

#[tokio::test]
async fn no_and_bad_are_errors_and_the_session_goes_on() {
    let script = "
        C: A1 DELETE \"x\"
        S: A1 NO [NONEXISTENT] no such mailbox
        C: A2 NOOP
        S: A2 BAD what
        C: A3 NOOP
        S: A3 NO
        C: A4 NOOP
        S: A4 OK
    ";
    talk(script, async |client| {
        assert_eq!(kind(client.delete(&mailbox("x")).await), "work.not_found");
        let error = client.noop().await.unwrap_err();
        assert_eq!(error.reply().unwrap().kind(), StatusKind::Bad);
        assert!(error.to_string().contains("what"), "{error}");
        assert_eq!(kind(client.noop().await), "work.rejected");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_ends_is_an_error() {
    let script = "C: A1 NOOP\nS- * 3 EX";
    talk(script, async |client| {
        let error = client.noop().await.unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.closed");
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    })
    .await;
    // Also between two commands, without a word: Cyrus does so when an open mailbox is deleted.
    talk("C: A1 NOOP\nS: A1 OK", async |client| {
        client.noop().await.unwrap();
        tokio::task::yield_now().await;
        assert_eq!(kind(client.noop().await), "proto.closed");
    })
    .await;
}

#[tokio::test]
async fn bye_is_the_end_and_says_why() {
    for end in ["", "\n...", "\nS: * BYE again\nS: * BYE again\n..."] {
        let script = format!("C: A1 NOOP\nS: * BYE Autologout; idle for too long{end}");
        talk(&script, async |client| {
            let error = client.noop().await.unwrap_err();
            assert_eq!(error.kind().to_string(), "work.closed");
            assert!(error.to_string().contains("Autologout"), "{error}");
            assert!(client.noop().await.is_err());
        })
        .await;
    }
}

#[tokio::test]
async fn an_answer_before_its_command_is_none() {
    let script = "S: * OK\nS: A1 OK early\n...";
    let (_, _) = dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        // The early line has arrived once something else behind it was waited for.
        tokio::task::yield_now().await;
        assert_eq!(kind(client.noop().await), "proto.malformed");
    })
    .await;
}

#[tokio::test]
async fn a_tag_that_is_not_ours_is_an_error() {
    let script = "C: A1 NOOP\nS: A7 OK done\n...";
    talk(script, async |client| {
        assert_eq!(kind(client.noop().await), "proto.malformed");
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    })
    .await;
}

#[tokio::test]
async fn nothing_unsolicited_is_lost() {
    let script = "
        C: A1 NOOP
        S: * 9 EXISTS
        S: * OK [ALERT] the disk is full
        S: * XSTATS (a 1) \"b\"
        S: * 3 FETCH (FLAGS (\\\\Seen))
        S: + what
        S: * 2 EXPUNGE
        S: A1 OK
    ";
    talk(script, async |client| {
        client.noop().await.unwrap();
        let news = news(client);
        assert_eq!(news.len(), 5, "{news:?}");
        assert_eq!(
            (news[0].as_str(), news[4].as_str()),
            ("EXISTS 9", "EXPUNGE 2")
        );
        assert!(news[1].contains("the disk is full"));
        assert!(news[2].contains("Unknown"));
        assert_eq!(news[3], "FETCH 3");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_only_chatters_is_stopped() {
    let mut limits = Limits::default();
    limits.listing_entries = 10;
    let script = format!(
        "S: * PREAUTH\nC: A1 NOOP\n{}...",
        "S: * 1 EXISTS\n".repeat(20)
    );
    let (asked, _) = dialogue(&script, async |conn| {
        let mut client = greeted(conn.with_limits(limits)).await;
        kind(client.noop().await)
    })
    .await;
    assert_eq!(asked, "proto.too_large");
}

#[tokio::test]
async fn clear_text_behind_the_answer_is_an_attack() {
    let script = "
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready
        C: A1 STARTTLS
        S: A1 OK begin\\r\\n* PREAUTH you are in
        ...
    ";
    let (upgraded, _) = dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        let tls = TlsClient::new(tls::TlsSettings::default()).unwrap();
        let host: Host = "mail.example.org".parse().unwrap();
        kind(client.starttls(&tls, &host).await)
    })
    .await;
    assert_eq!(upgraded, "starttls.injected");
}

#[tokio::test]
async fn goodbye_is_said_and_heard() {
    let script = "C: A1 LOGOUT\nS: * BYE see you\nS: A1 OK done";
    let script = format!("S: * PREAUTH\n{script}");
    let (left, _) = dialogue(&script, async |conn| greeted(conn).await.logout().await).await;
    assert!(left.unwrap().said().unwrap().is_ok());
    // BYE alone is goodbye enough.
    let script = "S: * PREAUTH\nC: A1 LOGOUT\nS: * BYE see you";
    let (left, _) = dialogue(script, async |conn| greeted(conn).await.logout().await).await;
    assert_eq!(left.unwrap().said().unwrap().kind(), StatusKind::Bye);
}

#[tokio::test]
async fn a_raw_line_gets_all_that_comes_before_its_answer() {
    let script = "
        C: A1 XYZZY 1
        S: * XYZZY plugh
        S: A1 NO nothing happens
    ";
    talk(script, async |client| {
        let answer = client.raw("XYZZY 1").await.unwrap();
        assert!(!answer.reply.is_ok());
        assert_eq!(answer.data.len(), 1);
        for line in [
            "NOOP\r\nA9 DELETE x",
            "LOGIN a b",
            "X {3}",
            "\tstarttls",
            "",
        ] {
            assert_eq!(kind(client.raw(line).await), "usage", "{line:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn commands_run_ahead_as_far_as_their_answers_tell_them_apart() {
    let script = "
        C: A1 STATUS \"a\" (MESSAGES)
        C: A2 STATUS \"b\" (MESSAGES)
        S: * STATUS b (MESSAGES 2)
        S: A2 OK
        S: * STATUS a (MESSAGES 1)
        S: * 5 EXISTS
        S: A1 OK
        C: A3 CREATE \"c\"
        S: A3 NO [ALREADYEXISTS] it is there
    ";
    talk(script, async |client| {
        let (a, b, c) = (mailbox("a"), mailbox("b"), mailbox("c"));
        let items = StatusItems::new().messages();
        let commands = [
            Command::Status(&a, &items),
            Command::Status(&b, &items),
            Command::Create(&c, &[]),
        ];
        let answers = client.pipeline(&commands).await.unwrap();
        let counts: Vec<_> = answers
            .iter()
            .map(|answer| match answer.data.as_slice() {
                [Untagged::MailboxStatus(status)] => status.messages,
                _ => None,
            })
            .collect();
        assert_eq!(counts, [Some(1), Some(2), None]);
        assert!(!answers[2].reply.is_ok());
        assert_eq!(news(client), ["EXISTS 5"]);
    })
    .await;
}

#[tokio::test]
async fn a_session_goes_back_to_before_its_login() {
    let script = "C: A1 UNAUTHENTICATE\nS: A1 OK";
    talk_with("IMAP4rev1 UNAUTHENTICATE", script, async |client| {
        client.unauthenticate().await.unwrap();
        assert_eq!(client.state(), State::NotAuthenticated);
        assert!(client.capabilities().is_none());
        assert_eq!(kind(client.create(&mailbox("x")).await), "usage");
    })
    .await;
}
