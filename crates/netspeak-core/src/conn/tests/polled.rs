//! Futures that are made anew at each poll: readers, streams, `select!`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::*;

/// A body, as somebody's `AsyncRead`.
struct Body<'a> {
    conn: &'a mut Conn,
    at: Range<usize>,
}

impl AsyncRead for Body<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        if this.at.is_empty() {
            let next = ready!(this.conn.poll_next(cx, &mut Raw));
            this.at = next.map_err(|error| std::io::Error::other(error.to_string()))?;
        }
        let size = this.at.len().min(buf.remaining());
        buf.put_slice(this.conn.bytes(this.at.start..this.at.start + size));
        this.at.start += size;
        Poll::Ready(Ok(()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_holds_although_each_poll_makes_a_new_future() {
    let (mut conn, mut peer) = pair();
    peer.write_all(b"some").await.unwrap();
    conn.begin(Phase::Work).unwrap();
    conn.data_due();
    let began = crate::deadline::now();
    let mut body = Body {
        conn: &mut conn,
        at: 0..0,
    };
    let mut got = Vec::new();
    let error = body.read_to_end(&mut got).await.unwrap_err();
    assert!(error.to_string().contains("30s"), "{error}");
    assert_eq!((crate::deadline::now() - began).as_secs(), 30);
    assert_eq!(got, b"some");
}

#[tokio::test(start_paused = true)]
async fn waiting_beside_somebody_busy_is_waiting() {
    let (mut silent, _quiet) = pair();
    let (mut busy, mut talker) = pair();
    silent.begin(Phase::Work).unwrap();
    busy.begin(Phase::Data).unwrap();
    busy.data_due();
    let talking = tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_millis(100));
        loop {
            every.tick().await;
            talker.write_all(b"x").await.unwrap();
        }
    });
    let began = crate::deadline::now();
    let (mut one, mut other) = (LineCodec::new(9), Raw);
    let error = loop {
        tokio::select! {
            piece = busy.next(&mut other) => drop(piece.unwrap()),
            line = silent.next(&mut one) => break line.unwrap_err(),
        }
    };
    assert_eq!(error.kind().to_string(), "work.timeout");
    assert_eq!((crate::deadline::now() - began).as_secs(), 10);
    talking.abort();
}

#[tokio::test(start_paused = true)]
async fn flushing_can_be_polled() {
    let (ours, mut peer) = tokio::io::duplex(4);
    let mut conn = Conn::from_memory(ours);
    conn.begin(Phase::Work).unwrap();
    conn.queue_data(bytes(6)).unwrap();
    let mut cx = Context::from_waker(std::task::Waker::noop());
    assert!(conn.poll_flush(&mut cx).is_pending());
    assert_eq!(conn.queued(), 2);
    peer.read_exact(&mut [0; 4]).await.unwrap();
    assert!(conn.poll_flush(&mut cx).is_ready());
    assert_eq!(conn.queued(), 0);
}
