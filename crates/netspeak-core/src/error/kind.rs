//! [`ErrorKind`]: the closed list of words by which errors are known to scripts.

use std::fmt;
use std::str::FromStr;

macro_rules! closed_words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands in JSON, metrics and messages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(UnknownWord) }
            }
        }
    };
}

/// The word is not on the closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown word")
    }
}

impl std::error::Error for UnknownWord {}

closed_words! {
    /// A part of the work. The first thirteen appear in timelines, in this order of first
    /// appearance; the rest only in error kinds.
    Phase {
        /// Name to addresses.
        Dns = "dns",
        /// The dialogue with a proxy.
        Proxy = "proxy",
        /// The TCP (or Unix socket) connection.
        Tcp = "tcp",
        /// The TLS handshake.
        Tls = "tls",
        /// The server's first words.
        Greeting = "greeting",
        /// Asking for capabilities.
        Caps = "caps",
        /// Asking for the upgrade to TLS.
        Starttls = "starttls",
        /// Logging in.
        Auth = "auth",
        /// A harmless real operation.
        Work = "work",
        /// Waiting for the first byte of an answer.
        Wait = "wait",
        /// Reading the rest of it.
        Body = "body",
        /// A separate data connection.
        Data = "data",
        /// Saying goodbye.
        Quit = "quit",
        /// The protocol itself, wherever it was broken.
        Proto = "proto",
        /// The state of our connection.
        Conn = "conn",
        /// Our own files.
        File = "file",
        /// The total over everything.
        Timeout = "timeout",
        /// What the caller asked for.
        Usage = "usage",
        /// What the configuration says.
        Config = "config",
        /// An expectation of the caller's.
        Assert = "assert",
        /// A fault of our own.
        Internal = "internal",
    }
}

closed_words! {
    /// What went wrong in that part.
    Reason {
        /// No answer within the limit.
        Timeout = "timeout",
        /// The total over everything ran out.
        Total = "total",
        /// The other side said no at the network level.
        Refused = "refused",
        /// No route.
        Unreachable = "unreachable",
        /// The connection was reset.
        Reset = "reset",
        /// The name does not exist.
        Nxdomain = "nxdomain",
        /// The name has no usable address.
        NoAddress = "no_address",
        /// Clear text where TLS was due.
        PlaintextPeer = "plaintext_peer",
        /// The peer ended the handshake with an alert.
        Alert = "alert",
        /// No common TLS version or cipher suite.
        Version = "version",
        /// The certificate has expired.
        CertExpired = "cert_expired",
        /// The certificate is not valid yet.
        CertNotYet = "cert_not_yet",
        /// The certificate does not lead to a trusted root.
        CertUntrusted = "cert_untrusted",
        /// The certificate is for another name.
        CertName = "cert_name",
        /// The certificate may not be used for this.
        CertInvalid = "cert_invalid",
        /// The server asks for a certificate of ours.
        CertRequired = "cert_required",
        /// The certificate's key is not the pinned one.
        CertPin = "cert_pin",
        /// The stream was cut off: TLS without its closing alert, compressed data without its end.
        Truncated = "truncated",
        /// The peer refused.
        Rejected = "rejected",
        /// The first words belong to another protocol.
        OtherProtocol = "other_protocol",
        /// The server does not offer it.
        NotOffered = "not_offered",
        /// Bytes were slipped in before the encryption began.
        Injected = "injected",
        /// No mechanism for the login in common.
        NoMechanism = "no_mechanism",
        /// Credentials would have gone out in clear text.
        PlaintextBlocked = "plaintext_blocked",
        /// The peer asks to come back later.
        Temporary = "temporary",
        /// The peer broke the grammar.
        Malformed = "malformed",
        /// The connection ended too early.
        Closed = "closed",
        /// The peer sent more than a limit allows.
        TooLarge = "too_large",
        /// There is no such thing on the peer's side: a file, an article, a page.
        NotFound = "not_found",
        /// The peer has no room left for us.
        Quota = "quota",
        /// The peer gave up in the middle of a transfer.
        Aborted = "aborted",
        /// What came is not what was sent: a checksum, a hash or a size does not match.
        Integrity = "integrity",
        /// It is not known whether the peer did it: the answer never came.
        InDoubt = "in_doubt",
        /// A proxy refused the credentials.
        Auth = "auth",
        /// Permission denied.
        Denied = "denied",
        /// An earlier operation ended half-way.
        Poisoned = "poisoned",
        /// The user had enough.
        Interrupted = "interrupted",
        /// Nothing more precise is known.
        Failed = "failed",
    }
}

/// A stable word for an error: `phase.reason`, such as `tls.cert_expired`.
///
/// `usage`, `config` and `internal` stand alone.
///
/// ```
/// use netspeak_core::{ErrorKind, Phase, Reason};
///
/// let kind = ErrorKind::new(Phase::Tls, Reason::CertExpired);
/// assert_eq!(kind.to_string(), "tls.cert_expired");
/// assert_eq!("tls.cert_expired".parse(), Ok(kind));
/// assert_eq!(ErrorKind::USAGE.to_string(), "usage");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorKind {
    phase: Phase,
    reason: Reason,
}

impl ErrorKind {
    /// The caller asked for something impossible.
    pub const USAGE: Self = Self::new(Phase::Usage, Reason::Failed);
    /// The configuration is wrong.
    pub const CONFIG: Self = Self::new(Phase::Config, Reason::Failed);
    /// A fault of our own.
    pub const INTERNAL: Self = Self::new(Phase::Internal, Reason::Failed);
    /// The total over everything ran out.
    pub const TIMEOUT_TOTAL: Self = Self::new(Phase::Timeout, Reason::Total);

    /// A kind from its two words.
    pub const fn new(phase: Phase, reason: Reason) -> Self {
        Self { phase, reason }
    }

    /// Where it happened.
    pub const fn phase(self) -> Phase {
        self.phase
    }

    /// What happened.
    pub const fn reason(self) -> Reason {
        self.reason
    }

    /// Whether trying again later may succeed.
    pub const fn is_temporary(self) -> bool {
        matches!(
            self.reason,
            Reason::Timeout
                | Reason::Total
                | Reason::Refused
                | Reason::Unreachable
                | Reason::Reset
                | Reason::Closed
                | Reason::Temporary
        )
    }

    const fn stands_alone(self) -> bool {
        matches!(self.phase, Phase::Usage | Phase::Config | Phase::Internal)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.stands_alone() {
            return self.phase.fmt(f);
        }
        write!(f, "{}.{}", self.phase, self.reason)
    }
}

impl FromStr for ErrorKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word.split_once('.') {
            Some((phase, reason)) => {
                let kind = Self::new(phase.parse()?, reason.parse()?);
                if kind.stands_alone() {
                    Err(UnknownWord)
                } else {
                    Ok(kind)
                }
            }
            None => {
                let kind = Self::new(word.parse()?, Reason::Failed);
                if kind.stands_alone() {
                    Ok(kind)
                } else {
                    Err(UnknownWord)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_as_it_is_written() {
        for &phase in Phase::ALL {
            for &reason in Reason::ALL {
                let kind = ErrorKind::new(phase, reason);
                let back: ErrorKind = kind.to_string().parse().unwrap();
                assert_eq!(back.to_string(), kind.to_string());
                assert_eq!(back.phase(), phase);
            }
        }
        assert!("tls".parse::<ErrorKind>().is_err());
        assert!("usage.failed".parse::<ErrorKind>().is_err());
        assert!("tls.nonsense".parse::<ErrorKind>().is_err());
    }
}
