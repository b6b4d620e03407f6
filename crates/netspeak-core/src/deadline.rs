//! [`Timeouts`]: how long each part may take, and [`Deadlines`]: the same as points in time.
//! Every await in netspeak stands under one of these.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Phase, Reason, Result};

/// How long each part of the work may take.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Everything together, from the first byte of work on. `None`: no total.
    pub total: Option<Duration>,
    /// Looking a name up. Default 3 s.
    pub dns: Duration,
    /// Connecting, over all addresses. Default 5 s.
    pub tcp: Duration,
    /// The dialogue with a proxy. Default 10 s.
    pub proxy: Duration,
    /// A TLS handshake. Default 10 s.
    pub tls: Duration,
    /// The server's greeting. Default 10 s.
    pub greeting: Duration,
    /// One reply, from the command to its last line. Default 10 s.
    pub reply: Duration,
    /// Bulk data: the longest time without a single byte. Default 30 s.
    pub progress: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            total: None,
            dns: Duration::from_secs(3),
            tcp: Duration::from_secs(5),
            proxy: Duration::from_secs(10),
            tls: Duration::from_secs(10),
            greeting: Duration::from_secs(10),
            reply: Duration::from_secs(10),
            progress: Duration::from_secs(30),
        }
    }
}

impl Timeouts {
    /// The limit of one phase.
    pub fn of(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Dns => self.dns,
            Phase::Tcp => self.tcp,
            Phase::Proxy => self.proxy,
            Phase::Tls => self.tls,
            Phase::Greeting => self.greeting,
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
    /// The total starts to count now.
    pub fn start(timeouts: Timeouts) -> Self {
        let total = timeouts.total.and_then(|total| now().checked_add(total));
        Self { timeouts, total }
    }

    /// The limits behind it.
    pub fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// A phase begins now: until when it may last.
    pub fn phase(&self, phase: Phase) -> Deadline {
        self.within(phase, self.timeouts.of(phase))
    }

    /// The next piece of bulk data is awaited from now on.
    pub fn progress(&self, phase: Phase) -> Deadline {
        self.within(phase, self.timeouts.progress)
    }

    /// As [`phase`](Self::phase) with a limit of the caller's.
    pub fn within(&self, phase: Phase, limit: Duration) -> Deadline {
        let own = now().checked_add(limit);
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
            reply: Duration::from_secs(10),
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
}
