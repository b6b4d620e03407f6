//! Many messages at once: every reply belongs to its number.

use std::time::Duration;

use netspeak_fake::{Fault, Moment};

use super::*;
use crate::Fetch;

/// What a batch brought: each number with its text or its refusal.
async fn all(client: &mut Client, numbers: &[u32], fetch: Fetch) -> Result<Vec<(u32, String)>> {
    let numbers = numbers.iter().map(|&n| number(n)).collect();
    let mut batch = client.fetch(numbers, fetch)?;
    let mut found = Vec::new();
    while let Some((number, answer)) = batch.next().await? {
        let mut text = Vec::new();
        match answer {
            Ok(_) => {
                while let Some(piece) = batch.chunk().await? {
                    text.extend_from_slice(piece);
                }
            }
            Err(refusal) => text.extend(refusal.to_string().bytes()),
        }
        found.push((number.get(), String::from_utf8(text).unwrap()));
    }
    Ok(found)
}

/// A server with so many numbered messages.
fn many(count: u32) -> Builder<Pop3> {
    (1..=count).fold(Pop3::builder().user("ops", "secret"), |server, n| {
        server.message("ops", format!("{n}\r\n"))
    })
}

async fn ready(fake: &Fake<Pop3>) -> Client {
    let mut client = greeted(over(fake)).await;
    client.capa().await.unwrap();
    client.user_pass("ops", &password()).await.unwrap();
    client
}

fn was_pipelined(fake: &Fake<Pop3>) -> bool {
    fake.log().iter().any(|said| said.pipelined)
}

#[tokio::test(start_paused = true)]
async fn refusals_in_the_middle_belong_to_their_numbers() {
    let fake = many(200).build().unwrap();
    let mut client = ready(&fake).await;
    let numbers: Vec<u32> = (1..=250).rev().collect();
    let found = all(&mut client, &numbers, Fetch::Whole).await.unwrap();
    assert_eq!(found.len(), 250);
    for (number, text) in found {
        let expected = match number {
            1..=200 => format!("{number}\r\n"),
            _ => format!("RETR {number} refused: -ERR no such message"),
        };
        assert_eq!(text, expected);
    }
    assert!(was_pipelined(&fake));
    client.quit().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn without_pipelining_one_goes_at_a_time() {
    // This server throws away what came too early.
    let fake = many(5)
        .without_pipelining()
        .fault(Fault::DropPipelined)
        .build()
        .unwrap();
    let mut client = ready(&fake).await;
    let found = all(&mut client, &[1, 9, 2, 5], Fetch::Whole).await.unwrap();
    assert_eq!(found[1].1, "RETR 9 refused: -ERR no such message");
    assert_eq!((found[2].0, found[3].1.as_str()), (2, "5\r\n"));
    assert_eq!(
        client
            .dele_many(&[number(1), number(2)])
            .await
            .unwrap()
            .len(),
        2
    );
    client.dele_by_uid(&[uid("nothing")]).await.unwrap();
    assert!(!was_pipelined(&fake));
    client.quit().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn top_in_a_batch() {
    let fake = server().build().unwrap();
    let mut client = ready(&fake).await;
    let found = all(&mut client, &[3, 1], Fetch::Top(1)).await.unwrap();
    assert_eq!(found[0].1, "Subject: 3\r\n\r\nthree\r\n");
    assert_eq!(found[1].1, "Subject: 1\r\n\r\none\r\n");
}

#[tokio::test(start_paused = true)]
async fn an_empty_batch_asks_nothing_and_an_unread_message_is_skipped() {
    let fake = many(3).build().unwrap();
    let mut client = ready(&fake).await;
    assert!(
        all(&mut client, &[], Fetch::Whole)
            .await
            .unwrap()
            .is_empty()
    );
    let mut batch = client
        .fetch(vec![number(1), number(2), number(3)], Fetch::Whole)
        .unwrap();
    for n in 1..=3 {
        assert_eq!(batch.next().await.unwrap().unwrap().0, number(n));
    }
    assert!(batch.next().await.unwrap().is_none());
    assert!(batch.next().await.unwrap().is_none());
    assert!(batch.chunk().await.unwrap().is_none());
    client.quit().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_is_made_again_and_gets_its_own_reply() {
    let slow = Fault::Slow {
        from: Moment::Command("RETR"),
        every: Duration::from_millis(300),
    };
    let fake = many(3).fault(slow).build().unwrap();
    let mut client = ready(&fake).await;
    let mut batch = client
        .fetch(vec![number(1), number(2), number(3)], Fetch::Whole)
        .unwrap();
    let (mut found, mut dropped) = (Vec::new(), 0);
    loop {
        let (second, mut text) = (Duration::from_secs(1), Vec::new());
        match tokio::time::timeout(second, batch.next()).await {
            Err(_) => {
                dropped += 1;
                assert!(dropped < 10_000, "it never goes on");
                continue;
            }
            Ok(next) => match next.unwrap() {
                None => break,
                Some((number, _)) => found.push((number.get(), String::new())),
            },
        }
        loop {
            match tokio::time::timeout(second, batch.chunk()).await {
                Err(_) => dropped += 1,
                Ok(piece) => match piece.unwrap() {
                    Some(piece) => text.extend_from_slice(piece),
                    None => break,
                },
            }
        }
        found.last_mut().unwrap().1 = String::from_utf8(text).unwrap();
    }
    assert!(dropped > 3, "{dropped}");
    assert_eq!(
        found,
        [
            (1, "1\r\n".into()),
            (2, "2\r\n".into()),
            (3, "3\r\n".into())
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_batch_left_in_the_middle_ends_the_session() {
    let fake = many(3).build().unwrap();
    let mut client = ready(&fake).await;
    drop(client.fetch(vec![number(1)], Fetch::Whole).unwrap());
    assert_poisoned(client.noop().await);
    let fake = many(3).build().unwrap();
    let mut client = ready(&fake).await;
    let mut batch = client
        .fetch(vec![number(1), number(2)], Fetch::Whole)
        .unwrap();
    batch.next().await.unwrap();
    drop(batch);
    assert_poisoned(client.noop().await);
}

#[tokio::test(start_paused = true)]
async fn after_an_error_a_batch_gives_nothing_more() {
    let fake = many(3)
        .fault(Fault::Stall(Moment::Inside("RETR", 3)).nth(2))
        .build()
        .unwrap();
    let mut client = ready(&fake).await;
    let mut batch = client
        .fetch(vec![number(1), number(2), number(3)], Fetch::Whole)
        .unwrap();
    batch.next().await.unwrap();
    assert_eq!(kind(batch.next().await), "work.timeout");
    assert_poisoned(batch.next().await);
    assert_poisoned(batch.next().await);
}

#[tokio::test(start_paused = true)]
async fn a_reply_too_many_is_noticed() {
    for builder in [many(3), many(3).without_pipelining()] {
        let fake = builder
            .fault(Fault::after("RETR", "+OK\r\nforged\r\n.\r\n").nth(2))
            .build()
            .unwrap();
        let mut client = ready(&fake).await;
        assert_eq!(
            kind(all(&mut client, &[1, 2, 3], Fetch::Whole).await),
            "proto.malformed"
        );
        assert_poisoned(client.quit().await);
    }
}

#[tokio::test(start_paused = true)]
async fn every_cut_of_a_batch_is_an_error() {
    for at in 0..18 {
        let fake = many(3)
            .fault(Fault::Close(Moment::Inside("RETR", at)).nth(3))
            .build()
            .unwrap();
        let mut client = ready(&fake).await;
        let outcome = all(&mut client, &[1, 2, 3], Fetch::Whole).await;
        // The third reply has 17 bytes; behind the last of them all was said.
        assert_eq!(
            outcome.is_ok(),
            at >= "+OK 3 octets\r\n3\r\n.\r\n".len(),
            "cut at {at}"
        );
    }
}
