//! Many mails over one connection.

use super::*;
use crate::{Body, Mail};

fn mails(count: usize) -> Vec<Mail<'static>> {
    (0..count)
        .map(|n| Mail::new(envelope(&["a@y.example"]), format!("n={n}\r\n")))
        .collect()
}

/// `+` for a mail that was taken, `-` for a refused one, `!` for one that was not sent.
async fn signs(client: &mut Client, mails: Vec<Mail<'_>>) -> Result<String> {
    let mut batch = client.send_many(mails).await?;
    let mut signs = String::new();
    while let Some(receipt) = batch.next().await? {
        signs.push(match receipt {
            Ok(receipt) if receipt.is_complete() => '+',
            Ok(_) => '-',
            Err(_) => '!',
        });
    }
    Ok(signs)
}

const GROUP: &str = "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\nC: DATA\n";

#[tokio::test]
async fn the_next_envelope_travels_behind_the_dot() {
    let script = format!(
        "{GROUP}S: 250\nS: 250\nS: 354\nC: n=0\nC: .\n{GROUP}S: 250 queued\nS: 250\nS: 250\nS: 354\n\
         C: n=1\nC: .\n{GROUP}S: 451 not this one\nS: 250\nS: 250\nS: 354\nC: n=2\nC: .\nS: 250\n\
         C: NOOP\nS: 250"
    );
    offering("PIPELINING", &script, async |client| {
        assert_eq!(signs(client, mails(3)).await.unwrap(), "+-+");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_mail_given_up_is_reset_before_the_next() {
    let script = format!(
        "{GROUP}S: 250\nS: 550 no\nS: 554 no\nC: RSET\nS: 250\n{GROUP}S: 250\nS: 250\nS: 354\n\
         C: n=1\nC: .\nS: 250"
    );
    offering("PIPELINING", &script, async |client| {
        assert_eq!(signs(client, mails(2)).await.unwrap(), "-+");
    })
    .await;
}

#[tokio::test]
async fn in_chunks_many_are_in_flight() {
    let whole = |n: usize| {
        format!(
            "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\nC: BDAT 5 LAST\nC: n={n}\n"
        )
    };
    // All three have left before the first answer.
    let script = format!(
        "{}C: RSET\n{}C: RSET\n{}S: 250\nS: 250\nS: 250 one\nS: 250\nS: 250\nS: 550 no\nS: 554 no\n\
         S: 250\nS: 250\nS: 250\nS: 452 full\nC: NOOP\nS: 250",
        whole(0),
        whole(1),
        whole(2)
    );
    offering("PIPELINING,CHUNKING", &script, async |client| {
        assert_eq!(signs(client, mails(3)).await.unwrap(), "+--");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn without_pipelining_one_by_one() {
    let one = |n: usize| {
        format!(
            "C: MAIL FROM:<ops@x.example>\nS: 250\nC: RCPT TO:<a@y.example>\nS: 250\nC: DATA\n\
             S: 354\nC: n={n}\nC: .\nS: 250\n"
        )
    };
    let script = format!("{}{}", one(0), one(1));
    offering("", &script, async |client| {
        assert_eq!(signs(client, mails(2)).await.unwrap(), "++");
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_cannot_be_sent_does_not_stop_the_others() {
    let group = GROUP.replace("example>\nC: RCPT", "example> SIZE=5\nC: RCPT");
    let script = format!(
        "{group}S: 250\nS: 250\nS: 354\nC: n=0\nC: .\nS: 250\n\
         {group}S: 250\nS: 250\nS: 354\nC: n=1\nC: .\nS: 250"
    );
    let script = script.replacen(
        &format!("C: .\nS: 250\n{group}"),
        &format!("C: .\n{group}S: 250\n"),
        1,
    );
    offering("PIPELINING,SIZE 6", &script, async |client| {
        let mut all = mails(2);
        all.insert(1, Mail::new(envelope(&["a@y.example"]), "too long for it"));
        all.insert(0, Mail::new(envelope(&[]), "x"));
        assert_eq!(signs(client, all).await.unwrap(), "!+!+");
    })
    .await;
}

#[tokio::test]
async fn readers_and_small_texts_mix() {
    let envelope_only = "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\n";
    let script = format!(
        "{envelope_only}C: BDAT 5 LAST\nC: n=0\nS: 250\nS: 250\nS: 250\n\
         {envelope_only}S: 250\nS: 250\nC: BDAT 6 LAST\nC: read\nC: RSET\n\
         {envelope_only}C: BDAT 5 LAST\nC: n=1\nS: 250\nS: 250\nS: 250\nS: 250\nS: 250"
    );
    offering("PIPELINING,CHUNKING", &script, async |client| {
        let mut all = mails(2);
        let reader = Body::reader(&b"read\n"[..]);
        all.insert(1, Mail::new(envelope(&["a@y.example"]), reader));
        assert_eq!(signs(client, all).await.unwrap(), "+++");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_leaves_ends_the_batch() {
    let script =
        format!("{GROUP}S: 250\nS: 250\nS: 354\nC: n=0\nC: .\n{GROUP}S: 250\nS: 421 enough");
    offering("PIPELINING", &script, async |client| {
        let mut batch = client.send_many(mails(3)).await.unwrap();
        assert!(batch.next().await.unwrap().unwrap().is_ok());
        let left = batch.next().await.unwrap_err();
        assert_eq!(left.reply().map(crate::Reply::code), Some(421));
        assert_eq!(kind(batch.next().await), "conn.poisoned");
        assert_eq!(batch.into_unsent().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_batch_dropped_before_its_end_poisons() {
    let script = format!("{GROUP}S: 250\nS: 250\nS: 354\nC: n=0\nC: .\n{GROUP}S: 250\n...");
    offering("PIPELINING", &script, async |client| {
        let mut batch = client.send_many(mails(3)).await.unwrap();
        assert!(batch.next().await.unwrap().is_some());
        drop(batch);
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    })
    .await;
}

#[tokio::test]
async fn an_empty_batch_leaves_the_session_alone() {
    offering("PIPELINING", "C: NOOP\nS: 250", async |client| {
        assert_eq!(signs(client, Vec::new()).await.unwrap(), "");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_batch_can_be_moved_to_another_thread() {
    fn sendable<T: Send>(work: T) -> T {
        work
    }
    let script = format!("{GROUP}S: 250\nS: 250\nS: 354\nC: n=0\nC: .\nS: 250");
    offering("PIPELINING", &script, async |client| {
        let mut batch = sendable(client.send_many(mails(1))).await.unwrap();
        assert!(sendable(batch.next()).await.unwrap().unwrap().is_ok());
        assert!(batch.next().await.unwrap().is_none());
        drop(sendable(
            client.send(&envelope(&["a@y.example"]), Body::reader(&b""[..])),
        ));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_takes_no_more_mails_is_left_with_the_rest_in_hand() {
    let script = format!(
        "{GROUP}S: 250\nS: 250\nS: 354\nC: n=0\nC: .\n{GROUP}S: 250\nS: 250\nS: 250\nS: 354\nC: n=1\n\
         C: .\nS: 250\nC: NOOP\nS: 250"
    );
    offering("PIPELINING,LIMITS MAILMAX=2", &script, async |client| {
        let mut batch = client.send_many(mails(4)).await.unwrap();
        for _ in 0..2 {
            assert!(batch.next().await.unwrap().unwrap().unwrap().is_complete());
        }
        assert_eq!(kind(batch.next().await), "work.too_large");
        assert_eq!(batch.into_unsent().len(), 1);
        client.noop().await.unwrap();
    })
    .await;
}
