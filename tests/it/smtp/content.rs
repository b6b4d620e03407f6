//! What arrives is what was sent, in every way.

use netspeak::core::Trace;
use netspeak::smtp::{Body, Envelope, Mail};
use tokio::io::BufReader;

use crate::harness::{said, user, with_password};
use crate::smtp::mailbox::{arrived, assert_arrived, emptied, name};
use crate::smtp::texts::{text, texts};
use crate::smtp::way::{BDAT, DATA, WAYS, was_taken};
use crate::smtp::{address, exchanger, outcomes, submission, submitting};

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn what_arrives_is_what_was_sent() {
    let user = user::MAIL_TEXTS;
    emptied(user).await;
    let envelope = Envelope::new(address(user), [address(user)]).unwrap();
    let mut expected = Vec::new();
    for way in &WAYS {
        let trace = Trace::with_transcript();
        let (target, builder) = submission();
        let mut client = builder
            .credentials(with_password(user))
            .chunking(way.chunking)
            .pipelining(way.pipelining)
            .trace(trace.clone())
            .connect(&target)
            .await
            .unwrap();
        for (name, sent, received) in texts() {
            // As bytes, and as a reader that gives little at a time.
            let name = format!("{name} by {}", way.name);
            let receipt = client.send(&envelope, text(&name, &sent)).await.unwrap();
            assert_eq!(outcomes(&receipt), ["accepted"], "{name}");
            assert!(receipt.queue_id().is_some(), "{:?}", receipt.reply());
            expected.push(text(&name, &received));
            let name = format!("{name}, read");
            let sent = text(&name, &sent);
            let reader = BufReader::with_capacity(7, &sent[..]);
            let receipt = client.send(&envelope, Body::reader(reader)).await.unwrap();
            assert_eq!(outcomes(&receipt), ["accepted"], "{name}");
            expected.push(text(&name, &received));
        }
        client.quit().await.unwrap();
        assert!(was_taken(way, &trace), "{}", way.name);
    }
    let mails = arrived(user, expected.len()).await;
    for text in &expected {
        assert_arrived(&mails, text, &name(text));
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn addresses_and_headers_in_utf8() {
    let user = user::MAIL_UTF8;
    emptied(user).await;
    let plain = address(user);
    let tagged = format!("{user}+grüße@netspeak.test");
    let header = "Subject: Grüße aus Köln\r\n\r\nおはよう\r\n".as_bytes();
    let mut expected = Vec::new();
    for way in &WAYS {
        let (target, builder) = exchanger();
        let trace = Trace::with_transcript();
        let mut client = builder
            .chunking(way.chunking)
            .pipelining(way.pipelining)
            .trace(trace.clone())
            .connect(&target)
            .await
            .unwrap();
        for (what, sender, recipient, utf8) in [
            ("a recipient", plain.as_str(), tagged.as_str(), true),
            ("a sender", "jürgen@köln.example", plain.as_str(), true),
            ("the header only", plain.as_str(), plain.as_str(), true),
            ("nothing", plain.as_str(), plain.as_str(), false),
        ] {
            let name = format!("{what} by {}", way.name);
            let sent = if utf8 {
                text(&name, header)
            } else {
                text(&name, "Subject: x\r\n\r\nGrüße\r\n".as_bytes())
            };
            let before = said(&trace).len();
            let envelope = Envelope::new(sender, [recipient]).unwrap();
            let receipt = client.send(&envelope, &sent).await.unwrap();
            assert_eq!(outcomes(&receipt), ["accepted"], "{name}: {receipt:?}");
            let mail = said(&trace)[before..]
                .iter()
                .find(|line| line.starts_with("MAIL"))
                .cloned()
                .unwrap();
            assert_eq!(mail.contains("SMTPUTF8"), utf8, "{name}: {mail}");
            assert!(mail.contains("BODY=8BITMIME"), "{name}: {mail}");
            expected.push(sent);
        }
        client.quit().await.unwrap();
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "UTF-8");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn two_hundred_mails_over_one_connection() {
    let user = user::MAIL_MANY;
    emptied(user).await;
    let (good, sender) = (address(user), address(user));
    let mut expected = Vec::new();
    for way in [BDAT, DATA] {
        let mut client = submitting(user, &way).await;
        let texts: Vec<Vec<u8>> = (0..200)
            .map(|n| {
                text(
                    &format!("{n} by {}", way.name),
                    b"Subject: x\r\n\r\n.\r\n..\r\n",
                )
            })
            .collect();
        let mails = (0..).zip(&texts).map(|(n, text)| {
            // Some have a recipient who is refused: the others' replies stay where they belong.
            let recipients = match n % 10 {
                3 => vec!["refused@netspeak.test", &good],
                7 => vec![good.as_str(), "deferred@netspeak.test"],
                _ => vec![good.as_str()],
            };
            Mail::new(Envelope::new(&sender, recipients).unwrap(), text)
        });
        let mails: Vec<Mail<'_>> = mails.collect();
        let mut ids = Vec::new();
        let mut batch = client.send_many(mails).await.unwrap();
        while let Some(receipt) = batch.next().await.unwrap() {
            let receipt = receipt.unwrap();
            let expected = match ids.len() % 10 {
                3 => vec!["RCPT 550", "accepted"],
                7 => vec!["accepted", "RCPT 450 for now"],
                _ => vec!["accepted"],
            };
            assert_eq!(
                outcomes(&receipt),
                expected,
                "{} by {}",
                ids.len(),
                way.name
            );
            ids.push(receipt.queue_id().unwrap());
        }
        drop(batch);
        assert_eq!(client.mails(), 200);
        client.quit().await.unwrap();
        assert_eq!(ids.len(), 200);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 200, "each has an id of its own");
        expected.extend(texts);
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "one of many");
    }
}
