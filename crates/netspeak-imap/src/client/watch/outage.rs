//! [`Outages`]: whether and when another attempt is worth it.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use netspeak_core::{Deadline, Deadlines, Phase, Reason, Timeouts};

use crate::error::Error;

/// A session that has lasted so long is a success: the next failure is the first one again.
const STEADY: Duration = Duration::from_secs(60);
/// A server may ask for a longer pause than we would make, up to this.
const MOST: Duration = Duration::from_secs(3600);

/// How long rests are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pauses {
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(300),
        }
    }
}

impl Pauses {
    /// After so many failures in a row, with chance from 0 to 1.
    fn after(self, failures: u32, chance: f64) -> Duration {
        let doubled = 2u32.saturating_pow(failures.saturating_sub(1));
        let whole = self.first.saturating_mul(doubled).min(self.longest);
        whole.mul_f64(0.5 + chance / 2.0)
    }
}

/// What is known of failures so far.
#[derive(Debug, Default)]
pub(super) struct Outages {
    pub(super) pauses: Pauses,
    failures: u32,
    /// When the session that is up becomes a steady one.
    steady: Option<Deadline>,
    was_up: bool,
}

impl Outages {
    /// A session is there.
    pub(super) fn is_up(&mut self) {
        self.was_up = true;
        self.steady = Some(Deadlines::start(Timeouts::UNSET).within(Phase::Work, STEADY));
    }

    /// When to try again after this; `None` if that helps nothing.
    pub(super) fn pause_after(&mut self, error: &Error) -> Option<Duration> {
        if self.steady.take().is_some_and(|steady| steady.is_over()) {
            self.failures = 0;
        }
        if is_final(error, self.was_up) {
            return None;
        }
        self.failures = self.failures.saturating_add(1);
        let asked = error.reply().and_then(|reply| reply.back_off().flatten());
        let own = self.pauses.after(self.failures, chance());
        Some(own.max(asked.unwrap_or_default().min(MOST)))
    }
}

/// Whether another attempt would end in the same way. What was right once may be so again, where the network or the
/// server could be to blame.
fn is_final(error: &Error, was_up: bool) -> bool {
    if error.is_temporary() {
        return false;
    }
    let kind = error.kind();
    match (kind.phase(), kind.reason()) {
        (Phase::Auth | Phase::Starttls, _)
        | (Phase::Usage | Phase::Config | Phase::File | Phase::Internal, _)
        | (Phase::Work, Reason::NotFound | Reason::Denied | Reason::NotOffered)
        | (
            Phase::Tls,
            Reason::CertExpired
            | Reason::CertNotYet
            | Reason::CertUntrusted
            | Reason::CertName
            | Reason::CertInvalid
            | Reason::CertRequired
            | Reason::CertPin,
        ) => true,
        (Phase::Proto | Phase::Conn, _)
        | (Phase::Tls, Reason::Truncated)
        | (Phase::Greeting, Reason::Rejected) => false,
        _ => !was_up,
    }
}

/// From 0 to 1.
fn chance() -> f64 {
    let any = RandomState::new().hash_one(());
    (any >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::Reply;
    use netspeak_core::ErrorKind;

    #[test]
    fn pauses_grow_to_the_longest_and_are_never_less_than_half() {
        let pauses = Pauses::default();
        let seconds = |failures, chance| pauses.after(failures, chance).as_secs_f64();
        for (failures, least, most) in [(1, 0.5, 1.0), (2, 1.0, 2.0), (5, 8.0, 16.0)] {
            assert_eq!(
                (seconds(failures, 0.0), seconds(failures, 1.0)),
                (least, most)
            );
        }
        for failures in [10, 40, u32::MAX] {
            assert_eq!(
                (seconds(failures, 0.0), seconds(failures, 1.0)),
                (150.0, 300.0)
            );
        }
        let chances: Vec<f64> = (0..100).map(|_| chance()).collect();
        assert!(chances.iter().all(|chance| (0.0..1.0).contains(chance)));
        assert!(chances.iter().any(|it| *it < 0.5) && chances.iter().any(|it| *it > 0.5));
    }

    #[test]
    fn what_another_attempt_may_mend_is_tried_again() {
        let error = |word: &str| {
            let kind: ErrorKind = word.parse().unwrap();
            Error::net(kind, "x")
        };
        for (word, at_first, later) in [
            ("auth.rejected", true, true),
            ("auth.temporary", false, false),
            ("tls.cert_expired", true, true),
            ("starttls.not_offered", true, true),
            ("work.not_found", true, true),
            ("work.rejected", true, false),
            ("dns.nxdomain", true, false),
            ("tcp.refused", false, false),
            ("tcp.reset", false, false),
            ("work.timeout", false, false),
            ("proto.closed", false, false),
            ("proto.malformed", false, false),
            ("tls.truncated", false, false),
            ("greeting.rejected", false, false),
            ("greeting.other_protocol", true, false),
        ] {
            let error = error(word);
            let found = (is_final(&error, false), is_final(&error, true));
            assert_eq!(found, (at_first, later), "{word}");
        }
        let usage = Error::usage("x");
        assert!(is_final(&usage, true));
    }

    #[test]
    fn a_server_that_asks_for_a_longer_pause_gets_it() {
        let after = |line: &str| {
            let reply = Reply::parse(line.as_bytes()).unwrap();
            let error = Error::refused("LOGIN", Phase::Auth, reply);
            Outages::default().pause_after(&error).unwrap().as_secs()
        };
        assert_eq!(
            after("A1 NO [LIMIT] Suggested Backoff Time: 299000 milliseconds"),
            299
        );
        assert!(after("A1 NO [UNAVAILABLE] later") <= 1);
        assert_eq!(
            after("A1 NO [LIMIT] Suggested Backoff Time: 29900000 milliseconds"),
            3600
        );
    }
}
