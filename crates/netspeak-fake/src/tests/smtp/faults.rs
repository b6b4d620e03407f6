//! The faults, where SMTP has its own moments for them.

use std::time::Duration;

use tokio::time::timeout;

use super::{addressed, greeted, ready};
use crate::tests::client::{Client, tcp};
use crate::{Fault, MESSAGE, Moment, Smtp};

/// Nothing comes for an hour, and the connection stays.
async fn is_silent(client: &mut Client) -> bool {
    timeout(Duration::from_secs(3600), client.read())
        .await
        .is_err()
}

#[tokio::test]
async fn closing_down_at_any_verb() {
    for verb in ["EHLO", "MAIL", "RCPT", "DATA", "NOOP", "RSET", "QUIT"] {
        let fault = Fault::reply(verb, "421 4.3.2 closing\r\n");
        let fake = Smtp::builder().fault(fault).build().unwrap();
        let mut client = greeted(&fake).await;
        client
            .say("EHLO me\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nNOOP\r\nRSET\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n.\r\nQUIT")
            .await;
        let (replies, end) = client.rest().await;
        assert!(replies.ends_with(b"421 4.3.2 closing\r\n"), "{verb}");
        assert!(end.is_ok());
    }
}

#[tokio::test]
async fn closing_down_in_the_middle_of_a_mail() {
    let at = Moment::Received(5);
    let (fake, mut client) = ready(
        Smtp::builder()
            .fault(Fault::say(at, "421 4.3.2 closing\r\n"))
            .fault(Fault::Close(at)),
    )
    .await;
    addressed(&mut client).await;
    client.ask("DATA").await;
    client.bytes_out(b"hi\r\n").await;
    client.bytes_out(b"more\r\n").await;
    assert_eq!(client.rest().await.0, b"421 4.3.2 closing\r\n");
    assert!(fake.mails().is_empty());
}

#[tokio::test(start_paused = true)]
async fn stalls_and_deafness() {
    let (_, mut client) =
        ready(Smtp::builder().fault(Fault::Stall(Moment::Command(MESSAGE)))).await;
    addressed(&mut client).await;
    client.ask("DATA").await;
    client.say("hi\r\n.").await;
    assert!(is_silent(&mut client).await);

    let (_, mut client) = ready(Smtp::builder().fault(Fault::Stall(Moment::Command("BDAT")))).await;
    addressed(&mut client).await;
    client.say("BDAT 2\r\nhi").await;
    assert!(is_silent(&mut client).await);

    let (fake, mut client) = ready(Smtp::builder().fault(Fault::Deaf(Moment::Received(1)))).await;
    addressed(&mut client).await;
    client.ask("DATA").await;
    client.bytes_out(b"hi\r\n").await;
    let sending = client.bytes_out(&[b'x'; 2 << 20]);
    assert!(timeout(Duration::from_secs(3600), sending).await.is_err());
    assert!(fake.mails().is_empty());
}

#[tokio::test]
async fn a_mail_that_may_have_been_taken() {
    for (fault, taken) in [
        (Fault::Close(Moment::Command(MESSAGE)), 0),
        (Fault::Close(Moment::Inside(MESSAGE, 0)), 1),
        (Fault::reply(MESSAGE, "451 4.3.0 no\r\n"), 0),
        (Fault::reply(MESSAGE, "250\r\n"), 1),
    ] {
        for bdat in [false, true] {
            let (fake, mut client) = ready(Smtp::builder().fault(fault.clone())).await;
            addressed(&mut client).await;
            if bdat {
                client.say("BDAT 2 LAST\r\nhiQUIT").await;
            } else {
                client.ask("DATA").await;
                client.say("hi\r\n.\r\nQUIT").await;
            }
            let (_, end) = client.rest().await;
            assert!(end.is_ok());
            fake.idle().await;
            assert_eq!(fake.mails().len(), taken, "{fault:?} {bdat}");
        }
    }
}

#[tokio::test]
async fn a_reset_in_the_middle_of_a_mail() {
    let server = Smtp::builder()
        .fault(Fault::Reset(Moment::Received(1)))
        .start()
        .await
        .unwrap();
    let mut client = Client::new(tcp(&server).await);
    client.line().await;
    client.reply("EHLO me").await;
    addressed(&mut client).await;
    client.ask("DATA").await;
    client.bytes_out(b"hi").await;
    let (_, end) = client.rest().await;
    assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn odd_replies() {
    for reply in [
        &b"250\r\n"[..],
        b"250-a\r\n250-\r\n250 b\r\n",
        b"250 \xff\xfe\r\n",
        b"2\r\n",
        b"250-a\r\n550 b\r\n",
        b"250 ok\n",
    ] {
        let (_, mut client) = ready(Smtp::builder().fault(Fault::reply("RCPT", reply))).await;
        client.ask("MAIL FROM:<a@x>").await;
        client.say("RCPT TO:<b@x>").await;
        assert_eq!(client.bytes(reply.len()).await, reply);
        assert_eq!(client.ask("DATA").await, "354 go ahead", "it was accepted");
    }
    let (_, mut client) =
        ready(Smtp::builder().fault(Fault::reply("RCPT", "451 no\r\n").nth(2))).await;
    let codes = client
        .codes("MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<c@x>\r\nRCPT TO:<d@x>")
        .await;
    assert_eq!(codes, ["250", "250", "451", "250"]);

    let (_, mut client) = ready(Smtp::builder().fault(Fault::after("MAIL", "250 early\r\n"))).await;
    client.say("MAIL FROM:<a@x>").await;
    assert_eq!(
        client.read().await,
        b"250 2.1.0 sender ok\r\n250 early\r\n",
        "in one write"
    );
    let (_, mut client) = ready(Smtp::builder().fault(Fault::Echo("RCPT"))).await;
    client.ask("MAIL FROM:<a@x>").await;
    assert_eq!(
        client.ask("RCPT TO:<b@x>").await,
        "550 5.7.1 you said RCPT TO:<b@x>"
    );
    assert_eq!(client.codes("DATA").await, ["503"]);
    let plain = Smtp::builder().without_capability("ENHANCEDSTATUSCODES");
    let (_, mut client) = ready(plain.fault(Fault::Echo("NOOP"))).await;
    assert_eq!(client.ask("NOOP hi").await, "550 you said NOOP hi");

    let fault = Fault::endless_list(Moment::Command("EHLO"), "250-localhost\r\n", "250-X");
    let fake = Smtp::builder().fault(fault).build().unwrap();
    let mut client = greeted(&fake).await;
    assert_eq!(client.ask("EHLO me").await, "250-localhost");
    assert!(
        client
            .bytes(1 << 20)
            .await
            .starts_with(b"250-X\r\n250-X\r\n")
    );
}

#[tokio::test]
async fn a_chunk_that_a_fault_refuses_ends_the_mail() {
    for fault in [
        Fault::reply("BDAT", "451 4.3.0 no\r\n").nth(2),
        Fault::Echo("BDAT").nth(2),
    ] {
        let (fake, mut client) = ready(Smtp::builder().fault(fault)).await;
        addressed(&mut client).await;
        let codes = client.codes("BDAT 2\r\nhiBDAT 2\r\nhoNOOP").await;
        assert!(codes[0] == "250" && ["451", "550"].contains(&codes[1].as_str()));
        assert_eq!(client.ask("BDAT 0 LAST").await, "503 5.5.1 MAIL first");
        assert!(fake.mails().is_empty());
    }
}

#[tokio::test]
async fn an_upgrade_that_fails() {
    let smtp = || Smtp::builder().starttls();
    let (_, mut client) = ready(smtp().fault(Fault::reply("STARTTLS", "454 4.7.0 no\r\n"))).await;
    assert_eq!(client.ask("STARTTLS").await, "454 4.7.0 no");
    assert_eq!(client.ask("NOOP").await, "250 2.0.0 still here");

    let (_, mut client) = ready(smtp().fault(Fault::after("STARTTLS", "250 injected\r\n"))).await;
    client.say("STARTTLS").await;
    assert_eq!(
        client.read().await,
        b"220 2.0.0 begin TLS\r\n250 injected\r\n"
    );
    let (_, mut client) = ready(smtp().fault(Fault::ClearText)).await;
    client.ask("STARTTLS").await;
    assert!(client.reply("EHLO me").await.starts_with("250-"));
}

#[tokio::test]
async fn pipelined_commands_get_lost() {
    let (fake, mut client) = ready(
        Smtp::builder()
            .without_pipelining()
            .fault(Fault::DropPipelined),
    )
    .await;
    client.say("MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA").await;
    assert_eq!(client.line().await, "250 2.1.0 sender ok");
    assert_eq!(client.ask("RCPT TO:<b@x>").await, "250 2.1.5 recipient ok");
    client.say("BDAT 2\r\nhiBDAT 0 LAST").await;
    assert_eq!(client.line().await, "250 2.0.0 2 octets");
    client.say("BDAT 2 LAST\r\n!!NOOP").await;
    assert_eq!(client.line().await, "250 2.0.0 queued as 00000001");
    assert_eq!(client.ask("RSET").await, "250 2.0.0 forgotten");
    assert_eq!(fake.mails()[0].data, b"hi!!");
    assert!(!fake.said().contains(&"NOOP".to_owned()));
}
