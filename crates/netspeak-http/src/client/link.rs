//! [`Link`]: what is known of a connection, and the [`Tap`] through which hyper uses it.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::client::legacy::connect::{Connected, Connection};
use netspeak_core::{ByteStream, Security, Stamp, Timeline, Trace};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// So much of an answer is kept, to be shown if it is none.
const KEEP: usize = 256;

/// What is known of a connection. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Link(Arc<Facts>);

#[derive(Debug)]
struct Facts {
    trace: Trace,
    stamps: Vec<Stamp>,
    ends: (Option<SocketAddr>, Option<SocketAddr>),
    security: Security,
    is_private: bool,
    way: Way,
    is_h2: bool,
    /// How many requests it has answered.
    requests: AtomicU64,
    since: Timeline,
    /// Nothing more may be sent over it.
    is_closed: AtomicBool,
    /// Something was sent over it.
    has_sent: AtomicBool,
    early: Early,
    head: Head,
}

/// What stands between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nothing, or a tunnel.
    Straight,
    /// A proxy that reads along and passes on.
    Forwarded,
}

/// What servers said before anything was sent to them, as none does that speaks HTTP/1. hyper gives up such a connection
/// without telling whose request it was meant for, so it is noted here.
#[derive(Clone, Debug, Default)]
pub(super) struct Early(Arc<Mutex<Vec<u8>>>);

impl Early {
    fn note(&self, new: &[u8]) {
        let mut bytes = self.bytes();
        let room = KEEP.saturating_sub(bytes.len());
        bytes.extend(new.iter().take(room));
    }

    /// What was said, once.
    pub(super) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.bytes())
    }

    fn bytes(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The beginning of what came since something was last sent.
#[derive(Debug, Default)]
struct Head {
    /// Something was sent, and nothing has come since.
    is_due: AtomicBool,
    bytes: Mutex<Vec<u8>>,
}

impl Head {
    fn sending(&self) {
        self.is_due.store(true, Ordering::Relaxed);
    }

    fn came(&self, new: &[u8]) {
        if new.is_empty() {
            return;
        }
        let mut bytes = self.bytes();
        if self.is_due.swap(false, Ordering::Relaxed) {
            bytes.clear();
        }
        let room = KEEP.saturating_sub(bytes.len());
        bytes.extend(new.iter().take(room));
    }

    fn heard(&self) -> Vec<u8> {
        match self.is_due.load(Ordering::Relaxed) {
            true => Vec::new(),
            false => self.bytes().clone(),
        }
    }

    fn bytes(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Link {
    /// Of a connection that took these phases to open.
    pub(super) fn new(
        conn: &netspeak_core::Conn,
        stamps: Vec<Stamp>,
        way: Way,
        is_h2: bool,
        early: Early,
    ) -> Self {
        Self(Arc::new(Facts {
            trace: conn.trace().clone(),
            stamps,
            ends: (conn.local_addr(), conn.peer_addr()),
            security: conn.security(),
            is_private: way == Way::Straight && conn.is_private(),
            way,
            is_h2,
            requests: AtomicU64::new(0),
            since: Timeline::start(),
            is_closed: AtomicBool::new(false),
            has_sent: AtomicBool::new(is_h2),
            early,
            head: Head::default(),
        }))
    }

    pub(super) fn trace(&self) -> &Trace {
        &self.0.trace
    }

    /// The phases that opening it took.
    pub(super) fn stamps(&self) -> &[Stamp] {
        &self.0.stamps
    }

    pub(super) fn local_addr(&self) -> Option<SocketAddr> {
        self.0.ends.0
    }

    pub(super) fn peer_addr(&self) -> Option<SocketAddr> {
        self.0.ends.1
    }

    pub(super) fn security(&self) -> Security {
        self.0.security
    }

    /// Whether a secret may be sent as it is.
    pub(super) fn is_private(&self) -> bool {
        self.0.is_private
    }

    /// One more request was answered; how many there were before.
    pub(super) fn uses(&self) -> u64 {
        self.0.requests.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether it has answered requests.
    pub(super) fn is_used(&self) -> bool {
        self.0.requests.load(Ordering::Relaxed) > 0
    }

    /// How long it has been there.
    pub(super) fn age(&self) -> Duration {
        self.0.since.elapsed()
    }

    /// After the answer that is being read it is not used again.
    pub(super) fn close(&self) {
        self.0.is_closed.store(true, Ordering::Relaxed);
    }

    /// Whether nothing could be sent over it any more.
    pub(super) fn is_closed(&self) -> bool {
        self.0.is_closed.load(Ordering::Relaxed)
    }

    fn sending(&self) -> io::Result<()> {
        if self.is_closed() {
            return Err(io::ErrorKind::NotConnected.into());
        }
        self.0.has_sent.store(true, Ordering::Relaxed);
        self.0.head.sending();
        Ok(())
    }

    fn came(&self, new: &[u8]) {
        if !self.0.has_sent.load(Ordering::Relaxed) {
            self.0.early.note(new);
        }
        self.0.head.came(new);
    }

    /// The beginning of what came since something was last sent, without secrets.
    pub(super) fn heard(&self) -> Vec<u8> {
        self.0.head.heard()
    }
}

/// The stream of a connection, which remembers how an answer began.
#[derive(Debug)]
pub(super) struct Tap {
    stream: ByteStream,
    link: Link,
}

impl Tap {
    pub(super) fn new(stream: ByteStream, link: Link) -> Self {
        Self { stream, link }
    }
}

impl Connection for Tap {
    fn connected(&self) -> Connected {
        let facts = &self.link.0;
        let connected = Connected::new().proxy(facts.way == Way::Forwarded);
        let connected = connected.extra(self.link.clone());
        if facts.is_h2 {
            connected.negotiated_h2()
        } else {
            connected
        }
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        let new = buf.filled().get(before..).unwrap_or_default();
        self.link.came(new);
        polled
    }
}

impl AsyncWrite for Tap {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.link.sending()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.link.sending()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
