//! [`Waiting`]: how long the next wait may last, and the alarm that ends it.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

use crate::deadline::{Deadline, Deadlines, now};
use crate::error::{Error, Phase};

/// What bounds the next wait. It holds although futures are dropped and made anew at each poll.
pub(super) struct Waiting {
    due: Due,
    /// When the last byte moved, in either direction.
    moved: Instant,
    alarm: Alarm,
}

#[derive(Clone, Copy)]
enum Due {
    /// A reply: it must be complete by then, however slowly it trickles.
    Reply(Deadline),
    /// Bulk data: it must not stop for too long.
    Progress(Phase),
}

impl Waiting {
    /// Nothing was begun: nobody may be silent for ever, and that is all.
    pub(super) fn neutral() -> Self {
        Self {
            due: Due::Progress(Phase::Conn),
            moved: now(),
            alarm: Alarm::default(),
        }
    }

    /// A reply must be there by then.
    pub(super) fn until(&mut self, deadline: Deadline) {
        self.due = Due::Reply(deadline);
    }

    /// Bulk data follows; the silence counts from now.
    pub(super) fn progress(&mut self) {
        self.due = Due::Progress(self.phase());
        self.moved();
    }

    /// As it was before the first command.
    pub(super) fn rest(&mut self) {
        self.due = Due::Progress(Phase::Conn);
        self.moved();
    }

    pub(super) fn phase(&self) -> Phase {
        match self.due {
            Due::Reply(deadline) => deadline.phase(),
            Due::Progress(phase) => phase,
        }
    }

    /// A byte moved.
    pub(super) fn moved(&mut self) {
        self.moved = now();
    }

    pub(super) fn deadline(&self, deadlines: &Deadlines) -> Deadline {
        match self.due {
            Due::Reply(deadline) => deadline,
            Due::Progress(phase) => deadlines.progress_since(self.moved, phase),
        }
    }

    /// To be asked when there is nothing to do but wait: ready once the time is up, and the caller is
    /// woken then.
    pub(super) fn poll_expired(
        &mut self,
        cx: &mut Context<'_>,
        deadline: Deadline,
        doing: &str,
    ) -> Poll<Error> {
        match deadline.at() {
            Some(at) => self.alarm.poll(cx, at).map(|()| deadline.expired(doing)),
            None => Poll::Pending,
        }
    }
}

/// One timer for the whole life of a connection. It is set when somebody waits, and not reset for
/// each byte: an alarm that rings too early is set again.
#[derive(Default)]
struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    fn poll(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
        // Not left to the timer alone, which a task that is never idle does not hear.
        if now() >= at {
            return Poll::Ready(());
        }
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() > at || sleep.is_elapsed() {
            sleep.as_mut().reset(at);
        }
        while sleep.as_mut().poll(cx).is_ready() {
            if now() >= at {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(at);
        }
        Poll::Pending
    }
}
