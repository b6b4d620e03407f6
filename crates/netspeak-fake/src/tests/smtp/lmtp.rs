//! LMTP (RFC 2033): a verdict for each recipient.

use super::greeted;
use crate::tests::client::Client;
use crate::{Builder, Fake, Fault, MESSAGE, Smtp};

async fn ready(builder: Builder<Smtp>) -> (Fake<Smtp>, Client) {
    let fake = builder.lmtp().build().unwrap();
    let mut client = greeted(&fake).await;
    assert!(client.reply("LHLO me").await.starts_with("250-localhost"));
    (fake, client)
}

#[tokio::test]
async fn a_reply_for_each_accepted_recipient() {
    let (fake, mut client) = ready(
        Smtp::builder()
            .refuse("bad@x", "550 5.1.1 no")
            .refuse_delivery("full@x", "452-4.2.2 it\n452 4.2.2 is full"),
    )
    .await;
    assert_eq!(client.ask("EHLO me").await, "500 5.5.1 LHLO, please");
    let envelope =
        "MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<bad@x>\r\nRCPT TO:<full@x>\r\nRCPT TO:<c@x>";
    assert_eq!(
        client.codes(envelope).await,
        ["250", "250", "550", "250", "250"]
    );
    assert_eq!(client.ask("DATA").await, "354 go ahead");
    client.say("hi\r\n.").await;
    assert_eq!(
        client.read().await,
        b"250 2.0.0 queued as 00000001\r\n452-4.2.2 it\r\n452 4.2.2 is full\r\n250 2.0.0 queued as 00000001\r\n"
    );
    assert_eq!(fake.mails()[0].addresses(), ["b@x", "c@x"]);

    client.codes(envelope).await;
    client.say("BDAT 2\r\nhiBDAT 0 LAST").await;
    assert_eq!(client.line().await, "250 2.0.0 2 octets");
    for start in ["250 ", "452-", "452 ", "250 "] {
        assert!(client.line().await.starts_with(start));
    }
    assert_eq!(
        client
            .codes("MAIL FROM:<a@x>\r\nRCPT TO:<bad@x>\r\nDATA")
            .await,
        ["250", "550", "554"]
    );
}

#[tokio::test]
async fn a_verdict_upon_all() {
    let (_, mut client) = ready(Smtp::builder().capability("SIZE 1")).await;
    client
        .codes("MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<c@x>\r\nDATA")
        .await;
    assert_eq!(client.codes("hi\r\n.").await, ["552", "552"]);

    let short = Fault::reply(MESSAGE, "250 only one\r\n");
    let (_, mut client) = ready(Smtp::builder().fault(short)).await;
    client
        .codes("MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<c@x>\r\nDATA")
        .await;
    assert_eq!(client.ask("hi\r\n.").await, "250 only one");
    assert_eq!(client.ask("NOOP").await, "250 2.0.0 still here");
}
