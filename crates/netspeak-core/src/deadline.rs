//! [`Timeouts`]: how long each part may take, and [`Deadlines`]: the same as points in time.
//! Every await in netspeak stands under one of these.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Phase, Reason, Result};

/// How long each part of the work may take. What is `None` is left to the protocol, and what the
/// protocol leaves open to [`Timeouts::USUAL`].
///
/// ```
/// use std::time::Duration;
/// use netspeak_core::Timeouts;
///
/// let mut timeouts = Timeouts::default();
/// timeouts.greeting = Some(Duration::from_secs(60));
/// assert_eq!(timeouts.or(&Timeouts::USUAL).reply, Some(Duration::from_secs(10)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Everything together, from the first byte of work on: the deadline of builders, the `--max-time`
    /// of the command. `None`: no total. Where there is one, greetings and replies may use up all of it
    /// unless they have limits of their own.
    pub total: Option<Duration>,
    /// Looking a name up. Usually 3 s.
    pub dns: Option<Duration>,
    /// Connecting, over all addresses. Usually 5 s.
    pub tcp: Option<Duration>,
    /// The dialogue with a proxy. Usually 10 s.
    pub proxy: Option<Duration>,
    /// A TLS handshake. Usually 10 s.
    pub tls: Option<Duration>,
    /// The server's greeting. Usually 10 s.
    pub greeting: Option<Duration>,
    /// One reply, from the command to its last line. Usually 10 s.
    pub reply: Option<Duration>,
    /// The answer to a goodbye, where nothing depends on it. Usually 10 s.
    pub goodbye: Option<Duration>,
    /// Bulk data: the longest time in which no byte moves, in either direction. Usually 30 s.
    pub progress: Option<Duration>,
}

impl Timeouts {
    /// What holds where nobody says otherwise.
    pub const USUAL: Self = Self {
        total: None,
        dns: Some(Duration::from_secs(3)),
        tcp: Some(Duration::from_secs(5)),
        proxy: Some(Duration::from_secs(10)),
        tls: Some(Duration::from_secs(10)),
        greeting: Some(Duration::from_secs(10)),
        reply: Some(Duration::from_secs(10)),
        goodbye: Some(Duration::from_secs(10)),
        progress: Some(Duration::from_secs(30)),
    };

    /// Nothing said about anything: the beginning of a protocol's own table.
    pub const UNSET: Self = Self {
        total: None,
        dns: None,
        tcp: None,
        proxy: None,
        tls: None,
        greeting: None,
        reply: None,
        goodbye: None,
        progress: None,
    };

    /// The same with this limit on greetings.
    #[must_use]
    pub const fn with_greeting(mut self, limit: Duration) -> Self {
        self.greeting = Some(limit);
        self
    }

    /// The same with this limit on replies.
    #[must_use]
    pub const fn with_reply(mut self, limit: Duration) -> Self {
        self.reply = Some(limit);
        self
    }

    /// These, and `defaults` where nothing is said. A total lifts the defaults of greetings and
    /// replies: who gives a minute for everything waits a minute.
    #[must_use]
    pub fn or(&self, defaults: &Self) -> Self {
        let lifted = |default| match self.total {
            Some(_) => Some(Duration::MAX),
            None => default,
        };
        Self {
            total: self.total.or(defaults.total),
            dns: self.dns.or(defaults.dns),
            tcp: self.tcp.or(defaults.tcp),
            proxy: self.proxy.or(defaults.proxy),
            tls: self.tls.or(defaults.tls),
            greeting: self.greeting.or(lifted(defaults.greeting)),
            reply: self.reply.or(lifted(defaults.reply)),
            goodbye: self.goodbye.or(defaults.goodbye),
            progress: self.progress.or(defaults.progress),
        }
    }

    /// The limit of one phase; `None` where nothing is said about it.
    pub fn of(&self, phase: Phase) -> Option<Duration> {
        match phase {
            Phase::Dns => self.dns,
            Phase::Tcp => self.tcp,
            Phase::Proxy => self.proxy,
            Phase::Tls => self.tls,
            Phase::Greeting => self.greeting,
            Phase::Quit => self.goodbye,
            _ => self.reply,
        }
    }
}

/// [`Timeouts`] with the total counting from a moment.
#[derive(Clone, Debug)]
pub struct Deadlines {
    timeouts: Timeouts,
    total: Option<Instant>,
}

impl Deadlines {
    /// The total starts to count now. What is not said is as [`Timeouts::USUAL`] has it.
    pub fn start(timeouts: Timeouts) -> Self {
        let total = timeouts.total.and_then(|total| now().checked_add(total));
        let timeouts = timeouts.or(&Timeouts::USUAL);
        Self { timeouts, total }
    }

    /// The limits behind it; none is unset but the total.
    pub fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// A phase begins now: until when it may last.
    pub fn phase(&self, phase: Phase) -> Deadline {
        self.within(phase, self.timeouts.of(phase).unwrap_or(Duration::MAX))
    }

    /// The next piece of bulk data is awaited from now on.
    pub fn progress(&self, phase: Phase) -> Deadline {
        self.progress_since(now(), phase)
    }

    /// The next piece of bulk data is awaited since then.
    pub(crate) fn progress_since(&self, moved: Instant, phase: Phase) -> Deadline {
        let limit = self.timeouts.progress.unwrap_or(Duration::MAX);
        self.since(moved, phase, limit)
    }

    /// As [`phase`](Self::phase) with a limit of the caller's.
    pub fn within(&self, phase: Phase, limit: Duration) -> Deadline {
        self.since(now(), phase, limit)
    }

    fn since(&self, begin: Instant, phase: Phase, limit: Duration) -> Deadline {
        let own = begin.checked_add(limit);
        let (at, is_total) = match (own, self.total) {
            (Some(own), Some(total)) if total < own => (Some(total), true),
            (None, Some(total)) => (Some(total), true),
            (own, _) => (own, false),
        };
        Deadline {
            at,
            limit,
            phase,
            is_total,
        }
    }
}

/// A point in time and what it ends.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    at: Option<Instant>,
    limit: Duration,
    phase: Phase,
    is_total: bool,
}

impl Deadline {
    /// The phase that it bounds.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// When it ends, if it ever does.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Whether the total ends it, not a limit of its own.
    pub(crate) fn is_total(&self) -> bool {
        self.is_total
    }

    /// Whether it has passed.
    pub fn is_over(&self) -> bool {
        self.at.is_some_and(|at| now() >= at)
    }

    /// Waits until it has passed; for ever, if it never does.
    pub async fn passed(&self) {
        match self.at {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// Runs `work` until the deadline.
    ///
    /// # Errors
    /// `timeout.total`, or `<phase>.timeout`, whichever limit came first; `doing` says what for.
    pub async fn run<T>(&self, doing: &str, work: impl Future<Output = T>) -> Result<T> {
        let Some(at) = self.at else {
            return Ok(work.await);
        };
        tokio::time::timeout_at(at, work)
            .await
            .map_err(|_| self.expired(doing))
    }

    /// The error for having passed it.
    pub fn expired(&self, doing: &str) -> Error {
        if self.is_total {
            return Error::net(
                ErrorKind::TIMEOUT_TOTAL,
                format!("the total time ran out {doing}"),
            );
        }
        let kind = ErrorKind::new(self.phase, Reason::Timeout);
        Error::net(kind, format!("gave up after {:?} {doing}", self.limit))
    }
}

/// The clock of everything here; tests turn it by hand.
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_nearer_limit_ends_the_wait_and_gives_it_its_name() {
        let timeouts = Timeouts {
            total: Some(Duration::from_secs(15)),
            reply: Some(Duration::from_secs(10)),
            ..Timeouts::default()
        };
        let deadlines = Deadlines::start(timeouts);
        let forever = std::future::pending::<()>;
        let error = deadlines
            .phase(Phase::Auth)
            .run("waiting", forever())
            .await
            .unwrap_err();
        assert_eq!(error.kind().to_string(), "auth.timeout");
        let before = now();
        let error = deadlines
            .phase(Phase::Auth)
            .run("waiting", forever())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TIMEOUT_TOTAL);
        assert_eq!((now() - before).as_secs(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_is_over_once_it_has_passed() {
        let deadlines = Deadlines::start(Timeouts::default());
        let soon = deadlines.within(Phase::Data, Duration::from_secs(3));
        assert!(!soon.is_over());
        let before = now();
        soon.passed().await;
        assert!(soon.is_over());
        assert_eq!((now() - before).as_secs(), 3);
        assert!(!deadlines.within(Phase::Data, Duration::MAX).is_over());
    }

    #[test]
    fn what_was_said_counts_also_if_it_is_what_others_have() {
        let slow = Timeouts {
            greeting: Some(Duration::from_secs(30)),
            reply: Some(Duration::from_secs(300)),
            ..Timeouts::UNSET
        };
        let said = Timeouts {
            greeting: Timeouts::USUAL.greeting,
            ..Timeouts::default()
        };
        let both = said.or(&slow);
        assert_eq!(both.greeting, Some(Duration::from_secs(10)));
        assert_eq!(both.reply, Some(Duration::from_secs(300)));
        assert_eq!(both.dns, None);
    }

    #[test]
    fn a_total_lifts_the_limits_of_replies_that_nobody_set() {
        let said = Timeouts {
            total: Some(Duration::from_secs(60)),
            greeting: Some(Duration::from_secs(5)),
            ..Timeouts::default()
        };
        let both = said.or(&Timeouts::USUAL);
        assert_eq!(both.greeting, Some(Duration::from_secs(5)));
        assert_eq!(both.reply, Some(Duration::MAX));
        assert_eq!(both.tcp, Timeouts::USUAL.tcp);
    }
}
