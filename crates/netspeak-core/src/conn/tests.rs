//! What a connection promises, over streams in memory unless the system matters.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Duration;

use super::*;
use crate::codec::{Codec, Shown, Step};
use crate::connect::Connector;
use crate::error::NoReply;
use crate::line::LineCodec;
use crate::scheme::Tls;
use crate::wire::Wire;

#[cfg(feature = "deflate")]
mod compressed;
mod files;
mod over_tcp;
mod polled;
mod sending;
mod stream;

/// A connection to a listener of our own, and its other end.
async fn loopback() -> (Conn, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = listener.local_addr().unwrap().to_string().parse().unwrap();
    let (connector, trace) = (Connector::new(), Trace::new());
    let ours = connector.connect(&endpoint, Tls::Off, &trace);
    let (ours, theirs) = tokio::join!(ours, listener.accept());
    let (theirs, _) = theirs.unwrap();
    theirs.set_nodelay(true).unwrap();
    (ours.unwrap(), theirs)
}

async fn line(conn: &mut Conn) -> Result<String> {
    let range = conn.next(&mut LineCodec::new(100)).await?;
    Ok(String::from_utf8_lossy(conn.bytes(range)).into_owned())
}

/// Whatever comes, as it comes; nothing at the end.
struct Raw;

impl Codec for Raw {
    type Event = Range<usize>;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Self::Event>> {
        Ok(Step::Event {
            consumed: input.len(),
            event: 0..input.len(),
        })
    }

    fn eof(&mut self, _: &[u8]) -> Result<Self::Event> {
        Ok(0..0)
    }

    fn shown(event: &Self::Event) -> Shown {
        Shown::Data(event.len())
    }
}

/// Lines, the last of which may lack its end.
struct LooseLines(LineCodec);

impl LooseLines {
    fn new() -> Self {
        Self(LineCodec::new(1000))
    }
}

impl Codec for LooseLines {
    type Event = Option<Range<usize>>;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Self::Event>> {
        self.0.decode(input)?.and_then(|line| Ok(Some(line)))
    }

    fn eof(&mut self, rest: &[u8]) -> Result<Self::Event> {
        Ok((!rest.is_empty()).then_some(0..rest.len()))
    }

    fn shown(event: &Self::Event) -> Shown {
        event.clone().map_or(Shown::Nothing, Shown::Line)
    }
}

fn kind<T>(outcome: Result<T>) -> String {
    outcome.map_or_else(|error| error.kind().to_string(), |_| "ok".to_owned())
}

/// Adds bulk data.
fn bytes(count: usize) -> impl FnOnce(&mut Vec<u8>) -> Result<(), Error<NoReply>> {
    move |out| {
        out.resize(out.len() + count, b'x');
        Ok(())
    }
}

fn shown(conn: &Conn) -> Vec<String> {
    let entries = conn.trace().transcript();
    entries.into_iter().map(|entry| entry.text).collect()
}

fn pair() -> (Conn, DuplexStream) {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    (Conn::from_memory(ours), theirs)
}

#[tokio::test(start_paused = true)]
async fn a_dropped_command_poisons() {
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Work).unwrap();
    let mut wire = Wire::new();
    conn.send(wire.verb("NOOP").end()).await.unwrap();
    drop(line(&mut conn));
    peer.write_all(b"+OK late\r\n").await.unwrap();
    assert!(matches!(conn.begin(Phase::Work), Err(Error::Poisoned)));
    assert_eq!(
        conn.begin(Phase::Work).unwrap_err().kind().to_string(),
        "conn.poisoned"
    );
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_trickles_ends_with_its_deadline() {
    let (mut conn, mut peer) = pair();
    let slow = tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_millis(400));
        loop {
            every.tick().await;
            peer.write_all(b"x").await.unwrap();
        }
    });
    conn.begin(Phase::Auth).unwrap();
    let began = crate::deadline::now();
    let error = line(&mut conn).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.timeout");
    assert_eq!((crate::deadline::now() - began).as_secs(), 10);
    slow.abort();
}

#[tokio::test(start_paused = true)]
async fn bulk_data_may_take_long_but_not_pause_long() {
    let (mut conn, mut peer) = pair();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_secs(20));
        for _ in 0..100 {
            every.tick().await;
            peer.write_all(b"x\r\n").await.unwrap();
        }
        std::future::pending::<()>().await;
    });
    conn.begin(Phase::Work).unwrap();
    conn.data_due();
    for _ in 0..100 {
        assert_eq!(line(&mut conn).await.unwrap(), "x");
    }
    assert_eq!(
        line(&mut conn).await.unwrap_err().kind().to_string(),
        "work.timeout"
    );
}

#[tokio::test]
async fn an_early_reply_is_not_the_answer_to_the_next_command() {
    let (mut conn, mut peer) = pair();
    peer.write_all(b"+OK one\r\n+OK two\r\n").await.unwrap();
    conn.begin(Phase::Greeting).unwrap();
    assert_eq!(line(&mut conn).await.unwrap(), "+OK one");
    conn.finish();
    let error = conn.begin_in_turn(Phase::Work).unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.malformed");
    assert!(error.to_string().contains("+OK two"), "{error}");
}

#[tokio::test]
async fn an_early_reply_is_noticed_though_nobody_has_read_it() {
    let (mut conn, mut peer) = pair();
    assert!(conn.in_turn().is_ok());
    peer.write_all(b"+OK early\r\n").await.unwrap();
    let error = conn.begin_in_turn(Phase::Work).unwrap_err();
    assert!(error.to_string().contains("+OK early"), "{error}");
    assert!(matches!(conn.begin(Phase::Work), Err(Error::Poisoned)));
}

#[tokio::test]
async fn a_peer_that_has_left_is_noticed_before_anything_is_sent() {
    let (mut conn, peer) = pair();
    drop(peer);
    let error = conn.begin_in_turn(Phase::Work).unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.closed");
}

#[tokio::test(start_paused = true)]
async fn after_an_error_there_is_nothing_to_read_or_send() {
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Work).unwrap();
    let error = line(&mut conn).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "work.timeout");
    peer.write_all(b"+OK late\r\n").await.unwrap();
    assert!(matches!(line(&mut conn).await, Err(Error::Poisoned)));
    conn.finish();
    assert!(matches!(conn.begin(Phase::Work), Err(Error::Poisoned)));
    let mut wire = Wire::new();
    let sent = conn.send(wire.verb("NOOP").end()).await;
    assert!(matches!(sent, Err(Error::Poisoned)));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_read_loses_nothing() {
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Work).unwrap();
    peer.write_all(b"+OK ha").await.unwrap();
    let second = Duration::from_secs(1);
    assert!(tokio::time::timeout(second, line(&mut conn)).await.is_err());
    peer.write_all(b"lf\r\n").await.unwrap();
    assert_eq!(line(&mut conn).await.unwrap(), "+OK half");
}

#[tokio::test]
async fn errors_do_not_quote_secrets() {
    let password = Secret::from("marker-password");
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Auth).unwrap();
    let mut wire = Wire::new();
    wire.verb("PASS").secret("password", &password).unwrap();
    conn.send(wire.end()).await.unwrap();
    peer.write_all(b"you said marker-password").await.unwrap();
    drop(peer);
    let error = line(&mut conn).await.unwrap_err().to_string();
    assert!(error.contains("you said ***"), "{error}");
    // Cut in the middle by the length of excerpts.
    let (conn, _peer) = pair();
    conn.conceal(&password);
    let long = format!("{}marker-password", "x".repeat(192));
    let error = conn.scrub_error(Error::malformed("sense", long.as_bytes()));
    assert!(!error.to_string().contains("marker"), "{error}");
}

#[tokio::test]
async fn the_end_inside_a_line_is_an_error_that_shows_what_came() {
    let (mut conn, mut peer) = pair();
    peer.write_all(b"+OK unfin").await.unwrap();
    drop(peer);
    conn.begin(Phase::Greeting).unwrap();
    let error = line(&mut conn).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.closed");
    assert!(error.to_string().contains("+OK unfin"), "{error}");
}

#[tokio::test]
async fn a_pipeline_longer_than_both_buffers_does_not_block() {
    let (ours, theirs) = tokio::io::duplex(256);
    let mut conn = Conn::from_memory(ours);
    let echo = tokio::spawn(async move {
        let (mut reader, mut writer) = tokio::io::split(theirs);
        let _ = tokio::io::copy(&mut reader, &mut writer).await;
    });
    conn.begin(Phase::Work).unwrap();
    let mut wire = Wire::new();
    for n in 0..5000 {
        wire.verb("RETR").number(n).end();
    }
    conn.queue(&wire);
    for n in 0..5000 {
        assert_eq!(line(&mut conn).await.unwrap(), format!("RETR {n}"));
    }
    conn.finish();
    drop(conn);
    echo.await.unwrap();
}

#[tokio::test]
async fn a_codec_that_never_has_enough_meets_the_buffers_limit() {
    struct Greedy;
    impl Codec for Greedy {
        type Event = ();
        fn decode(&mut self, _: &[u8]) -> Result<Step<()>> {
            Ok(Step::Need)
        }
    }
    let (mut conn, peer) = pair();
    let flood = tokio::spawn(async move {
        let (_, mut writer) = tokio::io::split(peer);
        while writer.write_all(&[b'x'; 4096]).await.is_ok() {}
    });
    conn.begin(Phase::Work).unwrap();
    let error = conn.next(&mut Greedy).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.too_large");
    drop(conn);
    flood.await.unwrap();
}

#[tokio::test]
async fn one_write_per_command() {
    let (mut conn, mut peer) = pair();
    let mut wire = Wire::new();
    wire.verb("LIST").number(1).end();
    conn.begin(Phase::Work).unwrap();
    conn.send(&wire).await.unwrap();
    let mut got = [0; 64];
    let read = peer.read(&mut got).await.unwrap();
    assert_eq!(&got[..read], b"LIST 1\r\n");
    assert_eq!(conn.queued(), 0);
}

#[tokio::test]
async fn what_the_end_of_the_stream_makes_is_read_and_used_up() {
    let (conn, mut peer) = pair();
    let mut conn = conn.with_trace(Trace::with_transcript());
    peer.write_all(b"one\r\ntwo without end").await.unwrap();
    drop(peer);
    conn.begin(Phase::Work).unwrap();
    let mut lines = Vec::new();
    let mut codec = LooseLines::new();
    while let Some(range) = conn.next(&mut codec).await.unwrap() {
        lines.push(String::from_utf8_lossy(conn.bytes(range)).into_owned());
    }
    assert_eq!(lines, ["one", "two without end"]);
    assert_eq!(shown(&conn), lines);
    assert!(!conn.has_unread());
}

#[tokio::test(start_paused = true)]
async fn where_nothing_was_begun_nobody_is_awaited_as_if_he_had_to_greet() {
    let (mut conn, _peer) = pair();
    let began = crate::deadline::now();
    let error = line(&mut conn).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "conn.timeout");
    assert_eq!((crate::deadline::now() - began).as_secs(), 30);
    // Nor as if the last command went on.
    let (mut conn, mut peer) = pair();
    conn.begin(Phase::Auth).unwrap();
    peer.write_all(b"+OK\r\n").await.unwrap();
    line(&mut conn).await.unwrap();
    conn.finish();
    assert_eq!(kind(line(&mut conn).await), "conn.timeout");
}

#[tokio::test(start_paused = true)]
async fn silence_may_be_an_answer() {
    let (mut conn, mut peer) = pair();
    let mut codec = LineCodec::new(100);
    let minute = Duration::from_secs(60);
    conn.begin(Phase::Work).unwrap();
    assert_eq!(conn.next_within(&mut codec, minute).await.unwrap(), None);
    // Half a line is no event, and is not lost.
    peer.write_all(b"* 7 EX").await.unwrap();
    assert_eq!(conn.next_within(&mut codec, minute).await.unwrap(), None);
    peer.write_all(b"ISTS\r\n").await.unwrap();
    let range = conn.next_within(&mut codec, minute).await.unwrap().unwrap();
    assert_eq!(conn.bytes(range), b"* 7 EXISTS");
    let mut wire = Wire::new();
    conn.send(wire.raw(b"DONE").end()).await.unwrap();
    drop(peer);
    assert_eq!(
        kind(conn.next_within(&mut codec, minute).await),
        "proto.closed"
    );
}

#[tokio::test(start_paused = true)]
async fn the_total_is_no_silence() {
    let (ours, _peer) = tokio::io::duplex(64);
    let timeouts = Timeouts {
        total: Some(Duration::from_secs(5)),
        ..Timeouts::default()
    };
    let mut conn = Conn::from_memory(ours).with_timeouts(timeouts);
    let mut codec = LineCodec::new(9);
    let quiet = conn.next_within(&mut codec, Duration::from_secs(60));
    assert_eq!(kind(quiet.await), "timeout.total");
}

#[tokio::test]
async fn what_fails_on_a_data_connection_is_datas() {
    let (mut conn, peer) = pair();
    drop(peer);
    conn.begin(Phase::Data).unwrap();
    assert_eq!(kind(line(&mut conn).await), "data.closed");
}

/// A stream that says of itself that it was cut off.
#[derive(Debug)]
struct CutOff;

impl tokio::io::AsyncRead for CutOff {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        _: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Err(std::io::ErrorKind::UnexpectedEof.into()))
    }
}

#[tokio::test]
async fn only_tls_can_be_cut_off_in_tls() {
    let mut conn = Conn::from_stream(tokio::io::join(CutOff, tokio::io::sink()));
    conn.begin(Phase::Work).unwrap();
    assert_eq!(kind(line(&mut conn).await), "proto.truncated");
}

#[tokio::test]
async fn looking_takes_nothing() {
    let (mut conn, mut peer) = pair();
    assert_eq!(conn.peek().unwrap(), b"");
    peer.write_all(b"421 bye\r\n").await.unwrap();
    assert_eq!(conn.peek().unwrap(), b"421 bye\r\n");
    assert_eq!(conn.peek().unwrap(), b"421 bye\r\n");
    assert_eq!(line(&mut conn).await.unwrap(), "421 bye");
    drop(peer);
    assert_eq!(kind(conn.peek().map(drop)), "proto.closed");
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn where_there_is_no_tls_none_ends() {
    let (mut conn, _peer) = pair();
    assert_eq!(kind(conn.leave_tls().await), "usage");
    conn.begin(Phase::Work).unwrap();
}
