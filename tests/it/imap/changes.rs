//! Flags, copies, moves, and messages that go.

use netspeak::imap::{Client, Flag, FlagChange, IdSet, Ids, Items, Mailbox, Search};

use crate::harness::{kind, user, with_password};
use crate::imap::{SERVERS, fresh, lacking, logged_in, mailbox, put};

fn ids(text: &str) -> IdSet {
    text.parse().unwrap()
}

/// A new mailbox with five messages, open.
async fn five(client: &mut Client, name: &str) -> Mailbox {
    let there = fresh(client, name).await;
    put(client, &there, &["a", "bb", "ccc", "dddd", "eeeee"]).await;
    assert_eq!(client.select(&there).await.unwrap().exists, 5);
    there
}

/// The flags of a message, without `\Recent`.
async fn flags(client: &mut Client, uid: u32) -> Vec<String> {
    let items = Items::new().flags();
    let rows = client.fetch(uid, &items).await.unwrap().all(1).await;
    let flags = rows.unwrap().pop().unwrap().flags.unwrap();
    let mut told: Vec<String> = flags
        .iter()
        .filter(|flag| **flag != Flag::Recent)
        .map(ToString::to_string)
        .collect();
    told.sort();
    told
}

async fn uids(client: &mut Client) -> IdSet {
    client.search(&Search::all()).await.unwrap()
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn flags_are_added_removed_and_set() {
    let keyword: Flag = "$Forwarded".parse().unwrap();
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_CHANGED).await;
        five(&mut client, "flags").await;
        let add = FlagChange::add([Flag::Seen, keyword.clone()]);
        let stored = client.store(1..=3, &add).await.unwrap();
        assert_eq!(stored.messages.len(), 3, "{server}");
        assert!(stored.modified.is_empty(), "{server}");
        for row in &stored.messages {
            let told = row.flags.as_ref().unwrap();
            assert!(told.contains(&Flag::Seen) && told.contains(&keyword));
        }
        client
            .store(2, &FlagChange::remove([Flag::Seen]))
            .await
            .unwrap();
        client
            .store(3, &FlagChange::set([Flag::Flagged]))
            .await
            .unwrap();
        let silent = client
            .store(Ids::numbers(4), &FlagChange::add([Flag::Answered]).silent())
            .await
            .unwrap();
        // Cyrus 3.6 tells them all the same, along with the modification sequence.
        let tells_flags = silent.messages.iter().any(|row| row.flags.is_some());
        assert_eq!(tells_flags, server == "CYRUS", "{silent:?}");
        for (uid, expected) in [
            (1, &["$Forwarded", "\\Seen"][..]),
            (2, &["$Forwarded"]),
            (3, &["\\Flagged"]),
            (4, &["\\Answered"]),
            (5, &[]),
        ] {
            assert_eq!(flags(&mut client, uid).await, expected, "{server} {uid}");
        }
        // Reading marks as read only where it is wished.
        let items = Items::new().mark_seen().message();
        let rows = client.fetch(5, &items).await.unwrap().all(1).await;
        assert_eq!(rows.unwrap().len(), 1);
        assert_eq!(flags(&mut client, 5).await, ["\\Seen"], "{server}");
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn what_has_changed_meanwhile_is_left_alone() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_CHANGED).await;
        let there = five(&mut client, "unchanged").await;
        let opened = client.select(&there).await.unwrap();
        let before = opened.highest_modseq.unwrap();
        let mut other = logged_in(server, user::IMAP_CHANGED).await;
        other.select(&there).await.unwrap();
        let seen = FlagChange::add([Flag::Seen]);
        other.store([2, 4], &seen).await.unwrap();

        let flagged = FlagChange::add([Flag::Flagged]).unchanged_since(before);
        let stored = client.store(.., &flagged).await.unwrap();
        assert_eq!(stored.modified, ids("2,4"), "{server}");
        for (uid, expected) in [(1, &["\\Flagged"][..]), (2, &["\\Seen"])] {
            assert_eq!(flags(&mut client, uid).await, expected, "{server} {uid}");
        }
        let changed = client
            .fetch_changed(.., &Items::new().flags(), before)
            .await
            .unwrap();
        assert_eq!(changed.all(9).await.unwrap().len(), 5, "{server}");
        other.logout().await.unwrap();
        client.logout().await.unwrap();
    }
}

/// Copies, moves and removes; whether the server tells where to.
async fn copies_and_moves(client: &mut Client, what: &str, tells: bool) {
    let other = fresh(client, "there 日本").await;
    five(client, "here").await;
    let copied = client.copy(2..=3, &other).await.unwrap();
    let pairs = |expected: [(u32, u32); 2]| if tells { expected.to_vec() } else { Vec::new() };
    assert_eq!(copied.uids, pairs([(2, 1), (3, 2)]), "{what}");
    let moved = client.move_to([1, 5], &other).await.unwrap();
    assert_eq!(moved.uids, pairs([(1, 3), (5, 4)]), "{what}");
    assert_eq!(moved.uid_validity, copied.uid_validity, "{what}");
    assert_eq!(uids(client).await, ids("2:4"), "{what}");
    assert_eq!(client.selected().unwrap().exists, 3, "{what}");
    // What is not there is nothing to copy.
    let none = client.copy(99, &other).await;
    if let Ok(none) = &none {
        assert!(none.uids.is_empty(), "{what}");
    }
    let lost = client.copy(2, &mailbox("nirgends")).await;
    assert_eq!(kind(&lost), "work.not_found", "{what}");

    client
        .store([2, 4], &FlagChange::add([Flag::Deleted]).silent())
        .await
        .unwrap();
    client.uid_expunge(&ids("3:9")).await.unwrap();
    assert_eq!(uids(client).await, ids("2:3"), "{what}");
    client.expunge().await.unwrap();
    assert_eq!(uids(client).await, ids("3"), "{what}");
    assert_eq!(client.selected().unwrap().exists, 1, "{what}");
    let there = client.examine(&other).await.unwrap();
    assert_eq!(there.exists, 4, "{what}");
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn messages_are_copied_moved_and_removed() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_CHANGED).await;
        copies_and_moves(&mut client, server, true).await;
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn messages_are_moved_also_where_the_server_cannot() {
    let (target, _proxy) = lacking(&["MOVE", "UNSELECT", "ESEARCH", "LITERAL+"]).await;
    let builder = Client::builder().tls(netspeak::core::Tls::Off);
    let builder = builder.credentials(with_password(user::IMAP_CHANGED));
    let mut client = builder.connect(&target).await.unwrap();
    copies_and_moves(&mut client, "without MOVE", true).await;
    client.unselect().await.unwrap();
    assert!(client.selected().is_none());
    client.logout().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn numbers_are_told_as_messages_go() {
    for server in SERVERS {
        for resyncs in [false, true] {
            let what = format!("{server} QRESYNC: {resyncs}");
            let mut client = logged_in(server, user::IMAP_CHANGED).await;
            if resyncs {
                let enabled = client.enable(&["QRESYNC"]).await.unwrap();
                assert!(enabled.iter().any(|it| it == "QRESYNC"), "{what}");
            }
            five(&mut client, "numbers").await;
            let deleted = FlagChange::add([Flag::Deleted]).silent();
            client.store([2, 3, 5], &deleted).await.unwrap();
            let gone = client.expunge().await.unwrap();
            if resyncs {
                assert_eq!(gone.uids, ids("2:3,5"), "{what}");
                assert!(gone.numbers.is_empty(), "{what}");
            } else {
                // Each as it was when its message went; a server may begin at either end.
                let mut left = vec![1, 2, 3, 4, 5];
                for number in &gone.numbers {
                    left.remove(*number as usize - 1);
                }
                assert_eq!(left, [1, 4], "{what}: {:?}", gone.numbers);
            }
            assert_eq!(client.selected().unwrap().exists, 2, "{what}");
            client.logout().await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn close_expunges_and_unselect_does_not() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_CHANGED).await;
        let there = five(&mut client, "close").await;
        let deleted = FlagChange::add([Flag::Deleted]);
        client.store(1, &deleted).await.unwrap();
        client.unselect().await.unwrap();
        assert_eq!(kind(&client.search(&Search::all()).await), "usage");
        assert_eq!(client.examine(&there).await.unwrap().exists, 5, "{server}");
        // Not while it is open to read only; Dovecot says OK to a change then, and ignores it.
        let denied = client.store(2, &deleted).await;
        assert_eq!(denied.is_ok(), server == "DOVECOT", "{denied:?}");
        client.close().await.unwrap();
        assert_eq!(client.select(&there).await.unwrap().exists, 5, "{server}");
        client.close().await.unwrap();
        assert_eq!(client.select(&there).await.unwrap().exists, 4, "{server}");
        client.logout().await.unwrap();
    }
}
