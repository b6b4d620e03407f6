//! `sync` by each of its means.

use super::*;

const FIRST: &str = "
    S: * 3 EXISTS
    S: * OK [UIDVALIDITY 7]
    S: * OK [UIDNEXT 10]
";
const ROWS: &str = "
    S: * 1 FETCH (UID 1 FLAGS ())
    S: * 2 FETCH (UID 5 FLAGS (\\\\Seen))
    S: * 3 FETCH (UID 9 FLAGS ())
";

fn uids(rows: &[response::Fetch]) -> Vec<u32> {
    rows.iter().filter_map(|row| row.uid).collect()
}

async fn first_then(
    capabilities: &str,
    modseq: &str,
    open: &str,
    before: &str,
    script: &str,
) -> (Sync, Sync) {
    let tag = if before.is_empty() { 1 } else { 2 };
    let fetch = tag + 1;
    let script = format!(
        "{before}
        C: A{tag} EXAMINE \"INBOX\"{open}
        {FIRST}{modseq}
        S: A{tag} OK [READ-ONLY]
        C: A{fetch} UID FETCH 1:* (UID FLAGS)
        {ROWS}
        S: A{fetch} OK
        {script}"
    );
    talk_with(capabilities, &script, async |client| {
        let inbox = Mailbox::inbox();
        let first = client.sync(&inbox, Access::ReadOnly, None).await.unwrap();
        assert_eq!((first.way, uids(&first.new)), (Way::Afresh, vec![1, 5, 9]));
        let second = client
            .sync(&inbox, Access::ReadOnly, Some(&first.state))
            .await
            .unwrap();
        (first, second)
    })
    .await
}

#[tokio::test]
async fn by_comparison_where_the_server_keeps_nothing() {
    let script = "
        C: A3 EXAMINE \"INBOX\"
        S: * 3 EXISTS
        S: * OK [UIDVALIDITY 7]
        S: A3 OK
        C: A4 UID FETCH 1:* (UID FLAGS)
        S: * 1 FETCH (UID 1 FLAGS (\\\\Recent))
        S: * 2 FETCH (UID 9 FLAGS (\\\\Seen))
        S: * 3 FETCH (UID 12 FLAGS ())
        S: A4 OK
    ";
    let (_, sync) = first_then("IMAP4rev1", "", "", "", script).await;
    assert_eq!(sync.way, Way::Comparison);
    assert_eq!((uids(&sync.new), uids(&sync.changed)), (vec![12], vec![9]));
    assert_eq!(sync.vanished, ids("5"));
    assert_eq!(*sync.state.uids(), ids("1,9,12"));
}

#[tokio::test]
async fn by_condstore_where_the_server_counts_changes() {
    let script = "
        C: A3 EXAMINE \"INBOX\" (CONDSTORE)
        S: * 3 EXISTS
        S: * OK [UIDVALIDITY 7]
        S: * OK [UIDNEXT 13]
        S: * OK [HIGHESTMODSEQ 50]
        S: A3 OK
        C: A4 UID SEARCH ALL
        S: * SEARCH 1 9 12
        S: A4 OK
        C: A5 UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 40)
        S: * 2 FETCH (UID 9 FLAGS (\\\\Seen) MODSEQ (45))
        S: * 3 FETCH (UID 12 FLAGS () MODSEQ (50))
        S: A5 OK
    ";
    let modseq = "S: * OK [HIGHESTMODSEQ 40]\n";
    let (_, sync) = first_then("IMAP4rev1 CONDSTORE", modseq, " (CONDSTORE)", "", script).await;
    assert_eq!(sync.way, Way::Condstore);
    assert_eq!((uids(&sync.new), uids(&sync.changed)), (vec![12], vec![9]));
    assert_eq!(sync.vanished, ids("5"));
    assert_eq!(*sync.state.uids(), ids("1,9,12"));
    // Where nothing has changed nothing is asked.
    let script = "
        C: A3 EXAMINE \"INBOX\" (CONDSTORE)
        S: * 3 EXISTS
        S: * OK [UIDVALIDITY 7]
        S: * OK [UIDNEXT 10]
        S: * OK [HIGHESTMODSEQ 40]
        S: A3 OK
    ";
    let (first, sync) = first_then("IMAP4rev1 CONDSTORE", modseq, " (CONDSTORE)", "", script).await;
    assert!(sync.new.is_empty() && sync.changed.is_empty() && sync.vanished.is_empty());
    assert_eq!(sync.state, first.state);
}

#[tokio::test]
async fn a_number_of_changes_is_of_no_use_where_nobody_may_ask_with_it() {
    let script = "
        C: A3 EXAMINE \"INBOX\"
        S: * 2 EXISTS
        S: * OK [UIDVALIDITY 7]
        S: * OK [HIGHESTMODSEQ 50]
        S: A3 OK
        C: A4 UID FETCH 1:* (UID FLAGS)
        S: * 1 FETCH (UID 1 FLAGS ())
        S: * 2 FETCH (UID 9 FLAGS (\\\\Seen))
        S: A4 OK
    ";
    let modseq = "S: * OK [HIGHESTMODSEQ 40]\n";
    let (_, sync) = first_then("IMAP4rev1", modseq, "", "", script).await;
    assert_eq!(sync.way, Way::Comparison);
    assert_eq!(uids(&sync.changed), [9]);
    assert_eq!(sync.vanished, ids("5"));
}

#[tokio::test]
async fn by_qresync_in_one_round_trip() {
    let before = "
        C: A1 ENABLE QRESYNC
        S: * ENABLED QRESYNC
        S: A1 OK
    ";
    let script = "
        C: A4 EXAMINE \"INBOX\" (QRESYNC (7 40))
        S: * 3 EXISTS
        S: * OK [UIDVALIDITY 7]
        S: * OK [UIDNEXT 13]
        S: * OK [HIGHESTMODSEQ 50]
        S: * VANISHED (EARLIER) 2:5
        S: * 2 FETCH (UID 9 FLAGS (\\\\Seen) MODSEQ (45))
        S: * 3 FETCH (UID 12 FLAGS () MODSEQ (50))
        S: A4 OK
    ";
    let modseq = "S: * OK [HIGHESTMODSEQ 40]\n";
    let (_, sync) = first_then(
        "IMAP4rev1 ENABLE CONDSTORE QRESYNC",
        modseq,
        " (CONDSTORE)",
        before,
        script,
    )
    .await;
    assert_eq!(sync.way, Way::Qresync);
    assert_eq!((uids(&sync.new), uids(&sync.changed)), (vec![12], vec![9]));
    assert_eq!(sync.vanished, ids("5"));
    assert_eq!(*sync.state.uids(), ids("1,9,12"));
}

#[tokio::test]
async fn a_server_that_enables_nothing_is_asked_in_the_older_way() {
    let before = "
        C: A1 ENABLE QRESYNC
        S: A1 OK Completed
    ";
    let script = "
        C: A4 UNSELECT
        S: A4 OK
        C: A5 ENABLE QRESYNC
        S: A5 OK Completed
        C: A6 EXAMINE \"INBOX\" (CONDSTORE)
        S: * 3 EXISTS
        S: * OK [UIDVALIDITY 7]
        S: * OK [UIDNEXT 10]
        S: * OK [HIGHESTMODSEQ 40]
        S: A6 OK
    ";
    let modseq = "S: * OK [HIGHESTMODSEQ 40]\n";
    let (_, sync) = first_then(
        "IMAP4rev1 ENABLE UNSELECT CONDSTORE QRESYNC",
        modseq,
        " (CONDSTORE)",
        before,
        script,
    )
    .await;
    assert_eq!(sync.way, Way::Condstore);
}

#[tokio::test]
async fn another_uidvalidity_makes_everything_new() {
    let script = "
        C: A3 EXAMINE \"INBOX\"
        S: * 0 EXISTS
        S: * OK [UIDVALIDITY 8]
        S: A3 OK
    ";
    let (_, sync) = first_then("IMAP4rev1", "", "", "", script).await;
    assert!(sync.is_reset && sync.new.is_empty());
    assert_eq!(sync.vanished, ids("1,5,9"));
    assert_eq!(sync.state.uid_validity(), 8);
}

#[cfg(feature = "serde")]
#[tokio::test]
async fn the_state_is_kept_and_read_back() {
    let script = "
        C: A3 EXAMINE \"INBOX\"
        S: * 0 EXISTS
        S: * OK [UIDVALIDITY 7]
        S: A3 OK
    ";
    let (first, _) = first_then("IMAP4rev1", "", "", "", script).await;
    let text = serde_json::to_string(&first.state).unwrap();
    assert_eq!(
        serde_json::from_str::<SyncState>(&text).unwrap(),
        first.state
    );
}
