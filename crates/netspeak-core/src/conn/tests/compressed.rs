//! COMPRESS and MODE Z against flate2 alone.

use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::read::{DeflateDecoder, ZlibDecoder};
use flate2::write::{DeflateEncoder, ZlibEncoder};

use super::*;
use crate::Deflate;

/// A server's side of RFC 4978: what it says is flushed, not ended.
fn said(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.flush().unwrap();
    let flushed = encoder.get_ref().clone();
    drop(encoder);
    flushed
}

#[tokio::test]
async fn what_stands_behind_the_ok_is_compressed_already() {
    let (mut conn, mut peer) = pair();
    let both = [b"a1 OK go\r\n", said(b"* 77 EXISTS\r\n").as_slice()].concat();
    peer.write_all(&both).await.unwrap();
    conn.begin(Phase::Work).unwrap();
    assert_eq!(line(&mut conn).await.unwrap(), "a1 OK go");
    conn.compress(Deflate::Raw).unwrap();
    assert_eq!(line(&mut conn).await.unwrap(), "* 77 EXISTS");
    // What we say is there when we wait for the answer.
    let mut wire = Wire::new();
    conn.send(wire.verb("NOOP").end()).await.unwrap();
    let mut coded = vec![0; 100];
    let read = peer.read(&mut coded).await.unwrap();
    let mut text = vec![0; 6];
    DeflateDecoder::new(&coded[..read])
        .read_exact(&mut text)
        .unwrap();
    assert_eq!(text, b"NOOP\r\n");
    drop(peer);
    assert_eq!(kind(line(&mut conn).await), "proto.closed");
}

#[tokio::test]
async fn a_zlib_stream_has_an_end_and_without_it_it_is_cut_off() {
    let text: Vec<u8> = (0..300_000u32)
        .map(|n| (n.wrapping_mul(n) >> 3) as u8)
        .collect();
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&text).unwrap();
    let coded = encoder.finish().unwrap();
    for (end, outcome) in [(coded.len(), "ok"), (coded.len() - 1, "data.truncated")] {
        let (mut conn, mut peer) = pair();
        conn.begin(Phase::Data).unwrap();
        conn.data_due();
        conn.compress(Deflate::Zlib).unwrap();
        let piece = coded[..end].to_vec();
        let writing = tokio::spawn(async move { peer.write_all(&piece).await });
        let mut got = Vec::new();
        let ended = loop {
            match conn.next(&mut Raw).await {
                Ok(range) if range.is_empty() => break Ok(()),
                Ok(range) => got.extend_from_slice(conn.bytes(range)),
                Err(error) => break Err(error),
            }
        };
        assert_eq!(kind(ended), outcome);
        assert!(got == text);
        writing.await.unwrap().unwrap();
    }
    // The other way round: our end is the stream's.
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Data).unwrap();
    conn.compress(Deflate::Zlib).unwrap();
    let expected = text.clone();
    let reading = tokio::spawn(async move {
        let mut coded = Vec::new();
        peer.read_to_end(&mut coded).await.unwrap();
        let mut got = Vec::new();
        ZlibDecoder::new(coded.as_slice())
            .read_to_end(&mut got)
            .unwrap();
        assert!(got == expected);
    });
    conn.send_data(&text).await.unwrap();
    conn.finish_sending().await.unwrap();
    reading.await.unwrap();
}

#[tokio::test]
async fn a_bomb_is_a_named_error() {
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Work).unwrap();
    conn.data_due();
    conn.compress(Deflate::Raw).unwrap();
    let bomb = said(&vec![b'0'; 64 << 20]);
    let writing = tokio::spawn(async move { peer.write_all(&bomb).await });
    let mut came = 0;
    let error = loop {
        match conn.next(&mut Raw).await {
            Ok(range) => came += range.len(),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind().to_string(), "proto.too_large");
    assert!(came < 8 << 20, "{came}");
    writing.abort();
    // Who knows what comes can take it.
    let (ours, mut peer) = tokio::io::duplex(1 << 16);
    let limits = Limits {
        inflate_ratio: 2_000,
        ..Limits::default()
    };
    let mut conn = Conn::from_memory(ours).with_limits(limits);
    conn.begin(Phase::Work).unwrap();
    conn.compress(Deflate::Raw).unwrap();
    let bomb = said(&vec![b'0'; 8 << 20]);
    let writing = tokio::spawn(async move { peer.write_all(&bomb).await });
    let mut came = 0;
    loop {
        match conn.next(&mut Raw).await.unwrap() {
            range if range.is_empty() => break,
            range => came += range.len(),
        }
    }
    assert_eq!(came, 8 << 20);
    writing.await.unwrap().unwrap();
}

#[tokio::test]
async fn nonsense_is_no_compressed_data() {
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Work).unwrap();
    conn.compress(Deflate::Raw).unwrap();
    peer.write_all(b"\xff\xff\xff* OK plain\r\n").await.unwrap();
    assert_eq!(kind(line(&mut conn).await), "proto.malformed");
}

#[tokio::test]
async fn it_begins_between_two_commands() {
    let (mut conn, _peer) = pair();
    conn.queue_data(bytes(1)).unwrap();
    assert_eq!(kind(conn.compress(Deflate::Raw)), "usage");
}
