//! IMAP as it should not be.

use super::{Talk, two};
use crate::{EVENT, Fault, IDLING, ImapFault, LITERAL, Moment};

async fn open(faults: impl IntoIterator<Item = Fault>) -> Talk {
    let builder = faults
        .into_iter()
        .fold(two(), |builder, fault| builder.fault(fault));
    Talk::open(&builder.build().unwrap()).await
}

#[tokio::test]
async fn a_forced_reply_knows_the_tag() {
    let throttled =
        "{tag} NO [LIMIT] Request is throttled. Suggested Backoff Time: 5000 milliseconds\r\n";
    let mut talk = open([
        Fault::reply("FETCH", throttled).nth(1),
        Fault::reply("NOOP", "* XSTATS (a 1)\r\n{tag} BAD\r\n"),
        Fault::after("CHECK", "{tag} OK again\r\n"),
    ])
    .await;
    assert!(talk.last("FETCH 1 FLAGS").await.starts_with("NO [LIMIT]"));
    assert!(talk.last("FETCH 1 FLAGS").await.starts_with("OK "));
    let tag = talk.say("NOOP").await;
    assert_eq!(talk.client.line().await, "* XSTATS (a 1)");
    assert_eq!(talk.client.line().await, format!("{tag} BAD"));
    talk.last("CHECK").await;
    assert_eq!(talk.client.line().await, format!("t{} OK again", talk.tags));
}

#[tokio::test]
async fn a_refusal_that_is_forced_keeps_the_server_from_doing_it() {
    let fake = two()
        .fault(Fault::reply("UID STORE", "{tag} NO no\r\n"))
        .build()
        .unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(talk.last("UID STORE 1 +FLAGS (\\Seen)").await, "NO no");
    assert!(fake.mailbox("ops", "INBOX")[0].flags.is_empty());
    assert!(
        talk.last("STORE 1 +FLAGS (\\Seen)")
            .await
            .starts_with("OK ")
    );
}

#[tokio::test]
async fn bye_again_and_again() {
    let bye = "* BYE Autologout\r\n* BYE Autologout\r\n";
    let mut talk = open([Fault::reply("FETCH", bye)]).await;
    talk.say("FETCH 1 FLAGS").await;
    assert_eq!(talk.client.line().await, "* BYE Autologout");
    assert_eq!(talk.client.line().await, "* BYE Autologout");
    assert!(
        talk.last("NOOP").await.starts_with("OK "),
        "the connection stays"
    );
}

#[tokio::test]
async fn literals_of_another_size_than_said() {
    for (fault, said) in [
        (ImapFault::LiteralShort(2), "{5}"),
        (ImapFault::LiteralLong(2), "{9}"),
        (
            ImapFault::LiteralSaid("18446744073709551615"),
            "{18446744073709551615}",
        ),
        (ImapFault::LiteralPlus, "{7+}"),
    ] {
        let mut talk = open([Fault::imap("FETCH", fault)]).await;
        let line = talk.data("FETCH 1 BODY.PEEK[TEXT]").await.remove(0);
        assert_eq!(line, format!("* 1 FETCH (BODY[TEXT] {said}"));
    }
}

#[tokio::test]
async fn deep_parentheses_and_wide_spaces() {
    let mut talk = open([
        Fault::imap("FETCH", ImapFault::Nested(3)),
        Fault::imap("FETCH", ImapFault::Spaces),
    ])
    .await;
    let line = talk.data("FETCH 1 (UID BODY)").await.remove(0);
    assert_eq!(
        line,
        "* 1 FETCH (UID 1  BODY (((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 7 1)))) "
            .replace("BODY (((", "BODY ((((")
            .replace("1)))) ", "1))))) ")
    );
}

#[tokio::test]
async fn no_last_line() {
    let mut talk = open([Fault::imap("FETCH", ImapFault::NoTagged)]).await;
    talk.say("FETCH 1 UID").await;
    assert_eq!(talk.client.line().await, "* 1 FETCH (UID 1)");
    assert_eq!(talk.data("NOOP").await, [""; 0]);
}

#[tokio::test]
async fn enable_that_enables_nothing() {
    let fake = two()
        .fault(Fault::imap("ENABLE", ImapFault::Nothing))
        .build()
        .unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(talk.ask("ENABLE QRESYNC").await, ["OK completed"]);
    assert_eq!(
        talk.last("SELECT INBOX (QRESYNC (1 5))").await,
        "BAD QRESYNC is not enabled"
    );
}

#[tokio::test]
async fn manners_of_certain_servers() {
    let fake = two()
        .fault(Fault::imap("SELECT", ImapFault::IdFirst))
        .fault(Fault::imap("LIST", ImapFault::PlainOnly))
        .fault(Fault::imap("UID FETCH", ImapFault::RisingSetsOnly))
        .fault(Fault::imap("ENABLE", ImapFault::NotWhileOpen))
        .build()
        .unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert!(
        talk.last("SELECT INBOX")
            .await
            .starts_with("NO Unsafe Login")
    );
    talk.data("ID NIL").await;
    talk.data("ENABLE CONDSTORE").await;
    talk.data("SELECT INBOX").await;
    assert_eq!(
        talk.last("ENABLE QRESYNC").await,
        "BAD not while a mailbox is open"
    );
    assert_eq!(
        talk.last("LIST (SPECIAL-USE) \"\" *").await,
        "BAD parse error"
    );
    assert_eq!(talk.data("LIST \"\" *").await.len(), 3);
    assert_eq!(
        talk.last("UID FETCH 2,1 UID").await,
        "BAD invalid messageset"
    );
    assert_eq!(talk.data("UID FETCH 1:2 UID").await.len(), 2);
}

#[tokio::test]
async fn a_message_goes_while_others_are_told() {
    let mut talk = open([Fault::imap("UID FETCH", ImapFault::ExpungeBetween(1)).nth(1)]).await;
    assert_eq!(
        talk.data("UID FETCH 1:2 FLAGS").await,
        [
            "* 1 FETCH (UID 1 FLAGS (\\Recent))",
            "* 1 EXPUNGE",
            "* 1 FETCH (UID 2 FLAGS (\\Recent))"
        ]
    );
    assert_eq!(talk.data("NOOP").await, [""; 0]);
    let mut talk = open([Fault::imap("FETCH", ImapFault::SomeAreGone)]).await;
    let lines = talk.ask("FETCH 1:2 UID").await;
    assert_eq!(lines[2], "NO [EXPUNGEISSUED] some of them are gone");
}

#[tokio::test]
async fn idle_goes_wrong() {
    let mut talk = open([
        Fault::say(Moment::Command("IDLE"), "* 1521 EXISTS\r\n"),
        Fault::after(IDLING, "* OK Still here\r\n"),
        Fault::reply("DONE", "* BYE Session expired\r\n"),
        Fault::Close(Moment::After("DONE")),
    ])
    .await;
    talk.say("IDLE").await;
    for line in ["* 1521 EXISTS", "+ idling", "* OK Still here"] {
        assert_eq!(talk.client.line().await, line);
    }
    talk.client.say("DONE").await;
    assert_eq!(talk.client.rest().await.0, b"* BYE Session expired\r\n");

    let mut talk = open([Fault::imap("IDLE", ImapFault::EndsIdle)]).await;
    assert_eq!(talk.ask("IDLE").await, ["+ idling", "OK Idle completed."]);
    assert!(talk.last("DONE").await.starts_with("BAD "));

    let fake = two()
        .fault(Fault::Close(Moment::After(EVENT)))
        .build()
        .unwrap();
    let mut talk = Talk::open(&fake).await;
    talk.say("IDLE").await;
    assert_eq!(talk.client.line().await, "+ idling");
    fake.expunge("ops", "INBOX", 1);
    assert_eq!(talk.client.rest().await.0, b"* 1 EXPUNGE\r\n");
}

#[tokio::test]
async fn a_literal_is_refused() {
    let mut talk = open([Fault::reply(LITERAL, "{tag} NO [OVERQUOTA] no\r\n").nth(1)]).await;
    assert_eq!(talk.ask("APPEND INBOX {5}").await, ["NO [OVERQUOTA] no"]);
    let tag = talk.say("APPEND INBOX {5}").await;
    assert_eq!(talk.client.line().await, "+ go on");
    talk.client.say("hello").await;
    assert!(talk.answer(&tag).await.pop().unwrap().starts_with("OK "));
}

#[tokio::test]
async fn clear_text_behind_the_upgrade() {
    let fake = two()
        .starttls()
        .fault(Fault::after("STARTTLS", "* OK injected\r\n"))
        .build()
        .unwrap();
    let mut talk = Talk::greeted(&fake).await;
    assert_eq!(talk.last("STARTTLS").await, "OK begin TLS");
    assert_eq!(talk.client.line().await, "* OK injected");
}

#[tokio::test]
async fn a_secret_is_quoted() {
    let fake = two().fault(Fault::Echo("LOGIN")).build().unwrap();
    let mut talk = Talk::greeted(&fake).await;
    assert_eq!(
        talk.last("LOGIN ops secret").await,
        "NO you said t1 LOGIN ops secret"
    );
}

#[tokio::test]
async fn other_lines_come_between() {
    let lines = b"* XSTATS (a 1)\r\n* 9 EXISTS\r\n".to_vec();
    let mut talk = open([Fault::imap("FETCH", ImapFault::Between(lines))]).await;
    assert_eq!(
        talk.data("FETCH 1:2 UID").await,
        [
            "* 1 FETCH (UID 1)",
            "* XSTATS (a 1)",
            "* 9 EXISTS",
            "* 2 FETCH (UID 2)"
        ]
    );
}

#[tokio::test]
async fn strings_of_another_kind_than_usual() {
    let mut talk = open([
        Fault::imap("FETCH", ImapFault::Literals).nth(1),
        Fault::imap("FETCH", ImapFault::Quoted).nth(2),
    ])
    .await;
    let lines = talk.data("FETCH 1 BODY").await;
    assert_eq!(lines[..2], ["* 1 FETCH (BODY ({4}", "TEXT {5}"]);
    assert_eq!(
        talk.data("FETCH 1 (BODY.PEEK[HEADER.FIELDS (X)]<0.1> BODY.PEEK[9] BODY.PEEK[]<99999.1>)")
            .await,
        [
            "* 1 FETCH (BODY[HEADER.FIELDS (X)]<0> {1}",
            "\r BODY[9] NIL BODY[]<99999> NIL)"
        ]
    );
    assert_eq!(
        talk.data("FETCH 1 BODY.PEEK[TEXT]<0.3>").await,
        ["* 1 FETCH (BODY[TEXT]<0> {3}", "hel)"]
    );
    let mut talk = open([Fault::imap("FETCH", ImapFault::Quoted)]).await;
    assert_eq!(
        talk.data("FETCH 1 BODY.PEEK[TEXT]<0.3>").await,
        ["* 1 FETCH (BODY[TEXT]<0> \"hel\")"]
    );
}

#[tokio::test]
async fn lists_that_are_told_oddly() {
    let mut talk = open([
        Fault::imap("SEARCH", ImapFault::LineForEach),
        Fault::imap("LIST", ImapFault::WithoutInbox),
    ])
    .await;
    assert_eq!(talk.data("SEARCH ALL").await, ["* SEARCH 1", "* SEARCH 2"]);
    let names = talk.data("LIST \"\" *").await;
    assert!(
        !names.iter().any(|line| line.ends_with("INBOX")),
        "{names:?}"
    );
}
