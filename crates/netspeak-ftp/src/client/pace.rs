//! [`Pace`]: how fast a transfer may go, and who is told how far it is.

use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

use netspeak_core::{Deadline, Deadlines, Phase};

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes that have moved in this transfer.
    pub bytes: u64,
    /// How many there will be, if that is known.
    pub total: Option<u64>,
}

/// Who is told.
pub(super) type Watcher = Box<dyn FnMut(Progress) + Send>;

#[derive(Default)]
pub(super) struct Pace {
    watcher: Option<Watcher>,
    rate: Option<NonZeroU64>,
    /// When the bytes that have moved have taken their time.
    due: Option<Deadline>,
}

impl Pace {
    pub(super) fn watch(&mut self, watcher: Watcher) {
        self.watcher = Some(watcher);
    }

    /// So many bytes a second, on average.
    pub(super) fn limit(&mut self, rate: NonZeroU64) {
        self.rate = Some(rate);
    }

    /// The largest piece that may be sent at once: a quarter of a second's.
    pub(super) fn piece(&self, most: usize) -> usize {
        let quarter = self.rate.map_or(u64::MAX, |rate| rate.get() / 4);
        usize::try_from(quarter).unwrap_or(most).clamp(1, most)
    }

    /// Waits until more may move.
    pub(super) async fn turn(&mut self) {
        if let Some(due) = self.due.take() {
            due.passed().await;
        }
    }

    /// So many bytes more have moved, `progress` all together.
    pub(super) fn moved(&mut self, bytes: u64, progress: Progress, deadlines: &Deadlines) {
        if let Some(watcher) = &mut self.watcher {
            watcher(progress);
        }
        if let Some(rate) = self.rate {
            let micros = u128::from(bytes).saturating_mul(1_000_000) / u128::from(rate.get());
            let time = Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX));
            self.due = Some(deadlines.within(Phase::Data, time));
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
    use netspeak_core::Timeouts;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_limited_transfer_takes_its_time() {
        let deadlines = Deadlines::start(Timeouts::default());
        let second = deadlines.within(Phase::Data, Duration::from_secs(1));
        let progress = Progress {
            bytes: 0,
            total: None,
        };
        let mut pace = Pace::default();
        pace.limit(NonZeroU64::new(1000).unwrap());
        assert_eq!((pace.piece(9999), pace.piece(9)), (250, 9));
        for _ in 0..4 {
            assert!(!second.is_over());
            pace.turn().await;
            pace.moved(250, progress, &deadlines);
        }
        assert!(!second.is_over());
        pace.turn().await;
        assert!(second.is_over());
    }
}
