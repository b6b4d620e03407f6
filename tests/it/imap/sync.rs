//! What changed in a mailbox since it was last seen, by every means.

use netspeak::core::Tls;
use netspeak::imap::response::Fetch;
use netspeak::imap::{Access, Client, Flag, FlagChange, IdSet, Items, Sync, SyncState, Way};

use crate::harness::{user, with_password};
use crate::imap::lacking::Lacking;
use crate::imap::{SERVERS, deliver, fresh, lacking, logged_in, mailbox, put};

fn ids(text: &str) -> IdSet {
    text.parse().unwrap()
}

fn uids(rows: &[Fetch]) -> IdSet {
    rows.iter().filter_map(|row| row.uid).collect()
}

fn is_quiet(sync: &Sync) -> bool {
    sync.new.is_empty() && sync.changed.is_empty() && sync.vanished.is_empty() && !sync.is_reset
}

/// Changes of every kind by another session are found.
async fn finds_all(client: &mut Client, other: &mut Client, way: Way, what: &str) {
    let there = fresh(other, &format!("sync {way:?}")).await;
    put(other, &there, &["a", "b", "c", "d", "e", "f"]).await;
    other.select(&there).await.unwrap();
    let mut step = async |known: Option<&SyncState>| {
        let sync = client.sync(&there, Access::ReadOnly, known).await;
        // Cyrus ends a session whose open mailbox is deleted.
        client.unselect().await.unwrap();
        sync.unwrap_or_else(|error| panic!("{what}: {error}"))
    };
    let first = step(None).await;
    assert_eq!(first.way, Way::Afresh, "{what}");
    assert_eq!(uids(&first.new), ids("1:6"), "{what}");
    let quiet = step(Some(&first.state)).await;
    assert!(is_quiet(&quiet) && quiet.way == way, "{what}: {quiet:?}");

    let (seen, deleted) = (Flag::Seen, Flag::Deleted);
    let change = FlagChange::add([seen.clone()]);
    other.store([2, 5], &change).await.unwrap();
    let change = FlagChange::add([deleted]);
    other.store([1, 4], &change).await.unwrap();
    other.expunge().await.unwrap();
    put(other, &there, &["g", "h"]).await;
    let sync = step(Some(&quiet.state)).await;
    assert_eq!(sync.way, way, "{what}");
    assert_eq!(uids(&sync.new), ids("7:8"), "{what}");
    assert_eq!(uids(&sync.changed), ids("2,5"), "{what}");
    for row in &sync.changed {
        assert!(row.flags.as_ref().unwrap().contains(&seen), "{what}");
    }
    assert_eq!(sync.vanished, ids("1,4"), "{what}");
    assert_eq!(*sync.state.uids(), ids("2:3,5:8"), "{what}");
    let quiet = step(Some(&sync.state)).await;
    assert!(is_quiet(&quiet), "{what}: {quiet:?}");

    // What came and went meanwhile was never there.
    put(other, &there, &["i"]).await;
    let change = FlagChange::add([Flag::Deleted]);
    other.store([9, 3], &change).await.unwrap();
    other.expunge().await.unwrap();
    let sync = step(Some(&quiet.state)).await;
    assert!(sync.new.is_empty() && sync.changed.is_empty(), "{what}");
    assert_eq!(sync.vanished, ids("3"), "{what}");

    // Another mailbox of the same name.
    other.unselect().await.unwrap();
    let old = sync.state.uid_validity();
    let again = fresh(other, there.name()).await;
    put(other, &again, &["new"]).await;
    let reset = step(Some(&sync.state)).await;
    assert!(reset.is_reset, "{what}: {old}");
    assert_eq!(reset.vanished, ids("2,5:8"), "{what}");
    assert_eq!(uids(&reset.new), ids("1"), "{what}");
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn changes_are_found_by_qresync() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_SYNC).await;
        let mut other = logged_in(server, user::IMAP_SYNC).await;
        finds_all(&mut client, &mut other, Way::Qresync, server).await;
        client.logout().await.unwrap();
        other.logout().await.unwrap();
    }
}

/// A session with a Dovecot that lacks these, and one that changes things there.
async fn pair(lacks: &[&str]) -> (Client, Client, Lacking) {
    let (target, proxy) = lacking(lacks).await;
    let builder = Client::builder().tls(Tls::Off);
    let builder = builder.credentials(with_password(user::IMAP_SYNC));
    let client = builder.clone().connect(&target).await.unwrap();
    let direct = crate::harness::target("imap", "DOVECOT_PLAIN_IMAP");
    let other = builder.connect(&direct).await.unwrap();
    (client, other, proxy)
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn changes_are_found_by_older_means() {
    for (lacks, way) in [
        (&["QRESYNC"][..], Way::Condstore),
        (&["QRESYNC", "CONDSTORE"], Way::Comparison),
        (
            &["QRESYNC", "CONDSTORE", "ESEARCH", "ENABLE"],
            Way::Comparison,
        ),
    ] {
        let (mut client, mut other, _proxy) = pair(lacks).await;
        finds_all(&mut client, &mut other, way, &format!("without {lacks:?}")).await;
        client.logout().await.unwrap();
        other.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn deliveries_are_found() {
    let mut client = logged_in("DOVECOT", user::IMAP_DELIVERED).await;
    let inbox = mailbox("INBOX");
    let mut known = client.sync(&inbox, Access::ReadOnly, None).await.unwrap();
    for subject in ["first", "second"] {
        deliver(user::IMAP_DELIVERED, subject).await;
        let state = Some(&known.state);
        let sync = client.sync(&inbox, Access::ReadOnly, state).await.unwrap();
        let [new] = &sync.new[..] else {
            panic!("{subject}: {sync:?}");
        };
        assert!(sync.changed.is_empty() && sync.vanished.is_empty());
        let items = Items::new().envelope();
        let rows = client.fetch(new.uid.unwrap(), &items).await.unwrap();
        let row = rows.all(1).await.unwrap().pop().unwrap();
        assert_eq!(row.envelope.unwrap().decoded_subject(), subject);
        known = sync;
    }
    client.logout().await.unwrap();
}
