//! Each fault, seen at the wire.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::client::Client;
use crate::{Builder, Fault, GREETING, Moment, Pop3};

const MESSAGE: &[u8] = b"Subject: x\r\n\r\n.hello\r\n";

fn pop3(fault: Fault) -> Builder<Pop3> {
    Pop3::builder()
        .user("ops", "secret")
        .message("ops", MESSAGE)
        .without_apop()
        .stls()
        .fault(fault)
}

async fn greeted(fault: Fault) -> Client {
    Client::greeted(&pop3(fault).build().unwrap()).await
}

async fn inside(fault: Fault) -> Client {
    Client::inside(&pop3(fault).build().unwrap()).await
}

/// Nothing comes for an hour, and the connection stays.
async fn is_silent(client: &mut Client) -> bool {
    timeout(Duration::from_secs(3600), client.read())
        .await
        .is_err()
}

#[tokio::test(start_paused = true)]
async fn stalls() {
    let mut client = Client::of(&pop3(Fault::Stall(Moment::Greeting)).build().unwrap());
    assert!(is_silent(&mut client).await);

    let mut client = greeted(Fault::Stall(Moment::Command("CAPA"))).await;
    client.say("CAPA").await;
    assert!(is_silent(&mut client).await);

    let mut client = greeted(Fault::Stall(Moment::Handshake)).await;
    assert_eq!(client.ask("STLS").await, "+OK begin TLS");
    client.say("not a hello").await;
    assert!(is_silent(&mut client).await);

    let mut client = greeted(Fault::Stall(Moment::Login)).await;
    assert_eq!(client.ask("AUTH PLAIN").await, "+ ");
    client.say("AG9wcwBzZWNyZXQ=").await;
    assert!(is_silent(&mut client).await);

    let mut client = inside(Fault::Stall(Moment::Inside("RETR", 20))).await;
    client.say("RETR 1").await;
    assert_eq!(client.read().await, b"+OK 22 octets\r\nSubje");
    assert!(is_silent(&mut client).await);
}

#[tokio::test(start_paused = true)]
async fn what_is_said_into_a_stall_is_heard() {
    let fake = pop3(Fault::Stall(Moment::Command("STAT"))).build().unwrap();
    let mut client = Client::inside(&fake).await;
    client.say("STAT\r\nQUIT").await;
    assert!(is_silent(&mut client).await);
    drop(client);
    fake.idle().await;
    assert_eq!(fake.said(), ["USER ops", "PASS secret", "STAT", "QUIT"]);
}

#[tokio::test]
async fn ends() {
    let server = pop3(Fault::Close(Moment::Command("STAT")))
        .start()
        .await
        .unwrap();
    let mut client = Client::tcp(&server).await;
    client.line().await;
    client.say("STAT\r\nNOOP").await;
    let (bytes, end) = client.rest().await;
    assert_eq!((bytes.as_slice(), end.unwrap()), (&b""[..], 0));

    let server = pop3(Fault::Reset(Moment::Inside(GREETING, 3)))
        .start()
        .await
        .unwrap();
    let (_, end) = Client::tcp(&server).await.rest().await;
    assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);

    let mut client = inside(Fault::Close(Moment::Inside("RETR", 20))).await;
    client.say("RETR 1").await;
    assert_eq!(client.rest().await.0, b"+OK 22 octets\r\nSubje");

    let mut client = greeted(Fault::Close(Moment::After("PASS"))).await;
    client.ask("USER ops").await;
    client.say("PASS secret").await;
    assert_eq!(
        client.rest().await.0,
        b"+OK maildrop has 1 messages (22 octets)\r\n"
    );
}

#[tokio::test(start_paused = true)]
async fn slow_bytes() {
    let every = Duration::from_millis(400);
    let mut client = inside(Fault::Slow {
        from: Moment::Command("STAT"),
        every,
    })
    .await;
    let begin = Instant::now();
    assert_eq!(client.ask("STAT").await, "+OK 1 22");
    assert_eq!(begin.elapsed(), every * 10);
}

#[tokio::test]
async fn floods() {
    let mut client = Client::of(
        &pop3(Fault::endless_line(Moment::Greeting, "+OK "))
            .build()
            .unwrap(),
    );
    assert_eq!(client.bytes(4).await, b"+OK ");
    assert!(client.bytes(1 << 20).await.iter().all(|byte| *byte == b'x'));

    let mut client = greeted(Fault::endless_list(
        Moment::Command("CAPA"),
        "+OK\r\n",
        "X-MORE",
    ))
    .await;
    assert_eq!(client.ask("CAPA").await, "+OK");
    for _ in 0..1000 {
        assert_eq!(client.line().await, "X-MORE");
    }

    let mut client = inside(Fault::endless_list(
        Moment::Inside("RETR", 15),
        "",
        "and so on",
    ))
    .await;
    assert_eq!(client.ask("RETR 1").await, "+OK 22 octets");
    assert!(client.bytes(11 << 17).await.ends_with(b"and so on\r\n"));
}

#[tokio::test]
async fn forged_replies() {
    for reply in [
        "+OK 2 -5\r\n",
        "+OK 2 320 extra junk\r\n",
        "+OK 99999999999999999999 1\r\n",
        "+OK\r\n",
        "garbage\r\n",
        "+OK \x1b[2J\x1b]0;owned\x07\r\n",
        "+OK 1 22\n",
    ] {
        let mut client = inside(Fault::reply("STAT", reply)).await;
        client.say("STAT").await;
        assert_eq!(client.bytes(reply.len()).await, reply.as_bytes());
        assert_eq!(client.ask("NOOP").await, "+OK still here");
    }
    let mut client = inside(Fault::reply("STAT", b"+OK \xff\xfe\r\n")).await;
    client.say("STAT").await;
    assert_eq!(client.bytes(8).await, b"+OK \xff\xfe\r\n");

    let mut client = inside(Fault::after("STAT", "+OK 9 9999\r\n")).await;
    client.say("STAT").await;
    assert_eq!(
        client.read().await,
        b"+OK 1 22\r\n+OK 9 9999\r\n",
        "in one write"
    );

    let fake = pop3(Fault::after(GREETING, "+OK early\r\n"))
        .build()
        .unwrap();
    assert_eq!(
        Client::of(&fake).read().await,
        b"+OK netspeak-fake POP3 ready\r\n+OK early\r\n"
    );

    for greeting in [
        "* OK IMAP4rev1 ready\r\n",
        "220 mail.example ESMTP\r\n",
        "-ERR [IN-USE] later\r\n",
    ] {
        let fake = pop3(Fault::reply(GREETING, greeting)).build().unwrap();
        assert_eq!(Client::of(&fake).read().await, greeting.as_bytes());
    }
}

#[tokio::test]
async fn a_forged_refusal_is_meant() {
    let mut client = greeted(Fault::reply("PASS", "-ERR [SYS/TEMP] not now\r\n")).await;
    client.ask("USER ops").await;
    assert_eq!(client.ask("PASS secret").await, "-ERR [SYS/TEMP] not now");
    assert_eq!(client.ask("STAT").await, "-ERR log in first");

    let fake = pop3(Fault::reply(
        "QUIT",
        "-ERR some deleted messages not removed\r\n",
    ))
    .build()
    .unwrap();
    let mut client = Client::inside(&fake).await;
    client.ask("DELE 1").await;
    assert_eq!(
        client.ask("QUIT").await,
        "-ERR some deleted messages not removed"
    );
    assert_eq!(client.rest().await.0, b"");
    assert_eq!(fake.maildrop("ops").len(), 1);

    let mut client = greeted(Fault::reply("STLS", "-ERR no\r\n")).await;
    assert_eq!(client.ask("STLS").await, "-ERR no");
    assert_eq!(
        client.ask("USER ops").await,
        "+OK and the password?",
        "still in clear text"
    );

    let fake = pop3(Fault::reply("CAPA", "-ERR what?\r\n"))
        .fault(Fault::Close(Moment::After("CAPA")))
        .build()
        .unwrap();
    let mut client = Client::greeted(&fake).await;
    client.say("CAPA").await;
    assert_eq!(client.rest().await.0, b"-ERR what?\r\n");
}

#[tokio::test]
async fn clear_text_after_stls() {
    let mut client = greeted(Fault::ClearText).await;
    assert_eq!(client.ask("STLS").await, "+OK begin TLS");
    assert_eq!(client.ask("USER ops").await, "+OK and the password?");
}

#[tokio::test]
async fn injected_after_stls() {
    let mut client = greeted(Fault::after("STLS", "+OK injected\r\n")).await;
    client.say("STLS").await;
    assert_eq!(
        client.read().await,
        b"+OK begin TLS\r\n+OK injected\r\n",
        "in one write"
    );
}

#[tokio::test]
async fn spelling() {
    let mut client = Client::of(&pop3(Fault::LineFeedsOnly).build().unwrap());
    assert_eq!(client.read().await, b"+OK netspeak-fake POP3 ready\n");
    client.say("USER ops\r\nPASS secret\r\nRETR 1").await;
    let expected = b"+OK and the password?\n+OK maildrop has 1 messages (22 octets)\n+OK 22 octets\nSubject: x\n\n..hello\n.\n";
    assert_eq!(client.bytes(expected.len()).await, expected);

    let mut client = inside(Fault::Unstuffed).await;
    assert_eq!(
        client.ask_all("RETR 1").await,
        ["+OK 22 octets", "Subject: x", "", ".hello"]
    );

    let mut client = greeted(Fault::Echo("PASS")).await;
    client.ask("USER ops").await;
    assert_eq!(client.ask("PASS secret").await, "-ERR you said PASS secret");
    assert_eq!(client.ask("STAT").await, "-ERR log in first");
}

#[tokio::test]
async fn pipelining() {
    let mut client = inside(Fault::OneWrite).await;
    client.say("NOOP\r\nSTAT\r\nNOOP").await;
    assert_eq!(
        client.read().await,
        b"+OK still here\r\n+OK 1 22\r\n+OK still here\r\n"
    );

    let fake = pop3(Fault::DropPipelined).build().unwrap();
    let mut client = Client::inside(&fake).await;
    client.say("NOOP\r\nSTAT").await;
    assert_eq!(client.line().await, "+OK still here");
    assert_eq!(client.ask("LIST 1").await, "+OK 1 22");
    assert!(!fake.said().contains(&"STAT".to_owned()));
}

#[tokio::test]
async fn once_only() {
    let mut client = inside(Fault::reply("NOOP", "-ERR second\r\n").nth(2)).await;
    assert_eq!(client.ask("NOOP").await, "+OK still here");
    assert_eq!(client.ask("NOOP").await, "-ERR second");
    assert_eq!(client.ask("NOOP").await, "+OK still here");

    let fake = pop3(Fault::Close(Moment::Greeting).on_connection(1))
        .build()
        .unwrap();
    assert_eq!(Client::of(&fake).rest().await.0, b"");
    Client::inside(&fake).await;
    assert_eq!(fake.connections(), 2);
    assert_eq!(fake.log()[0].connection, 2);
}
