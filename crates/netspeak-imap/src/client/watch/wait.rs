//! What is done in a session of a watch: looking at the mailbox, and waiting for a reason to look again.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use netspeak_core::{Deadline, Deadlines, Phase, Timeouts};
use tokio::sync::Notify;

use crate::client::{Client, Idle, Sync, SyncState};
use crate::error::Result;
use crate::response::{Code, Untagged};
use crate::state::Access;
use crate::types::Mailbox;

/// RFC 2177 asks for less than 29 minutes, between two commands as between two IDLEs.
pub(super) const LONGEST: Duration = Duration::from_secs(29 * 60 - 1);
/// What happens so soon after something else is looked at together with it.
const GATHERED: Duration = Duration::from_millis(50);
/// Alerts that are kept of one wait.
const MOST_ALERTS: usize = 100;

/// How long each wait may last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) refresh: Duration,
    pub(super) poll: Duration,
    pub(super) answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            refresh: Duration::from_secs(600),
            poll: Duration::from_secs(60),
            answer: Duration::from_secs(30),
        }
    }
}

/// What a wait has brought.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// There is a reason to look at the mailbox.
    pub(super) has_changed: bool,
    pub(super) alerts: Vec<String>,
}

/// What a look has brought.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) sync: Sync,
    /// What was told before.
    pub(super) alerts: Vec<String>,
}

impl Heard {
    fn take(&mut self, news: &Untagged) {
        match news {
            Untagged::Exists(_)
            | Untagged::Expunge(_)
            | Untagged::Vanished { .. }
            | Untagged::Fetch(_) => self.has_changed = true,
            Untagged::Status(status)
                if status.code == Some(Code::Alert) && self.alerts.len() < MOST_ALERTS =>
            {
                let text = netspeak_core::text::printable(status.text.as_bytes());
                self.alerts.push(text);
            }
            _ => {}
        }
    }

    fn take_all(&mut self, client: &mut Client) {
        while let Some(news) = client.news() {
            self.take(&news);
        }
    }

    fn is_something(&self) -> bool {
        self.has_changed || !self.alerts.is_empty()
    }
}

/// Why a wait is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Something was told.
    Heard,
    /// It is time to speak.
    Due,
    /// The server has ended IDLE.
    Ended,
    /// The watch is stopped.
    Stopped,
}

/// No longer than this.
pub(super) async fn within<T>(
    limit: Duration,
    doing: &str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let deadlines = Deadlines::start(Timeouts::UNSET);
    let deadline = deadlines.within(Phase::Work, limit);
    deadline.run(doing, work).await?
}

/// Looks at the mailbox.
pub(super) async fn sync(
    mut client: Box<Client>,
    mailbox: Mailbox,
    known: Option<Arc<SyncState>>,
) -> (Box<Client>, Result<Seen>) {
    // What was told so far is a part of what is found now; what is told from now on is not.
    let mut told = Heard::default();
    told.take_all(&mut client);
    let nothing = SyncState::default();
    let known = known.as_deref().filter(|known| **known != nothing);
    let found = client.sync(&mailbox, Access::ReadOnly, known).await;
    let seen = found.map(|sync| Seen {
        sync,
        alerts: told.alerts,
    });
    (client, seen)
}

/// Waits for a reason to look at the mailbox, or until the watch is stopped.
///
/// This is the place for other ways to be told: a session in which NOTIFY (RFC 5465) was said hears of other mailboxes as
/// well, between commands, and a [`Heard`] of theirs would name them.
pub(super) async fn wait(
    mut client: Box<Client>,
    patience: Patience,
    stop: Arc<Notify>,
) -> (Box<Client>, Result<Heard>) {
    let mut heard = Heard::default();
    let outcome = match client.has_any(&["IDLE", "IMAP4rev2"]).await {
        Ok(true) => idle(&mut client, patience, &stop, &mut heard).await,
        Ok(false) => poll(&mut client, patience, &stop, &mut heard).await,
        Err(error) => Err(error),
    };
    (client, outcome.map(|()| heard))
}

async fn idle(
    client: &mut Client,
    patience: Patience,
    stop: &Notify,
    heard: &mut Heard,
) -> Result<()> {
    loop {
        let idle = within(patience.answer, "waiting for IDLE to begin", client.idle()).await?;
        // It is ended and begun from here, each within its time.
        let mut idle = idle.refresh_after(Duration::MAX);
        let mut end = listen(&mut idle, soon(patience.refresh), stop, heard).await?;
        if end == End::Heard {
            let gathered = soon(GATHERED);
            while end == End::Heard {
                end = listen(&mut idle, gathered, stop, heard).await?;
            }
        }
        within(patience.answer, "waiting for IDLE to end", idle.done()).await?;
        heard.take_all(client);
        if heard.is_something() || end == End::Stopped {
            return Ok(());
        }
        if end == End::Ended {
            // A server that does not let anybody idle is asked now and then.
            return poll(client, patience, stop, heard).await;
        }
    }
}

/// Asks again and again.
async fn poll(
    client: &mut Client,
    patience: Patience,
    stop: &Notify,
    heard: &mut Heard,
) -> Result<()> {
    loop {
        heard.take_all(client);
        if heard.is_something() {
            return Ok(());
        }
        let (due, mut stopped) = (soon(patience.poll), pin!(stop.notified()));
        let mut due = pin!(due.passed());
        let end = poll_fn(|cx| {
            if stopped.as_mut().poll(cx).is_ready() {
                return Poll::Ready(End::Stopped);
            }
            due.as_mut().poll(cx).map(|()| End::Due)
        });
        if end.await == End::Stopped {
            return Ok(());
        }
        within(patience.answer, "waiting for NOOP", client.noop()).await?;
    }
}

/// Listens until there is something to hear, until that moment, or until the watch is stopped.
async fn listen(
    idle: &mut Idle<'_>,
    due: Deadline,
    stop: &Notify,
    heard: &mut Heard,
) -> Result<End> {
    let (mut stopped, mut due) = (pin!(stop.notified()), pin!(due.passed()));
    loop {
        let mut next = pin!(idle.next());
        let outcome = poll_fn(|cx| {
            if stopped.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(End::Stopped));
            }
            // Who never pauses is not listened to for ever.
            if due.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(End::Due));
            }
            next.as_mut().poll(cx).map(Ok)
        });
        match outcome.await {
            Err(end) => return Ok(end),
            Ok(news) => match news? {
                None => return Ok(End::Ended),
                Some(news) => heard.take(&news),
            },
        }
        if heard.is_something() {
            return Ok(End::Heard);
        }
    }
}

fn soon(limit: Duration) -> Deadline {
    Deadlines::start(Timeouts::UNSET).within(Phase::Work, limit)
}
