//! POP3 as it should be.

use super::client::Client;
use crate::{Fake, Pop3};

const FIRST: &[u8] = b"Subject: one\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n";
const SECOND: &[u8] = b"Subject: two\r\n\r\na\r\nb\r\nc";

fn two() -> Fake<Pop3> {
    Pop3::builder()
        .user("ops", "secret")
        .message("ops", FIRST)
        .message("ops", SECOND)
        .build()
        .unwrap()
}

/// RFC 1939 section 10, but for the prose.
#[tokio::test]
async fn rfc_1939_example() {
    let fake = Pop3::builder()
        .user("mrose", "tanstaaf")
        .timestamp("<1896.697170952@dbc.mtview.ca.us>")
        .message("mrose", [b'x'; 120])
        .message("mrose", [b'y'; 200])
        .build()
        .unwrap();
    let mut client = Client::of(&fake);
    assert_eq!(
        client.line().await,
        "+OK netspeak-fake POP3 ready <1896.697170952@dbc.mtview.ca.us>"
    );
    assert_eq!(
        client
            .ask("APOP mrose c4c9334bac560ecc979e58001b3e22fb")
            .await,
        "+OK maildrop has 2 messages (320 octets)"
    );
    assert_eq!(client.ask("STAT").await, "+OK 2 320");
    assert_eq!(
        client.ask_all("LIST").await,
        ["+OK 2 messages (320 octets)", "1 120", "2 200"]
    );
    assert_eq!(
        client.ask_all("RETR 1").await,
        ["+OK 120 octets".to_owned(), "x".repeat(120)]
    );
    assert_eq!(client.ask("DELE 1").await, "+OK message 1 deleted");
    assert_eq!(
        client.ask_all("RETR 2").await,
        ["+OK 200 octets".to_owned(), "y".repeat(200)]
    );
    assert_eq!(client.ask("DELE 2").await, "+OK message 2 deleted");
    assert_eq!(client.ask("QUIT").await, "+OK bye, 0 messages left");
    assert_eq!(client.rest().await.0, b"");
    assert!(fake.maildrop("mrose").is_empty());
}

#[tokio::test]
async fn dots_are_doubled_at_the_start_of_crlf_lines_only() {
    let fake = two();
    fake.deliver("ops", b"a\n.\nb\r\n");
    let mut client = Client::inside(&fake).await;
    assert_eq!(
        client.ask_all("RETR 1").await,
        [
            "+OK 34 octets",
            "Subject: one",
            "",
            "..dot",
            "...",
            "..",
            "end"
        ]
    );
    assert_eq!(client.ask_all("RETR 3").await, ["+OK 7 octets", "a\n.\nb"]);
}

#[tokio::test]
async fn top() {
    let mut client = Client::inside(&two()).await;
    assert_eq!(
        client.ask_all("TOP 2 0").await,
        ["+OK 23 octets", "Subject: two", ""]
    );
    assert_eq!(
        client.ask_all("TOP 2 2").await,
        ["+OK 23 octets", "Subject: two", "", "a", "b"]
    );
    assert_eq!(
        client.ask_all("TOP 2 99").await,
        ["+OK 23 octets", "Subject: two", "", "a", "b", "c"]
    );
    assert_eq!(client.ask("TOP 2").await, "-ERR what do you mean?");
    assert_eq!(client.ask("TOP 3 1").await, "-ERR no such message");
}

#[tokio::test]
async fn marks_and_numbers() {
    let mut client = Client::inside(&two()).await;
    assert_eq!(client.ask("LIST 2").await, "+OK 2 23");
    assert_eq!(client.ask("UIDL 2").await, "+OK 2 00000002.fake");
    assert_eq!(client.ask("DELE 1").await, "+OK message 1 deleted");
    assert_eq!(client.ask("DELE 1").await, "-ERR no such message");
    assert_eq!(client.ask("RETR 1").await, "-ERR no such message");
    assert_eq!(client.ask("RETR 0").await, "-ERR no such message");
    assert_eq!(client.ask("RETR -1").await, "-ERR no such message");
    assert_eq!(client.ask("RETR").await, "-ERR what do you mean?");
    assert_eq!(client.ask("STAT").await, "+OK 1 23");
    assert_eq!(
        client.ask_all("UIDL").await,
        ["+OK unique ids follow", "2 00000002.fake"]
    );
    assert_eq!(
        client.ask("RSET").await,
        "+OK maildrop has 2 messages (57 octets)"
    );
    assert_eq!(client.ask("NOOP").await, "+OK still here");
    assert_eq!(client.ask("USER ops").await, "-ERR what do you mean?");
    assert_eq!(client.ask("XYZZY").await, "-ERR what do you mean?");
}

#[tokio::test]
async fn states_are_kept_apart() {
    let mut client = Client::greeted(&two()).await;
    for verb in [
        "STAT", "LIST", "UIDL 1", "RETR 1", "TOP 1 1", "DELE 1", "RSET", "NOOP",
    ] {
        assert_eq!(client.ask(verb).await, "-ERR log in first", "{verb}");
    }
    assert_eq!(client.ask("PASS secret").await, "-ERR USER first");
    assert_eq!(
        client.ask("STLS").await,
        "-ERR what do you mean?",
        "not offered"
    );
}

#[tokio::test]
async fn quit_commits_and_a_dropped_connection_does_not() {
    let fake = two();
    let mut client = Client::inside(&fake).await;
    client.ask("DELE 1").await;
    drop(client);
    fake.idle().await;
    assert_eq!(fake.maildrop("ops"), [FIRST, SECOND]);

    let mut client = Client::inside(&fake).await;
    client.ask("DELE 1").await;
    fake.deliver("ops", "new\r\n");
    assert_eq!(
        client.ask("STAT").await,
        "+OK 1 23",
        "a session sees what was there when it began"
    );
    assert_eq!(client.ask("QUIT").await, "+OK bye, 1 messages left");
    assert_eq!(fake.maildrop("ops"), [SECOND, b"new\r\n"]);
}

#[tokio::test]
async fn a_maildrop_is_locked() {
    let fake = two();
    let first = Client::inside(&fake).await;
    let mut second = Client::greeted(&fake).await;
    second.ask("USER ops").await;
    assert_eq!(
        second.ask("PASS secret").await,
        "-ERR [IN-USE] another session holds the maildrop"
    );
    drop(first);
    while second.ask("USER ops").await.starts_with("+OK") {
        if second.ask("PASS secret").await.starts_with("+OK") {
            break;
        }
    }
    assert!(second.ask("STAT").await.starts_with("+OK 2 "));
}

#[tokio::test]
async fn capabilities_follow_the_state() {
    let fake = Pop3::builder()
        .user("ops", "secret")
        .capability("EXPIRE 60")
        .stls()
        .build()
        .unwrap();
    let mut client = Client::greeted(&fake).await;
    let before = client.ask_all("CAPA").await;
    for line in [
        "TOP",
        "UIDL",
        "PIPELINING",
        "RESP-CODES",
        "USER",
        "STLS",
        "EXPIRE 60",
    ] {
        assert!(before.iter().any(|it| it == line), "{line}");
    }
    assert!(before.contains(&"SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256".to_owned()));
    client.ask("USER ops").await;
    client.ask("PASS secret").await;
    let after = client.ask_all("CAPA").await;
    for line in ["USER", "STLS"] {
        assert!(!after.iter().any(|it| it == line), "{line}");
    }
    assert!(!after.iter().any(|it| it.starts_with("SASL")));
}

#[tokio::test]
async fn capabilities_as_they_were_told() {
    let fake = Pop3::builder()
        .capability("SASL X-OWN")
        .capability("EXPIRE 60")
        .capability("LOGIN-DELAY 5")
        .without_capability("expire")
        .without_capability("uidl")
        .build()
        .unwrap();
    let mut client = Client::greeted(&fake).await;
    let mut list = client.ask_all("CAPA").await;
    assert_eq!(list.pop().as_deref(), Some("LOGIN-DELAY 5"));
    assert_eq!(list.pop().as_deref(), Some("SASL X-OWN"), "in its place");
    for keyword in ["EXPIRE", "UIDL"] {
        assert!(!list.iter().any(|line| line.starts_with(keyword)));
    }
    assert_eq!(client.ask("UIDL").await, "-ERR log in first", "but known");
}

#[tokio::test]
async fn an_old_server() {
    let fake = Pop3::builder()
        .user("ops", "secret")
        .without_capa()
        .without_verb("UIDL")
        .without_pipelining()
        .without_apop()
        .without_capability("RESP-CODES")
        .build()
        .unwrap();
    let mut client = Client::of(&fake);
    assert_eq!(client.line().await, "+OK netspeak-fake POP3 ready");
    assert_eq!(client.ask("CAPA").await, "-ERR unknown command");
    assert_eq!(client.ask("UIDL").await, "-ERR unknown command");
    assert_eq!(client.ask("APOP ops x").await, "-ERR no APOP here");
    client.ask("USER ops").await;
    assert_eq!(
        client.ask("PASS wrong").await,
        "-ERR wrong name or password"
    );

    let fake = Pop3::builder()
        .capabilities(["SASL PLAIN", "STLS"])
        .build()
        .unwrap();
    assert_eq!(
        Client::greeted(&fake).await.ask_all("CAPA").await,
        ["+OK capabilities follow", "SASL PLAIN", "STLS"]
    );
    let fake = Pop3::builder().without_pipelining().build().unwrap();
    assert!(
        !Client::greeted(&fake)
            .await
            .ask_all("CAPA")
            .await
            .contains(&"PIPELINING".to_owned())
    );
}

#[tokio::test]
async fn languages_and_utf8() {
    let mut client = Client::greeted(&two()).await;
    assert_eq!(
        client.ask_all("LANG").await,
        ["+OK languages follow", "en English", "de Deutsch"]
    );
    assert_eq!(client.ask("LANG DE").await, "+OK de Deutsch");
    assert_eq!(client.ask("LANG *").await, "+OK en back to English");
    assert_eq!(client.ask("LANG tlh").await, "-ERR no such language");
    assert_eq!(client.ask("UTF8").await, "+OK UTF8 enabled");
}

#[tokio::test]
async fn pipelining_is_served_and_seen() {
    let fake = two();
    let mut client = Client::inside(&fake).await;
    client.say("STAT\r\nNOOP\r\nLIST 1").await;
    assert_eq!(client.line().await, "+OK 2 57");
    assert_eq!(client.line().await, "+OK still here");
    assert_eq!(client.line().await, "+OK 1 34");
    let pipelined: Vec<_> = fake
        .log()
        .into_iter()
        .filter(|said| said.pipelined)
        .map(|said| said.to_string())
        .collect();
    assert_eq!(pipelined, ["1 NOOP", "1 LIST 1"]);
}
