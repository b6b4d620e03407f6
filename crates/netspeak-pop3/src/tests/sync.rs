//! Work by unique id: leaving mail on the server, deleting what is meant, going on after a cut.

use std::collections::HashSet;

use netspeak_fake::{Fault, Moment};

use super::*;
use crate::{Deletion, Fetch, Place};

fn words(outcomes: &[Deletion]) -> Vec<String> {
    outcomes
        .iter()
        .map(|outcome| match outcome {
            Deletion::Marked(number) => format!("marked {number}"),
            Deletion::Gone => "gone".into(),
            Deletion::Ambiguous => "ambiguous".into(),
            Deletion::Failed(error) => error.to_string(),
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn only_what_is_not_known_is_new() {
    let fake = server().build().unwrap();
    let mut known = HashSet::from([uid("second")]);
    let mut client = logged_in(over(&fake)).await;
    let new = client.new_messages(&known).await.unwrap();
    let ids: Vec<_> = new.iter().map(|listing| listing.id.as_str()).collect();
    assert_eq!(ids, ["first", "third"]);
    known.extend(new.into_iter().map(|listing| listing.id));
    client.quit().await.unwrap();
    fake.deliver("ops", "later\r\n");
    let mut client = logged_in(over(&fake)).await;
    let new = client.new_messages(&known).await.unwrap();
    assert_eq!((new.len(), new[0].number), (1, number(4)));
}

#[tokio::test(start_paused = true)]
async fn messages_are_deleted_by_their_ids() {
    let fake = server()
        .message_with_uid("ops", "twin", "twins\r\n")
        .message_with_uid("ops", "twin", "twins\r\n")
        .build()
        .unwrap();
    let mut client = logged_in(over(&fake)).await;
    let ids = ["third", "absent", "twin", "first", "third"].map(uid);
    let outcomes = client.dele_by_uid(&ids).await.unwrap();
    assert_eq!(
        words(&outcomes),
        ["marked 3", "gone", "ambiguous", "marked 1", "gone"]
    );
    assert!(client.dele_by_uid(&[]).await.unwrap().is_empty());
    client.quit().await.unwrap();
    assert_eq!(fake.maildrop("ops").len(), 3);
    let said = fake.said();
    assert_eq!(said[2..7], ["UIDL", "UIDL 3", "UIDL 1", "DELE 3", "DELE 1"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_confirmed_is_not_deleted() {
    let script = "C: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: 3 c\nS: 4 d\nS: .\n\
        C: UIDL 1\nS: +OK 1 other\nC: UIDL 2\nS: -ERR gone\nC: UIDL 3\nS: +OK 4 c\nC: UIDL 4\nS: +OK 4 d\n\
        C: DELE 4\nS: -ERR locked";
    let (outcomes, said) = inside(script, async |mut client| {
        client
            .dele_by_uid(&["a", "b", "c", "d"].map(uid))
            .await
            .unwrap()
    })
    .await;
    assert_eq!(
        words(&outcomes),
        [
            "expected the unique id a of message 1, got \"other\"",
            "UIDL 2 refused: -ERR gone",
            "expected the message's number and unique id, got \"+OK 4 c\"",
            "DELE 4 refused: -ERR locked",
        ]
    );
    assert_eq!(said.len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_server_without_unique_ids_deletes_nothing() {
    let fake = server().without_verb("UIDL").build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    assert_eq!(
        kind(client.dele_by_uid(&[uid("first")]).await),
        "work.rejected"
    );
    client.quit().await.unwrap();
    assert_eq!(fake.maildrop("ops").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn after_a_cut_it_goes_on_where_it_stopped() {
    let cut = Fault::Reset(Moment::Inside("RETR", 20))
        .nth(2)
        .on_connection(1);
    let fake = server().fault(cut).build().unwrap();
    let (mut seen, mut texts) = (HashSet::new(), Vec::new());
    for _connection in 1..=2 {
        let mut client = logged_in(over(&fake)).await;
        let new = client.new_messages(&seen).await.unwrap();
        let maildrop = client.maildrop().await.unwrap();
        let mut batch = client
            .fetch(new.iter().map(|new| new.number).collect(), Fetch::Whole)
            .unwrap();
        while let Ok(Some((at, Ok(_)))) = batch.next().await {
            let mut text = Vec::new();
            let end = loop {
                match batch.chunk().await {
                    Ok(Some(piece)) => text.extend_from_slice(piece),
                    Ok(None) => break true,
                    Err(_) => break false,
                }
            };
            if end {
                let listing = new.iter().find(|new| new.number == at).unwrap();
                assert_eq!(maildrop.place(&listing.id), Place::At(at));
                seen.insert(listing.id.clone());
                texts.push(text);
            }
        }
        drop(client);
        fake.idle().await;
        // Somebody else cleans up in between: numbers move, ids do not.
        let mut other = logged_in(over(&fake)).await;
        other.dele_by_uid(&[uid("first")]).await.unwrap();
        other.quit().await.unwrap();
    }
    assert_eq!(texts.len(), 3);
    assert!(texts[1].starts_with(b"Subject: 2") && texts[2].starts_with(b"Subject: 3"));
}
