//! [`Timeline`]: which phase took how long. The clock is tokio's.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Phase;

/// One finished phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Which phase.
    pub phase: Phase,
    /// When it began, counted from the beginning of the timeline.
    pub start: Duration,
    /// How long it took.
    pub took: Duration,
    /// Whether it ended well.
    pub ok: bool,
}

/// Phases one after the other; they never overlap, a new one ends the one before.
#[derive(Clone, Debug)]
pub struct Timeline {
    origin: Instant,
    open: Option<(Phase, Instant)>,
    stamps: Vec<Stamp>,
}

impl Timeline {
    /// An empty timeline that counts from now.
    pub fn start() -> Self {
        Self {
            origin: Instant::now(),
            open: None,
            stamps: Vec::new(),
        }
    }

    /// A phase begins; an open one ends well.
    pub fn begin(&mut self, phase: Phase) {
        self.end(true);
        self.open = Some((phase, Instant::now()));
    }

    /// The open phase, if any, ends.
    pub fn end(&mut self, ok: bool) {
        if let Some((phase, began)) = self.open.take() {
            self.stamps.push(Stamp {
                phase,
                start: began - self.origin,
                took: Instant::now() - began,
                ok,
            });
        }
    }

    /// The phase that is open.
    pub fn current(&self) -> Option<Phase> {
        self.open.map(|(phase, _)| phase)
    }

    /// What has ended, in order.
    pub fn stamps(&self) -> &[Stamp] {
        &self.stamps
    }

    /// Time since the beginning.
    pub fn elapsed(&self) -> Duration {
        Instant::now() - self.origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn phases_follow_one_another() {
        let mut timeline = Timeline::start();
        timeline.begin(Phase::Dns);
        tokio::time::advance(Duration::from_millis(4)).await;
        timeline.begin(Phase::Tcp);
        tokio::time::advance(Duration::from_millis(11)).await;
        timeline.end(false);
        timeline.end(true);
        let ms = Duration::from_millis;
        assert_eq!(
            timeline.stamps(),
            [
                Stamp {
                    phase: Phase::Dns,
                    start: ms(0),
                    took: ms(4),
                    ok: true
                },
                Stamp {
                    phase: Phase::Tcp,
                    start: ms(4),
                    took: ms(11),
                    ok: false
                },
            ]
        );
        assert_eq!(timeline.elapsed(), ms(15));
    }
}
