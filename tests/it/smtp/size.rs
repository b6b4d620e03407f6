//! Large mail, and mail that is too large.

use netspeak::core::Trace;
use netspeak::smtp::{Body, Envelope, SizeLimit};

use crate::harness::{kind, said, user, with_password};
use crate::smtp::mailbox::{arrived, assert_arrived, emptied};
use crate::smtp::texts::{large, text};
use crate::smtp::way::{BDAT, DATA, DATA_IN_STEPS, WAYS};
use crate::smtp::{LIMIT, address, outcomes, submission, submitting};

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn twenty_megabytes_arrive_as_they_were_sent() {
    let user = user::MAIL_LARGE;
    emptied(user).await;
    let envelope = Envelope::new(address(user), [address(user)]).unwrap();
    let mut expected = Vec::new();
    for way in [DATA, BDAT, DATA_IN_STEPS] {
        let mut client = submitting(user, &way).await;
        let sent = large(way.name, 20_000_000);
        let receipt = client
            .send(
                &envelope,
                Body::reader(&sent[..]).with_size(sent.len() as u64),
            )
            .await
            .unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{}", way.name);
        client.quit().await.unwrap();
        expected.push(sent);
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "20 MB");
    }
    emptied(user).await;
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn a_mail_that_is_too_large_is_refused_before_and_after() {
    let user = user::MAIL_TOO_LARGE;
    emptied(user).await;
    let envelope = Envelope::new(address(user), [address(user)]).unwrap();
    let huge = large("huge", LIMIT as usize + 1_000_000);
    let mut expected = Vec::new();
    for way in &WAYS {
        let trace = Trace::with_transcript();
        let (target, builder) = submission();
        let builder = builder
            .credentials(with_password(user))
            .chunking(way.chunking)
            .pipelining(way.pipelining)
            .trace(trace.clone());
        let mut client = builder.connect(&target).await.unwrap();
        let size = client.capabilities().unwrap().size();
        assert_eq!(size, Some(SizeLimit::Bytes(LIMIT)));
        let before = said(&trace).len();
        // Nobody has to read it to know.
        let body = Body::reader(tokio::io::empty()).with_size(LIMIT + 1);
        let outcome = client.send(&envelope, body).await;
        assert_eq!(kind(&outcome), "work.too_large", "{}", way.name);
        assert_eq!(said(&trace).len(), before, "{}", way.name);

        // Told about its size the server says no to MAIL.
        let mut declared = envelope.parameters.clone();
        declared.size = Some(LIMIT + 1);
        let outcome = client.mail(&envelope.sender, &declared).await;
        assert_eq!(outcome.unwrap_err().reply().unwrap().code(), 552);

        // Not told, it finds out, and the session goes on.
        let receipt = client
            .send(&envelope, Body::reader(&huge[..]))
            .await
            .unwrap();
        let refusal = receipt.refusal().unwrap();
        let code = refusal.reply.code();
        assert_eq!((code, refusal.is_temporary()), (552, false), "{}", way.name);
        assert_eq!(receipt.accepted().count(), 0);
        let sent = text(way.name, b"Subject: small\r\n\r\n");
        let receipt = client.send(&envelope, &sent).await.unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{}", way.name);
        client.quit().await.unwrap();
        expected.push(sent);
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "after one that was too large");
    }
}
