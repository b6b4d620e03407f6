//! Queues, bulk data, the end of our side, and peers that leave in the middle.

use super::*;
use crate::testing::{FaultyStream, StreamFault};

#[tokio::test(start_paused = true)]
async fn a_slow_way_out_is_no_silence() {
    // A byte each second for two minutes: whatever waits for it, under `data_due` that is progress.
    async fn slow_reader(mut peer: DuplexStream, answer: &'static [u8]) {
        let mut every = tokio::time::interval(Duration::from_secs(1));
        for _ in 0..120 {
            every.tick().await;
            peer.read_u8().await.unwrap();
        }
        peer.write_all(answer).await.unwrap();
        std::future::pending::<()>().await;
    }
    for way in ["flush", "flush_or_next", "next", "send_data"] {
        let (ours, theirs) = tokio::io::duplex(1);
        let mut conn = Conn::from_memory(ours);
        conn.begin(Phase::Work).unwrap();
        conn.data_due();
        let reading = tokio::spawn(slow_reader(theirs, b"y"));
        let mut codec = Raw;
        if way != "send_data" {
            conn.queue_data(bytes(120)).unwrap();
        }
        let outcome = match way {
            "flush" => conn.flush().await,
            "flush_or_next" => conn.flush_or_next(&mut codec).await.map(drop),
            "send_data" => conn.send_data(&[b'x'; 120]).await,
            _ => conn.next(&mut codec).await.map(drop),
        };
        assert_eq!(kind(outcome), "ok", "{way}");
        reading.abort();
    }
    // And silence is silence.
    let (ours, _theirs) = tokio::io::duplex(1);
    let mut conn = Conn::from_memory(ours);
    conn.begin(Phase::Work).unwrap();
    conn.data_due();
    let began = crate::deadline::now();
    assert_eq!(kind(conn.send_data(b"xyz").await), "work.timeout");
    assert_eq!((crate::deadline::now() - began).as_secs(), 30);
}

#[tokio::test]
async fn a_peer_that_has_had_enough_is_heard_in_the_middle_of_the_data() {
    let (ours, mut peer) = tokio::io::duplex(256);
    let mut conn = Conn::from_memory(ours);
    conn.begin(Phase::Work).unwrap();
    conn.data_due();
    conn.queue_data(bytes(1000)).unwrap();
    let full = async {
        let mut got = [0; 100];
        peer.read_exact(&mut got).await.unwrap();
        peer.write_all(b"552 too big\r\n").await.unwrap();
    };
    let mut codec = LineCodec::new(99);
    let (heard, ()) = tokio::join!(conn.flush_or_next(&mut codec), full);
    let heard = heard.unwrap().unwrap();
    assert_eq!(conn.bytes(heard), b"552 too big");
    assert!(conn.queued() > 0, "what has not left is still there");
    conn.forget_queued();
    assert_eq!(conn.flush_or_next(&mut codec).await.unwrap(), None);
    drop(peer);
    conn.queue_data(bytes(1000)).unwrap();
    assert_eq!(kind(conn.flush_or_next(&mut codec).await), "proto.closed");
}

#[tokio::test]
async fn nothing_is_lost_when_both_sides_talk_at_once() {
    let (ours, peer) = tokio::io::duplex(64);
    let mut conn = Conn::from_memory(ours);
    let (mut reader, mut writer) = tokio::io::split(peer);
    let talker = tokio::spawn(async move {
        for n in 0..500 {
            let line = format!("* {n} EXISTS\r\n");
            writer.write_all(line.as_bytes()).await.unwrap();
        }
        writer
    });
    let listener = tokio::spawn(async move {
        let mut got = vec![0; 100_000];
        reader.read_exact(&mut got).await.unwrap();
        got
    });
    conn.begin(Phase::Work).unwrap();
    conn.data_due();
    let data: Vec<u8> = (0..100_000u32).map(|n| n as u8).collect();
    let mut codec = LineCodec::new(99);
    let mut heard = 0;
    let mut rest = data.as_slice();
    while conn
        .send_data_or_next(&mut rest, &mut codec)
        .await
        .unwrap()
        .is_some()
    {
        heard += 1;
    }
    assert!(rest.is_empty());
    assert_eq!(listener.await.unwrap(), data);
    while heard < 500 {
        conn.next(&mut codec).await.unwrap();
        heard += 1;
    }
    talker.await.unwrap();
}

#[tokio::test]
async fn bulk_data_leaves_with_the_command_before_it_and_shows_its_size_only() {
    for copied in [true, false] {
        let (ours, mut peer) = tokio::io::duplex(256);
        let mut conn = Conn::from_memory(ours).with_trace(Trace::with_transcript());
        conn.begin(Phase::Work).unwrap();
        let mut wire = Wire::new();
        conn.queue(wire.verb("BDAT").number(4).end());
        if copied {
            for _ in 0..2 {
                conn.queue_data(bytes(2)).unwrap();
            }
            conn.flush().await.unwrap();
        } else {
            conn.send_data(b"xxxx").await.unwrap();
        }
        let mut got = [0; 64];
        let read = peer.read(&mut got).await.unwrap();
        assert_eq!(&got[..read], b"BDAT 4\r\nxxxx");
        assert_eq!(shown(&conn), ["BDAT 4", "(4 bytes of data)"]);
    }
}

#[tokio::test]
async fn closing_sends_what_is_queued() {
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Quit).unwrap();
    let mut wire = Wire::new();
    conn.queue(wire.verb("QUIT").end());
    conn.close().await.unwrap();
    let mut got = Vec::new();
    peer.read_to_end(&mut got).await.unwrap();
    assert_eq!(got, b"QUIT\r\n");
}

#[tokio::test(start_paused = true)]
async fn closing_takes_a_second_at_most_and_says_that_something_stayed_behind() {
    let (ours, _peer) = tokio::io::duplex(4);
    let mut conn = Conn::from_memory(ours);
    conn.begin(Phase::Quit).unwrap();
    conn.queue_data(bytes(100)).unwrap();
    let began = crate::deadline::now();
    assert_eq!(kind(conn.close().await), "quit.timeout");
    assert_eq!((crate::deadline::now() - began).as_secs(), 1);
}

#[tokio::test]
async fn half_a_command_is_not_sent_by_closing() {
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Work).unwrap();
    peer.write_all(b"not a line that ends").await.unwrap();
    assert!(conn.next(&mut LineCodec::new(3)).await.is_err());
    conn.queue_data(bytes(3)).unwrap();
    conn.close().await.unwrap();
    let mut got = Vec::new();
    peer.read_to_end(&mut got).await.unwrap();
    assert_eq!(got, b"");
}

#[tokio::test]
async fn after_our_end_the_peer_can_still_speak() {
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Data).unwrap();
    conn.queue_data(bytes(3)).unwrap();
    conn.finish_sending().await.unwrap();
    let mut got = Vec::new();
    peer.read_to_end(&mut got).await.unwrap();
    assert_eq!(got, b"xxx");
    peer.write_all(b"226 whole\r\n").await.unwrap();
    assert_eq!(line(&mut conn).await.unwrap(), "226 whole");
    // We have said goodbye.
    assert_eq!(kind(conn.send_data(b"more").await), "usage");
}

#[tokio::test]
async fn what_the_peer_said_before_it_left_comes_before_the_news_that_it_left() {
    for way in ["flush", "next", "flush_or_next", "send_data"] {
        let (ours, mut peer) = tokio::io::duplex(1000);
        let mut conn = Conn::from_stream(FaultyStream::new(ours, StreamFault::WriteFails(3)));
        conn.begin(Phase::Work).unwrap();
        peer.write_all(b"421 going down\r\n").await.unwrap();
        let mut codec = LineCodec::new(99);
        let mut wire = Wire::new();
        wire.verb("NOOP").end();
        let heard = match way {
            "flush" => {
                conn.send(&wire).await.unwrap();
                conn.next(&mut codec).await.unwrap()
            }
            "send_data" => {
                conn.send_data(b"NOOP\r\n").await.unwrap();
                conn.next(&mut codec).await.unwrap()
            }
            "flush_or_next" => {
                conn.queue(&wire);
                conn.flush_or_next(&mut codec).await.unwrap().unwrap()
            }
            _ => {
                conn.queue(&wire);
                conn.next(&mut codec).await.unwrap()
            }
        };
        assert_eq!(conn.bytes(heard), b"421 going down", "{way}");
        // Then comes the news.
        let error = conn.next(&mut codec).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.closed", "{way}");
        assert!(error.to_string().contains("sending failed"), "{error}");
    }
    // Silent peers are not waited for.
    let (ours, _peer) = tokio::io::duplex(1000);
    let mut conn = Conn::from_stream(FaultyStream::new(ours, StreamFault::WriteFails(3)));
    conn.begin(Phase::Work).unwrap();
    assert_eq!(kind(conn.send_data(b"NOOP\r\n").await), "proto.closed");
}

#[tokio::test(start_paused = true)]
async fn bulk_data_that_was_dropped_half_way_poisons_and_with_a_mark_it_does_not() {
    let (ours, mut peer) = tokio::io::duplex(4);
    let mut conn = Conn::from_memory(ours);
    conn.begin(Phase::Work).unwrap();
    let second = Duration::from_secs(1);
    let mut rest = &b"0123456789"[..];
    let mut codec = LineCodec::new(9);
    let sending = conn.send_data_or_next(&mut rest, &mut codec);
    assert!(tokio::time::timeout(second, sending).await.is_err());
    assert_eq!(rest, b"456789");
    peer.read_exact(&mut [0; 4]).await.unwrap();
    let sending = conn.send_data(rest);
    assert!(tokio::time::timeout(second, sending).await.is_err());
    assert!(matches!(conn.flush().await, Err(Error::Poisoned)));
}

#[tokio::test]
async fn there_is_no_urgent_data_in_memory() {
    let (mut conn, _peer) = pair();
    assert_eq!(kind(conn.send_urgent(0xf2).await), "usage");
}

#[tokio::test]
async fn it_is_known_whether_all_has_left() {
    let (ours, mut peer) = tokio::io::duplex(1000);
    let mut conn = Conn::from_stream(FaultyStream::new(ours, StreamFault::WriteFails(6)));
    conn.begin(Phase::Work).unwrap();
    conn.queue_data(bytes(6)).unwrap();
    assert!(!conn.is_sent());
    conn.flush().await.unwrap();
    assert!(conn.is_sent());
    // What fails is dropped, and has not left.
    peer.write_all(b"421 bye\r\n").await.unwrap();
    conn.queue_data(bytes(6)).unwrap();
    assert_eq!(line(&mut conn).await.unwrap(), "421 bye");
    assert_eq!((conn.queued(), conn.is_sent()), (0, false));
}
