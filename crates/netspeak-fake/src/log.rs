//! What the clients said: the server's own record, for assertions about manners.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One line that a client said.
///
/// Shown as `1 CAPA`, and `1 tls QUIT` under TLS. Nothing is redacted: this is a test's evidence, passwords included.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said {
    /// Which connection, the first being 1.
    pub connection: usize,
    /// Whether it came under TLS.
    pub encrypted: bool,
    /// Whether it was there before the reply to the line before it had been sent.
    pub pipelined: bool,
    /// The line without its end; bytes that are not UTF-8 are replaced.
    pub line: String,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tls = if self.encrypted { " tls" } else { "" };
        write!(f, "{}{tls} {}", self.connection, self.line)
    }
}

/// One TLS handshake that a client began.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Handshake {
    /// Which connection, the first being 1.
    pub connection: usize,
    /// The server name that the client asked for (SNI). A name that is no DNS name, such as an IP literal, shows as `None`.
    pub server_name: Option<String>,
    /// The ALPN protocol ids that the client offered.
    pub alpn: Vec<String>,
    /// Whether both sides finished. A client that does not like the certificate does not.
    pub completed: bool,
    /// Whether an earlier session was resumed.
    pub resumed: bool,
}

/// The record, shared by all connections of a server.
#[derive(Debug, Default)]
pub(crate) struct Log {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connections: usize,
    said: Vec<Said>,
    handshakes: Vec<Handshake>,
}

impl Log {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a new connection and tells its number.
    pub(crate) fn connect(&self) -> usize {
        let mut state = self.state();
        state.connections += 1;
        state.connections
    }

    pub(crate) fn say(&self, said: Said) {
        self.state().said.push(said);
    }

    pub(crate) fn shake(&self, handshake: Handshake) {
        self.state().handshakes.push(handshake);
    }

    pub(crate) fn connections(&self) -> usize {
        self.state().connections
    }

    pub(crate) fn said(&self) -> Vec<Said> {
        self.state().said.clone()
    }

    pub(crate) fn handshakes(&self) -> Vec<Handshake> {
        self.state().handshakes.clone()
    }
}
