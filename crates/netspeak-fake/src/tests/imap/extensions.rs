//! What servers do beyond the RFC: quotas, rights, notes, sorted and gathered messages, compression.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

use super::{FIRST, Talk, two};
use crate::Imap;

#[tokio::test]
async fn a_quota_is_told_and_kept() {
    let fake = two().quota("ops", 1).build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(
        talk.data("GETQUOTAROOT INBOX").await,
        ["* QUOTAROOT INBOX \"\"", "* QUOTA \"\" (STORAGE 1 1)"]
    );
    let message = "x".repeat(1000);
    let tag = talk
        .say(&format!("APPEND INBOX {{1000+}}\r\n{message}"))
        .await;
    assert_eq!(talk.answer(&tag).await, ["NO [OVERQUOTA] there is no room"]);
    talk.data("SELECT INBOX").await;
    let mut copies = 0;
    while talk.last("COPY 1:2 Archive").await.starts_with("OK ") {
        copies += 1;
    }
    assert_eq!(copies, 3, "of 215 octets each, beside those in INBOX");
    assert_eq!(
        talk.data("SETQUOTA \"\" (STORAGE 100)").await,
        ["* QUOTA \"\" (STORAGE 1 100)"]
    );
    let tag = talk
        .say(&format!("APPEND INBOX {{1000+}}\r\n{message}"))
        .await;
    assert!(talk.answer(&tag).await.pop().unwrap().starts_with("OK "));
    assert_eq!(talk.data("SETQUOTA \"\" ()").await, ["* QUOTA \"\" ()"]);
    assert_eq!(
        talk.last("GETQUOTA other").await,
        "NO [NONEXISTENT] no such root"
    );
}

#[tokio::test]
async fn rights_are_given_and_taken() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(
        talk.data("MYRIGHTS INBOX").await,
        ["* MYRIGHTS INBOX lrswipkxtea"]
    );
    talk.data("SETACL INBOX ann lrs").await;
    talk.data("SETACL INBOX ann +i").await;
    talk.data("SETACL INBOX ann -r").await;
    assert_eq!(
        talk.data("GETACL INBOX").await,
        ["* ACL INBOX ops lrswipkxtea ann lsi"]
    );
    talk.data("DELETEACL INBOX ann").await;
    assert_eq!(
        talk.data("GETACL INBOX").await,
        ["* ACL INBOX ops lrswipkxtea"]
    );
    assert_eq!(
        talk.data("LISTRIGHTS INBOX ann").await,
        ["* LISTRIGHTS INBOX ann \"\" l r s w i p k x t e a"]
    );
    assert_eq!(talk.last("SETACL INBOX ann q").await, "BAD no such right");
    assert_eq!(
        talk.last("GETACL Gone").await,
        "NO [NONEXISTENT] no such mailbox"
    );
}

#[tokio::test]
async fn notes_are_kept() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    talk.data("SETMETADATA INBOX (/private/Comment \"mine\" /shared/comment/a \"a longer one\")")
        .await;
    talk.data("SETMETADATA \"\" (/shared/admin \"root\")").await;
    assert_eq!(
        talk.data("GETMETADATA INBOX (/private/comment /shared/comment)")
            .await,
        ["* METADATA INBOX (/private/comment \"mine\")"]
    );
    assert_eq!(
        talk.ask("GETMETADATA (DEPTH 1 MAXSIZE 5) INBOX (/private /shared/comment)")
            .await,
        [
            "* METADATA INBOX (/private/comment \"mine\")",
            "OK [METADATA LONGENTRIES 12] that is all"
        ]
    );
    assert_eq!(
        talk.data("GETMETADATA \"\" /shared/admin").await,
        ["* METADATA \"\" (/shared/admin \"root\")"]
    );
    talk.data("SETMETADATA INBOX (/private/comment NIL)").await;
    assert_eq!(
        talk.data("GETMETADATA INBOX /private/comment").await,
        [""; 0]
    );
    assert_eq!(
        talk.last("GETMETADATA INBOX comment").await,
        "BAD what do you mean?"
    );
}

/// Five messages: a thread of three, one of two whose beginning is not there.
fn threads() -> crate::Fake<Imap> {
    let message = |id: u32, second: u32, subject: &str, references: &str| {
        format!(
            "From: {id}@x.test\r\nDate: Mon, 1 Jan 2024 10:00:{second:02} +0000\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n\
             References: {references}\r\n\r\n"
        )
    };
    [
        message(1, 10, "alpha", ""),
        message(2, 30, "Re: alpha", "<1>"),
        message(3, 20, "RE: Alpha", "<1>"),
        message(4, 50, "gone", "<9>"),
        message(5, 40, "beta", "<9>"),
    ]
    .iter()
    .fold(Imap::builder().user("ops", "secret"), |builder, message| {
        builder.message("ops", message)
    })
    .build()
    .unwrap()
}

#[tokio::test]
async fn messages_are_sorted() {
    let mut talk = Talk::open(&threads()).await;
    for (criteria, found) in [
        ("DATE", "1 3 2 5 4"),
        ("REVERSE DATE", "4 5 2 3 1"),
        ("SUBJECT DATE", "1 3 2 5 4"),
        ("SUBJECT REVERSE DATE", "2 3 1 5 4"),
        ("REVERSE FROM", "5 4 3 2 1"),
        ("ARRIVAL", "1 2 3 4 5"),
        ("DISPLAYFROM", "1 2 3 4 5"),
    ] {
        assert_eq!(
            talk.data(&format!("UID SORT ({criteria}) UTF-8 ALL")).await,
            [format!("* SORT {found}")],
            "{criteria}"
        );
    }
    let lines = talk
        .data("SORT RETURN (ALL COUNT) (DATE) UTF-8 NOT 1")
        .await;
    let tag = talk.tags;
    assert_eq!(
        lines,
        [format!("* ESEARCH (TAG \"t{tag}\") ALL 3,2,5,4 COUNT 4")]
    );
    for wrong in [
        "(FOO) UTF-8 ALL",
        "() UTF-8 ALL",
        "(REVERSE) UTF-8 ALL",
        "(DATE) UTF-8",
    ] {
        assert_eq!(
            talk.last(&format!("SORT {wrong}")).await,
            "BAD what do you mean?"
        );
    }
}

#[tokio::test]
async fn messages_are_gathered_in_threads() {
    let mut talk = Talk::open(&threads()).await;
    assert_eq!(
        talk.data("THREAD REFERENCES UTF-8 ALL").await,
        ["* THREAD (1 (3)(2))((5)(4))"]
    );
    assert_eq!(
        talk.data("UID THREAD ORDEREDSUBJECT UTF-8 ALL").await,
        ["* THREAD (1 (3)(2))(5)(4)"]
    );
    assert_eq!(
        talk.data("THREAD REFERENCES UTF-8 SEEN").await,
        ["* THREAD"]
    );
    assert_eq!(
        talk.last("THREAD FOO UTF-8 ALL").await,
        "BAD no such algorithm"
    );
}

#[tokio::test]
async fn rings_of_references_are_no_trap() {
    let ring = "Message-ID: <1>\r\nReferences: <2> <1> <2>\r\n\r\n";
    let other = "Message-ID: <2>\r\nReferences: <1>\r\n\r\n";
    let chain: String = (0..5000)
        .map(|number| format!(" <c{number}>\r\n"))
        .collect();
    let fake = Imap::builder()
        .user("ops", "secret")
        .message("ops", ring)
        .message("ops", other)
        .message("ops", ring)
        .message(
            "ops",
            format!("References:{chain}Message-ID: <end>\r\n\r\n"),
        )
        .build()
        .unwrap();
    let mut talk = Talk::open(&fake).await;
    let threads = talk.data("THREAD REFERENCES UTF-8 ALL").await.remove(0);
    for number in ["1", "2", "3", "4"] {
        assert!(threads.contains(number), "{threads}");
    }
}

#[tokio::test]
async fn a_message_takes_the_place_of_another() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    let tag = talk.say("UID REPLACE 1 INBOX (\\Draft) {1+}\r\nx").await;
    assert_eq!(
        talk.answer(&tag).await,
        [
            "* OK [APPENDUID 1700000001 3] kept",
            "* 1 EXPUNGE",
            "* 2 EXISTS",
            "* 2 RECENT",
            "OK replaced"
        ]
    );
    let tag = talk.say("REPLACE 9 INBOX {1+}\r\nx").await;
    assert_eq!(talk.answer(&tag).await, ["BAD there are fewer messages"]);
}

#[tokio::test]
async fn news_of_other_mailboxes_are_told_at_any_time() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(
        talk.data("NOTIFY SET STATUS (selected (MessageNew MessageExpunge)) (mailboxes Archive (MessageNew MessageExpunge))")
            .await,
        ["* STATUS Archive (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1700000002 UNSEEN 0)"]
    );
    fake.append("ops", "Archive", &[], FIRST);
    assert_eq!(
        talk.client.line().await,
        "* STATUS Archive (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1700000002 UNSEEN 1)"
    );
    fake.append("ops", "Sent", &[], FIRST);
    fake.expunge("ops", "INBOX", 1);
    assert_eq!(talk.client.line().await, "* 1 EXPUNGE");
    assert_eq!(talk.ask("NOTIFY NONE").await, ["OK so be it"]);
    fake.append("ops", "Archive", &[], FIRST);
    assert_eq!(talk.ask("NOOP").await, ["OK still here"]);
    assert!(
        talk.last("NOTIFY SET (selected (Nonsense))")
            .await
            .starts_with("BAD [BADEVENT ")
    );
}

#[tokio::test]
async fn another_user_comes_after_the_first() {
    let fake = two().user("ann", "other").build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(talk.last("UNAUTHENTICATE").await, "OK who is next?");
    assert_eq!(talk.last("NOOP").await, "OK still here");
    assert!(talk.last("LOGIN ann other").await.starts_with("OK "));
    assert_eq!(
        talk.data("STATUS INBOX (MESSAGES)").await,
        ["* STATUS INBOX (MESSAGES 0)"]
    );
}

#[tokio::test]
async fn all_is_compressed_both_ways() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(
        talk.last("COMPRESS LZ4").await,
        "BAD DEFLATE is all there is"
    );
    assert_eq!(talk.last("COMPRESS DEFLATE").await, "OK begin to compress");
    let mut packed = Vec::with_capacity(1024);
    let mut pack = Compress::new(Compression::default(), false);
    let said = b"x FETCH 1 BODY.PEEK[TEXT]\r\ny COMPRESS DEFLATE\r\n";
    pack.compress_vec(said, &mut packed, FlushCompress::Sync)
        .unwrap();
    talk.client.bytes_out(&packed).await;
    let mut unpack = Decompress::new(false);
    let mut heard = Vec::with_capacity(4096);
    while !heard.ends_with(b"already\r\n") {
        let fresh = talk.client.read().await;
        unpack
            .decompress_vec(&fresh, &mut heard, FlushDecompress::Sync)
            .unwrap();
    }
    assert_eq!(
        String::from_utf8(heard).unwrap(),
        "* 1 FETCH (BODY[TEXT] {7}\r\nhello\r\n)\r\nx OK that is all\r\n\
         y NO [COMPRESSIONACTIVE] it is on already\r\n"
    );
}

#[tokio::test]
async fn messages_are_named_by_uid_alone() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(talk.data("ENABLE UIDONLY").await, ["* ENABLED UIDONLY"]);
    talk.data("SELECT INBOX").await;
    assert_eq!(
        talk.data("UID FETCH 2 FLAGS").await,
        ["* 2 UIDFETCH (FLAGS (\\Recent))"]
    );
    for command in [
        "FETCH 1 FLAGS",
        "SEARCH ALL",
        "UID SEARCH 1:2",
        "MOVE 1 Archive",
    ] {
        assert_eq!(
            talk.last(command).await,
            "BAD [UIDREQUIRED] UIDs only",
            "{command}"
        );
    }
    assert_eq!(
        talk.data("UID STORE 1 +FLAGS (\\Deleted)").await,
        ["* 1 UIDFETCH (FLAGS (\\Deleted \\Recent))"]
    );
    assert_eq!(talk.data("EXPUNGE").await, ["* VANISHED 1"]);
}

#[tokio::test]
async fn only_so_many_messages_at_once() {
    let fake = two()
        .message("ops", FIRST)
        .message_limit(2)
        .build()
        .unwrap();
    let mut talk = Talk::open(&fake).await;
    assert!(talk.data("CAPABILITY").await[0].ends_with(" MESSAGELIMIT=2"));
    assert_eq!(
        talk.ask("FETCH 1:* UID").await,
        [
            "* 2 FETCH (UID 2)",
            "* 3 FETCH (UID 3)",
            "OK [MESSAGELIMIT 2 2] that is all"
        ]
    );
    assert_eq!(
        talk.ask("SEARCH ALL").await,
        ["* SEARCH 2 3", "OK [MESSAGELIMIT 2 2] that is all"]
    );
    assert_eq!(
        talk.ask("COPY 1:3 Archive").await,
        ["NO [MESSAGELIMIT 2 2] that is too many"]
    );
    assert_eq!(
        talk.ask("FETCH 1 UID").await,
        ["* 1 FETCH (UID 1)", "OK that is all"]
    );
}

#[tokio::test]
async fn lists_bring_rights_and_notes() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    talk.data("SETMETADATA Sent (/shared/comment \"x\")").await;
    assert_eq!(
        talk.data("LIST \"\" S* RETURN (MYRIGHTS METADATA (/shared/comment))")
            .await,
        [
            "* LIST (\\HasNoChildren \\Sent) \"/\" Sent",
            "* MYRIGHTS Sent lrswipkxtea",
            "* METADATA Sent (/shared/comment \"x\")"
        ]
    );
}
