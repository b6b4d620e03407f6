//! [`Conn`]: one byte stream with its read buffer, its deadlines and its poison mark.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

use crate::codec::{Codec, Step};
use crate::deadline::{Deadline, Deadlines, Timeouts};
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::limits::Limits;
use crate::policy::Security;
use crate::secret::Secret;
use crate::stream::{Io, Stream};
use crate::trace::Trace;
use crate::wire::Wire;

mod buffer;

use buffer::Buffer;

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
/// Nothing is sent on drop; saying goodbye is the protocol's business.
pub struct Conn {
    stream: Stream,
    buffer: Buffer,
    out: Outgoing,
    deadlines: Deadlines,
    limits: Limits,
    trace: Trace,
    security: Security,
    busy: bool,
    failed: bool,
    waiting: Waiting,
}

/// How [`Conn::flush_listening`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushed {
    /// All is sent, and the peer has said nothing.
    Sent,
    /// The peer spoke before all was sent.
    Interrupted,
}

/// Bytes queued for sending.
#[derive(Default)]
struct Outgoing {
    wire: Wire,
    sent: usize,
    unflushed: bool,
}

/// What bounds the next wait.
#[derive(Clone, Copy)]
enum Waiting {
    /// A reply: it must be complete by then, however slowly it trickles.
    Until(Deadline),
    /// Bulk data: it must not stop for too long.
    Progress(Phase),
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
        let waiting = Waiting::Until(deadlines.phase(Phase::Greeting));
        Self {
            stream,
            buffer: Buffer::new(),
            out: Outgoing::default(),
            deadlines,
            limits: Limits::default(),
            trace,
            security: Security::Clear,
            busy: false,
            failed: false,
            waiting,
        }
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

    /// The peer's address, if it is a TCP peer.
    pub fn peer_addr(&self) -> Option<SocketAddr> {
        self.stream.tcp().and_then(|tcp| tcp.peer_addr().ok())
    }

    /// Our own address, if it is a TCP connection.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.stream.tcp().and_then(|tcp| tcp.local_addr().ok())
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
        self.waiting = Waiting::Until(self.deadlines.phase(phase));
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

    /// Makes sure that it is our turn to speak: nothing has come that is not read yet. Looks at
    /// what has arrived by now, and waits for nothing.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there are unread bytes, `proto.closed` if the peer has closed, or a
    /// network error.
    pub fn in_turn(&mut self) -> Result<()> {
        if self.failed {
            return Err(Error::Poisoned);
        }
        let looked = self.look();
        self.note(looked)
    }

    fn look(&mut self) -> Result<()> {
        self.buffer.release();
        if self.buffer.unread().is_empty() {
            self.buffer.make_room()?;
            let mut room = ReadBuf::new(self.buffer.room());
            // Nobody is to be woken: the next read registers its own task.
            let mut cx = Context::from_waker(Waker::noop());
            match Pin::new(&mut self.stream).poll_read(&mut cx, &mut room) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Ok(())) if room.filled().is_empty() => {
                    return Err(Error::closed("the peer has closed the connection"));
                }
                Poll::Ready(Ok(())) => {
                    let read = room.filled().len();
                    self.buffer.filled(read);
                }
                Poll::Ready(Err(error)) => return Err(read_error(error, self.phase())),
            }
        }
        let early = self.scrub(self.buffer.unread());
        Err(Error::malformed("nothing before the next command", &early))
    }

    /// Remembers that the connection has failed, and takes secrets out of what the error quotes.
    fn note<T>(&mut self, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|error| {
            self.failed = true;
            self.scrub_error(error)
        })
    }

    /// The command's replies have all been read.
    pub fn finish(&mut self) {
        self.busy = false;
    }

    /// Whether an operation is under way, or ended half-way.
    pub fn is_busy(&self) -> bool {
        self.busy || self.failed
    }

    /// Bulk data follows: from now on only silence is bounded, until the next `begin` or
    /// [`reply_due`](Self::reply_due).
    pub fn data_due(&mut self) {
        let phase = self.phase();
        self.waiting = Waiting::Progress(phase);
    }

    /// A reply follows: a fresh deadline runs.
    pub fn reply_due(&mut self) {
        self.waiting = Waiting::Until(self.deadlines.phase(self.phase()));
    }

    /// A reply follows that may take this long: the peer has real work to do for it.
    pub fn reply_due_within(&mut self, limit: Duration) {
        self.waiting = Waiting::Until(self.deadlines.within(self.phase(), limit));
    }

    fn phase(&self) -> Phase {
        match self.waiting {
            Waiting::Until(deadline) => deadline.phase(),
            Waiting::Progress(phase) => phase,
        }
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

    /// The same error without the secrets that the peer repeated in what it quotes.
    pub(crate) fn scrub_error(&self, error: Error) -> Error {
        let clean = |text: String| {
            let clean = self.trace.scrub_excerpt(text.as_bytes());
            String::from_utf8(clean).unwrap_or(text)
        };
        match error {
            Error::Malformed { what, excerpt } => Error::Malformed {
                what,
                excerpt: clean(excerpt),
            },
            Error::Net(mut net) => {
                net.message = clean(net.message);
                Error::Net(net)
            }
            other => other,
        }
    }

    /// Queues bytes. They leave with the next [`flush`](Self::flush), or while
    /// [`next`](Self::next) waits: a long pipeline cannot block against the peer's answers.
    pub fn queue(&mut self, wire: &Wire) {
        self.trace.sent(wire, self.is_encrypted());
        self.out.push(wire);
    }

    /// Queues bulk data: `fill` adds it to what is queued already, without a copy in between. A
    /// transcript shows its size only.
    ///
    /// # Errors
    /// Those of `fill`; nothing is queued then.
    pub fn queue_data<E>(
        &mut self,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.out.sent == self.out.wire.len() {
            self.out.clear();
        }
        let before = self.out.wire.len();
        self.out.wire.fill(fill)?;
        let size = self.out.wire.len() - before;
        if size > 0 {
            self.out.unflushed = true;
            self.trace.sent_data(size, self.is_encrypted());
        }
        Ok(())
    }

    /// How many queued bytes have not been handed to the system yet.
    pub fn queued(&self) -> usize {
        self.out.wire.len() - self.out.sent
    }

    /// Sends what is queued.
    ///
    /// # Errors
    /// A network error, or a timeout of the running command.
    pub async fn flush(&mut self) -> Result<()> {
        if self.failed {
            return Err(Error::Poisoned);
        }
        let flushed = self.flush_all().await;
        self.note(flushed)
    }

    async fn flush_all(&mut self) -> Result<()> {
        while self.queued() > 0 || self.out.unflushed {
            let deadline = self.deadline();
            let (stream, out) = (&mut self.stream, &mut self.out);
            let step = std::future::poll_fn(|cx| out.poll_write(stream, cx));
            deadline.run("sending", step).await?.map_err(write_error)?;
        }
        self.out.clear();
        Ok(())
    }

    /// Sends what is queued, and listens meanwhile: a peer that has had enough says so in the
    /// middle of the data. Then the rest is not sent; what it said is for [`next`](Self::next).
    ///
    /// # Errors
    /// As [`flush`](Self::flush).
    pub async fn flush_listening(&mut self) -> Result<Flushed> {
        if self.failed {
            return Err(Error::Poisoned);
        }
        let flushed = self.flush_until_heard().await;
        self.note(flushed)
    }

    async fn flush_until_heard(&mut self) -> Result<Flushed> {
        loop {
            if !self.buffer.unread().is_empty() {
                self.out.forget();
                return Ok(Flushed::Interrupted);
            }
            if !self.out.is_pending() {
                self.out.clear();
                return Ok(Flushed::Sent);
            }
            self.buffer.release();
            self.buffer.make_room()?;
            let deadline = self.deadline();
            let Self {
                stream,
                buffer,
                out,
                ..
            } = self;
            let step = std::future::poll_fn(|cx| {
                let written = out.poll_write_some(stream, cx);
                if let Poll::Ready(Ok(())) = written {
                    return Poll::Ready(Ok(0));
                }
                let mut room = ReadBuf::new(buffer.room());
                let read = Pin::new(&mut *stream).poll_read(cx, &mut room);
                match (written, read) {
                    (_, Poll::Ready(Ok(()))) if !room.filled().is_empty() => {
                        Poll::Ready(Ok(room.filled().len()))
                    }
                    (Poll::Ready(Err(error)), _) | (_, Poll::Ready(Err(error))) => {
                        Poll::Ready(Err(error))
                    }
                    (_, Poll::Ready(Ok(()))) => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
                    (_, Poll::Pending) => Poll::Pending,
                }
            });
            let read = deadline.run("sending", step).await?.map_err(write_error)?;
            self.buffer.filled(read);
        }
    }

    /// Queues and sends in one write.
    ///
    /// # Errors
    /// As [`flush`](Self::flush).
    pub async fn send(&mut self, wire: &Wire) -> Result<()> {
        self.queue(wire);
        self.flush().await
    }

    /// The next event. Its ranges are for [`bytes`](Self::bytes), until the next call.
    ///
    /// # Errors
    /// What the codec finds wrong, the end of the stream where the codec does not expect it, a
    /// network error, or the deadline of the running command.
    pub async fn next<C: Codec>(&mut self, codec: &mut C) -> Result<C::Event> {
        if self.failed {
            return Err(Error::Poisoned);
        }
        let event = self.next_event(codec).await;
        self.note(event)
    }

    async fn next_event<C: Codec>(&mut self, codec: &mut C) -> Result<C::Event> {
        self.buffer.release();
        loop {
            if !self.buffer.unread().is_empty()
                && let Step::Event { consumed, event } = codec.decode(self.buffer.unread())?
            {
                self.buffer.consume(consumed);
                let shown = C::shown(&event);
                self.trace
                    .received(&shown, self.buffer.consumed(), self.is_encrypted());
                return Ok(event);
            }
            if !self.fill().await? {
                return codec.eof(self.buffer.unread());
            }
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

    /// Reads more; false at the end of the stream. Writes what is queued at the same time.
    async fn fill(&mut self) -> Result<bool> {
        self.buffer.make_room()?;
        let deadline = self.deadline();
        let Self {
            stream,
            buffer,
            out,
            ..
        } = self;
        let step = std::future::poll_fn(|cx| {
            if out.is_pending()
                && let Poll::Ready(Err(error)) = out.poll_write(stream, cx)
            {
                return Poll::Ready(Err(error));
            }
            let mut room = ReadBuf::new(buffer.room());
            match Pin::new(&mut *stream).poll_read(cx, &mut room) {
                Poll::Ready(Ok(())) => Poll::Ready(Ok(room.filled().len())),
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                Poll::Pending => Poll::Pending,
            }
        });
        let doing = match deadline.phase() {
            Phase::Greeting => "waiting for the greeting",
            _ => "waiting for the peer",
        };
        match deadline.run(doing, step).await? {
            Ok(0) => Ok(false),
            Ok(read) => {
                self.buffer.filled(read);
                Ok(true)
            }
            Err(error) => Err(read_error(error, self.phase())),
        }
    }

    pub(crate) fn deadline(&self) -> Deadline {
        match self.waiting {
            Waiting::Until(deadline) => deadline,
            Waiting::Progress(phase) => self.deadlines.progress(phase),
        }
    }

    /// Puts TLS under the rest of the talk, after the peer agreed to it.
    ///
    /// # Errors
    /// `starttls.injected` if any byte came in clear text after the peer's answer: whoever sent it,
    /// it must not be taken for something said inside TLS. Otherwise as a TLS handshake; the
    /// connection is poisoned then.
    #[cfg(feature = "tls")]
    pub async fn upgrade(
        &mut self,
        tls: &crate::tls::TlsClient,
        host: &crate::address::Host,
    ) -> Result<()> {
        self.buffer.release();
        if !self.buffer.unread().is_empty() {
            self.failed = true;
            let early = crate::text::excerpt(&self.scrub(self.buffer.unread()));
            return Err(Error::net(
                ErrorKind::new(Phase::Starttls, Reason::Injected),
                format!("clear text came after the answer that starts TLS: {early:?}"),
            ));
        }
        let was_busy = std::mem::replace(&mut self.busy, true);
        let deadline = self.deadlines.phase(Phase::Tls);
        self.trace.begin(Phase::Tls);
        // While the handshake runs the connection stands on nothing: dropping the future ends it.
        let (nothing, _) = tokio::io::duplex(1);
        let plain = std::mem::replace(&mut self.stream, Stream::Memory(nothing));
        let (stream, security) = tls.handshake(plain, host, &self.trace, deadline).await?;
        self.trace.end(true);
        self.stream = stream;
        self.security = security;
        self.busy = was_busy;
        Ok(())
    }

    /// Ends our side of the stream (with TLS: sends the closing alert), within one second.
    ///
    /// # Errors
    /// A network error or a timeout; either way the connection is of no more use.
    pub async fn close(mut self) -> Result<()> {
        let deadline = self.deadlines.within(Phase::Quit, Duration::from_secs(1));
        let stream = &mut self.stream;
        let step = std::future::poll_fn(|cx| Pin::new(&mut *stream).poll_shutdown(cx));
        match deadline.run("closing", step).await? {
            // The peer may have been quicker.
            Err(error) if error.kind() != io::ErrorKind::NotConnected => Err(write_error(error)),
            _ => Ok(()),
        }
    }
}

impl Outgoing {
    fn push(&mut self, wire: &Wire) {
        if self.sent == self.wire.len() {
            self.clear();
        }
        self.wire.append(wire);
        self.unflushed = true;
    }

    fn clear(&mut self) {
        self.wire.clear();
        self.sent = 0;
    }

    /// Nothing of it will be sent.
    fn forget(&mut self) {
        self.clear();
        self.unflushed = false;
    }

    fn is_pending(&self) -> bool {
        self.unflushed
    }

    /// One write, or the flush when there is nothing left to write.
    fn poll_write_some(
        &mut self,
        stream: &mut Stream,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let rest = self.wire.bytes().get(self.sent..).unwrap_or_default();
        if rest.is_empty() {
            return self.poll_write(stream, cx);
        }
        match Pin::new(stream).poll_write(cx, rest) {
            Poll::Ready(Ok(0)) => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            Poll::Ready(Ok(written)) => {
                self.sent += written;
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }

    /// One step: write what is left, then flush.
    fn poll_write(&mut self, stream: &mut Stream, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self
            .wire
            .bytes()
            .get(self.sent..)
            .filter(|rest| !rest.is_empty())
        {
            match Pin::new(&mut *stream).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(written)) => self.sent += written,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        let flushed = Pin::new(stream).poll_flush(cx);
        if flushed.is_ready() {
            self.unflushed = false;
        }
        flushed
    }
}

fn write_error(error: io::Error) -> Error {
    let reason = match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Reason::Reset,
        io::ErrorKind::BrokenPipe | io::ErrorKind::WriteZero => Reason::Closed,
        _ => Reason::Failed,
    };
    Error::io(
        ErrorKind::new(Phase::Proto, reason),
        "sending failed",
        error,
    )
}

fn read_error(error: io::Error, phase: Phase) -> Error {
    match error.kind() {
        // rustls says this for a stream that ended without the closing alert.
        io::ErrorKind::UnexpectedEof => Error::io(
            ErrorKind::new(Phase::Tls, Reason::Truncated),
            format!("the connection was cut off in phase {phase}"),
            error,
        ),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Error::io(
            ErrorKind::new(Phase::Tcp, Reason::Reset),
            format!("the connection was reset in phase {phase}"),
            error,
        ),
        _ => Error::io(
            ErrorKind::new(phase, Reason::Failed),
            "receiving failed",
            error,
        ),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::LineCodec;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn line(conn: &mut Conn) -> Result<String> {
        let range = conn.next(&mut LineCodec::new(100)).await?;
        Ok(String::from_utf8_lossy(conn.bytes(range)).into_owned())
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
    async fn a_peer_that_has_had_enough_is_heard_in_the_middle_of_the_data() {
        let (ours, mut peer) = tokio::io::duplex(256);
        let mut conn = Conn::from_memory(ours);
        conn.begin(Phase::Work).unwrap();
        conn.data_due();
        let fill = |out: &mut Vec<u8>| {
            out.extend_from_slice(&[b'x'; 1000]);
            Ok::<(), Error>(())
        };
        conn.queue_data(fill).unwrap();
        let full = async {
            let mut got = [0; 100];
            peer.read_exact(&mut got).await.unwrap();
            peer.write_all(b"552 too big\r\n").await.unwrap();
        };
        let (flushed, ()) = tokio::join!(conn.flush_listening(), full);
        assert_eq!(flushed.unwrap(), Flushed::Interrupted);
        assert_eq!(conn.queued(), 0);
        assert_eq!(line(&mut conn).await.unwrap(), "552 too big");
        drop(peer);
        conn.queue_data(fill).unwrap();
        let error = conn.flush_listening().await.unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.closed");
    }

    #[tokio::test]
    async fn bulk_data_leaves_with_the_command_before_it_and_shows_its_size_only() {
        let (ours, mut peer) = tokio::io::duplex(256);
        let mut conn = Conn::from_memory(ours).with_trace(Trace::with_transcript());
        conn.begin(Phase::Work).unwrap();
        let mut wire = Wire::new();
        conn.queue(wire.verb("BDAT").number(4).end());
        for _ in 0..2 {
            conn.queue_data(|out| {
                out.extend_from_slice(b"da");
                Ok::<(), Error>(())
            })
            .unwrap();
        }
        assert_eq!(conn.flush_listening().await.unwrap(), Flushed::Sent);
        let mut got = [0; 64];
        let read = peer.read(&mut got).await.unwrap();
        assert_eq!(&got[..read], b"BDAT 4\r\ndada");
        let said: Vec<_> = conn
            .trace()
            .transcript()
            .into_iter()
            .map(|e| e.text)
            .collect();
        assert_eq!(said, ["BDAT 4", "(4 bytes of data)"]);
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
}
