//! What goes wrong on a connection, in the words that errors have for it.

use std::io;

use super::Conn;
use crate::error::{Error, ErrorKind, Phase, Reason, Result};

impl Conn {
    /// Remembers that the connection has failed, and takes secrets out of what the error quotes.
    pub(super) fn note<T>(&mut self, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|error| {
            self.failed = true;
            let error = self.located(self.scrub_error(error));
            match self.waiting.phase() {
                Phase::Data => error.in_phase(Phase::Data),
                _ => error,
            }
        })
    }

    /// The same error, told of the peer that this connection was made to.
    fn located(&self, error: Error) -> Error {
        match &self.peer {
            Some(peer) => error.at(peer),
            None => error,
        }
    }

    /// The same error without the secrets that the peer repeated in what it quotes.
    pub(crate) fn scrub_error(&self, error: Error) -> Error {
        self.trace.scrub_error(error)
    }

    /// Why no greeting came. One of another protocol is told as such, and stands in the
    /// [`Trace`](crate::Trace) for whoever knows whose it is.
    pub fn no_greeting(&self, protocol: &str, error: Error) -> Error {
        let Error::Malformed { excerpt, .. } = error else {
            return self.located(error);
        };
        let message = format!("the server does not speak {protocol}: it greeted with {excerpt:?}");
        self.trace.set_foreign_greeting(excerpt.to_string());
        let kind = ErrorKind::new(Phase::Greeting, Reason::OtherProtocol);
        self.located(Error::net(kind, message))
    }

    pub(super) fn read_error(&self, error: io::Error) -> Error {
        let phase = self.waiting.phase();
        #[cfg(feature = "deflate")]
        if let Some(bomb) = bomb(&error) {
            return bomb;
        }
        #[cfg(feature = "tls")]
        if let Some(reason) = crate::tls::stream_reason(&error) {
            let kind = ErrorKind::new(Phase::Tls, reason);
            return Error::io(kind, format!("TLS was ended during {phase}"), error);
        }
        match error.kind() {
            // rustls says this for a stream that ended without the closing alert, and so does the
            // inflater for data without its end.
            io::ErrorKind::UnexpectedEof => {
                let layer = if self.is_encrypted() {
                    Phase::Tls
                } else {
                    Phase::Proto
                };
                Error::io(
                    ErrorKind::new(layer, Reason::Truncated),
                    format!("the connection was cut off during {phase}"),
                    error,
                )
            }
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Error::io(
                ErrorKind::new(Phase::Tcp, Reason::Reset),
                format!("the connection was reset during {phase}"),
                error,
            ),
            io::ErrorKind::InvalidData => Error::io(
                ErrorKind::new(Phase::Proto, Reason::Malformed),
                "the server's data cannot be decoded",
                error,
            ),
            _ => Error::io(
                ErrorKind::new(phase, Reason::Failed),
                "receiving failed",
                error,
            ),
        }
    }
}

#[cfg(feature = "deflate")]
fn bomb(error: &io::Error) -> Option<Error> {
    let bomb = error
        .get_ref()?
        .downcast_ref::<crate::stream::deflated::Bomb>()?;
    Some(Error::limit("bytes out of each compressed one", bomb.ratio))
}

pub(super) fn write_error(error: io::Error) -> Error {
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
