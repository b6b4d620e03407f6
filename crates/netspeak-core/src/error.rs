//! One error shape for every protocol: what went wrong, whose fault it is, and a stable word for it.

use std::borrow::Cow;
use std::fmt;
use std::io;

mod hint;
mod kind;

use crate::excerpt::Excerpt;

pub use kind::{ErrorKind, Phase, Reason, UnknownWord};

/// Shorthand for results of this crate's own functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a peer can answer; implemented by each protocol crate's reply type.
///
/// It ties [`Error::Refused`] to the protocol without core knowing any.
pub trait Reply: fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// Whether the peer says that a later attempt may succeed.
    fn is_temporary(&self) -> bool;

    /// The stable word for this refusal, where that is said in a phase.
    fn reason(&self, phase: Phase) -> Reason {
        match phase {
            Phase::Starttls => Reason::Refused,
            Phase::Auth if self.is_temporary() => Reason::Temporary,
            _ => Reason::Rejected,
        }
    }
}

/// The reply type of errors in which no peer can have said no. It has no values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReply {}

impl fmt::Display for NoReply {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

/// Why an operation failed. `R` is the protocol's reply type.
///
/// Each variant names the guilty side: [`Net`](Self::Net) the network, [`Refused`](Self::Refused),
/// [`Malformed`](Self::Malformed) and [`Limit`](Self::Limit) the peer, [`Usage`](Self::Usage) the
/// caller (nothing was sent), [`Local`](Self::Local) our own disk.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<R = NoReply> {
    /// The network, the TLS layer or a proxy failed, or a deadline passed.
    Net(NetError),
    /// The peer understood and said no.
    Refused {
        /// What was asked, in the protocol's own words.
        verb: Cow<'static, str>,
        /// What the peer answered.
        reply: R,
        /// The stable word for it, such as `auth.rejected`.
        kind: ErrorKind,
        /// Whether the peer said that a later attempt may succeed.
        temporary: bool,
        /// The peer, if it is known here.
        at: At,
    },
    /// The peer broke the protocol.
    Malformed {
        /// What was expected.
        what: Cow<'static, str>,
        /// The beginning of what came instead.
        excerpt: Excerpt,
        /// The peer, if it is known here.
        at: At,
    },
    /// The peer sent more than a limit allows.
    Limit {
        /// Which limit.
        what: &'static str,
        /// Its value, in bytes, lines or rounds as `what` says.
        max: u64,
        /// The peer, if it is known here.
        at: At,
    },
    /// The server does not offer what the operation needs.
    Unsupported {
        /// The missing feature, in the protocol's own words.
        feature: Cow<'static, str>,
        /// The stable word for it.
        kind: ErrorKind,
        /// The peer, if it is known here.
        at: At,
    },
    /// The caller asked for something that would break the protocol; nothing was sent.
    Usage {
        /// What is wrong with it.
        what: Cow<'static, str>,
    },
    /// Reading or writing on our own side failed (a file, a sink).
    Local(io::Error),
    /// An earlier operation on this connection was dropped or failed half-way, so replies can no
    /// longer be told apart. Connect again.
    Poisoned,
}

/// A failure of the network, of TLS or of a proxy.
#[derive(Debug)]
pub struct NetError {
    /// The stable word for it.
    pub kind: ErrorKind,
    /// What happened and where: addresses, names, the peer's first bytes.
    pub message: String,
    /// The system's or the TLS library's own error, if there is one.
    pub source: Option<io::Error>,
    /// The peer, if it is known here.
    pub at: At,
}

/// Which peer an error is about: its host and port, as they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct At(Option<Box<Peer>>);

/// Behind a pointer, so that an error stays small.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Peer(Box<str>);

impl At {
    /// The host and port, if they are known.
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_ref().map(|peer| &*peer.0)
    }
}

impl<R> Error<R> {
    /// A network error without an underlying one.
    pub fn net(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::Net(NetError {
            kind,
            message: message.into(),
            source: None,
            at: At::default(),
        })
    }

    /// A network error on top of an `io::Error`.
    pub fn io(kind: ErrorKind, message: impl Into<String>, source: io::Error) -> Self {
        Self::Net(NetError {
            kind,
            message: message.into(),
            source: Some(source),
            at: At::default(),
        })
    }

    /// The peer said no to this verb, in this phase.
    pub fn refused(verb: impl Into<Cow<'static, str>>, phase: Phase, reply: R) -> Self
    where
        R: Reply,
    {
        Self::Refused {
            verb: verb.into(),
            temporary: reply.is_temporary(),
            kind: ErrorKind::new(phase, reply.reason(phase)),
            reply,
            at: At::default(),
        }
    }

    /// The the server does not offer what is needed.
    pub fn unsupported(feature: impl Into<Cow<'static, str>>, kind: ErrorKind) -> Self {
        Self::Unsupported {
            feature: feature.into(),
            kind,
            at: At::default(),
        }
    }

    /// The peer sent more than this.
    pub fn limit(what: &'static str, max: u64) -> Self {
        Self::Limit {
            what,
            max,
            at: At::default(),
        }
    }

    /// The caller's mistake.
    pub fn usage(what: impl Into<Cow<'static, str>>) -> Self {
        Self::Usage { what: what.into() }
    }

    /// The peer's mistake; `bytes` is what it sent.
    pub fn malformed(what: impl Into<Cow<'static, str>>, bytes: &[u8]) -> Self {
        Self::Malformed {
            what: what.into(),
            excerpt: Excerpt::new(bytes),
            at: At::default(),
        }
    }

    /// The connection ended where more was due.
    pub fn closed(message: impl Into<String>) -> Self {
        Self::net(ErrorKind::new(Phase::Proto, Reason::Closed), message)
    }

    /// The stable word for this error, such as `tls.cert_expired`.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Net(net) => net.kind,
            Self::Refused { kind, .. } | Self::Unsupported { kind, .. } => *kind,
            Self::Malformed { .. } => ErrorKind::new(Phase::Proto, Reason::Malformed),
            Self::Limit { .. } => ErrorKind::new(Phase::Proto, Reason::TooLarge),
            Self::Usage { .. } => ErrorKind::USAGE,
            Self::Local(_) => ErrorKind::new(Phase::File, Reason::Failed),
            Self::Poisoned => ErrorKind::new(Phase::Conn, Reason::Poisoned),
        }
    }

    /// The part of the work that the kind names.
    pub fn phase(&self) -> Phase {
        self.kind().phase()
    }

    /// Whether trying again later may succeed without any change on our side.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Net(net) => net.kind.is_temporary(),
            Self::Refused { temporary, .. } => *temporary,
            _ => false,
        }
    }

    /// What the peer answered, if it refused.
    pub fn reply(&self) -> Option<&R> {
        match self {
            Self::Refused { reply, .. } => Some(reply),
            _ => None,
        }
    }

    /// The same failure of the network, told as one of this phase: what goes wrong on a data
    /// connection is `data.*`.
    #[must_use]
    pub fn in_phase(self, phase: Phase) -> Self {
        match self {
            Self::Net(net) if net.kind != ErrorKind::TIMEOUT_TOTAL => Self::Net(NetError {
                kind: ErrorKind::new(phase, net.kind.reason()),
                ..net
            }),
            other => other,
        }
    }

    /// The same error, told of this peer, unless it is told of one already.
    #[must_use]
    pub fn at(mut self, peer: &impl fmt::Display) -> Self {
        let at = match &mut self {
            Self::Net(net) => &mut net.at,
            Self::Refused { at, .. }
            | Self::Malformed { at, .. }
            | Self::Limit { at, .. }
            | Self::Unsupported { at, .. } => at,
            Self::Usage { .. } | Self::Local(_) | Self::Poisoned => return self,
        };
        at.0.get_or_insert_with(|| Box::new(Peer(peer.to_string().into())));
        self
    }

    /// Which peer it is about, if it is known: its host and port, as they were asked for.
    pub fn peer(&self) -> Option<&str> {
        match self {
            Self::Net(NetError { at, .. })
            | Self::Refused { at, .. }
            | Self::Malformed { at, .. }
            | Self::Limit { at, .. }
            | Self::Unsupported { at, .. } => at.as_deref(),
            Self::Usage { .. } | Self::Local(_) | Self::Poisoned => None,
        }
    }

    /// What to try, in a few words, where there is something.
    pub fn hint(&self) -> Option<&'static str> {
        hint::for_kind(self.kind())
    }

    /// The same error about another reply type.
    pub fn map_reply<S>(self, convert: impl FnOnce(R) -> S) -> Error<S> {
        match self {
            Self::Net(net) => Error::Net(net),
            Self::Refused {
                verb,
                reply,
                kind,
                temporary,
                at,
            } => Error::Refused {
                verb,
                reply: convert(reply),
                kind,
                temporary,
                at,
            },
            Self::Malformed { what, excerpt, at } => Error::Malformed { what, excerpt, at },
            Self::Limit { what, max, at } => Error::Limit { what, max, at },
            Self::Unsupported { feature, kind, at } => Error::Unsupported { feature, kind, at },
            Self::Usage { what } => Error::Usage { what },
            Self::Local(error) => Error::Local(error),
            Self::Poisoned => Error::Poisoned,
        }
    }
}

impl<R: fmt::Display> Error<R> {
    /// What went wrong, without peer and hint: for whoever shows them elsewhere.
    pub fn message(&self) -> String {
        Message(self).to_string()
    }
}

struct Message<'e, R>(&'e Error<R>);

impl<R: fmt::Display> fmt::Display for Message<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Error::Net(net) => net.fmt(f),
            Error::Refused { verb, reply, .. } => write!(f, "{verb} refused: {reply}"),
            Error::Malformed { what, excerpt, .. } => {
                write!(f, "expected {what}, got {excerpt:?}")
            }
            Error::Limit { what, max, .. } => {
                write!(f, "the server exceeded the limit of {max} {what}")
            }
            Error::Unsupported { feature, .. } => write!(f, "the server does not offer {feature}"),
            Error::Usage { what } => f.write_str(what),
            Error::Local(error) => write!(f, "local I/O failed: {error}"),
            Error::Poisoned => {
                f.write_str("an earlier operation on this connection was left unfinished")
            }
        }
    }
}

/// `NoReply` itself is not a [`Reply`], so this does not meet `impl From<T> for T`.
impl<R: Reply> From<Error<NoReply>> for Error<R> {
    fn from(error: Error<NoReply>) -> Self {
        error.map_reply(|none| match none {})
    }
}

/// Peer, what went wrong, what to try: `mail.example.org:995: the certificate has expired; renew it`.
impl<R: fmt::Display> fmt::Display for Error<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(peer) = self.peer() {
            write!(f, "{peer}: ")?;
        }
        Message(self).fmt(f)?;
        match self.hint() {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{}: {source}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl<R: fmt::Debug + fmt::Display> std::error::Error for Error<R> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Net(NetError {
                source: Some(source),
                ..
            })
            | Self::Local(source) => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Line(&'static str);
    impl fmt::Display for Line {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    impl Reply for Line {
        fn is_temporary(&self) -> bool {
            self.0.contains("later")
        }
    }

    #[test]
    fn core_errors_become_protocol_errors_with_a_question_mark() {
        fn core() -> Result<()> {
            Err(Error::usage("CR in user name"))
        }
        fn protocol() -> Result<(), Error<Line>> {
            core()?;
            Ok(())
        }
        let error = protocol().unwrap_err();
        assert_eq!(error.kind().to_string(), "usage");
        assert_eq!(error.to_string(), "CR in user name");
    }

    #[test]
    fn a_refusal_shows_the_peers_own_words() {
        let error = Error::refused("PASS", Phase::Auth, Line("-ERR [AUTH] no"));
        assert_eq!(error.to_string(), "PASS refused: -ERR [AUTH] no");
        assert_eq!(error.kind().to_string(), "auth.rejected");
        assert!(!error.is_temporary());
        let error = Error::refused("PASS", Phase::Auth, Line("-ERR later"));
        assert_eq!(
            (error.kind().to_string().as_str(), error.is_temporary()),
            ("auth.temporary", true)
        );
    }

    #[test]
    fn an_error_says_where_what_and_what_to_try() {
        let kind = ErrorKind::new(Phase::Tls, Reason::CertExpired);
        let error = Error::<NoReply>::net(kind, "the certificate has expired");
        let error = error.at(&"mail.example.org:995").at(&"another:1");
        assert_eq!(
            error.to_string(),
            "mail.example.org:995: the certificate has expired; renew the certificate and reload the \
             server"
        );
        assert_eq!(error.message(), "the certificate has expired");
        let refused = Error::refused("PASS", Phase::Auth, Line("-ERR no")).at(&"h:110");
        assert_eq!(refused.to_string(), "h:110: PASS refused: -ERR no");
    }

    #[test]
    fn a_phase_can_be_said_from_outside() {
        let reset = ErrorKind::new(Phase::Tcp, Reason::Reset);
        let error = Error::<NoReply>::net(reset, "gone").in_phase(Phase::Data);
        assert_eq!(error.kind().to_string(), "data.reset");
        let total = Error::<NoReply>::net(ErrorKind::TIMEOUT_TOTAL, "late").in_phase(Phase::Data);
        assert_eq!(total.kind(), ErrorKind::TIMEOUT_TOTAL);
    }
}
