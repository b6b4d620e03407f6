//! NOTIFY: told of other mailboxes. Cyrus 3.6 has none.

use netspeak::imap::response::Untagged;
use netspeak::imap::{Client, Events, Flag, FlagChange, Idle, Items, Notify, Watched};

use crate::harness::{PATIENCE, kind, user};
use crate::imap::{deliver, fresh, logged_in, put};

/// The first thing that happens of which this is true.
async fn is_told(idle: &mut Idle<'_>, what: &str, is_it: impl Fn(&Untagged) -> bool) {
    let mut others = Vec::new();
    let waiting = async {
        loop {
            match idle.next().await.unwrap().unwrap() {
                news if is_it(&news) => return,
                other => others.push(other),
            }
        }
    };
    let told = tokio::time::timeout(PATIENCE, waiting).await;
    assert!(told.is_ok(), "{what} is not told, only {others:?}");
}

/// Whether it is the status of this mailbox, with so many messages.
fn is_status(news: &Untagged, name: &str, messages: u32) -> bool {
    matches!(news, Untagged::MailboxStatus(status)
        if status.mailbox.name() == name && status.messages == Some(messages))
}

async fn both(user: &str) -> (Client, Client) {
    let one = logged_in("DOVECOT", user).await;
    (one, logged_in("DOVECOT", user).await)
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn what_happens_in_any_mailbox_is_told_to_one_session() {
    let (mut client, mut other) = both(user::IMAP_NOTIFIED).await;
    let open = fresh(&mut other, "open").await;
    let far = fresh(&mut other, "far").await;
    let new = fresh(&mut other, "brand new").await;
    other.delete(&new).await.unwrap();
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
    is_told(&mut idle, "far", |news| is_status(news, "far", 2)).await;
    put(&mut other, &open, &["three"]).await;
    is_told(
        &mut idle,
        "the new message",
        |news| matches!(news, Untagged::Fetch(row) if row.uid == Some(1) && row.size > Some(50)),
    )
    .await;
    other.create(&new).await.unwrap();
    is_told(
        &mut idle,
        "the new mailbox",
        |news| matches!(news, Untagged::List(listed) if listed.mailbox == new),
    )
    .await;
    other.delete(&new).await.unwrap();
    deliver(user::IMAP_NOTIFIED, "news").await;
    is_told(
        &mut idle,
        "INBOX",
        |news| matches!(news, Untagged::MailboxStatus(status) if status.mailbox.name() == "INBOX"),
    )
    .await;
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
    let (mut client, mut other) = both(user::IMAP_EXPUNGED).await;
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
    is_told(&mut idle, "what is gone", |news| {
        *news == Untagged::Expunge(2)
    })
    .await;
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
