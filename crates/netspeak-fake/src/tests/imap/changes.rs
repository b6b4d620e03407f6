//! What others do meanwhile: told between commands, while idling, and after an absence.

use super::{FIRST, Talk, two};

#[tokio::test]
async fn sessions_see_each_others_changes() {
    let fake = two().build().unwrap();
    let mut one = Talk::open(&fake).await;
    let mut other = Talk::open(&fake).await;
    one.data("STORE 2 +FLAGS (\\Seen)").await;
    let tag = one.say("APPEND INBOX {1+}\r\nx").await;
    assert_eq!(one.answer(&tag).await[..2], ["* 3 EXISTS", "* 3 RECENT"]);
    one.data("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    assert_eq!(one.data("EXPUNGE").await, ["* 1 EXPUNGE"]);
    assert_eq!(
        other.data("FETCH 2 UID").await,
        [
            "* 2 FETCH (UID 2)",
            "* 3 EXISTS",
            "* 0 RECENT",
            "* 2 FETCH (FLAGS (\\Seen))",
        ],
        "no EXPUNGE during FETCH"
    );
    assert_eq!(other.data("NOOP").await, ["* 1 EXPUNGE"]);
}

#[tokio::test]
async fn what_happens_is_told_while_idling() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    let tag = talk.say("IDLE").await;
    assert_eq!(talk.client.line().await, "+ idling");
    fake.deliver("ops", FIRST);
    assert_eq!(talk.client.line().await, "* 3 EXISTS");
    assert_eq!(talk.client.line().await, "* 3 RECENT");
    fake.set_flags("ops", "INBOX", 2, &["\\Seen"]);
    assert_eq!(
        talk.client.line().await,
        "* 2 FETCH (FLAGS (\\Seen \\Recent))"
    );
    fake.expunge("ops", "INBOX", 1);
    assert_eq!(talk.client.line().await, "* 1 EXPUNGE");
    talk.client.say("DONE").await;
    assert_eq!(talk.answer(&tag).await, ["OK no longer idle"]);
    let tag = talk.say("IDLE").await;
    assert_eq!(talk.client.line().await, "+ idling");
    talk.client.say("NOOP").await;
    assert_eq!(talk.answer(&tag).await, ["BAD DONE was expected"]);
}

#[tokio::test]
async fn changes_have_numbers() {
    let fake = two().build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    talk.data("SELECT INBOX (CONDSTORE)").await;
    assert_eq!(
        talk.data("FETCH 1:2 MODSEQ").await,
        ["* 1 FETCH (MODSEQ (2))", "* 2 FETCH (MODSEQ (3))"]
    );
    assert_eq!(
        talk.data("UID STORE 1 (UNCHANGEDSINCE 2) +FLAGS (\\Seen)")
            .await,
        ["* 1 FETCH (UID 1 FLAGS (\\Seen \\Recent) MODSEQ (4))"]
    );
    assert_eq!(
        talk.ask("STORE 1:2 (UNCHANGEDSINCE 3) +FLAGS.SILENT (\\Flagged)")
            .await,
        [
            "* 2 FETCH (MODSEQ (5))",
            "OK [MODIFIED 1] some have changed"
        ]
    );
    assert_eq!(
        talk.data("FETCH 1:* FLAGS (CHANGEDSINCE 4)").await,
        ["* 2 FETCH (FLAGS (\\Flagged \\Recent) MODSEQ (5))"]
    );
    fake.set_flags("ops", "INBOX", 1, &[]);
    assert_eq!(
        talk.data("NOOP").await,
        ["* 1 FETCH (FLAGS (\\Recent) MODSEQ (6))"]
    );
}

#[tokio::test]
async fn a_client_that_was_away_is_told_what_happened() {
    let fake = two().message("ops", FIRST).build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    assert_eq!(
        talk.last("SELECT INBOX (QRESYNC (1700000001 4))").await,
        "BAD QRESYNC is not enabled"
    );
    fake.set_flags("ops", "INBOX", 3, &["\\Seen"]);
    fake.expunge("ops", "INBOX", 1);
    talk.data("ENABLE QRESYNC").await;
    let lines = talk.data("SELECT INBOX (QRESYNC (1700000001 4 1:9))").await;
    let told = &lines[lines.len() - 2..];
    assert_eq!(
        told,
        [
            "* VANISHED (EARLIER) 1",
            "* 2 FETCH (UID 3 FLAGS (\\Seen \\Recent) MODSEQ (5))"
        ]
    );
    assert_eq!(
        talk.data("UID FETCH 1:* FLAGS (CHANGEDSINCE 4 VANISHED)")
            .await[0],
        "* VANISHED (EARLIER) 1"
    );
    let lines = talk.data("SELECT INBOX (QRESYNC (1700000001 6))").await;
    assert!(
        !lines.iter().any(|line| line.contains("VANISHED")),
        "known already"
    );
    fake.expunge("ops", "INBOX", 2);
    assert_eq!(talk.data("NOOP").await, ["* VANISHED 2"]);
    let lines = talk.data("SELECT INBOX (QRESYNC (9 4))").await;
    assert_eq!(lines[0], "* OK [CLOSED] the other one is closed");
    assert!(
        !lines.iter().any(|line| line.contains("VANISHED")),
        "another UIDVALIDITY"
    );
}

#[tokio::test]
async fn an_open_mailbox_that_is_deleted_is_closed() {
    let fake = two().build().unwrap();
    let mut one = Talk::inside(&fake).await;
    one.data("SELECT Archive").await;
    Talk::inside(&fake).await.data("DELETE Archive").await;
    assert_eq!(
        one.data("NOOP").await,
        ["* OK [CLOSED] the mailbox is gone"]
    );
    assert_eq!(one.last("CHECK").await, "BAD select a mailbox first");
}

#[tokio::test]
async fn a_large_mailbox_is_quick() {
    let mut builder = two();
    for _ in 0..20_000 {
        builder = builder.message_in("ops", "Archive", &[], "Subject: x\r\n\r\ny\r\n");
    }
    let fake = builder.build().unwrap();
    let mut talk = Talk::inside(&fake).await;
    talk.data("SELECT Archive").await;
    assert_eq!(talk.data("UID FETCH 1:* (UID FLAGS)").await.len(), 20_000);
    talk.data("STORE 1:* +FLAGS.SILENT (\\Deleted)").await;
    assert_eq!(talk.data("EXPUNGE").await.len(), 20_000);
}
