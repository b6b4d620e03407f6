//! IDLE: told by the server when something happens.

use std::time::Duration;

use netspeak::core::Trace;
use netspeak::imap::response::Untagged;
use netspeak::imap::{Client, Flag, FlagChange, Search};

use crate::harness::{said, until, user, with_password};
use crate::imap::{SERVERS, deliver, doors, fresh, logged_in, mailbox, over, put};

/// How often IDLE and DONE were said.
fn said_so_far(trace: &Trace) -> (usize, usize) {
    let said = said(trace);
    let count = |word: &str| said.iter().filter(|line| line.ends_with(word)).count();
    (count(" IDLE"), count("DONE"))
}

async fn next(idle: &mut netspeak::imap::Idle<'_>) -> Untagged {
    let waiting = tokio::time::timeout(crate::harness::PATIENCE, idle.next());
    waiting.await.expect("nothing happens").unwrap().unwrap()
}

async fn next_exists(idle: &mut netspeak::imap::Idle<'_>) -> u32 {
    loop {
        if let Untagged::Exists(count) = next(idle).await {
            return count;
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_delivery_wakes_who_idles() {
    let mut client = logged_in("DOVECOT", user::IMAP_IDLE).await;
    let before = client.select(&mailbox("INBOX")).await.unwrap().exists;
    let mut idle = client.idle().await.unwrap();
    for n in 1..=2 {
        deliver(user::IMAP_IDLE, "news").await;
        assert_eq!(next_exists(&mut idle).await, before + n);
    }
    idle.done().await.unwrap();
    assert_eq!(client.selected().unwrap().exists, before + 2);
    let all = client.search(&Search::all()).await.unwrap();
    assert_eq!(all.len(), u64::from(before) + 2);
    client.logout().await.unwrap();
}

/// What another session does is told: messages that come and go, flags that change.
async fn is_told_of_another(server: &str, mut client: Client) {
    let mut other = logged_in(server, user::IMAP_IDLE).await;
    let there = fresh(&mut other, "idle").await;
    put(&mut other, &there, &["one", "two"]).await;
    other.select(&there).await.unwrap();
    client.select(&there).await.unwrap();
    let mut idle = client.idle().await.unwrap();
    put(&mut other, &there, &["three"]).await;
    assert_eq!(next_exists(&mut idle).await, 3, "{server}");
    other
        .store(1, &FlagChange::add([Flag::Flagged]))
        .await
        .unwrap();
    loop {
        let Untagged::Fetch(row) = next(&mut idle).await else {
            continue;
        };
        let flags = row.flags.as_ref().unwrap();
        if row.number == 1 && flags.contains(&Flag::Flagged) {
            break;
        }
    }
    other
        .store(2, &FlagChange::add([Flag::Deleted]))
        .await
        .unwrap();
    other.expunge().await.unwrap();
    while !matches!(next(&mut idle).await, Untagged::Expunge(2)) {}
    idle.done().await.unwrap();
    assert_eq!(client.selected().unwrap().exists, 2, "{server}");
    client.noop().await.unwrap();
    client.logout().await.unwrap();
    other.logout().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn what_another_session_does_wakes_who_idles() {
    for server in SERVERS {
        let client = logged_in(server, user::IMAP_IDLE).await;
        is_told_of_another(server, client).await;
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn idle_is_said_again_and_nothing_is_missed() {
    for server in SERVERS {
        let trace = Trace::with_transcript();
        let [_, (target, tls), ..] = doors(server);
        let builder = over(tls).trace(trace.clone());
        let builder = builder.credentials(with_password(user::IMAP_IDLE));
        let mut client = builder.connect(&target).await.unwrap();
        let mut other = logged_in(server, user::IMAP_IDLE).await;
        let there = fresh(&mut other, "again").await;
        client.select(&there).await.unwrap();
        // Cyrus tells of its URLs and annotations.
        while client.news().is_some() {}
        let mut idle = client.idle().await.unwrap();
        idle = idle.refresh_after(Duration::from_millis(100));
        let renewed = until("IDLE to be said three times", async || {
            (said_so_far(&trace).0 >= 3).then_some(())
        });
        // A call that is dropped loses nothing.
        tokio::select! {
            () = renewed => {}
            news = idle.next() => panic!("{server}: {news:?}"),
        }
        put(&mut other, &there, &["one"]).await;
        assert_eq!(next_exists(&mut idle).await, 1, "{server}");
        idle.done().await.unwrap();
        let (idles, dones) = said_so_far(&trace);
        assert_eq!(idles, dones, "{server}");
        client.noop().await.unwrap();
        client.logout().await.unwrap();
        other.logout().await.unwrap();
    }
}
