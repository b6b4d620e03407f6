//! Exit codes: for probes the ones of monitoring plugins, for transfers those of curl.

use std::ffi::OsStr;
use std::process::ExitCode;

use netspeak::core::{ErrorKind, Phase, Reason};

use crate::about::overview::TRANSFERS;

/// How the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Code(u8);

/// All went well.
pub(crate) const OK: Code = Code(0);
/// Something wants attention.
pub(crate) const WARN: Code = Code(1);
/// Some target failed.
pub(crate) const FAIL: Code = Code(2);
/// A transfer was asked for in words that make no sense.
pub(crate) const USAGE: Code = Code(2);
/// It could not be run: bad usage, configuration, permission.
pub(crate) const UNKNOWN: Code = Code(3);
/// A fault of XML-RPC.
pub(crate) const FAULT: Code = Code(8);
/// Some recipients were refused.
pub(crate) const PARTLY_SENT: Code = Code(18);
/// A part of the messages was copied.
pub(crate) const PARTIAL: Code = PARTLY_SENT;
/// A status of HTTP that says no.
pub(crate) const STATUS: Code = Code(22);
/// The server does not give parts.
pub(crate) const RANGE: Code = Code(33);
/// Too many redirects.
pub(crate) const REDIRECTS: Code = Code(47);
/// More than was allowed.
pub(crate) const TOO_LARGE: Code = Code(63);
/// The server does not let us in.
pub(crate) const LOGIN: Code = Code(67);
/// All recipients were refused.
pub(crate) const NOT_SENT: Code = Code(55);
/// What was to be sent could not be read.
pub(crate) const UNREADABLE: Code = Code(26);
/// Interrupted by the user.
pub(crate) const INTERRUPTED: Code = Code(130);
/// Ended by the system, or whoever else is in charge.
pub(crate) const TERMINATED: Code = Code(143);

impl Code {
    /// Of two targets: what is known to fail is worse than what nobody knows.
    pub(crate) fn or_worse(self, other: Self) -> Self {
        match (self, other) {
            (FAIL, _) | (_, FAIL) => FAIL,
            (one, other) => one.max(other),
        }
    }
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code.0)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The code for a transfer that failed, as curl has it.
pub(crate) fn of_transfer(kind: ErrorKind) -> Code {
    use Reason as R;
    Code(match (kind.phase(), kind.reason()) {
        (Phase::Usage | Phase::Config, _) => 2,
        (_, R::Timeout | R::Total) => 28,
        (Phase::Dns, _) => 6,
        (Phase::Tcp | Phase::Proxy, _) => 7,
        (
            Phase::Tls | Phase::Data,
            R::CertExpired
            | R::CertNotYet
            | R::CertUntrusted
            | R::CertName
            | R::CertInvalid
            | R::CertPin,
        ) => 60,
        (Phase::Tls | Phase::Data, R::Truncated)
        | (Phase::Proto, R::Closed)
        | (Phase::Data, R::Closed | R::Reset | R::Aborted | R::Integrity) => 18,
        (Phase::Body, R::Truncated | R::Closed) => 18,
        (Phase::Wait, R::Closed | R::Truncated) => 52,
        (Phase::Wait | Phase::Body, R::Reset | R::Malformed) => 56,
        (Phase::Data, R::Refused | R::Unreachable) => 7,
        (Phase::Tls, _) | (Phase::Data, R::Alert | R::Version) => 35,
        (Phase::Starttls, _) => 64,
        (Phase::Auth, _) => 67,
        (Phase::File, _) => 23,
        (Phase::Work, R::Denied) => 9,
        (Phase::Work | Phase::Data, R::Quota) => 70,
        (Phase::Work, R::NotFound | R::Rejected) => 78,
        (Phase::Work, R::Temporary) | (Phase::Data, _) => 19,
        _ => 8,
    })
}

/// The code for an upload that failed, as curl has it: a refusal is one, whatever its reason.
pub(crate) fn of_upload(kind: ErrorKind) -> Code {
    match (kind.phase(), kind.reason()) {
        (Phase::Work, _) | (Phase::Data, Reason::Aborted | Reason::Quota) => Code(25),
        _ => of_transfer(kind),
    }
}

/// Prints what is wrong with the command line. Asking for help is no fault.
pub(crate) fn of_usage(error: &clap::Error, verb: Option<&OsStr>) -> ExitCode {
    use clap::error::ErrorKind as K;
    // Nowhere to report that reporting failed.
    let _ = error.print();
    match error.kind() {
        K::DisplayHelp | K::DisplayVersion => OK.into(),
        _ => of_words(verb).into(),
    }
}

/// The code for what can't be understood, under this verb.
pub(crate) fn of_words(verb: Option<&OsStr>) -> Code {
    match verb.is_some_and(transfers) {
        true => USAGE,
        false => UNKNOWN,
    }
}

/// Whether a verb's codes are curl's.
fn transfers(verb: &OsStr) -> bool {
    verb.to_str().is_some_and(is_of_transfer)
}

/// The same for its name.
pub(crate) fn is_of_transfer(verb: &str) -> bool {
    TRANSFERS.contains(&verb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfers_end_as_with_curl() {
        for (kind, code) in [
            ("usage", 2),
            ("dns.nxdomain", 6),
            ("tcp.refused", 7),
            ("tcp.timeout", 28),
            ("timeout.total", 28),
            ("proto.closed", 18),
            ("tls.cert_expired", 60),
            ("tls.alert", 35),
            ("auth.rejected", 67),
            ("starttls.not_offered", 64),
            ("work.rejected", 78),
            ("file.failed", 23),
            ("proto.malformed", 8),
            ("work.not_found", 78),
            ("work.denied", 9),
            ("work.temporary", 19),
            ("data.truncated", 18),
            ("data.aborted", 18),
            ("data.timeout", 28),
            ("data.quota", 70),
            ("data.refused", 7),
            ("data.cert_name", 60),
        ] {
            assert_eq!(of_transfer(kind.parse().unwrap()), Code(code), "{kind}");
        }
    }

    #[test]
    fn an_upload_that_is_refused_is_one_that_failed() {
        for (kind, code) in [
            ("work.denied", 25),
            ("work.rejected", 25),
            ("data.quota", 25),
            ("data.aborted", 25),
            ("data.timeout", 28),
            ("auth.rejected", 67),
        ] {
            assert_eq!(of_upload(kind.parse().unwrap()), Code(code), "{kind}");
        }
    }
}
