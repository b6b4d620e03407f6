//! [`Interrupts`]: Ctrl-C and SIGTERM. The first one ends the work in good order, the second one all at once.

use std::cell::Cell;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::exit::{self, Code};

/// What asks the command to end.
pub(crate) struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
    /// One of them came.
    has_come: Arc<AtomicBool>,
    /// One of them came before anybody listened.
    is_early: bool,
}

impl Interrupts {
    /// From here on a second signal ends the process at once: whoever waits for a pipe, a disk or a person never
    /// comes to hear of the first.
    pub(crate) fn watched() -> io::Result<Self> {
        let has_come = Arc::new(AtomicBool::new(false));
        for (signal, code) in [(SIGINT, 130), (SIGTERM, 143)] {
            // In this order: the first signal arms what the second sets off.
            register_conditional_shutdown(signal, code, Arc::clone(&has_come))?;
            register(signal, Arc::clone(&has_come))?;
        }
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            is_early: has_come.load(Ordering::SeqCst),
            has_come,
        })
    }

    /// Whether one of them came, heard or not.
    pub(crate) fn have_come(&self) -> bool {
        self.has_come.load(Ordering::SeqCst)
    }

    /// Waits for one of them; how the command ends then.
    pub(crate) async fn next(&mut self) -> Code {
        if std::mem::take(&mut self.is_early) {
            return exit::INTERRUPTED;
        }
        tokio::select! {
            _ = self.interrupt.recv() => exit::INTERRUPTED,
            _ = self.terminate.recv() => exit::TERMINATED,
        }
    }
}

/// Waits for one of them from here on; how the command ends then. For who tells what is known up to there.
pub(crate) async fn asked() -> Code {
    let signals = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    );
    match signals {
        (Ok(interrupt), Ok(terminate)) => {
            let mut interrupts = Interrupts {
                interrupt,
                terminate,
                has_come: Arc::default(),
                is_early: false,
            };
            interrupts.next().await
        }
        // The second one ends the process all the same.
        _ => std::future::pending().await,
    }
}

/// Asks work to end in good order, where it has such an end.
#[derive(Default)]
pub(crate) struct Stop {
    is_asked: Cell<bool>,
    listeners: Cell<u32>,
    asked: Notify,
}

impl Stop {
    /// Asks; whether anybody hears it.
    pub(crate) fn ask(&self) -> bool {
        self.is_asked.set(true);
        self.asked.notify_waiters();
        self.listeners.get() > 0
    }

    /// Whether it was asked for.
    pub(crate) fn is_asked(&self) -> bool {
        self.is_asked.get()
    }

    /// Does the work, unless it is asked to end before: `None` then.
    pub(crate) async fn unless_asked<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let _heard = Listener::of(&self.listeners);
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.asked.notified() => None,
        }
    }
}

/// Somebody who hears, for as long as this lives and a little longer: until the work has ended.
struct Listener<'s>(&'s Cell<u32>);

impl<'s> Listener<'s> {
    fn of(count: &'s Cell<u32>) -> Self {
        count.set(count.get().saturating_add(1));
        Self(count)
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_works_is_asked_and_who_has_ended_is_not() {
        let stop = Stop::default();
        assert_eq!(stop.unless_asked(async { 7 }).await, Some(7));
        assert!(!stop.ask(), "nobody listens");
        let stop = Stop::default();
        let asks = async {
            assert!(stop.ask());
            assert!(stop.is_asked());
        };
        let work = stop.unless_asked(std::future::pending::<()>());
        let (done, ()) = tokio::join!(work, asks);
        assert_eq!(done, None);
    }
}
