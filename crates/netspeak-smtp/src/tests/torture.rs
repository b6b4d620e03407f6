//! Streams that fail at every byte, futures dropped at every poll, replies cut everywhere.

use std::time::Duration;

use netspeak_core::testing::{Fault, FaultyStream, Piece, assert_every_split};
use netspeak_core::{Codec, Limits, Step};
use proptest::prelude::*;

use super::*;
use crate::{Event, Mail, ReplyCodec};

const TALK: &str = "S: 220 x\nC: EHLO x\nS: 250-x\nS: 250-PIPELINING\nS: 250 AUTH PLAIN\nC: AUTH\n\
                    S: 235 ok\nC: MAIL\nC: RCPT\nC: DATA\nS: 250\nS: 250\nS: 354 go\nC: x\nC: .\n\
                    C: MAIL\nC: RCPT\nC: DATA\nS: 250 queued as 1\nS: 250\nS: 250\nS: 354 go\nC: x\n\
                    C: .\nS: 250 queued as 2\nC: QUIT\nS: 221 bye";

async fn talk(stream: impl netspeak_core::Io) -> Result<Vec<Option<String>>> {
    let mut client = Client::from_conn(Conn::from_stream(stream)).await?;
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    client.auth(&credentials()).await?;
    let mail = || Mail::new(envelope(&["a@y.example"]), "x");
    let mut batch = client.send_many([mail(), mail()]).await?;
    let mut ids = Vec::new();
    while let Some(receipt) = batch.next().await? {
        ids.push(receipt?.complete()?.queue_id());
    }
    client.quit().await?;
    Ok(ids)
}

async fn faulty(fault: Fault) -> Result<Vec<Option<String>>> {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let peer = tokio::spawn(Script::new(TALK).play_loosely(theirs));
    let day = Duration::from_secs(24 * 3600);
    let stream = FaultyStream::new(ours, fault);
    let result = tokio::time::timeout(day, talk(stream)).await;
    peer.abort();
    result.expect("it hangs")
}

#[tokio::test(start_paused = true)]
async fn whatever_fails_is_an_error_and_no_hang() {
    let all = vec![Some("1".to_owned()), Some("2".to_owned())];
    assert_eq!(faulty(Fault::OneByte).await.unwrap(), all);
    for kind in [
        Fault::ReadFails,
        Fault::ReadEnds,
        Fault::ReadStalls,
        Fault::WriteFails,
    ] {
        let mut at = 0;
        loop {
            match faulty(kind(at)).await {
                Ok(ids) => {
                    assert_eq!(ids, all);
                    break;
                }
                Err(error) => assert!(!error.to_string().contains("marker"), "{error}"),
            }
            at += 1;
            assert!(at < 2000, "it never gets through");
        }
        assert!(at > 100, "{:?} failed at few places only", kind(at));
    }
}

#[tokio::test]
async fn a_mail_dropped_at_any_point_gives_no_reply_to_another_command() {
    for polls in 1..2000 {
        let (ours, theirs) = tokio::io::duplex(1);
        let script = "S: 220 x\nC: EHLO\nS: 250-x\nS: 250 PIPELINING\nC: MAIL\nC: RCPT\nC: DATA\n\
                      S: 250 a\nS: 250 b\nS: 354 go\nC: x\nC: .\nS: 250 queued\nC: VRFY\nS: 252 own";
        let peer = tokio::spawn(Script::new(script).play_loosely(theirs));
        let stream = FaultyStream::new(ours, Fault::OneByte);
        let mut client = Client::from_conn(Conn::from_stream(stream)).await.unwrap();
        client.ehlo().await.unwrap();
        let to = envelope(&["a@y.example"]);
        let completed = {
            let mut sending = Box::pin(client.send(&to, "x"));
            let mut left = polls;
            std::future::poll_fn(|cx| {
                if left == 0 {
                    return std::task::Poll::Ready(false);
                }
                left -= 1;
                match sending.as_mut().poll(cx) {
                    std::task::Poll::Ready(sent) => {
                        assert!(sent.unwrap().is_complete());
                        std::task::Poll::Ready(true)
                    }
                    std::task::Poll::Pending if left == 0 => std::task::Poll::Ready(false),
                    std::task::Poll::Pending => std::task::Poll::Pending,
                }
            })
            .await
        };
        match client.vrfy("x").await {
            Ok(reply) => assert!(completed, "got {reply:?} after {polls} polls"),
            Err(error) => assert_eq!(error.kind().to_string(), "conn.poisoned"),
        }
        peer.abort();
        if completed {
            assert!(polls > 50, "few places to drop it at: {polls}");
            return;
        }
    }
    unreachable!("the mail is never sent");
}

#[test]
fn replies_mean_the_same_in_every_split() {
    let input = b"220 mx\r\n250-a\r\n250-\r\n250 SIZE\r\n250\r\n421 caf\xe9\n354\tgo\r\n";
    let line = |last, text: &[u8]| Piece::Event((last, text.to_vec()));
    assert_every_split(
        || ReplyCodec::new(&Limits::default()),
        |event, bytes| {
            Some(match event {
                Event::Line(range) => line(false, &bytes[range]),
                Event::Last(range) => line(true, &bytes[range]),
            })
        },
        input,
        &[
            line(true, b"220 mx"),
            line(false, b"250-a"),
            line(false, b"250-"),
            line(true, b"250 SIZE"),
            line(true, b"250"),
            line(true, b"421 caf\xe9"),
            line(true, b"354\tgo"),
        ],
    );
}

proptest! {
    #[test]
    fn any_bytes_end_in_events_or_an_error(input in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut codec = ReplyCodec::new(&Limits::default());
        let mut rest = input.as_slice();
        while let Ok(Step::Event { consumed, event }) = codec.decode(rest) {
            let (Event::Line(range) | Event::Last(range)) = event;
            let line = &rest[range];
            let reply = crate::Reply::parse([line]).unwrap();
            let _ = (reply.to_string(), crate::response::queue_id(&reply), reply.texts().count());
            rest = &rest[consumed..];
        }
    }

    #[test]
    fn replies_of_any_text_are_read(code in 200u16..600, texts in prop::collection::vec("[^\r\n]{0,40}", 1..5)) {
        let last = texts.len() - 1;
        let lines: Vec<String> = texts.iter().enumerate().map(|(at, text)| {
            format!("{code}{}{text}", if at == last { ' ' } else { '-' })
        }).collect();
        let reply = crate::Reply::parse(lines.iter().map(String::as_bytes)).unwrap();
        prop_assert_eq!(reply.code(), code);
        prop_assert_eq!(reply.lines().count(), texts.len());
        prop_assert!(reply.text().chars().all(|c| !c.is_control()));
    }

    #[test]
    fn any_address_is_one_argument_or_refused(text in "[a-z@<> \\r\\n\"\\\\.]{1,20}") {
        if let Ok(path) = text.parse::<crate::ForwardPath>() {
            let mut wire = netspeak_core::Wire::new();
            let parameters = Default::default();
            crate::Command::Rcpt { recipient: &path, parameters: &parameters }.encode(&mut wire).unwrap();
            let line = String::from_utf8(wire.bytes().to_vec()).unwrap();
            prop_assert_eq!(line.matches(['\r', '\n']).count(), 2);
        }
    }
}
