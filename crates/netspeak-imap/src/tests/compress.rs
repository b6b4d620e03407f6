//! COMPRESS=DEFLATE: when it is said, what it costs, and what a server can do with it.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use netspeak_core::testing::{FaultyStream, StreamFault};
use netspeak_core::{Side, Trace};
use netspeak_fake::{Imap, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

const OFFER: &str = "IMAP4rev1 COMPRESS=DEFLATE";

/// In DEFLATE, flushed and without an end.
fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.flush().unwrap();
    encoder.get_ref().clone()
}

/// A client that wants to be compressed, and the peer, which has greeted.
async fn wishful() -> (Client, tokio::io::DuplexStream) {
    let (ours, mut peer) = tokio::io::duplex(1 << 16);
    let greeting = format!("* PREAUTH [CAPABILITY {OFFER}] ready\r\n");
    peer.write_all(greeting.as_bytes()).await.unwrap();
    let mut client = greeted(Conn::from_memory(ours)).await;
    client.want_compressed().await.unwrap();
    (client, peer)
}

/// What the client says in one go.
async fn heard(peer: &mut tokio::io::DuplexStream) -> String {
    let mut room = vec![0; 1 << 16];
    let count = peer.read(&mut room).await.unwrap();
    String::from_utf8_lossy(&room[..count]).into_owned()
}

async fn connected(server: &Server<Imap>, builder: Builder) -> Client {
    let url = server.url("imap").replace("//", "//u:secret@");
    let builder = builder.tls(Tls::Off);
    builder.connect(&url.parse().unwrap()).await.unwrap()
}

/// How often the client spoke after the server had.
fn turns(trace: &Trace) -> usize {
    let sides: Vec<Side> = trace.transcript().iter().map(|line| line.side).collect();
    let is_turn = |pair: &&[Side]| *pair == [Side::Server, Side::Client];
    sides.windows(2).filter(is_turn).count()
}

#[tokio::test]
async fn five_hundred_bodies_cost_no_more_round_trips_compressed() {
    let fake = Imap::builder().user("u", "secret");
    let fake = (1..=500).fold(fake, |fake, n| {
        fake.message("u", format!("Subject: {n}\r\n\r\n{}\r\n", "x".repeat(70)))
    });
    let server = fake.start().await.unwrap();
    let mut counts = Vec::new();
    for (builder, is_compressed) in [
        (Client::builder(), false),
        (Client::builder().compress_if_offered(), true),
    ] {
        let trace = Trace::with_transcript();
        let mut client = connected(&server, builder.trace(trace.clone())).await;
        client.examine(&Mailbox::inbox()).await.unwrap();
        assert_eq!(client.is_compressed(), is_compressed);
        let items = Items::new().message();
        let rows = client.fetch(.., &items).await.unwrap();
        assert_eq!(rows.all(1000).await.unwrap().len(), 500);
        client.logout().await.unwrap();
        counts.push(turns(&trace));
    }
    assert_eq!(counts[0], counts[1]);
    let said = server.said();
    let place = said
        .iter()
        .position(|line| line.ends_with("COMPRESS DEFLATE"));
    assert!(said[place.unwrap() - 1].contains("EXAMINE"), "{said:?}");
}

#[tokio::test]
async fn compress_is_said_where_it_is_offered_and_once() {
    talk("", async |client| {
        assert_eq!(kind(client.compress().await), "work.not_offered");
        assert!(!client.is_compressed());
    })
    .await;
    let script = "C: A1 COMPRESS DEFLATE\nS: A1 NO no memory\nC: A2 NOOP\nS: A2 OK";
    talk_with(OFFER, script, async |client| {
        assert_eq!(kind(client.compress().await), "work.rejected");
        client.noop().await.unwrap();
    })
    .await;
    let server = Imap::builder().user("u", "secret").start().await.unwrap();
    let mut client = connected(&server, Client::builder()).await;
    client.compress().await.unwrap();
    assert!(client.is_compressed());
    assert_eq!(kind(client.compress().await), "usage");
    assert_eq!(kind(client.unauthenticate().await), "usage");
    client.noop().await.unwrap();
    client.logout().await.unwrap();
}

#[tokio::test]
async fn a_server_that_tells_nothing_at_the_login_is_asked_first() {
    let fake = Imap::builder().user("u", "secret");
    let server = fake.without_code("CAPABILITY").start().await.unwrap();
    let builder = Client::builder().compress_if_offered();
    let mut client = connected(&server, builder).await;
    client
        .status(&Mailbox::inbox(), &StatusItems::basic())
        .await
        .unwrap();
    assert!(client.is_compressed());
    client.logout().await.unwrap();
}

#[tokio::test]
async fn a_refusal_behind_another_command_changes_nothing() {
    for refusal in ["A2 NO [COMPRESSIONACTIVE] it is on", "A2 BAD what?"] {
        let (mut client, mut peer) = wishful().await;
        let playing = async {
            let said = heard(&mut peer).await;
            assert_eq!(said, "A1 EXAMINE \"INBOX\"\r\nA2 COMPRESS DEFLATE\r\n");
            let answer = format!("* 1 EXISTS\r\nA1 OK [READ-ONLY] done\r\n{refusal}\r\n");
            peer.write_all(answer.as_bytes()).await.unwrap();
            assert_eq!(heard(&mut peer).await, "A3 NOOP\r\n");
            peer.write_all(b"A3 OK\r\n").await.unwrap();
        };
        let talking = async {
            client.examine(&Mailbox::inbox()).await.unwrap();
            assert!(!client.is_compressed());
            client.noop().await.unwrap();
        };
        tokio::join!(playing, talking);
    }
}

#[tokio::test]
async fn what_stands_behind_the_yes_is_compressed_already() {
    let rest = "* 7 EXISTS\r\nA1 OK [READ-ONLY] done\r\n";
    let orders: [(&str, Vec<u8>); 2] = [
        (
            "A1 OK [READ-ONLY] done\r\n* 1 EXISTS\r\nA2 OK\r\n",
            packed(b"* 7 EXISTS\r\n"),
        ),
        // Nothing says that commands are answered in their order.
        ("* 1 EXISTS\r\nA2 OK go\r\n", packed(rest.as_bytes())),
    ];
    for (plain, packed) in orders {
        let (mut client, mut peer) = wishful().await;
        let playing = async {
            heard(&mut peer).await;
            let both = [plain.as_bytes(), &packed].concat();
            peer.write_all(&both).await.unwrap();
            peer
        };
        let examining = async { client.examine(&Mailbox::inbox()).await.map(drop) };
        let (mut peer, examined) = tokio::join!(playing, examining);
        examined.unwrap();
        assert!(client.is_compressed());
        let noop = tokio::time::timeout(Duration::from_secs(1), client.noop());
        let (_, said) = tokio::join!(noop, heard(&mut peer));
        assert!(!said.contains("NOOP"), "{said}");
        assert_eq!(client.selected().unwrap().exists, 7);
    }
}

#[tokio::test]
async fn where_a_literal_waits_compress_waits_as_well() {
    let script = "
        C: A1 EXAMINE {3}
        S: + go
        C: a\"b
        S: * 0 EXISTS
        S: A1 OK
        C: A2 NOOP
        C: A3 COMPRESS DEFLATE
        S: A2 OK
        S: A3 NO not now
    ";
    let script = script.replace("a\"b", "\u{e4}b");
    let script = format!("S: * PREAUTH [CAPABILITY {OFFER} UTF8=ACCEPT] ready\n{script}");
    dialogue(&script, async |conn| {
        let mut client = greeted(conn).await;
        client.want_compressed().await.unwrap();
        let odd = Mailbox::from_wire("\u{e4}b".as_bytes());
        client.examine(&odd).await.unwrap();
        client.noop().await.unwrap();
    })
    .await;
}

/// Fetches what the peer sends as a body, compressed, behind a yes.
async fn after_yes(sent: Vec<u8>) -> (u64, String) {
    let (mut client, mut peer) = wishful().await;
    let playing = tokio::spawn(async move {
        heard(&mut peer).await;
        peer.write_all(b"* 1 EXISTS\r\nA1 OK\r\nA2 OK\r\n")
            .await
            .unwrap();
        heard(&mut peer).await;
        // The client has enough at some point.
        let _ = peer.write_all(&sent).await;
        let _ = peer.shutdown().await;
        let _ = peer.read_to_end(&mut Vec::new()).await;
    });
    client.examine(&Mailbox::inbox()).await.unwrap();
    let mut message = match client.message(1).await {
        Ok(message) => message,
        Err(error) => return (0, error.kind().to_string()),
    };
    let mut came = 0;
    let ended = loop {
        match message.chunk().await {
            Ok(Some(piece)) => came += piece.len() as u64,
            Ok(None) => break "ok".to_owned(),
            Err(error) => break error.kind().to_string(),
        }
    };
    playing.abort();
    (came, ended)
}

#[tokio::test]
async fn a_bomb_a_cut_and_rubbish_are_named() {
    let size = 64 << 20;
    let mut body = format!("* 1 FETCH (UID 1 BODY[] {{{size}}}\r\n").into_bytes();
    body.resize(body.len() + size, b'0');
    body.extend_from_slice(b")\r\nA3 OK\r\n");
    let (came, ended) = after_yes(packed(&body)).await;
    assert_eq!(ended, "proto.too_large");
    assert!(came < 8 << 20, "{came}");
    let small = b"* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\nA3 OK\r\n";
    let whole = packed(small);
    assert_eq!(after_yes(whole.clone()).await, (5, "ok".to_owned()));
    // All is said before the mark of the flush.
    for cut in 0..whole.len() - 6 {
        let (_, ended) = after_yes(whole[..cut].to_vec()).await;
        assert!(
            ["proto.closed", "work.closed"].contains(&ended.as_str()),
            "{cut}: {ended}"
        );
    }
    let (_, ended) = after_yes(small.to_vec()).await;
    assert_ne!(ended, "ok");
}

#[tokio::test]
async fn a_call_that_is_dropped_while_compression_begins_poisons_the_session() {
    let (mut client, mut peer) = wishful().await;
    let inbox = Mailbox::inbox();
    {
        let mut examining = std::pin::pin!(client.examine(&inbox));
        let polled = std::future::poll_fn(|cx| {
            std::task::Poll::Ready(examining.as_mut().poll(cx).is_pending())
        });
        assert!(polled.await);
    }
    peer.write_all(b"A1 OK\r\nA2 OK\r\n").await.unwrap();
    assert_eq!(kind(client.noop().await), "conn.poisoned");
    assert!(!client.is_compressed());
}

#[tokio::test]
async fn one_byte_at_a_time_is_enough() {
    let text = "Subject: x\r\n\r\nhello\r\n";
    let fake = Imap::builder().preauth("u").message("u", text);
    let fake = fake.build().unwrap();
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(async move { fake.serve(theirs).await });
    let stream = FaultyStream::new(ours, StreamFault::OneByte);
    let mut client = greeted(Conn::from_stream(stream)).await;
    client.want_compressed().await.unwrap();
    client.examine(&Mailbox::inbox()).await.unwrap();
    assert!(client.is_compressed());
    let mut message = client.message(1).await.unwrap();
    assert_eq!(message.bytes(100).await.unwrap(), text.as_bytes());
    client.logout().await.unwrap();
    serving.await.unwrap();
}
