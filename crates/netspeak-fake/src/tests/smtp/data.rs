//! The data of a mail: dots, line ends, chunks, sizes, and where it goes.

use super::{addressed, greeted, ready};
use crate::tests::client::Client;
use crate::{Builder, How, Pop3, Smtp};

/// Sends this after DATA, in pieces of this size, and tells what was kept.
async fn kept(builder: Builder<Smtp>, sent: &str, piece: usize) -> Vec<u8> {
    let (fake, mut client) = ready(builder).await;
    addressed(&mut client).await;
    assert_eq!(client.ask("DATA").await, "354 go ahead");
    for piece in sent.as_bytes().chunks(piece) {
        client.bytes_out(piece).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(client.line().await, "250 2.0.0 queued as 00000001");
    assert_eq!(client.ask("NOOP").await, "250 2.0.0 still here", "{sent:?}");
    fake.mails()[0].data.clone()
}

#[tokio::test]
async fn a_lone_dot_ends_and_doubled_dots_are_one() {
    let cases = [
        (".\r\n", ""),
        ("\r\n.\r\n", "\r\n"),
        (
            "a\r\n..\r\n...\r\n..b\r\n.c\r\n.\r\n",
            "a\r\n.\r\n..\r\n.b\r\nc\r\n",
        ),
        ("a.\r\n.\r\n", "a.\r\n"),
        // Neither of these is a lone dot.
        ("a\n.\nb\r\n.\r\n", "a\n.\nb\r\n"),
        ("a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n"),
        ("a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n"),
        ("a\r.\rb\r\n.\r\n", "a\r.\rb\r\n"),
        ("a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n"),
        ("a\n..b\r\n.\r\n", "a\n..b\r\n"),
    ];
    for (sent, data) in cases {
        for piece in [1, 2, 3, 1000] {
            let kept = kept(Smtp::builder(), sent, piece).await;
            assert_eq!(
                String::from_utf8(kept).unwrap(),
                data,
                "{sent:?} by {piece}"
            );
        }
    }
}

#[tokio::test]
async fn a_lenient_server_takes_line_feeds() {
    for (sent, data) in [
        ("a\n.\n", "a\n"),
        ("a\n.\r\n", "a\n"),
        ("a\r\n.\n", "a\r\n"),
        ("a\n..b\n.\r\n", "a\n.b\n"),
    ] {
        for piece in [1, 1000] {
            let kept = kept(Smtp::builder().lenient(), sent, piece).await;
            assert_eq!(
                String::from_utf8(kept).unwrap(),
                data,
                "{sent:?} by {piece}"
            );
        }
    }
    let (fake, mut client) = ready(Smtp::builder().lenient()).await;
    addressed(&mut client).await;
    client.ask("DATA").await;
    client
        .say("a\n.\nMAIL FROM:<smuggler@x>\nRCPT TO:<b@x>\nDATA\nb\r\n.")
        .await;
    for code in ["250", "250", "250", "354", "250"] {
        assert!(client.line().await.starts_with(code));
    }
    assert_eq!(fake.mails()[1].from, "smuggler@x");
}

#[tokio::test]
async fn chunks() {
    let (fake, mut client) = ready(Smtp::builder()).await;
    assert_eq!(
        client
            .codes("MAIL FROM:<a@x> BODY=BINARYMIME\r\nRCPT TO:<b@x>\r\nDATA")
            .await,
        ["250", "250", "503"]
    );
    client
        .say("BDAT 5\r\n.\r\n.\rbdat 4\r\n\n\0QUBDAT 0 last\r\nNOOP")
        .await;
    for reply in [
        "250 2.0.0 5 octets",
        "250 2.0.0 4 octets",
        "250 2.0.0 queued as 00000001",
        "250 2.0.0 still here",
    ] {
        assert_eq!(client.line().await, reply);
    }
    let [mail] = &fake.mails()[..] else { panic!() };
    assert_eq!(mail.data, b".\r\n.\r\n\0QU");
    assert_eq!(mail.how, How::Bdat(vec![5, 4, 0]));
    assert!(fake.said().ends_with(&[
        "BDAT 5".to_owned(),
        "bdat 4".to_owned(),
        "BDAT 0 last".to_owned(),
        "NOOP".to_owned()
    ]));
}

/// Whatever the verdict, the octets are no commands.
#[tokio::test]
async fn chunks_that_nobody_wants_are_swallowed() {
    let (_, mut client) = ready(
        Smtp::builder()
            .refuse("bad@x", "550 no")
            .capability("SIZE 10"),
    )
    .await;
    for (say, code) in [
        ("BDAT 6\r\nQUIT\r\nNOOP", "503"),
        ("MAIL FROM:<a@x>\r\nNOOP", "250"),
        ("BDAT 6\r\nQUIT\r\nNOOP", "503"),
        ("MAIL FROM:<a@x>\r\nRCPT TO:<bad@x>", "250"),
        ("BDAT 6 LAST\r\nQUIT\r\nNOOP", "554"),
        ("MAIL FROM:<a@x>\r\nRCPT TO:<b@x>", "250"),
        ("BDAT 6\r\nQUIT\r\nDATA", "250"),
        ("BDAT 6\r\nQUIT\r\nNOOP", "552"),
        ("BDAT 6 LAST\r\nQUIT\r\nNOOP", "503"),
    ] {
        client.say(say).await;
        assert!(client.line().await.starts_with(code), "{say}");
        client.line().await;
    }
    let (_, mut client) = ready(Smtp::builder().without_capability("CHUNKING")).await;
    addressed(&mut client).await;
    client.say("BDAT 6 LAST\r\nQUIT\r\nNOOP").await;
    assert_eq!(client.line().await, "502 5.5.1 no chunks here");
    assert_eq!(client.line().await, "250 2.0.0 still here");
}

#[tokio::test]
async fn too_big() {
    let (fake, mut client) = ready(Smtp::builder().capability("SIZE 10")).await;
    assert_eq!(
        client.ask("MAIL FROM:<a@x> SIZE=11").await,
        "552 5.3.4 that is too big"
    );
    addressed(&mut client).await;
    client.ask("DATA").await;
    assert_eq!(
        client.ask("12345678\r\n9\r\n.").await,
        "552 5.3.4 that is too big"
    );
    addressed(&mut client).await;
    client.ask("DATA").await;
    assert_eq!(
        client.ask("..345678\r\n.").await,
        "250 2.0.0 queued as 00000001"
    );
    addressed(&mut client).await;
    client.say("BDAT 6\r\n123456BDAT 5 LAST\r\n12345NOOP").await;
    assert_eq!(client.line().await, "250 2.0.0 6 octets");
    assert_eq!(client.line().await, "552 5.3.4 that is too big");
    assert_eq!(client.line().await, "250 2.0.0 still here");
    assert_eq!(fake.mails().len(), 1);
}

#[tokio::test]
async fn data_that_nobody_gets() {
    let builder = Smtp::builder()
        .refuse("bad@x", "550 5.1.1 no")
        .data_without_recipients();
    let (fake, mut client) = ready(builder).await;
    let codes = client
        .codes("MAIL FROM:<a@x>\r\nRCPT TO:<bad@x>\r\nDATA")
        .await;
    assert_eq!(codes, ["250", "550", "354"]);
    assert_eq!(client.ask(".").await, "554 5.5.1 nobody gets it");
    assert_eq!(
        client.codes("MAIL FROM:<a@x>\r\nDATA").await,
        ["250", "503"]
    );
    assert!(fake.mails().is_empty());
}

#[tokio::test]
async fn refused_after_the_data() {
    let builder = Smtp::builder().refuse_delivery("full@x", "452 4.2.2 full");
    let (fake, mut client) = ready(builder).await;
    client
        .codes("MAIL FROM:<a@x>\r\nRCPT TO:<full@x>\r\nDATA")
        .await;
    assert_eq!(client.ask("hi\r\n.").await, "452 4.2.2 full");
    client
        .codes("MAIL FROM:<a@x>\r\nRCPT TO:<full@x>\r\nRCPT TO:<b@x>\r\nDATA")
        .await;
    assert_eq!(client.ask("hi\r\n.").await, "250 2.0.0 queued as 00000001");
    assert_eq!(fake.mails()[0].addresses(), ["b@x"]);
}

#[tokio::test]
async fn mail_is_read_back_over_pop3() {
    let pop3 = Pop3::builder().user("ops", "secret").build().unwrap();
    let fake = Smtp::builder().deliver_to(&pop3).build().unwrap();
    let mut client = greeted(&fake).await;
    client.reply("EHLO me").await;
    client
        .codes("MAIL FROM:<a@x>\r\nRCPT TO:<ops@x>\r\nRCPT TO:<eve@x>\r\nDATA")
        .await;
    client.ask("Subject: x\r\n\r\n..\r\n.").await;
    let mut reader = Client::inside(&pop3).await;
    assert_eq!(
        reader.ask_all("RETR 1").await,
        ["+OK 17 octets", "Subject: x", "", ".."]
    );
    assert_eq!(pop3.maildrop("eve"), pop3.maildrop("ops"));
}

#[tokio::test]
async fn a_big_mail_over_tcp() {
    let server = Smtp::builder().start().await.unwrap();
    let mut client = Client::tcp(&server).await;
    client.line().await;
    client.reply("EHLO me").await;
    addressed(&mut client).await;
    client.ask("DATA").await;
    let line = b"0123456789012345678901234567890123456789012345678901234567890123456789012345\r\n";
    let data = line.repeat(50_000);
    client.bytes_out(&data).await;
    assert_eq!(client.ask(".").await, "250 2.0.0 queued as 00000001");
    assert!(server.mails()[0].data == data);
}
