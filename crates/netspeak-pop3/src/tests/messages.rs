//! Messages: byte for byte, whatever they contain, and never short.

use netspeak_fake::{Fault, Moment};

use super::*;

/// What comes out of RETR when this stands on the wire behind the status line.
async fn read(wire: &str) -> Result<Vec<u8>> {
    let script = format!("C: RETR 1\nS- +OK\\r\\n{wire}\n");
    inside(&script, async |mut client| whole(&mut client, 1).await)
        .await
        .0
}

#[tokio::test(start_paused = true)]
async fn dots_are_undone_to_the_byte() {
    for (wire, text) in [
        (r".\r\n", &b""[..]),
        (r"a\r\n.\r\n", b"a\r\n"),
        (r"..\r\n.\r\n", b".\r\n"),
        (r"...\r\n..a\r\na..\r\n.\r\n", b"..\r\n.a\r\na..\r\n"),
        (r"\r\n\r\n.\r\n", b"\r\n\r\n"),
        (r"\0\xff\r\n.\r\n", b"\0\xff\r\n"),
    ] {
        assert_eq!(read(wire).await.unwrap(), text, "{wire}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_lone_dot_between_crlf_ends_a_message() {
    for (wire, text) in [
        (r"a\n.\nb\r\n.\r\n", &b"a\n.\nb\r\n"[..]),
        (r"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n"),
        (r"a\r\n.\nb\r\n.\r\n", b"a\r\n\nb\r\n"),
        (r"a\r.\r\nb\r\n.\r\n", b"a\r.\r\nb\r\n"),
        (r"a\r\n.\r\r\nb\r\n.\r\n", b"a\r\n\r\r\nb\r\n"),
    ] {
        assert_eq!(read(wire).await.unwrap(), text, "{wire}");
    }
    // Nothing else does: the connection ends inside the message.
    for wire in [
        r"a\n.\n",
        r"a\r.\r",
        r"a\r\n.\n",
        r"a\r\n.",
        r"a",
        r"a.\r\n",
    ] {
        assert_eq!(kind(read(wire).await), "proto.closed", "{wire}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_smuggled_replies_say_stays_in_the_message() {
    let evil = "Subject: x\r\n\r\na\n.\n+OK 9 9\r\n-ERR\r\n";
    let fake = server().message("ops", evil).build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    assert_eq!(whole(&mut client, 4).await.unwrap(), evil.as_bytes());
    assert_eq!(client.stat().await.unwrap().messages, 4);
    client.quit().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_message_comes_in_pieces_and_may_be_skipped_or_copied() {
    let big = "0123456789abcdef\r\n".repeat(100_000);
    let fake = server().message("ops", &big).build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    let mut sink = Vec::new();
    let mut message = client.retr(number(4)).await.unwrap();
    assert!(message.reply().text().contains("1800000"));
    assert_eq!(message.copy_to(&mut sink).await.unwrap(), 1_800_000);
    assert!(
        message.chunk().await.unwrap().is_none(),
        "the end stays the end"
    );
    assert_eq!(sink, big.as_bytes());
    client.retr(number(4)).await.unwrap().skip().await.unwrap();
    let mut message = client.retr(number(4)).await.unwrap();
    let mut read = 0;
    while let Some(piece) = message.chunk().await.unwrap() {
        assert!(piece.len() <= 256 << 10);
        read += piece.len();
    }
    assert_eq!(read, big.len());
    client.noop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn top_is_the_header_and_so_many_lines() {
    let fake = server().build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    let mut top = client.top(number(3), 2).await.unwrap();
    assert_eq!(
        top.bytes(99).await.unwrap(),
        b"Subject: 3\r\n\r\nthree\r\nlines\r\n"
    );
    let mut top = client.top(number(2), u32::MAX).await.unwrap();
    assert_eq!(
        top.bytes(99).await.unwrap(),
        b"Subject: 2\r\n\r\n.two\r\n..\r\n"
    );
    assert_eq!(fake.said().last().unwrap(), "TOP 2 4294967295");
}

#[tokio::test(start_paused = true)]
async fn a_message_left_in_the_middle_ends_the_session() {
    let fake = server().build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    drop(client.retr(number(1)).await.unwrap());
    assert_poisoned(client.noop().await);
    assert_poisoned(client.quit().await);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_fails_is_our_own_fault() {
    let fake = server().build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    let (mut sink, reader) = tokio::io::duplex(1);
    drop(reader);
    let mut message = client.retr(number(1)).await.unwrap();
    assert_eq!(kind(message.copy_to(&mut sink).await), "file.failed");
    assert_poisoned(client.noop().await);
}

#[tokio::test(start_paused = true)]
async fn silence_inside_a_message_ends_after_half_a_minute() {
    let fake = server()
        .fault(Fault::Stall(Moment::Inside("RETR", 20)))
        .build()
        .unwrap();
    let mut client = logged_in(over(&fake)).await;
    let began = tokio::time::Instant::now();
    assert_eq!(kind(whole(&mut client, 1).await), "work.timeout");
    assert_eq!(began.elapsed().as_secs(), 30);
}
