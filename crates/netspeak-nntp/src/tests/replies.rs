//! Replies in every split of their bytes.

use netspeak_core::testing::{Piece, assert_every_split};

use super::*;

type Seen = Piece<(&'static str, Vec<u8>)>;

fn event(name: &'static str, bytes: &str) -> Seen {
    Piece::Event((name, bytes.as_bytes().to_vec()))
}

fn assert_reply(kind: Expect, reply: &str, expected: &[Seen]) {
    let codec = || {
        let mut codec = ReplyCodec::new(&Limits::default());
        codec.expect(kind);
        codec
    };
    let piece = |event, bytes: &[u8]| {
        let (name, range) = match event {
            Event::Data(range) => return Some(Piece::Data(bytes[range].to_vec())),
            Event::Status(status) => ("status", status.line),
            Event::Begin(status) => ("begin", status.line),
            Event::Line(range) => ("line", range),
            Event::Unzipped(_) => ("unzipped", 0..0),
            Event::End => ("end", 0..0),
        };
        Some(Piece::Event((name, bytes[range].to_vec())))
    };
    assert_every_split(codec, piece, reply.as_bytes(), expected);
}

#[test]
fn the_code_tells_whether_lines_follow() {
    let status = [event("status", "211 1 1 1 a")];
    assert_reply(Expect::Line, "211 1 1 1 a\r\n", &status);
    let list = [
        event("begin", "211 1 1 1 a"),
        event("line", "1"),
        event("end", ""),
    ];
    assert_reply(Expect::Lines, "211 1 1 1 a\r\n1\r\n.\r\n", &list);
    for code in [100, 101, 215, 220, 221, 222, 224, 225, 230, 231, 282] {
        let reply = format!("{code} x\r\n..a\r\n.\r\n");
        let begin = format!("{code} x");
        let lines = [
            event("begin", &begin),
            event("line", ".a"),
            event("end", ""),
        ];
        assert_reply(Expect::Line, &reply, &lines);
        assert_reply(Expect::Lines, &reply, &lines);
    }
    for code in [111, 200, 205, 223, 235, 281, 340, 381, 400, 430, 480, 502] {
        let reply = format!("{code} x\r\n");
        assert_reply(
            Expect::Text,
            &reply,
            &[event("status", &format!("{code} x"))],
        );
    }
}

#[test]
fn only_a_lone_dot_between_crlf_ends_a_text() {
    let reply = "222 1 <a@b>\r\n..\r\n.a\n.\n\r.\r\r\n...\r\n.\r\n";
    let pieces = [
        event("begin", "222 1 <a@b>"),
        Piece::Data(b".\r\na\n.\n\r.\r\r\n..\r\n".to_vec()),
        event("end", ""),
    ];
    assert_reply(Expect::Text, reply, &pieces);
}

#[tokio::test]
async fn endless_replies_stop_at_their_limits() {
    let mut limits = Limits::default();
    limits.line = Some(100);
    limits.listing_entries = 3;
    limits.reply_lines = 3;
    let long = "x".repeat(200);
    for (script, expected) in [
        (format!("C: HELP\nS: 100 {long}\n..."), "proto.too_large"),
        (
            format!("C: HELP\nS: 100 help\nS: {long}\n..."),
            "proto.too_large",
        ),
        (
            "C: HELP\nS: 100 help\nS: a\nS: a\nS: a\nS: a\n...".to_owned(),
            "proto.too_large",
        ),
        ("C: HELP\nS: 100 help\nS: a".to_owned(), "proto.closed"),
    ] {
        let script = format!("S: 200 ready\n{script}");
        dialogue(&script, async |conn| {
            let mut client = greeted(conn.with_limits(limits.clone())).await;
            assert_eq!(kind(client.help().await), expected, "{script}");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_dot_that_never_comes_is_a_timeout() {
    let script = "S: 200 ready\nC: BODY 1\nS: 222 1 <a@b>\nS: text\n...";
    dialogue(script, async |conn| {
        let mut client = greeted(conn.with_timeouts(Timeouts::USUAL)).await;
        let mut body = client.body(1).await.unwrap();
        assert_eq!(kind(body.bytes(100).await), "work.timeout");
    })
    .await;
}
