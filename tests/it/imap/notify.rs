//! NOTIFY: told of other mailboxes. Cyrus 3.6 has none.

use netspeak::imap::response::Untagged;
use netspeak::imap::{Client, Events, Flag, FlagChange, Items, Notify, Watched};

use crate::harness::{PATIENCE, kind, user};
use crate::imap::{deliver, fresh, logged_in, mailbox, put};

async fn next(idle: &mut netspeak::imap::Idle<'_>) -> Untagged {
    let waiting = tokio::time::timeout(PATIENCE, idle.next());
    waiting.await.expect("nothing happens").unwrap().unwrap()
}

/// Waits for the status of a mailbox with so many messages.
async fn is_told(idle: &mut netspeak::imap::Idle<'_>, name: &str, messages: u32) {
    loop {
        if let Untagged::MailboxStatus(status) = next(idle).await
            && status.mailbox.name() == name
            && status.messages == Some(messages)
        {
            return;
        }
    }
}

async fn both() -> (Client, Client) {
    let one = logged_in("DOVECOT", user::IMAP_NOTIFIED).await;
    (one, logged_in("DOVECOT", user::IMAP_NOTIFIED).await)
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn what_happens_in_any_mailbox_is_told_to_one_session() {
    let (mut client, mut other) = both().await;
    let open = fresh(&mut other, "open").await;
    let far = fresh(&mut other, "far").await;
    client.select(&open).await.unwrap();
    let items = Items::new().flags().size();
    let notify = Notify::new()
        .watch(
            Watched::Selected,
            Events::messages().fetching(&items).flags(),
        )
        .watch(Watched::Personal, Events::messages().flags().names())
        .with_status();
    let told = client.notify(&notify).await.unwrap();
    assert!(told.iter().any(|status| status.mailbox == far), "{told:?}");
    let mut idle = client.idle().await.unwrap();
    put(&mut other, &far, &["one", "two"]).await;
    is_told(&mut idle, "far", 2).await;
    put(&mut other, &open, &["three"]).await;
    let mut came = None;
    while came.is_none() {
        if let Untagged::Fetch(row) = next(&mut idle).await {
            came = row.uid.zip(row.size);
        }
    }
    assert!(
        came.is_some_and(|(uid, size)| uid == 1 && size > 50),
        "{came:?}"
    );
    other.create(&mailbox("brand new")).await.unwrap();
    loop {
        if let Untagged::List(listed) = next(&mut idle).await
            && listed.mailbox.name() == "brand new"
        {
            break;
        }
    }
    other.delete(&mailbox("brand new")).await.unwrap();
    deliver(user::IMAP_NOTIFIED, "news").await;
    let mut is_delivered = false;
    while !is_delivered {
        is_delivered = matches!(
            next(&mut idle).await,
            Untagged::MailboxStatus(status) if status.mailbox.name() == "INBOX"
        );
    }
    idle.done().await.unwrap();
    client.notify_none().await.unwrap();
    client.noop().await.unwrap();
    client.unselect().await.unwrap();
    client.delete(&open).await.unwrap();
    client.delete(&far).await.unwrap();
    client.logout().await.unwrap();
    other.logout().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn what_is_gone_is_told_and_messages_are_named_by_uid() {
    let (mut client, mut other) = both().await;
    let there = fresh(&mut other, "going").await;
    put(&mut other, &there, &["one", "two", "three"]).await;
    client.select(&there).await.unwrap();
    let notify = Notify::new().watch(Watched::Selected, Events::messages());
    client.notify(&notify).await.unwrap();
    let numbers = netspeak::imap::Ids::numbers(1);
    let fetched = client.fetch(numbers, &Items::new()).await.map(drop);
    assert_eq!(kind(&fetched), "usage");
    other.select(&there).await.unwrap();
    let deleted = FlagChange::add([Flag::Deleted]);
    other.store(2, &deleted).await.unwrap();
    other.expunge().await.unwrap();
    let mut idle = client.idle().await.unwrap();
    while !matches!(next(&mut idle).await, Untagged::Expunge(2)) {}
    idle.done().await.unwrap();
    assert_eq!(client.selected().unwrap().exists, 2);
    let rows = client.fetch(1..=9, &Items::new()).await.unwrap();
    assert_eq!(rows.all(9).await.unwrap().len(), 2);
    client.logout().await.unwrap();
    other.unselect().await.unwrap();
    other.delete(&there).await.unwrap();
    other.logout().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn events_that_a_server_does_not_know_and_servers_that_know_none() {
    let mut client = logged_in("DOVECOT", user::IMAP_NOTIFIED).await;
    let events = Events::messages().server_metadata();
    let notify = Notify::new().watch(Watched::Personal, events);
    let notified = client.notify(&notify).await;
    assert_eq!(kind(&notified), "work.rejected", "{notified:?}");
    assert!(!client.is_notified());
    client.noop().await.unwrap();
    client.logout().await.unwrap();
    let mut client = logged_in("CYRUS", user::IMAP_NOTIFIED).await;
    assert_eq!(kind(&client.notify(&notify).await), "work.not_offered");
    client.logout().await.unwrap();
}
