//! Each recipient has a result, and a report if one was asked for.

use netspeak::core::Trace;
use netspeak::smtp::{Client, Envelope, Notify, Outcome, Return};

use crate::harness::{connector, kind, said, target, user};
use crate::smtp::mailbox::{arrived, assert_arrived, emptied, name};
use crate::smtp::texts::{text, texts};
use crate::smtp::way::{BDAT, DATA, DATA_IN_STEPS, WAYS, was_taken};
use crate::smtp::{address, outcomes, submitting};

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn each_recipient_has_a_result() {
    let user = user::MAIL_PARTLY;
    emptied(user).await;
    let good = address(user);
    let mut expected = Vec::new();
    for way in &WAYS {
        let mut client = submitting(user, way).await;
        let mixed = [
            "refused@netspeak.test",
            good.as_str(),
            "deferred@netspeak.test",
            "nobody-of-that-name@netspeak.test",
            "anybody@discard.test",
        ];
        let envelope = Envelope::new(&good, mixed).unwrap();
        let sent = text(&format!("some by {}", way.name), b"Subject: x\r\n\r\n.\r\n");
        let receipt = client.send(&envelope, &sent).await.unwrap();
        assert_eq!(
            outcomes(&receipt),
            [
                "RCPT 550",
                "accepted",
                "RCPT 450 for now",
                "RCPT 550",
                "accepted"
            ],
            "{}",
            way.name
        );
        let enhanced: Vec<String> = receipt
            .refused()
            .map(|(_, refusal)| refusal.reply.enhanced().unwrap().to_string())
            .collect();
        assert_eq!(enhanced, ["5.1.1", "4.2.1", "5.1.1"], "{}", way.name);
        assert!(!receipt.is_complete() && receipt.queue_id().is_some());
        expected.push(sent);

        // All of them: nothing is delivered, and the session goes on.
        let bad = ["refused@netspeak.test", "deferred@netspeak.test"];
        let envelope = Envelope::new(&good, bad).unwrap();
        let none = text(&format!("none by {}", way.name), b"Subject: x\r\n\r\n");
        let receipt = client.send(&envelope, &none).await.unwrap();
        assert_eq!(
            outcomes(&receipt),
            ["RCPT 550", "RCPT 450 for now"],
            "{}",
            way.name
        );
        assert_eq!(kind(&receipt.complete()), "work.rejected");

        // The sender, whom Postfix refuses when the first recipient comes.
        let envelope = Envelope::new("somebody-else@netspeak.test", [&good]).unwrap();
        let receipt = client.send(&envelope, &none).await.unwrap();
        assert_eq!(outcomes(&receipt), ["RCPT 553"], "{}", way.name);

        let envelope = Envelope::new(&good, [&good]).unwrap();
        let sent = text(
            &format!("after by {}", way.name),
            b"Subject: x\r\n\r\n.\r\n",
        );
        let receipt = client.send(&envelope, &sent).await.unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{}", way.name);
        expected.push(sent);
        client.quit().await.unwrap();
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "to one of several");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn lmtp_has_a_result_for_each_recipient() {
    let (one, two) = (user::MAIL_LMTP, user::MAIL_LMTP_TOO);
    emptied(one).await;
    emptied(two).await;
    let mut expected = Vec::new();
    for way in &WAYS {
        let trace = Trace::with_transcript();
        let mut client = Client::builder()
            .connector(connector())
            .chunking(way.chunking)
            .pipelining(way.pipelining)
            .trace(trace.clone())
            .connect(&target("lmtp", "DOVECOT_LMTP"))
            .await
            .unwrap();
        for (name, sent, received) in texts() {
            let name = format!("{name} by {}", way.name);
            // Dovecot takes any name, but not with such characters.
            let (first, last) = (address(one), address(two));
            let recipients = [first.as_str(), "no#body@netspeak.test", last.as_str()];
            let envelope = Envelope::new("sender@example.org", recipients).unwrap();
            let receipt = client.send(&envelope, text(&name, &sent)).await.unwrap();
            let found = outcomes(&receipt);
            assert_eq!(found[0], "accepted", "{name}: {receipt:?}");
            assert_eq!(found[1], "RCPT 550", "{name}: {receipt:?}");
            assert_eq!(found[2], "accepted", "{name}: {receipt:?}");
            // These are the answers after the text, not those to RCPT.
            for who in [0, 2] {
                let Outcome::Accepted(reply) = &receipt.deliveries[who].outcome else {
                    unreachable!();
                };
                let recipient = receipt.deliveries[who].recipient.as_str();
                assert!(reply.text().contains(recipient), "{name}: {reply}");
                assert!(reply.text().contains("Saved"), "{name}: {reply}");
            }
            expected.push(text(&name, &received));
        }
        client.quit().await.unwrap();
        let said = said(&trace);
        assert!(said[0].starts_with("LHLO "), "{}", said[0]);
        assert!(was_taken(way, &trace), "{}", way.name);
    }
    for user in [one, two] {
        let mails = arrived(user, expected.len()).await;
        for text in &expected {
            assert_arrived(&mails, text, &name(text));
        }
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn reports_come_as_they_were_asked_for() {
    let user = user::MAIL_DSN;
    emptied(user).await;
    let recipient = format!("{user}+dsn@netspeak.test");
    for (way, notify) in [(DATA, true), (BDAT, true), (DATA_IN_STEPS, false)] {
        let mut client = submitting(user, &way).await;
        let mut envelope = Envelope::new(address(user), [&recipient]).unwrap();
        envelope.parameters.ret = Some(Return::Headers);
        envelope.parameters.envid = Some(format!("{}+1=2", way.name));
        let parameters = &mut envelope.recipients[0].parameters;
        parameters.orcpt = Some("somebody+else@example.org".parse().unwrap());
        parameters.notify = Some(if notify {
            Notify {
                success: true,
                failure: true,
                delay: false,
            }
        } else {
            Notify::NEVER
        });
        let body = text(way.name, b"Subject: dsn\r\n\r\nthe body itself\r\n");
        let receipt = client.send(&envelope, body).await.unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{}", way.name);
        client.quit().await.unwrap();
    }
    // Three mails, and reports about two of them.
    let mails = arrived(user, 5).await;
    let mut reports: Vec<String> = mails
        .iter()
        .map(|mail| String::from_utf8_lossy(mail).into_owned())
        .filter(|mail| mail.contains("report-type=delivery-status"))
        .collect();
    reports.sort_by_key(|report| report.contains("DATA+1=2"));
    assert_eq!(reports.len(), 2);
    for (report, way) in reports.iter().zip([BDAT, DATA]) {
        for part in [
            &format!("Original-Envelope-Id: {}+1=2", way.name),
            "Original-Recipient: rfc822;somebody+else@example.org",
            "Action: relayed",
            &format!("X-Mail: {}\r\n", way.name),
        ] {
            assert!(report.contains(part), "{part} is not in {report}");
        }
        assert!(!report.contains("the body itself"), "RET=HDRS: {report}");
    }
}
