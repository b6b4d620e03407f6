//! States, tags, literals, pipelining.

use super::{FIRST, SECOND, Talk, two};
use crate::tests::client::Client;
use crate::{Imap, Pop3, Smtp};

#[tokio::test]
async fn a_session_from_greeting_to_goodbye() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(talk.data("NOOP").await, [""; 0]);
    assert_eq!(talk.ask("LOGOUT").await, ["* BYE see you", "OK bye"]);
    assert_eq!(talk.client.rest().await.0, b"");
    assert_eq!(fake.said()[0], "t1 LOGIN ops secret");
}

#[tokio::test]
async fn commands_are_known_in_their_states() {
    let fake = two().build().unwrap();
    let mut talk = Talk::greeted(&fake).await;
    for command in ["SELECT INBOX", "LIST \"\" *", "FETCH 1 FLAGS"] {
        assert_eq!(talk.last(command).await, "BAD log in first", "{command}");
    }
    assert!(talk.last("LOGIN ops secret").await.starts_with("OK "));
    assert_eq!(talk.last("LOGIN ops secret").await, "BAD you are logged in");
    assert_eq!(
        talk.last("FETCH 1 FLAGS").await,
        "BAD select a mailbox first"
    );
    assert_eq!(talk.last("XYZZY").await, "BAD unknown command");
    assert_eq!(talk.last("NOOP 1").await, "BAD what do you mean?");
    talk.client.say("").await;
    assert_eq!(talk.client.line().await, "* BAD unknown command");
}

#[tokio::test]
async fn pipelined_commands_are_answered_in_order() {
    let fake = two().build().unwrap();
    let mut client = Client::of(&fake);
    client.line().await;
    client
        .say("a LOGIN ops secret\r\nb SELECT INBOX\r\nc FETCH 1 UID\r\nd NOOP")
        .await;
    let mut lines = Vec::new();
    while !lines
        .last()
        .is_some_and(|line: &String| line.starts_with("d "))
    {
        lines.push(client.line().await);
    }
    let tagged: Vec<&str> = lines
        .iter()
        .filter(|line| !line.starts_with('*'))
        .map(|line| line.get(..4).unwrap())
        .collect();
    assert_eq!(tagged, ["a OK", "b OK", "c OK", "d OK"]);
}

#[tokio::test]
async fn literals_stand_for_any_string() {
    let fake = two().build().unwrap();
    let mut talk = Talk::greeted(&fake).await;
    let tag = talk.say("LOGIN {3}").await;
    assert_eq!(talk.client.line().await, "+ go on");
    talk.client.say("ops {6+}\r\nsecret").await;
    assert!(talk.answer(&tag).await[0].starts_with("OK "));
    assert_eq!(
        talk.ask("SELECT {999999999}").await,
        ["BAD that is too much"]
    );
    let tag = talk.say("SELECT {5+}\r\ninbox").await;
    assert!(
        talk.answer(&tag)
            .await
            .pop()
            .unwrap()
            .starts_with("OK [READ-WRITE]")
    );
}

#[tokio::test]
async fn literals_that_come_at_once_need_a_capability() {
    let fake = two()
        .without_capability("LITERAL+")
        .without_capability("LITERAL-")
        .build()
        .unwrap();
    let mut talk = Talk::greeted(&fake).await;
    for line in [
        "LOGIN {3+}\r\nops secret",
        "LOGIN {3+}\r\nops {6+}\r\nsecret",
    ] {
        let tag = talk.say(line).await;
        assert_eq!(talk.answer(&tag).await, ["BAD no such literals here"]);
    }
    assert_eq!(talk.ask("NOOP").await, ["OK still here"]);

    let small = two()
        .without_capability("LITERAL+")
        .capability("LITERAL-")
        .build()
        .unwrap();
    let mut talk = Talk::inside(&small).await;
    let tag = talk.say("APPEND INBOX {3+}\r\nabc").await;
    assert!(talk.answer(&tag).await[0].starts_with("OK "));
    let tag = talk
        .say(&format!("APPEND INBOX {{5000+}}\r\n{}", "x".repeat(5000)))
        .await;
    assert_eq!(talk.answer(&tag).await, ["BAD no such literals here"]);
}

#[tokio::test]
async fn a_message_is_appended() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    let tag = talk
        .say("APPEND Archive (\\seen $Work) \" 2-Jan-2024 03:04:05 +0100\" {7}")
        .await;
    assert_eq!(talk.client.line().await, "+ go on");
    talk.client.say("A: b\r\n\n").await;
    assert_eq!(
        talk.answer(&tag).await,
        ["OK [APPENDUID 1700000002 1] kept"]
    );
    let stored = &fake.mailbox("ops", "Archive")[0];
    assert_eq!(stored.bytes, b"A: b\r\n\n");
    assert_eq!(stored.flags, ["\\Seen", "$Work"]);
    assert_eq!(stored.received, " 2-Jan-2024 03:04:05 +0100");
    let tag = talk.say("APPEND Archive {1+}\r\na {1+}\r\nb").await;
    assert_eq!(
        talk.answer(&tag).await,
        ["OK [APPENDUID 1700000002 2:3] kept"]
    );
}

#[tokio::test]
async fn a_message_in_utf8_is_appended_once_that_is_enabled() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    let tag = talk.say("APPEND Sent UTF8 (~{3+}\r\n\u{e9}\n)").await;
    assert_eq!(talk.answer(&tag).await, ["BAD what do you mean?"]);
    talk.data("ENABLE UTF8=ACCEPT").await;
    let tag = talk.say("APPEND Sent UTF8 (~{3+}\r\n\u{e9}\n)").await;
    assert_eq!(
        talk.answer(&tag).await,
        ["OK [APPENDUID 1700000003 1] kept"]
    );
    assert_eq!(fake.mailbox("ops", "Sent")[0].bytes, "\u{e9}\n".as_bytes());
}

#[tokio::test]
async fn a_message_that_has_nowhere_to_go_is_not_asked_for() {
    let fake = two().append_limit(100).build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(
        talk.ask("APPEND Nowhere (\\Seen) {10}").await,
        ["NO [TRYCREATE] no such mailbox"]
    );
    assert_eq!(
        talk.ask("APPEND INBOX {101}").await,
        ["NO [TOOBIG] that is too much"]
    );
    let tag = talk.say("APPEND Nowhere {3+}\r\nabc").await;
    assert_eq!(talk.answer(&tag).await, ["NO [TRYCREATE] no such mailbox"]);
}

#[tokio::test]
async fn capabilities_that_are_taken_away_take_their_commands_with_them() {
    let mut builder = two().without_verb("STATUS");
    for name in [
        "UIDPLUS",
        "MOVE",
        "IDLE",
        "CONDSTORE",
        "QRESYNC",
        "ESEARCH",
        "UNSELECT",
        "ID",
        "ENABLE",
    ] {
        builder = builder.without_capability(name);
    }
    let fake = builder.build().unwrap();
    let mut talk = Talk::open(&fake).await;
    let list = talk.data("CAPABILITY").await.remove(0);
    assert!(
        !list.contains("MOVE") && list.contains("NAMESPACE"),
        "{list}"
    );
    for command in [
        "UID EXPUNGE 1",
        "MOVE 1 Archive",
        "UID MOVE 1 Archive",
        "IDLE",
        "FETCH 1 MODSEQ",
        "FETCH 1 FLAGS (CHANGEDSINCE 1)",
        "SEARCH RETURN (ALL) ALL",
        "UNSELECT",
        "ID NIL",
        "ENABLE CONDSTORE",
        "STATUS INBOX (MESSAGES)",
        "SELECT INBOX (CONDSTORE)",
    ] {
        assert_eq!(talk.last(command).await, "BAD unknown command", "{command}");
    }
    assert_eq!(talk.last("COPY 1 Archive").await, "OK copied", "no COPYUID");
    let fake = two()
        .capabilities(["IMAP4rev1", "QRESYNC", "LITERAL+"])
        .build()
        .unwrap();
    let mut talk = Talk::open(&fake).await;
    let lines = talk.data("FETCH 1 MODSEQ").await;
    assert_eq!(lines, ["* 1 FETCH (MODSEQ (2))"], "part of QRESYNC");
    let tag = talk.say("APPEND INBOX {1+}\r\na {1+}\r\nb").await;
    assert_eq!(talk.answer(&tag).await, ["BAD unknown command"]);
    let fake = two().capabilities(["IMAP4rev1"]).build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(talk.data("CAPABILITY").await, ["* CAPABILITY IMAP4rev1"]);
    assert_eq!(talk.last("NAMESPACE").await, "BAD unknown command");
}

#[tokio::test]
async fn mail_that_smtp_delivers_is_read_by_imap_and_deleted_by_pop3() {
    let imap = Imap::builder().user("ops", "secret").build().unwrap();
    let pop3 = Pop3::builder()
        .user("ops", "secret")
        .mail_of(&imap)
        .build()
        .unwrap();
    let smtp = Smtp::builder().deliver_to(&imap).build().unwrap();

    let mut reader = Talk::open(&imap).await;
    let mut sender = Client::of(&smtp);
    sender
        .say("EHLO me\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<ops@x.test>\r\nDATA\r\nSubject: hi\r\n\r\nhello\r\n.\r\nQUIT")
        .await;
    assert!(sender.rest().await.1.is_ok());
    assert_eq!(reader.data("NOOP").await, ["* 1 EXISTS", "* 1 RECENT"]);
    assert_eq!(
        reader.data("FETCH 1 BODY.PEEK[]").await,
        ["* 1 FETCH (BODY[] {22}", "Subject: hi", "", "hello", ")"]
    );

    let mut fetcher = Client::inside(&pop3).await;
    assert_eq!(
        fetcher.ask_all("RETR 1").await,
        ["+OK 22 octets", "Subject: hi", "", "hello"]
    );
    fetcher.ask("DELE 1").await;
    fetcher.ask("QUIT").await;
    assert_eq!(reader.data("NOOP").await, ["* 1 EXPUNGE"]);
    assert!(imap.mailbox("ops", "INBOX").is_empty());
}

#[tokio::test]
async fn what_is_removed_by_imap_is_gone_for_pop3() {
    let imap = two().build().unwrap();
    let pop3 = Pop3::builder()
        .user("ops", "secret")
        .mail_of(&imap)
        .build()
        .unwrap();
    assert_eq!(pop3.maildrop("ops"), [FIRST.as_bytes(), SECOND.as_bytes()]);
    let mut talk = Talk::open(&imap).await;
    talk.data("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    assert_eq!(talk.data("EXPUNGE").await, ["* 1 EXPUNGE"]);
    assert_eq!(pop3.maildrop("ops"), [SECOND.as_bytes()]);
}

#[tokio::test]
async fn every_piece_of_a_command_is_answered() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    for command in [
        "SELECT INBOX (CONDSTORE)",
        "FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (a b)]<0.5> BINARY.SIZE[1]) (CHANGEDSINCE 1)",
        "UID STORE 1,2:* (UNCHANGEDSINCE 9) +FLAGS.SILENT (\\Seen a)",
        "SEARCH RETURN (MIN PARTIAL 1:2) CHARSET UTF-8 OR NOT SEEN (UID $ SINCE 1-Jan-2020)",
        "UID SORT RETURN (ALL) (REVERSE DATE SUBJECT) UTF-8 1:* LARGER 3",
        "THREAD REFERENCES UTF-8 HEADER a \"b\\\"\"",
        "LIST (SUBSCRIBED RECURSIVEMATCH) \"&U,BTFw-\" (%/* \"\") RETURN (STATUS (SIZE UIDNEXT))",
        "STATUS INBOX (MESSAGES HIGHESTMODSEQ)",
        "CREATE a/b (USE (\\Sent))",
        "RENAME a/b a/c",
        "COPY 1:2 a/c",
        "GETMETADATA (DEPTH 1 MAXSIZE 3) INBOX (/private/a)",
        "SETMETADATA INBOX (/private/a NIL)",
        "SETACL INBOX ann +lrs",
        "SETQUOTA \"\" (STORAGE 9)",
        "NOTIFY SET STATUS (selected (MessageNew (UID) MessageExpunge)) (subtree a (FlagChange))",
        "ID (\"a\" NIL)",
    ] {
        for end in 0..=command.len() {
            let piece = command.get(..end).unwrap();
            let last = talk.last(piece).await;
            let verdict = last.split(' ').next().unwrap();
            assert!(["OK", "NO", "BAD"].contains(&verdict), "{piece}: {last}");
        }
        assert!(
            talk.last(command).await.starts_with(['O', 'N']),
            "{command}"
        );
    }
}
