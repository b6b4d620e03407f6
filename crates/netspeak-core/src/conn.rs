//! [`Conn`]: one byte stream with its read buffer, its deadlines and its poison mark.

use std::fmt;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use tokio::io::DuplexStream;

use crate::address::Endpoint;
use crate::deadline::{Deadlines, Timeouts};
use crate::error::{Error, Phase, Result};
use crate::limits::Limits;
use crate::policy::Security;
use crate::said::Said;
use crate::secret::Secret;
use crate::stream::{Io, Stream};
use crate::trace::Trace;
use crate::wire::Wire;

mod buffer;
mod byte_stream;
mod faults;
mod file;
mod layers;
mod outgoing;
mod receive;
mod send;
#[cfg(test)]
mod tests;
mod waiting;

use buffer::Buffer;
pub use byte_stream::ByteStream;
use outgoing::Outgoing;
use waiting::Waiting;

/// A connection: bytes out, events in.
///
/// A command runs between [`begin`](Self::begin) and [`finish`](Self::finish). If its future is
/// dropped or fails in between, the connection stays marked and every later `begin` answers
/// [`Error::Poisoned`]: a late reply can never be taken for the answer to another command.
/// After an error of the connection itself (a timeout, the end of the stream, a reply that breaks
/// the protocol) sending and receiving answer [`Error::Poisoned`] as well, for ever.
///
/// [`next`](Self::next) may be dropped and called again: nothing that came is lost.
///
/// What the peer said before it left comes before the news that it left: a write that fails while
/// words of the peer are unread is told when these have been read.
///
/// Nothing is sent on drop; saying goodbye is the protocol's business.
///
/// | to | |
/// |---|---|
/// | send a command | [`send`](Self::send), or [`queue`](Self::queue) several and [`flush`](Self::flush) |
/// | send bulk data | [`send_data`](Self::send_data), [`send_file`](Self::send_file); encoded on the way: [`queue_data`](Self::queue_data) |
/// | send and listen meanwhile | [`flush_or_next`](Self::flush_or_next), [`send_data_or_next`](Self::send_data_or_next) |
/// | receive | [`next`](Self::next), [`poll_next`](Self::poll_next); where silence is an answer: [`next_within`](Self::next_within) |
/// | end one direction, or both | [`finish_sending`](Self::finish_sending), [`close`](Self::close) |
/// | change what is below | `upgrade` to TLS, `compress`, [`into_stream`](Self::into_stream) |
pub struct Conn {
    stream: Stream,
    buffer: Buffer,
    out: Outgoing,
    deadlines: Deadlines,
    waiting: Waiting,
    limits: Limits,
    trace: Trace,
    security: Security,
    /// Where commands are encoded; empty in between.
    scratch: Wire,
    /// Whom it was made to, for errors.
    peer: Option<Box<str>>,
    busy: bool,
    failed: bool,
}

impl Conn {
    /// A connection over any stream of the caller's: a tunnel, a test, a transport of its own kind.
    ///
    /// It counts as remote and unencrypted, so clear-text logins are refused over it.
    pub fn from_stream(stream: impl Io) -> Self {
        Self::new(
            Stream::Other(Box::new(stream)),
            Trace::new(),
            Deadlines::start(Timeouts::default()),
        )
    }

    /// A connection to the other half of a [`tokio::io::duplex`].
    pub fn from_memory(stream: DuplexStream) -> Self {
        Self::new(
            Stream::Memory(stream),
            Trace::new(),
            Deadlines::start(Timeouts::default()),
        )
    }

    pub(crate) fn new(stream: Stream, trace: Trace, deadlines: Deadlines) -> Self {
        Self {
            stream,
            buffer: Buffer::new(),
            out: Outgoing::default(),
            deadlines,
            waiting: Waiting::neutral(),
            limits: Limits::default(),
            trace,
            security: Security::Clear,
            scratch: Wire::new(),
            peer: None,
            busy: false,
            failed: false,
        }
    }

    pub(crate) fn with_peer(mut self, peer: &Endpoint) -> Self {
        self.peer = Some(peer.to_string().into());
        self
    }

    #[cfg(feature = "proxy")]
    pub(crate) fn with_security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// Sets what the peer may send.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how long things may take; a total counts from now.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.deadlines = Deadlines::start(timeouts);
        self
    }

    /// Puts it under limits that run already: those of the connection to which this one belongs
    /// ([`deadlines`](Self::deadlines)).
    #[must_use]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// Records into this trace from now on.
    #[must_use]
    pub fn with_trace(mut self, trace: Trace) -> Self {
        self.trace = trace;
        self
    }

    /// What the peer may send.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How long things may take, the total as it runs: for a second connection that belongs to this
    /// one ([`Connector::connect_under`](crate::Connector::connect_under)).
    pub fn deadlines(&self) -> &Deadlines {
        &self.deadlines
    }

    /// The record of this connection.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// How well the talk is protected.
    pub fn security(&self) -> Security {
        self.security
    }

    /// Whether the talk is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.security != Security::Clear
    }

    /// Whether a secret may be sent as it is: over TLS with a peer that is who it should be (or
    /// whom the caller accepted), over a Unix socket, or to a loopback address. Decided from the
    /// address of the connected peer, not from a name.
    pub fn is_private(&self) -> bool {
        match self.security {
            Security::Verified | Security::Accepted => true,
            Security::Clear => self.stream.is_local(),
            Security::Unverified => false,
        }
    }

    /// Whether the connection goes through a proxy, so that [`peer_addr`](Self::peer_addr) is the
    /// proxy's.
    pub fn is_tunnelled(&self) -> bool {
        self.stream.is_tunnel()
    }

    /// What only the two ends of this TLS connection know (RFC 9266, `tls-exporter`); `None`
    /// without TLS 1.3.
    #[cfg(feature = "tls")]
    pub fn channel_binding(&self) -> Option<[u8; 32]> {
        self.stream.exported_key(b"EXPORTER-Channel-Binding")
    }

    /// The protocol agreed on by ALPN (RFC 7301), such as `h2`; `None` without TLS, or if the peer
    /// does not know ALPN.
    #[cfg(feature = "tls")]
    pub fn alpn(&self) -> Option<&[u8]> {
        self.stream.alpn()
    }

    /// The peer's address, if it is a TCP peer.
    pub fn peer_addr(&self) -> Option<SocketAddr> {
        self.stream.tcp().and_then(|tcp| tcp.peer_addr().ok())
    }

    /// Our own address, if it is a TCP connection.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.stream.tcp().and_then(|tcp| tcp.local_addr().ok())
    }

    /// The total starts to count anew: for connections that wait in a pool for the next task.
    pub fn restart_total(&mut self) {
        self.deadlines = Deadlines::start(*self.deadlines.timeouts());
    }

    /// Begins a command: from here to [`finish`](Self::finish) one deadline runs.
    ///
    /// # Errors
    /// [`Error::Poisoned`] if an earlier command did not finish.
    pub fn begin(&mut self, phase: Phase) -> Result<()> {
        if self.is_busy() {
            return Err(Error::Poisoned);
        }
        self.busy = true;
        self.waiting.until(self.deadlines.phase(phase));
        Ok(())
    }

    /// As [`begin`](Self::begin), for protocols in which the peer never speaks unasked: what came
    /// before the command was sent cannot be its answer.
    ///
    /// # Errors
    /// Also those of [`in_turn`](Self::in_turn).
    pub fn begin_in_turn(&mut self, phase: Phase) -> Result<()> {
        self.begin(phase)?;
        self.in_turn()
    }

    /// The command's replies have all been read.
    pub fn finish(&mut self) {
        self.busy = false;
        self.waiting.rest();
    }

    /// Whether an operation is under way, or ended half-way.
    pub fn is_busy(&self) -> bool {
        self.busy || self.failed
    }

    /// Bulk data follows: from now on only silence is bounded, until the next `begin` or
    /// [`reply_due`](Self::reply_due). A byte that moves in either direction ends the silence.
    pub fn data_due(&mut self) {
        self.waiting.progress();
    }

    /// A reply follows: a fresh deadline runs.
    pub fn reply_due(&mut self) {
        let phase = self.waiting.phase();
        self.waiting.until(self.deadlines.phase(phase));
    }

    /// A reply follows that may take this long: the peer has real work to do for it.
    /// [`Duration::MAX`] is for ever, or until the total runs out.
    pub fn reply_due_within(&mut self, limit: Duration) {
        let phase = self.waiting.phase();
        self.waiting.until(self.deadlines.within(phase, limit));
    }

    /// Announces a secret that will be sent inside something else, so that the transcript and
    /// [`scrub`](Self::scrub) know it when the peer repeats it.
    pub fn conceal(&self, secret: &Secret) {
        self.trace.conceal(secret.expose().as_bytes());
    }

    /// What the peer said, without the secrets that were sent to it.
    pub fn scrub(&self, bytes: &[u8]) -> Vec<u8> {
        self.trace.scrub(bytes)
    }

    /// A range of the last event, as the peer said it and as it may be shown.
    pub fn said(&self, range: Range<usize>) -> Said {
        self.said_so(self.bytes(range))
    }

    /// What the peer said in several events, as it came and as it may be shown.
    pub fn said_so(&self, came: impl Into<Vec<u8>>) -> Said {
        let came = came.into();
        let shown = self.trace.without_secrets(&came);
        let said = Said::new(came);
        match shown {
            Some(shown) => said.showing(shown),
            None => said,
        }
    }

    /// Whether a whole event may be there without waiting: the buffer holds unread bytes.
    pub fn has_unread(&self) -> bool {
        !self.buffer.unread().is_empty()
    }

    /// The bytes that the last event was made of; an event's ranges index into them.
    pub fn event_bytes(&self) -> &[u8] {
        self.buffer.consumed()
    }

    /// A range of the last event.
    pub fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.buffer.consumed().get(range).unwrap_or_default()
    }
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conn")
            .field("peer", &self.peer_addr())
            .field("security", &self.security)
            .field("busy", &self.busy)
            .field("unread", &self.buffer.unread().len())
            .field("queued", &self.queued())
            .finish_non_exhaustive()
    }
}
