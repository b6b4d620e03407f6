//! What is told of messages, and how their flags change.

use super::{FIRST, Talk, two};

const PARTS: &str = "From: a@x.test\r\nSubject: parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
    Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\naGkA\r\n--b\r\n\
    Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=\"m.eml\"\r\n\r\nSubject: in\r\n\r\ntext\r\n--b--\r\n";

async fn one(item: &str) -> String {
    let fake = two()
        .message("ops", PARTS)
        .capability("X-GM-EXT-1")
        .build()
        .unwrap();
    let mut talk = Talk::open(&fake).await;
    talk.data(&format!("FETCH 3 {item}")).await.join("\r\n")
}

#[tokio::test]
async fn flags_and_sizes_and_dates() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(
        talk.data("FETCH 1:* (FLAGS UID RFC822.SIZE)").await,
        [
            format!(
                "* 1 FETCH (FLAGS (\\Recent) UID 1 RFC822.SIZE {})",
                FIRST.len()
            ),
            "* 2 FETCH (FLAGS (\\Recent) UID 2 RFC822.SIZE 90)".to_owned(),
        ]
    );
    let dated = two()
        .received("ops", "INBOX", 2, 1_704_164_645)
        .build()
        .unwrap();
    assert_eq!(
        Talk::open(&dated).await.data("FETCH 2 INTERNALDATE").await,
        ["* 2 FETCH (INTERNALDATE \" 2-Jan-2024 03:04:05 +0000\")"]
    );
    let line = talk.data("UID FETCH 2 INTERNALDATE").await.remove(0);
    assert!(
        line.starts_with("* 2 FETCH (UID 2 INTERNALDATE \""),
        "{line}"
    );
    assert!(line.ends_with(" +0000\")"), "{line}");
    let line = talk.data("FETCH 2 FAST").await.remove(0);
    assert!(
        line.starts_with("* 2 FETCH (FLAGS (\\Recent) INTERNALDATE \""),
        "{line}"
    );
    assert_eq!(
        talk.last("FETCH 3 UID").await,
        "BAD there are fewer messages"
    );
    assert_eq!(
        talk.data("UID FETCH 3:9 UID").await,
        ["* 2 FETCH (UID 2)"; 0]
    );
    assert_eq!(talk.last("FETCH 1 (FOO)").await, "BAD what do you mean?");
}

#[tokio::test]
async fn envelopes() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(
        talk.data("FETCH 1 ENVELOPE").await,
        [
            "* 1 FETCH (ENVELOPE (\"Mon, 1 Jan 2024 10:00:00 +0000\" \"one\" ((\"Ann\" NIL \"ann\" \"x.test\")) \
          ((\"Ann\" NIL \"ann\" \"x.test\")) ((\"Ann\" NIL \"ann\" \"x.test\")) ((NIL NIL \"ops\" \"x.test\")) NIL NIL NIL \
          \"<1@x.test>\"))"
        ]
    );
}

#[tokio::test]
async fn structures() {
    assert_eq!(
        one("BODYSTRUCTURE").await,
        "* 3 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"BASE64\" 4 0 NIL NIL NIL NIL)\
         (\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 19 (NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) \
         (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 4 0 NIL NIL NIL NIL) 2 NIL (\"ATTACHMENT\" (\"FILENAME\" \"m.eml\")) NIL NIL) \
         \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL NIL))"
    );
    assert_eq!(
        one("BODY").await,
        "* 3 FETCH (BODY ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"BASE64\" 4 0)\
         (\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 19 (NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) \
         (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 4 0) 2) \"MIXED\"))"
    );
}

#[tokio::test]
async fn sections() {
    let header = format!("{}\r\n\r\n", PARTS.split_once("\r\n\r\n").unwrap().0);
    for (item, expected) in [
        ("BODY.PEEK[1]", "BODY[1] {4}\r\naGkA"),
        ("BODY.PEEK[2.TEXT]", "BODY[2.TEXT] {4}\r\ntext"),
        (
            "BODY.PEEK[2.HEADER]",
            "BODY[2.HEADER] {15}\r\nSubject: in\r\n\r\n",
        ),
        ("BODY.PEEK[2.1]", "BODY[2.1] {4}\r\ntext"),
        ("BODY.PEEK[9]", "BODY[9] NIL"),
        (
            "BODY.PEEK[HEADER.FIELDS (subject x)]",
            "BODY[HEADER.FIELDS (SUBJECT X)] {18}\r\nSubject: parts\r\n\r\n",
        ),
        (
            "BODY.PEEK[HEADER.FIELDS.NOT (FROM CONTENT-TYPE)]",
            "BODY[HEADER.FIELDS.NOT (FROM CONTENT-TYPE)] {18}\r\nSubject: parts\r\n\r\n",
        ),
        ("BODY.PEEK[]<5.3>", "BODY[]<5> {3}\r\n a@"),
        ("BODY.PEEK[]<5000.3>", "BODY[]<5000> {0}\r\n"),
        ("BINARY.PEEK[1]", "BINARY[1] ~{3}\r\nhi\0"),
        ("BINARY.PEEK[1]<0.2>", "BINARY[1]<0> {2}\r\nhi"),
        ("BINARY.SIZE[1]", "BINARY.SIZE[1] 3"),
        (
            "RFC822.HEADER",
            &format!("RFC822.HEADER {{{}}}\r\n{header}", header.len()),
        ),
    ] {
        let shown = one(item).await;
        assert_eq!(shown, format!("* 3 FETCH ({expected})"), "{item}");
    }
}

#[tokio::test]
async fn an_encoding_that_nobody_knows_is_refused() {
    let message = "Content-Transfer-Encoding: x-own\r\n\r\nx";
    let fake = two().message("ops", message).build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(
        talk.ask("FETCH 2:3 (UID BINARY.SIZE[1])").await,
        [
            "* 2 FETCH (UID 2 BINARY.SIZE[1] 13)",
            "NO [UNKNOWN-CTE] nobody knows that encoding"
        ]
    );
}

#[tokio::test]
async fn what_other_servers_add() {
    assert_eq!(one("PREVIEW").await, "* 3 FETCH (PREVIEW {3}\r\nhi\0)");
    assert_eq!(
        one("(EMAILID X-GM-MSGID)").await,
        "* 3 FETCH (EMAILID (M3) X-GM-MSGID 3)"
    );
    assert!(one("SAVEDATE").await.starts_with("* 3 FETCH (SAVEDATE \""));
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    let threads = talk.data("FETCH 1:2 THREADID").await;
    assert_eq!(
        threads[0].replace("* 1", "* 2"),
        threads[1],
        "a message and its answer"
    );
    assert_eq!(
        talk.last("FETCH 1 X-GM-LABELS").await,
        "BAD unknown command"
    );
}

#[tokio::test]
async fn reading_a_message_makes_it_seen() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    talk.data("FETCH 1 BODY.PEEK[TEXT]").await;
    assert!(fake.mailbox("ops", "INBOX")[0].flags.is_empty());
    assert_eq!(
        talk.data("FETCH 1 BODY[TEXT]").await,
        [
            "* 1 FETCH (BODY[TEXT] {7}",
            "hello",
            " FLAGS (\\Seen \\Recent))"
        ]
    );
    assert_eq!(fake.mailbox("ops", "INBOX")[0].flags, ["\\Seen"]);
    talk.data("EXAMINE INBOX").await;
    talk.data("FETCH 2 BODY[]").await;
    assert!(fake.mailbox("ops", "INBOX")[1].flags.is_empty());
}

#[tokio::test]
async fn flags_are_set_and_added_and_removed() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(
        talk.data("STORE 1:2 +FLAGS (\\seen work)").await,
        [
            "* 1 FETCH (FLAGS (\\Seen work \\Recent))",
            "* 2 FETCH (FLAGS (\\Seen work \\Recent))",
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft work)",
            "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft work \\*)] so it is",
        ]
    );
    assert_eq!(
        talk.data("UID STORE 2 -FLAGS WORK").await,
        ["* 2 FETCH (UID 2 FLAGS (\\Seen \\Recent))"]
    );
    assert_eq!(talk.data("STORE 1 FLAGS.SILENT ()").await, [""; 0]);
    let flags: Vec<_> = fake
        .mailbox("ops", "INBOX")
        .into_iter()
        .map(|it| it.flags)
        .collect();
    assert_eq!(flags, [vec![], vec!["\\Seen".to_owned()]]);
    assert_eq!(talk.last("STORE 1 FLAGS").await, "BAD what do you mean?");
    assert_eq!(
        talk.last("STORE 1 FLAGS (\\Recent)").await,
        "BAD what do you mean?"
    );
}

#[tokio::test]
async fn messages_are_copied_and_moved_and_removed() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(
        talk.ask("COPY 1:2 Archive").await,
        ["OK [COPYUID 1700000002 1:2 1:2] copied"]
    );
    assert_eq!(
        talk.ask("COPY 1 Nowhere").await,
        ["NO [TRYCREATE] no such mailbox"]
    );
    assert_eq!(talk.ask("UID COPY 99 Archive").await, ["OK copied"]);
    assert_eq!(
        talk.ask("UID MOVE 1 Archive").await,
        [
            "* OK [COPYUID 1700000002 1 3] copied",
            "* 1 EXPUNGE",
            "OK moved"
        ]
    );
    talk.data("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    assert_eq!(talk.data("UID EXPUNGE 1").await, [""; 0]);
    assert_eq!(talk.data("UID EXPUNGE 2").await, ["* 1 EXPUNGE"]);
    assert_eq!(fake.mailbox("ops", "Archive").len(), 3);
}

#[tokio::test]
async fn copies_into_the_open_mailbox_are_told() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(
        talk.ask("COPY 1 INBOX").await,
        [
            "* 3 EXISTS",
            "* 3 RECENT",
            "OK [COPYUID 1700000001 1 3] copied"
        ]
    );
}
