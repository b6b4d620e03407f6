//! [`Trace`]: what happened on a connection, kept also when it fails: times, addresses tried, TLS
//! facts and, when asked for, the talk itself with its secrets taken out.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::codec::Shown;
use crate::error::{Error, Phase};
use crate::policy::Security;
use crate::timeline::{Stamp, Timeline};
use crate::wire::Wire;

mod needles;
mod transcript;

pub(crate) use needles::Needles;
pub use transcript::{Entry, Side, Transcript};

/// A shared record of one connection; clones write into the same record.
#[derive(Clone, Debug)]
pub struct Trace(Arc<Mutex<Record>>);

#[derive(Debug)]
struct Record {
    timeline: Timeline,
    attempts: Vec<Attempt>,
    local: Option<SocketAddr>,
    peer: Option<SocketAddr>,
    #[cfg(feature = "tls")]
    tls: Option<crate::tls::facts::TlsFacts>,
    foreign_greeting: Option<String>,
    transcript: Transcript,
}

/// One address that was dialled, or would have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The address.
    pub ip: IpAddr,
    /// Whether a connection to it was begun.
    pub tried: bool,
    /// Whether it is the one in use.
    pub used: bool,
    /// Whether it answered; `None` if it was not tried or was given up for a faster one.
    pub ok: Option<bool>,
    /// How long it took to answer or fail.
    pub took: Option<Duration>,
    /// Why it failed.
    pub error: Option<String>,
}

impl Attempt {
    /// An address not tried yet.
    pub fn untried(ip: IpAddr) -> Self {
        Self {
            ip,
            tried: false,
            used: false,
            ok: None,
            took: None,
            error: None,
        }
    }
}

impl Default for Trace {
    fn default() -> Self {
        Self::new()
    }
}

impl Trace {
    /// A record without transcript, counting from now.
    pub fn new() -> Self {
        Self::with(Transcript::off())
    }

    /// A record that also keeps the talk.
    pub fn with_transcript() -> Self {
        Self::with(Transcript::on())
    }

    fn with(transcript: Transcript) -> Self {
        Self(Arc::new(Mutex::new(Record {
            timeline: Timeline::start(),
            attempts: Vec::new(),
            local: None,
            peer: None,
            #[cfg(feature = "tls")]
            tls: None,
            foreign_greeting: None,
            transcript,
        })))
    }

    /// A phase begins; the one before it ends well.
    pub fn begin(&self, phase: Phase) {
        self.record().timeline.begin(phase);
    }

    /// The open phase ends.
    pub fn end(&self, ok: bool) {
        self.record().timeline.end(ok);
    }

    /// Runs one phase: it begins, and ends as the work ends.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn stamped<T, E>(
        &self,
        phase: Phase,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.begin(phase);
        let done = work.await;
        self.end(done.is_ok());
        done
    }

    /// The phase that is open now.
    pub fn current(&self) -> Option<Phase> {
        self.record().timeline.current()
    }

    /// The phases that have ended.
    pub fn stamps(&self) -> Vec<Stamp> {
        self.record().timeline.stamps().to_vec()
    }

    /// Time since the record began.
    pub fn elapsed(&self) -> Duration {
        self.record().timeline.elapsed()
    }

    /// What the peer greeted with, printable, if that was another protocol's greeting.
    pub fn foreign_greeting(&self) -> Option<String> {
        self.record().foreign_greeting.clone()
    }

    pub(crate) fn set_foreign_greeting(&self, line: String) {
        self.record().foreign_greeting = Some(line);
    }

    /// The addresses, in the order in which they were to be tried.
    pub fn attempts(&self) -> Vec<Attempt> {
        self.record().attempts.clone()
    }

    /// Replaces the list of addresses.
    pub fn set_attempts(&self, attempts: Vec<Attempt>) {
        self.record().attempts = attempts;
    }

    /// Changes one entry of the list of addresses.
    pub fn update_attempt(&self, ip: IpAddr, change: impl FnOnce(&mut Attempt)) {
        if let Some(attempt) = self.record().attempts.iter_mut().find(|a| a.ip == ip) {
            change(attempt);
        }
    }

    /// Our own end and the peer's, once connected.
    pub fn ends(&self) -> (Option<SocketAddr>, Option<SocketAddr>) {
        let record = self.record();
        (record.local, record.peer)
    }

    /// Notes the two ends of the connection.
    pub fn set_ends(&self, local: Option<SocketAddr>, peer: Option<SocketAddr>) {
        let mut record = self.record();
        record.local = local;
        record.peer = peer;
    }

    /// What is known of the TLS session, also of one that failed.
    #[cfg(feature = "tls")]
    pub fn tls(&self) -> Option<crate::tls::facts::TlsFacts> {
        self.record().tls.clone()
    }

    /// Notes what is known of the TLS session.
    #[cfg(feature = "tls")]
    pub fn set_tls(&self, facts: crate::tls::facts::TlsFacts) {
        self.record().tls = Some(facts);
    }

    /// The talk so far; empty unless asked for.
    pub fn transcript(&self) -> Vec<Entry> {
        self.record().transcript.entries().to_vec()
    }

    /// Whether the talk is kept.
    pub fn keeps_talk(&self) -> bool {
        self.record().transcript.is_on()
    }

    /// Notes what an engine sends, where no [`Conn`](crate::Conn) does: its lines, with the secrets marked,
    /// so that they are hidden here and when the peer repeats them.
    pub fn note_sent(&self, wire: &Wire, security: Security) {
        self.sent(wire, security != Security::Clear);
    }

    /// Notes a line that came to an engine.
    pub fn note_received(&self, line: &[u8], security: Security) {
        let shown = Shown::Line(0..line.len());
        self.received(&shown, line, security != Security::Clear);
    }

    /// Notes what is being sent.
    pub(crate) fn sent(&self, wire: &Wire, encrypted: bool) {
        let mut record = self.record();
        let at = record.timeline.elapsed();
        record.transcript.sent(at, wire, encrypted);
    }

    /// Notes that bulk data is being sent.
    pub(crate) fn sent_data(&self, size: usize, encrypted: bool) {
        let mut record = self.record();
        if record.transcript.is_on() {
            let at = record.timeline.elapsed();
            record.transcript.sent_data(at, size, encrypted);
        }
    }

    /// Notes what came.
    pub(crate) fn received(&self, shown: &Shown, input: &[u8], encrypted: bool) {
        let mut record = self.record();
        if record.transcript.is_on() {
            let at = record.timeline.elapsed();
            record.transcript.received(at, shown, input, encrypted);
        }
    }

    /// A secret is about to be sent inside something else: it is recognised when the peer repeats it.
    pub fn conceal(&self, secret: &[u8]) {
        self.record().transcript.conceal(secret);
    }

    /// Removes secrets sent earlier from something the peer said.
    pub(crate) fn without_secrets(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.record().transcript.without_secrets(bytes)
    }

    pub(crate) fn scrub(&self, bytes: &[u8]) -> Vec<u8> {
        self.record().transcript.scrub(bytes)
    }

    /// The same error without the secrets that the peer repeated in what it quotes.
    #[must_use]
    pub fn scrub_error<R>(&self, mut error: Error<R>) -> Error<R> {
        let record = self.record();
        let needles = record.transcript.needles();
        match &mut error {
            Error::Malformed { excerpt, .. } => excerpt.hide(needles),
            Error::Net(net) => {
                if let Some(clean) = needles.hide_in_text(&net.message) {
                    net.message = clean;
                }
            }
            _ => {}
        }
        error
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        // A panic in another holder leaves the record readable: it is only a record.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
