//! The same over IMAP.

use netspeak_fake::Fault;

use super::*;

const UIDS: [&str; 3] = [
    "1700000001-0000000001.eml",
    "1700000001-0000000002.eml",
    "1700000001-0000000003.eml",
];

#[tokio::test]
async fn a_message_comes_once_until_its_uid_means_another() {
    let folder = folder("imap-once");
    let server = mailbox(&[]).await;
    let url = imap_url(&server);
    let words = ["--new", "state", "--dir", "d"];
    ended(&get(&folder, &format!("{url};UID=2"), &words).await, 0);
    ended(&get(&folder, &url, &words).await, 0);
    ended(&get(&folder, &url, &words).await, 0);
    assert_eq!(names(&folder.join("d")), UIDS);
    let entry = &state(&folder)["seen"][0];
    assert_eq!(
        (&entry["mailbox"], &entry["uids"]),
        (&"INBOX".into(), &"1:3".into())
    );
    assert_eq!(entry["uid_validity"], 1_700_000_001);
    let fetched = commands(&server.said(), "UID FETCH");
    assert_eq!(fetched.len(), 2, "{fetched:?}");
    assert!(fetched[1].contains("FETCH 1,3 "), "{fetched:?}");
    server.deliver("ops", LATER);
    let search = format!("{url}?UNSEEN");
    let output = get(&folder, &search, &["--new", "state"]).await;
    assert_eq!(counts(&run::stdout(&output)), [0, 0, 0, 1]);
    server.set_uid_validity("ops", "INBOX", 9);
    let output = get(&folder, &url, &["--new", "state", "-o", "m"]).await;
    let told = ended(&output, 0);
    assert!(
        told.contains("UIDVALIDITY of INBOX is 9 now, and was 1700000001"),
        "{told}"
    );
    assert_eq!(counts(&read(&folder, "m")), [1, 1, 1, 1]);
    assert_eq!(state(&folder)["seen"][0]["uids"], "1:4");
    let untouched = server.mailbox("ops", "INBOX");
    assert!(untouched.iter().all(|mail| mail.flags.is_empty()));
    assert_eq!(commands(&server.said(), "SELECT").len(), 0);
}

#[tokio::test]
async fn uids_that_do_not_last_are_told_before_anything_is_fetched() {
    let folder = folder("imap-lasting");
    let server = imap(&[]).without_code("UIDVALIDITY").start().await.unwrap();
    for flag in [&["--new", "state"][..], &["--delete"]] {
        let words = [flag, &["--dir", "d"]].concat();
        let told = ended(&get(&folder, &imap_url(&server), &words).await, 78);
        assert!(told.contains("how long these last"), "{told}");
    }
    assert_eq!(commands(&server.said(), "FETCH").len(), 0);
}

#[tokio::test]
async fn messages_are_removed_by_their_uids_whatever_else_is_marked() {
    let folder = folder("imap-delete");
    let server = imap(&[])
        .message_in("ops", "INBOX", &["\\Deleted"], LATER)
        .start()
        .await
        .unwrap();
    let url = format!("{};UID=1:2", imap_url(&server));
    ended(
        &get(&folder, &url, &["--new", "state", "--delete", "-o", "m"]).await,
        0,
    );
    assert_eq!(counts(&read(&folder, "m")), [1, 1, 0, 0]);
    let left: Vec<u32> = server
        .mailbox("ops", "INBOX")
        .iter()
        .map(|mail| mail.uid)
        .collect();
    assert_eq!(left, [3, 4]);
    let log = server.log().into_iter().map(|said| said.to_string());
    let verbs = ["EXAMINE", "FETCH", "SELECT", "STORE", "EXPUNGE", "LOGOUT"];
    let done = log.filter_map(|line| {
        let verb = verbs.iter().find(|verb| line.contains(*verb))?;
        Some(format!("{} {verb}", line.split(' ').next()?))
    });
    let done: Vec<String> = done.collect();
    assert_eq!(
        done,
        [
            "1 EXAMINE",
            "1 FETCH",
            "1 LOGOUT",
            "2 SELECT",
            "2 STORE",
            "2 EXPUNGE",
            "2 LOGOUT"
        ]
    );
}

#[tokio::test]
async fn without_uidplus_nobody_elses_messages_are_removed() {
    let folder = folder("imap-uidplus");
    let old = || {
        imap(&[])
            .without_capability("UIDPLUS")
            .without_capability("IMAP4rev2")
    };
    let server = old().start().await.unwrap();
    ended(
        &get(&folder, &imap_url(&server), &["--delete", "--dir", "d"]).await,
        0,
    );
    assert_eq!(names(&folder.join("d")), UIDS);
    assert_eq!(server.mailbox("ops", "INBOX").len(), 0);
    assert_eq!(commands(&server.said(), "UID EXPUNGE").len(), 0);
    let server = old()
        .message_in("ops", "INBOX", &["\\Deleted"], LATER)
        .start()
        .await
        .unwrap();
    let url = format!("{};UID=1:3", imap_url(&server));
    let told = ended(
        &get(&folder, &url, &["--new", "s", "--delete", "-o", "m"]).await,
        78,
    );
    assert!(
        told.contains("marked \\Deleted and not removed: 1 other"),
        "{told}"
    );
    let there = server.mailbox("ops", "INBOX");
    assert_eq!(there.len(), 4);
    assert!(
        there
            .iter()
            .all(|mail| mail.flags.contains(&"\\Deleted".to_owned()))
    );
    assert_eq!(commands(&server.said(), "EXPUNGE").len(), 0);
    assert_eq!(counts(&read(&folder, "m")), [1, 1, 1, 0]);
}

#[tokio::test]
async fn another_uidvalidity_at_deletion_deletes_nothing() {
    let folder = folder("imap-validity");
    let opened = "* 3 EXISTS\r\n* OK [UIDVALIDITY 5] other\r\n{tag} OK [READ-WRITE] opened\r\n";
    let only =
        "* 3 EXISTS\r\n* OK [UIDVALIDITY 1700000001] same\r\n{tag} OK [READ-ONLY] opened\r\n";
    for (answer, says) in [(opened, "has changed"), (only, "to read only")] {
        let server = mailbox(&[Fault::reply("SELECT", answer)]).await;
        let told = ended(
            &get(&folder, &imap_url(&server), &["--delete", "--dir", "d"]).await,
            78,
        );
        assert!(told.contains(says), "{told}");
        assert_eq!(server.mailbox("ops", "INBOX").len(), 3);
        assert_eq!(commands(&server.said(), "UID STORE").len(), 0);
    }
}

#[tokio::test]
async fn a_server_that_says_it_deleted_and_did_not_is_told() {
    let folder = folder("imap-liar");
    let server = mailbox(&[
        Fault::reply("UID EXPUNGE", "{tag} OK done\r\n"),
        Fault::reply("UID SEARCH", "* SEARCH 2 3\r\n{tag} OK done\r\n").on_connection(2),
    ])
    .await;
    let told = ended(
        &get(&folder, &imap_url(&server), &["--delete", "--dir", "d"]).await,
        78,
    );
    assert!(told.contains("still has 2 of them"), "{told}");
    // It refuses to mark them.
    let server = mailbox(&[Fault::reply("UID STORE", "{tag} NO not yours\r\n")]).await;
    ended(
        &get(&folder, &imap_url(&server), &["--delete", "--dir", "e"]).await,
        78,
    );
    assert_eq!(server.mailbox("ops", "INBOX").len(), 3);
    assert_eq!(commands(&server.said(), "EXPUNGE").len(), 0);
}
