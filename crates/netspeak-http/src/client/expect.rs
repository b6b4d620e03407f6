//! [`Gate`]: what holds a body back until the server wants it (RFC 9110 section 10.1.1).

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use netspeak_core::{Deadlines, Phase};
use tokio::sync::oneshot;

/// A server that does not answer `Expect: 100-continue` does not know it: the body goes after this long.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// Holds a body back.
pub(super) struct Gate {
    told: oneshot::Receiver<()>,
    patience: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Opens a [`Gate`].
#[derive(Clone, Debug)]
pub(super) struct Opener(Arc<Mutex<Option<oneshot::Sender<()>>>>);

/// A body that may still be held back: it is given up when this is dropped, which must not be before the answer
/// has been read.
#[derive(Debug)]
pub(super) struct HeldBack(Opener);

/// The server has answered without wanting the body.
#[derive(Debug)]
pub(super) struct Held;

impl Gate {
    pub(super) fn new(deadlines: &Deadlines) -> (Self, HeldBack) {
        let (tell, told) = oneshot::channel();
        let patience = deadlines.within(Phase::Wait, PATIENCE);
        let gate = Self {
            told,
            patience: Box::pin(async move { patience.passed().await }),
        };
        let opener = Opener(Arc::new(Mutex::new(Some(tell))));
        (gate, HeldBack(opener))
    }

    /// Ready when the body may go.
    pub(super) fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Held>> {
        if let Poll::Ready(told) = Pin::new(&mut self.told).poll(cx) {
            return Poll::Ready(told.map_err(|_| Held));
        }
        ready!(self.patience.as_mut().poll(cx));
        Poll::Ready(Ok(()))
    }
}

impl Opener {
    pub(super) fn open(&self) {
        if let Some(tell) = self.take() {
            // Whoever does not wait any more has gone ahead.
            let _ = tell.send(());
        }
    }

    fn take(&self) -> Option<oneshot::Sender<()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl HeldBack {
    pub(super) fn opener(&self) -> Opener {
        self.0.clone()
    }
}

impl Drop for HeldBack {
    fn drop(&mut self) {
        drop(self.0.take());
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server did not want the body")
    }
}

impl std::error::Error for Held {}

#[cfg(test)]
mod tests {
    use super::*;
    use netspeak_core::Timeouts;

    fn gate() -> (Gate, HeldBack) {
        Gate::new(&Deadlines::start(Timeouts::default()))
    }

    async fn opened(mut gate: Gate) -> Result<(), Held> {
        std::future::poll_fn(|cx| gate.poll_open(cx)).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_gate_opens_when_told_or_after_a_while_and_not_without_its_opener() {
        let start = tokio::time::Instant::now();
        let (told, held) = gate();
        held.opener().open();
        assert!(opened(told).await.is_ok());
        let (held, back) = gate();
        drop(back);
        assert!(opened(held).await.is_err());
        assert_eq!(start.elapsed(), Duration::ZERO);
        let (silent, _back) = gate();
        assert!(opened(silent).await.is_ok());
        assert_eq!(start.elapsed(), PATIENCE);
    }
}
