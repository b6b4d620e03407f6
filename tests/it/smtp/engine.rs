//! The door for those who have code for lettre.

use lettre::AsyncTransport;
use netspeak::smtp::interop::Transport;
use netspeak::smtp::message::header::ContentType;
use netspeak::smtp::{Message, Pool, PoolOptions};

use crate::harness::{assert_same, user, with_password};
use crate::smtp::mailbox::{arrived, emptied, the_one};
use crate::smtp::{address, outcomes, submission};

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn the_engines_door_and_ours_send_the_same_mail() {
    let user = user::MAIL_ENGINE;
    emptied(user).await;
    let message = |name: &str| {
        Message::builder()
            .message_id(Some(format!("<{name}@example.org>")))
            .from(format!("Jürgen <{}>", address(user)).parse().unwrap())
            .to(address(user).parse().unwrap())
            .subject("Grüße, in the engine's words")
            .header(ContentType::TEXT_PLAIN)
            .body(".\r\n..\r\nGrüße\r\n.x\n".repeat(50))
            .unwrap()
    };
    let (target, builder) = submission();
    let builder = builder.credentials(with_password(user));
    let mut client = builder.clone().connect(&target).await.unwrap();
    let one = message("client");
    let receipt = client.send_message(&one).await.unwrap();
    assert_eq!(outcomes(&receipt), ["accepted"]);
    let two = message("transport");
    let transport = Transport::new(client);
    let receipt = transport.send(two.clone()).await.unwrap();
    assert!(receipt.complete().unwrap().queue_id().is_some());
    transport.shutdown().await;
    let three = message("pool");
    let pool = Pool::new(builder, target, PoolOptions::default()).unwrap();
    let receipt = AsyncTransport::send(&pool, three.clone()).await.unwrap();
    assert_eq!(outcomes(&receipt), ["accepted"]);
    pool.shutdown().await;

    let mails = arrived(user, 3).await;
    let mut without_ids = Vec::new();
    for (name, message) in [("client", one), ("transport", two), ("pool", three)] {
        // The engine leaves the last line open.
        let expected = [&message.formatted()[..], b"\r\n"].concat();
        let got = the_one(&mails, &expected);
        assert_same(got, &expected, name);
        let text = String::from_utf8(got.to_vec()).unwrap();
        without_ids.push(text.replace(&format!("<{name}@"), "<id@"));
    }
    // The dates may differ by a second.
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("Date: "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(lines(&without_ids[0]), lines(&without_ids[1]));
    assert_eq!(lines(&without_ids[0]), lines(&without_ids[2]));
}
