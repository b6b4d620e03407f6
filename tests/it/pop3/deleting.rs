//! Marks to delete, and what becomes of them.

use netspeak::pop3::MessageNumber;

use crate::harness::{kind, number, seed, user};
use crate::pop3::logged_in;

async fn unique_ids(user: &str) -> Vec<String> {
    let mut client = logged_in(user).await;
    let listed = client.uidl().await.unwrap();
    client.quit().await.unwrap();
    listed.iter().map(|one| one.id.to_string()).collect()
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn quit_commits_what_dele_marked() {
    let mut client = logged_in(user::COMMITTED).await;
    let before = client.stat().await.unwrap().messages;
    assert_eq!(
        before, 8,
        "used up by an earlier run: `cargo xtask servers up`"
    );
    client.dele(number(1)).await.unwrap();
    assert_eq!(kind(&client.dele(number(1)).await), "work.rejected");
    let results = client
        .dele_many(&[number(3), number(99), number(8)])
        .await
        .unwrap();
    let words: Vec<String> = results.iter().map(kind).collect();
    assert_eq!(words, ["ok", "work.rejected", "ok"]);
    assert_eq!(client.stat().await.unwrap().messages, 5);
    client.quit().await.unwrap();
    let left: Vec<String> = seed()
        .into_iter()
        .map(|message| message.name)
        .filter(|name| {
            !["0001", "0003", "0008"]
                .iter()
                .any(|gone| name.starts_with(gone))
        })
        .collect();
    assert_eq!(unique_ids(user::COMMITTED).await, left);
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_dropped_session_deletes_nothing() {
    let before = unique_ids(user::DROPPED).await;
    let mut client = logged_in(user::DROPPED).await;
    let all: Vec<MessageNumber> = (1..=8).map(number).collect();
    for result in client.dele_many(&all).await.unwrap() {
        result.unwrap();
    }
    drop(client);
    assert_eq!(unique_ids(user::DROPPED).await, before);
    assert_eq!(before.len(), 8);
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn rset_takes_the_marks_back() {
    let mut client = logged_in(user::RESET).await;
    client.dele(number(2)).await.unwrap();
    assert_eq!(kind(&client.retr(number(2)).await), "work.rejected");
    client.rset().await.unwrap();
    assert_eq!(client.stat().await.unwrap().messages, 8);
    client.quit().await.unwrap();
    assert_eq!(unique_ids(user::RESET).await.len(), 8);
}
