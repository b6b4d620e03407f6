//! Mailboxes: made, renamed, listed, counted, opened.

use super::{FIRST, Talk, two};
use crate::Imap;

#[tokio::test]
async fn a_mailbox_is_opened() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(
        talk.ask("SELECT inbox").await,
        [
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
            "* 2 EXISTS",
            "* 2 RECENT",
            "* OK [UNSEEN 1] so it is",
            "* OK [UIDVALIDITY 1700000001] so it is",
            "* OK [UIDNEXT 3] so it is",
            "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] so it is",
            "* OK [HIGHESTMODSEQ 3] so it is",
            "* OK [MAILBOXID (F1)] so it is",
            "OK [READ-WRITE] open",
        ]
    );
    talk.data("EXAMINE Archive").await;
    fake.append("ops", "Archive", &[], FIRST);
    for _ in 0..2 {
        let lines = talk.data("EXAMINE Archive").await;
        assert!(lines.contains(&"* 1 RECENT".to_owned()), "{lines:?}");
    }
    let lines = talk.ask("EXAMINE INBOX").await;
    assert!(lines.contains(&"* 0 RECENT".to_owned()), "{lines:?}");
    assert_eq!(lines.last().unwrap(), "OK [READ-ONLY] open");
    assert_eq!(
        talk.last("STORE 1 FLAGS (\\Seen)").await,
        "NO this mailbox is read-only"
    );
    assert_eq!(
        talk.last("SELECT Gone").await,
        "NO [NONEXISTENT] no such mailbox"
    );
    assert_eq!(talk.last("FETCH 1 UID").await, "BAD select a mailbox first");
}

#[tokio::test]
async fn close_removes_and_unselect_does_not() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    talk.data("STORE 1 +FLAGS (\\Deleted)").await;
    assert_eq!(talk.ask("UNSELECT").await, ["OK closed"]);
    assert_eq!(fake.mailbox("ops", "INBOX").len(), 2);
    talk.data("SELECT INBOX").await;
    assert_eq!(talk.ask("CLOSE").await, ["OK closed"]);
    assert_eq!(fake.mailbox("ops", "INBOX").len(), 1);
}

#[tokio::test]
async fn mailboxes_are_listed() {
    let fake = two().mailbox("ops", "a/b").build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(
        talk.data("LIST \"\" \"\"").await,
        ["* LIST (\\Noselect) \"/\" \"\""]
    );
    assert_eq!(
        talk.data("LIST \"\" *").await,
        [
            "* LIST (\\HasNoChildren) \"/\" Archive",
            "* LIST (\\HasNoChildren) \"/\" INBOX",
            "* LIST (\\HasNoChildren \\Sent) \"/\" Sent",
            "* LIST (\\NonExistent \\HasChildren) \"/\" a",
            "* LIST (\\HasNoChildren) \"/\" a/b",
        ]
    );
    assert_eq!(
        talk.data("LIST a/ %").await,
        ["* LIST (\\HasNoChildren) \"/\" a/b"]
    );
    assert_eq!(
        talk.data("LIST (SPECIAL-USE) \"\" \"*\"").await,
        ["* LIST (\\HasNoChildren \\Sent) \"/\" Sent"]
    );
    assert_eq!(
        talk.data("LIST \"\" (INBOX A*) RETURN (SUBSCRIBED STATUS (MESSAGES UNSEEN))")
            .await,
        [
            "* LIST (\\Subscribed \\HasNoChildren) \"/\" Archive",
            "* STATUS Archive (MESSAGES 0 UNSEEN 0)",
            "* LIST (\\Subscribed \\HasNoChildren) \"/\" INBOX",
            "* STATUS INBOX (MESSAGES 2 UNSEEN 2)",
        ]
    );
    assert_eq!(
        talk.data("LIST (SUBSCRIBED RECURSIVEMATCH) \"\" a").await,
        ["* LIST (\\NonExistent \\HasChildren) \"/\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))"]
    );
}

#[tokio::test]
async fn attributes_follow_the_capabilities() {
    let fake = two()
        .without_capability("SPECIAL-USE")
        .without_capability("CHILDREN")
        .build()
        .unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(talk.data("LIST \"\" S*").await, ["* LIST () \"/\" Sent"]);
    assert_eq!(
        talk.last("LIST (SPECIAL-USE) \"\" *").await,
        "BAD unknown command"
    );
}

#[tokio::test]
async fn subscriptions_outlive_their_mailboxes() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    talk.data("UNSUBSCRIBE Sent").await;
    talk.data("DELETE Archive").await;
    assert_eq!(
        talk.data("LSUB \"\" *").await,
        ["* LSUB (\\Noselect) \"/\" Archive", "* LSUB () \"/\" INBOX"]
    );
    assert_eq!(
        talk.data("LIST (SUBSCRIBED) \"\" A*").await,
        ["* LIST (\\NonExistent \\Subscribed \\HasNoChildren) \"/\" Archive"]
    );
}

#[tokio::test]
async fn mailboxes_are_made_and_renamed_and_deleted() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(talk.last("CREATE x/y/").await, "OK [MAILBOXID (F5)] made");
    assert_eq!(
        talk.last("CREATE x").await,
        "NO [ALREADYEXISTS] it is there already"
    );
    assert_eq!(
        talk.last("CREATE Trash (USE (\\Trash))").await,
        "OK [MAILBOXID (F6)] made"
    );
    assert_eq!(
        talk.last("CREATE T2 (USE (\\Own))").await,
        "NO [USEATTR] no such use"
    );
    talk.data("RENAME x z").await;
    assert_eq!(
        fake.mailboxes("ops"),
        ["Archive", "INBOX", "Sent", "Trash", "z", "z/y"]
    );
    talk.data("DELETE z").await;
    assert_eq!(
        talk.last("SELECT z").await,
        "NO [NONEXISTENT] no such mailbox"
    );
    assert_eq!(
        talk.last("DELETE z").await,
        "NO [HASCHILDREN] there are others below"
    );
    assert_eq!(
        talk.last("DELETE inbox").await,
        "NO [CANNOT] everybody has an INBOX"
    );
    talk.data("DELETE z/y").await;
    assert!(!fake.mailboxes("ops").contains(&"z".to_owned()));
    talk.data("RENAME INBOX old").await;
    assert_eq!(fake.mailbox("ops", "old").len(), 2);
    assert_eq!(fake.mailbox("ops", "INBOX").len(), 0);
    assert_eq!(
        talk.last("RENAME Gone x").await,
        "NO [NONEXISTENT] no such mailbox"
    );
}

#[tokio::test]
async fn names_are_in_modified_utf7_until_utf8_is_enabled() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    talk.data("CREATE Entw&APw-rfe").await;
    assert!(fake.mailboxes("ops").contains(&"Entwürfe".to_owned()));
    assert_eq!(
        talk.data("LIST \"\" E*").await,
        ["* LIST (\\HasNoChildren) \"/\" Entw&APw-rfe"]
    );
    assert_eq!(
        talk.last("CREATE \"caf\u{e9}\"").await,
        "BAD that is no name of a mailbox"
    );
    talk.data("ENABLE UTF8=ACCEPT").await;
    assert_eq!(
        talk.data("LIST \"\" E*").await,
        ["* LIST (\\HasNoChildren) \"/\" \"Entwürfe\""]
    );
    assert!(talk.last("SELECT \"Entwürfe\"").await.starts_with("OK "));
}

#[tokio::test]
async fn status_tells_what_is_asked() {
    let fake = two()
        .message_in("ops", "Archive", &["\\Seen", "\\Deleted"], FIRST)
        .uids("ops", "Sent", 7, 100)
        .build()
        .unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(
        talk.data("STATUS Archive (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN SIZE DELETED HIGHESTMODSEQ APPENDLIMIT MAILBOXID)")
            .await,
        [format!(
            "* STATUS Archive (MESSAGES 1 RECENT 1 UIDNEXT 2 UIDVALIDITY 1700000002 UNSEEN 0 SIZE {} DELETED 1 HIGHESTMODSEQ 2 \
             APPENDLIMIT 104857600 MAILBOXID (F2))",
            FIRST.len()
        )]
    );
    assert_eq!(
        talk.data("STATUS Sent (UIDVALIDITY UIDNEXT)").await,
        ["* STATUS Sent (UIDVALIDITY 7 UIDNEXT 100)"]
    );
    assert_eq!(
        talk.last("STATUS Gone (MESSAGES)").await,
        "NO [NONEXISTENT] no such mailbox"
    );
    assert_eq!(talk.last("STATUS INBOX (FOO)").await, "BAD no such item");
}

#[tokio::test]
async fn mailboxes_may_lie_below_a_prefix() {
    let fake = Imap::builder()
        .namespace("INBOX.", '.')
        .user("ops", "secret")
        .mailbox("ops", "INBOX.Sent")
        .build()
        .unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(
        talk.data("NAMESPACE").await,
        ["* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL"]
    );
    assert_eq!(
        talk.data("LIST \"\" *").await,
        [
            "* LIST (\\HasChildren) \".\" INBOX",
            "* LIST (\\HasNoChildren) \".\" INBOX.Sent"
        ]
    );
    assert_eq!(
        talk.last("CREATE Sent").await,
        "NO [CANNOT] no mailbox is called so"
    );
    assert!(talk.last("CREATE INBOX.a.b").await.starts_with("OK "));
    assert_eq!(
        fake.mailboxes("ops"),
        ["INBOX", "INBOX.Sent", "INBOX.a", "INBOX.a.b"]
    );
}
