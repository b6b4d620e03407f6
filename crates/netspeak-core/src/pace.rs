//! [`Pace`]: how fast a transfer may go, and who is told how far it is.

use std::fmt;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::deadline::{Deadline, Deadlines};
use crate::error::Phase;

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes that have moved in this transfer.
    pub bytes: u64,
    /// How many there will be, if that is known.
    pub total: Option<u64>,
}

impl Progress {
    /// So many bytes of so many.
    pub fn new(bytes: u64, total: Option<u64>) -> Self {
        Self { bytes, total }
    }
}

/// Who is told how far a transfer is.
pub type Watcher = Box<dyn FnMut(Progress) + Send>;

/// How fast a transfer may go, and who is told how far it is.
///
/// Wait for the [`turn`](Self::turn), move a piece, tell that it [`moved`](Self::moved).
#[derive(Default)]
pub struct Pace {
    watcher: Option<Watcher>,
    rate: Option<NonZeroU64>,
    /// When the bytes that have moved have taken their time.
    due: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Pace {
    /// Who is told, after each piece.
    pub fn watch(&mut self, watcher: Watcher) {
        self.watcher = Some(watcher);
    }

    /// So many bytes a second, on average.
    pub fn limit(&mut self, rate: NonZeroU64) {
        self.rate = Some(rate);
    }

    /// The largest piece that may be sent at once: a quarter of a second's.
    pub fn piece(&self, most: usize) -> usize {
        let quarter = self.rate.map_or(u64::MAX, |rate| rate.get() / 4);
        usize::try_from(quarter).unwrap_or(most).clamp(1, most)
    }

    /// Waits until more may move.
    pub async fn turn(&mut self) {
        std::future::poll_fn(|cx| self.poll_turn(cx)).await;
    }

    /// Ready when more may move.
    pub fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(due) = &mut self.due {
            ready!(due.as_mut().poll(cx));
            self.due = None;
        }
        Poll::Ready(())
    }

    /// So many bytes more have moved, `progress` all together.
    pub fn moved(&mut self, bytes: u64, progress: Progress, deadlines: &Deadlines) {
        if let Some(watcher) = &mut self.watcher {
            watcher(progress);
        }
        if let Some(rate) = self.rate {
            let micros = u128::from(bytes).saturating_mul(1_000_000) / u128::from(rate.get());
            let time = Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX));
            let due: Deadline = deadlines.within(Phase::Data, time);
            self.due = Some(Box::pin(async move { due.passed().await }));
        }
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace")
            .field("rate", &self.rate)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline::Timeouts;

    #[tokio::test(start_paused = true)]
    async fn a_limited_transfer_takes_its_time() {
        let deadlines = Deadlines::start(Timeouts::default());
        let second = deadlines.within(Phase::Data, Duration::from_secs(1));
        let mut pace = Pace::default();
        pace.limit(NonZeroU64::new(1000).unwrap());
        assert_eq!((pace.piece(9999), pace.piece(9)), (250, 9));
        for _ in 0..4 {
            assert!(!second.is_over());
            pace.turn().await;
            pace.moved(250, Progress::new(0, None), &deadlines);
        }
        assert!(!second.is_over());
        pace.turn().await;
        assert!(second.is_over());
    }
}
