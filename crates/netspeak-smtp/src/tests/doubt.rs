//! What is known of a mail when the connection ends in the middle of it.

use std::time::Duration;

use netspeak_core::Timeouts;

use super::*;
use crate::{Mail, Outcome, Receipt};

fn words(receipt: &Receipt) -> String {
    let words = receipt
        .deliveries
        .iter()
        .map(|delivery| match &delivery.outcome {
            Outcome::Accepted(_) => "taken",
            Outcome::Refused(_) => "refused",
            Outcome::NotAttempted => "not tried",
            Outcome::InDoubt(_) => "in doubt",
        });
    words.collect::<Vec<_>>().join(", ")
}

/// What becomes of a mail to `a` and `b` when the script is over and the server closes.
async fn became(offered: &str, script: &str) -> String {
    offering(offered, script, async |client| {
        let to = envelope(&["a@y.example", "b@y.example"]);
        match client.send(&to, "x").await {
            Ok(receipt) => words(&receipt),
            Err(error) => error.kind().to_string(),
        }
    })
    .await
}

const ENVELOPE: &str =
    "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\nC: RCPT TO:<b@y.example>\n";

#[tokio::test]
async fn a_mail_that_left_as_a_whole_is_in_doubt() {
    let text = format!("{ENVELOPE}C: DATA\nS: 250 ok\nS: 250 ok\nS: 550 no\nS: 354 go\nC: x\n");
    for (offered, script, expected) in [
        ("PIPELINING", format!("{text}C: ."), "in doubt, refused"),
        // What cannot be understood is no answer.
        (
            "PIPELINING",
            format!("{text}C: .\nS: what?"),
            "in doubt, refused",
        ),
        (
            "PIPELINING",
            format!("{text}C: .\nS: 421 leaving"),
            "refused, refused",
        ),
        // Before the text has left nothing can have been taken.
        (
            "PIPELINING",
            format!("{ENVELOPE}C: DATA\nS: 250 ok\nS: 250 ok"),
            "proto.closed",
        ),
        // In one chunk all has left before the first answer.
        (
            "PIPELINING,CHUNKING",
            format!("{ENVELOPE}C: BDAT 3 LAST\nC: x"),
            "in doubt, in doubt",
        ),
        (
            "PIPELINING,CHUNKING",
            format!("{ENVELOPE}C: BDAT 3 LAST\nC: x\nS: 250 ok\nS: 550 no"),
            "refused, in doubt",
        ),
        // Nobody is there to get it.
        (
            "PIPELINING,CHUNKING",
            format!("{ENVELOPE}C: BDAT 3 LAST\nC: x\nS: 250 ok\nS: 550 no\nS: 550 no"),
            "proto.closed",
        ),
    ] {
        assert_eq!(
            became(offered, &script).await,
            expected,
            "{offered}: {script}"
        );
    }
}

#[tokio::test]
async fn doubt_is_never_safe_to_repeat() {
    let script = format!("{ENVELOPE}C: BDAT 3 LAST\nC: x");
    offering("PIPELINING,CHUNKING", &script, async |client| {
        let to = envelope(&["a@y.example", "b@y.example"]);
        let receipt = client.send(&to, "x").await.unwrap();
        let recipients = receipt
            .in_doubt()
            .map(|(recipient, _)| recipient.to_string());
        assert_eq!(
            recipients.collect::<Vec<_>>(),
            ["a@y.example", "b@y.example"]
        );
        let error = receipt.complete().unwrap_err();
        assert_eq!(error.kind().to_string(), "work.in_doubt");
        assert!(!error.is_temporary(), "{error}");
        assert!(error.message().starts_with("a@y.example and 1 more: "));
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    })
    .await;
}

#[tokio::test]
async fn over_lmtp_each_recipient_has_an_answer_or_a_doubt() {
    let script = format!(
        "S: 220 x\nC: LHLO localhost\nS: 250-x\nS: 250 PIPELINING\n{ENVELOPE}C: DATA\nS: 250 ok\n\
         S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nS: 250 saved"
    );
    let (became, _) = dialogue(&script, async |conn| {
        let mut client = lmtp(conn).await;
        let to = envelope(&["a@y.example", "b@y.example"]);
        words(&client.send(&to, "x").await.unwrap())
    })
    .await;
    assert_eq!(became, "taken, in doubt");
}

#[tokio::test(start_paused = true)]
async fn who_waits_in_vain_for_the_answer_to_the_text_is_in_doubt_too() {
    let script = format!(
        "S: 220 x\nC: EHLO localhost\nS: 250-x\nS: 250 PIPELINING\n{ENVELOPE}C: DATA\nS: 250 ok\n\
         S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\n..."
    );
    let (waited, _) = dialogue(&script, async |conn| {
        let mut client = greeted(conn).await;
        let began = tokio::time::Instant::now();
        let to = envelope(&["a@y.example", "b@y.example"]);
        let receipt = client.send(&to, "x").await.unwrap();
        assert_eq!(words(&receipt), "in doubt, in doubt");
        began.elapsed()
    })
    .await;
    assert_eq!(waited.as_secs(), 600);
}

#[tokio::test(start_paused = true)]
async fn answers_may_take_as_long_as_the_rfc_says() {
    let script = "S: 220 x\nC: EHLO localhost\n... 290\nS: 250 x\nC: MAIL FROM:<ops@x.example>\n... 290\n\
         S: 250 ok\nC: RCPT TO:<a@y.example>\n... 290\nS: 250 ok\nC: RCPT TO:<b@y.example>\n... 290\n\
         S: 250 ok\nC: DATA\n... 110\nS: 354 go\nC: x\nC: .\n... 590\nS: 250 ok";
    let (became, _) = dialogue(script, async |conn| {
        let mut client = greeted(conn.with_timeouts(crate::RULES.timeouts)).await;
        let to = envelope(&["a@y.example", "b@y.example"]);
        words(&client.send(&to, "x").await.unwrap())
    })
    .await;
    assert_eq!(became, "taken, taken");
}

#[tokio::test(start_paused = true)]
async fn who_is_in_a_hurry_says_so() {
    let script = "S: 220 x\nC: EHLO localhost\nS: 250 x\nC: MAIL FROM:<ops@x.example>\n...";
    let (waited, _) = dialogue(script, async |conn| {
        let timeouts = Timeouts::default().with_reply(Duration::from_secs(7));
        let mut client = greeted(conn.with_timeouts(timeouts)).await;
        client.ehlo().await.unwrap();
        let began = tokio::time::Instant::now();
        let sent = client.send(&envelope(&["a@y.example"]), "x").await;
        assert_eq!(kind(sent), "work.timeout");
        began.elapsed()
    })
    .await;
    assert_eq!(waited.as_secs(), 7);
}

#[tokio::test]
async fn a_batch_tells_what_was_taken_what_may_have_been_and_what_was_not() {
    let whole = |n: usize| {
        format!(
            "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\nC: BDAT 5 LAST\nC: n={n}\n"
        )
    };
    let script = format!(
        "{}C: RSET\n{}C: RSET\n{}S: 250\nS: 250\nS: 250 one\nS: 250",
        whole(0),
        whole(1),
        whole(2)
    );
    offering("PIPELINING,CHUNKING", &script, async |client| {
        let mails = (0..3).map(|n| Mail::new(envelope(&["a@y.example"]), format!("n={n}\r\n")));
        let mut batch = client.send_many(mails.collect::<Vec<_>>()).await.unwrap();
        for expected in ["taken", "in doubt", "in doubt"] {
            assert_eq!(
                words(&batch.next().await.unwrap().unwrap().unwrap()),
                expected
            );
        }
        assert_eq!(kind(batch.next().await), "proto.closed");
        assert!(batch.into_unsent().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_batch_gives_back_what_was_not_sent() {
    let script = "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\nC: DATA\nS: 250\nS: 250\n\
                  S: 354\nC: n=0\nC: .\nC: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\n\
                  C: DATA\nS: 250\nS: 250\nS: 250";
    offering("PIPELINING", script, async |client| {
        let mut mails = (0..3).map(|n| Mail::new(envelope(&["a@y.example"]), format!("n={n}\r\n")));
        let mut batch = client.send_many(&mut mails).await.unwrap();
        assert_eq!(
            words(&batch.next().await.unwrap().unwrap().unwrap()),
            "taken"
        );
        assert_eq!(kind(batch.next().await), "proto.closed");
        let unsent = batch.into_unsent();
        assert_eq!(unsent.len() + mails.count(), 2);
    })
    .await;
}
