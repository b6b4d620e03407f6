//! [`Watch`]: what happens in a mailbox, told for as long as anybody wants to know it, whatever becomes of connections.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use netspeak_core::Target;
use netspeak_core::socket::Keepalive;
use tokio::sync::Notify;

use super::{Builder, Client, Sync, SyncState, Way};
use crate::error::{Error, Result};
use crate::response::Fetch;
use crate::types::{IdSet, Mailbox};

mod outage;
mod wait;

use outage::{Outages, Pauses};
use wait::{Heard, Patience, Seen};

/// What happens in a watched mailbox.
#[derive(Debug)]
#[non_exhaustive]
pub enum WatchEvent {
    /// The session is there, and what was missed meanwhile is told next.
    Up {
        /// Messages in the mailbox.
        exists: u32,
        /// By which means the changes since the last time were found.
        way: Way,
    },
    /// The session is gone; another one is made.
    Down {
        /// Why.
        error: Error,
        /// After so long.
        again_in: Duration,
    },
    /// Messages that were not there before.
    Arrived(IdSet),
    /// Messages whose flags have changed, with UID and flags. A message may be told of whose flags are as they were.
    FlagsChanged(Vec<Fetch>),
    /// Messages that are gone.
    Vanished(IdSet),
    /// All UIDs mean other messages now (another UIDVALIDITY), or none: forget them all. What is there is told as
    /// [`Arrived`](Self::Arrived) next.
    Reset {
        /// The UIDVALIDITY that holds from now on.
        uid_validity: u32,
    },
    /// The server wants people to read this (RFC 9051 section 7.1, `ALERT`).
    Alert(String),
}

/// A mailbox that is watched: [`next`](Self::next) tells what happens in it, in one order and once.
///
/// ```no_run
/// # async fn example() -> netspeak_imap::Result<()> {
/// use netspeak_imap::{Client, Mailbox, WatchEvent};
///
/// let target = "imaps://me:hunter2@mail.example.org".parse()?;
/// let mut watch = Client::builder().watch(&target, &Mailbox::inbox());
/// while let Some(event) = watch.next().await? {
///     match event {
///         WatchEvent::Arrived(uids) => println!("new: {uids}"),
///         WatchEvent::Down { error, again_in } => eprintln!("{error}; again in {again_in:?}"),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// It connects, opens the mailbox to read only, finds what has changed by the best means that the server has
/// ([`Client::sync`]), and listens by IDLE, or asks by NOOP where there is none. Whatever the server tells is a reason to
/// look again, so what is told is what [`Client::sync`] finds. A connection that ends, or whose server does not answer
/// any more, is made anew after a pause, which grows with each failure and is never the same twice; what happened
/// meanwhile is found as at the beginning. Nothing is missed and no message is told as new twice.
///
/// Things happen while [`next`](Self::next) is awaited, and only then; its future may be dropped at any time, so it fits
/// into `select!`. Messages are fetched by another session. Dropping it ends it at once, [`stop`](Self::stop) with
/// a goodbye.
pub struct Watch {
    mailbox: Mailbox,
    connect: Connect,
    patience: Patience,
    attempt: Duration,
    outages: Outages,
    /// What was known when the first event of the queue happened.
    known: Option<Arc<SyncState>>,
    /// What is known once all of the queue is told.
    after: Option<Arc<SyncState>>,
    queue: VecDeque<WatchEvent>,
    next: Next,
    work: Option<Work>,
    stop: Arc<Notify>,
}

type Connect = Box<dyn FnMut() -> Working<Result<Client>> + Send>;
type Working<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What is to be done once all has been told.
enum Next {
    Connect,
    Rest(Duration),
    /// The mailbox is to be looked at, for the first time in this session or again.
    Sync(Box<Client>, Session),
    Wait(Box<Client>),
    Nothing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Session {
    New,
    Known,
}

/// What is being done. It goes on where it was, whoever awaits it.
enum Work {
    Rest(Working<()>),
    Connect(Working<Result<Box<Client>>>),
    Sync(Working<(Box<Client>, Result<Seen>)>, Session),
    Wait(Working<(Box<Client>, Result<Heard>)>),
}

/// What has been done.
enum Done {
    Rested,
    Connected(Result<Box<Client>>),
    Synced(Box<Client>, Result<Seen>, Session),
    Heard(Box<Client>, Result<Heard>),
}

impl Builder {
    /// Watches a mailbox: connects when the watch is first asked, and again whenever it has to.
    ///
    /// A deadline that was set holds for each attempt to connect, instead of one minute, and not for what follows. TCP
    /// looks after connections that are silent, unless the dialer's options do so already.
    pub fn watch(mut self, target: &Target, mailbox: &Mailbox) -> Watch {
        let mut timeouts = *self.opening.connector.timeouts();
        let total = timeouts.total.take();
        let connector = self.opening.connector.with_timeouts(timeouts);
        self.opening.connector = connector.keeping_alive(Keepalive::default());
        let target = target.clone();
        let connect = move || {
            let (builder, target) = (self.clone(), target.clone());
            async move { builder.connect(&target).await }
        };
        let watch = Watch::new(mailbox, connect);
        match total {
            Some(total) => watch.attempt_within(total),
            None => watch,
        }
    }
}

impl Watch {
    /// Watches a mailbox in sessions that `connect` makes, logged in: for who has to fetch a fresh token each time.
    pub fn new<C>(mailbox: &Mailbox, mut connect: impl FnMut() -> C + Send + 'static) -> Self
    where
        C: Future<Output = Result<Client>> + Send + 'static,
    {
        Self {
            mailbox: mailbox.clone(),
            connect: Box::new(move || Box::pin(connect())),
            patience: Patience::default(),
            attempt: Duration::from_secs(60),
            outages: Outages::default(),
            known: None,
            after: None,
            queue: VecDeque::new(),
            next: Next::Connect,
            work: None,
            stop: Arc::default(),
        }
    }

    /// Goes on from what was known before, so that what happened since is told. With [`SyncState::default`] all that is
    /// there is told as arrived; without this what is there at the beginning is not news.
    #[must_use]
    pub fn since(mut self, known: SyncState) -> Self {
        self.known = Some(Arc::new(known));
        self.after = self.known.clone();
        self
    }

    /// Says IDLE again after so long, 29 minutes at most: that is how a server is found that is no longer there although
    /// the connection is. Default: 10 minutes.
    #[must_use]
    pub fn refresh_after(mut self, limit: Duration) -> Self {
        self.patience.refresh = limit.min(wait::LONGEST);
        self
    }

    /// Asks by NOOP so often where the server has no IDLE. Default: one minute.
    #[must_use]
    pub fn poll_every(mut self, interval: Duration) -> Self {
        self.patience.poll = interval.min(wait::LONGEST);
        self
    }

    /// Waits no longer for the server to begin or to end IDLE, and to answer NOOP. Default: 30 seconds.
    #[must_use]
    pub fn answer_within(mut self, limit: Duration) -> Self {
        self.patience.answer = limit;
        self
    }

    /// Gives an attempt to connect and to log in no more than this. Default: one minute.
    #[must_use]
    pub fn attempt_within(mut self, limit: Duration) -> Self {
        self.attempt = limit;
        self
    }

    /// Rests so long after the first failure, and twice as long after each further one, up to the longest; each time
    /// some part of the latter half is left out, by chance, so that not all clients of a server come back at once. A
    /// server that asks for a longer pause gets it. Default: one second, five minutes.
    #[must_use]
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.outages.pauses = Pauses { first, longest };
        self
    }

    /// What is known of the mailbox as far as events were told, for [`since`](Self::since) next time. `None` before
    /// the first session.
    pub fn state(&self) -> Option<&SyncState> {
        self.known.as_deref()
    }

    /// What happens next; `None` once an error has been told. Waits for as long as it takes.
    ///
    /// # Errors
    /// What another attempt would not mend: `auth.rejected`, `tls.cert_untrusted`, `work.not_found`, and the like; the
    /// first attempt also for what would be worth another one later, such as `dns.nxdomain`. All other errors are
    /// [`WatchEvent::Down`].
    pub async fn next(&mut self) -> Result<Option<WatchEvent>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                self.settle();
                return Ok(Some(event));
            }
            self.settle();
            let Some(work) = self.begin() else {
                return Ok(None);
            };
            let done = work.done().await;
            self.work = None;
            self.take(done)?;
        }
    }

    /// Ends it: DONE, LOGOUT, and what is known for the next time. A server that does not answer is left without.
    pub async fn stop(mut self) -> Option<SyncState> {
        self.stop.notify_one();
        let client = match (self.work.take(), self.next) {
            // What it finds is told the next time.
            (Some(Work::Sync(sync, _)), _) => Some(sync.await.0),
            (Some(Work::Wait(wait)), _) => Some(wait.await.0),
            (None, Next::Sync(client, _) | Next::Wait(client)) => Some(client),
            _ => None,
        };
        if let Some(client) = client.filter(|client| !client.conn().is_busy()) {
            let _ = client.logout().await;
        }
        self.known.map(Arc::unwrap_or_clone)
    }

    /// All has been told up to here.
    fn settle(&mut self) {
        if self.queue.is_empty() {
            self.known.clone_from(&self.after);
        }
    }

    /// What is being done, or begins now.
    fn begin(&mut self) -> Option<&mut Work> {
        if self.work.is_none() {
            self.work = Some(match std::mem::replace(&mut self.next, Next::Nothing) {
                Next::Nothing => return None,
                Next::Rest(pause) => Work::Rest(Box::pin(tokio::time::sleep(pause))),
                Next::Connect => {
                    let attempt = wait::within(self.attempt, "connecting", (self.connect)());
                    Work::Connect(Box::pin(async { attempt.await.map(Box::new) }))
                }
                Next::Sync(client, session) => {
                    let (mailbox, known) = (self.mailbox.clone(), self.known.clone());
                    Work::Sync(Box::pin(wait::sync(client, mailbox, known)), session)
                }
                Next::Wait(client) => {
                    let (patience, stop) = (self.patience, Arc::clone(&self.stop));
                    Work::Wait(Box::pin(wait::wait(client, patience, stop)))
                }
            });
        }
        self.work.as_mut()
    }

    fn take(&mut self, done: Done) -> Result<()> {
        match done {
            Done::Rested => self.next = Next::Connect,
            Done::Connected(Ok(client)) => {
                self.next = Next::Sync(client, Session::New);
            }
            Done::Synced(client, Ok(Seen { sync, alerts }), session) => {
                self.queue.extend(alerts.into_iter().map(WatchEvent::Alert));
                if session == Session::New {
                    self.outages.is_up();
                    let exists = client.selected().map_or(0, |selected| selected.exists);
                    let way = sync.way;
                    self.queue.push_back(WatchEvent::Up { exists, way });
                }
                self.tell(sync);
                self.next = Next::Wait(client);
            }
            Done::Heard(client, Ok(heard)) => {
                let alerts = heard.alerts.into_iter().map(WatchEvent::Alert);
                self.queue.extend(alerts);
                self.next = match heard.has_changed {
                    true => Next::Sync(client, Session::Known),
                    false => Next::Wait(client),
                };
            }
            Done::Connected(Err(error))
            | Done::Synced(_, Err(error), _)
            | Done::Heard(_, Err(error)) => {
                let again_in = self.outages.pause_after(&error);
                let Some(again_in) = again_in else {
                    return Err(error);
                };
                self.next = Next::Rest(again_in);
                self.queue.push_back(WatchEvent::Down { error, again_in });
            }
        }
        Ok(())
    }

    /// Tells what was found since the last time.
    fn tell(&mut self, sync: Sync) {
        // Without a beginning what is there is not news.
        let is_beginning = self.known.is_none();
        let uid_validity = sync.state.uid_validity();
        self.after = Some(Arc::new(sync.state));
        if is_beginning {
            return;
        }
        if sync.is_reset {
            self.queue.push_back(WatchEvent::Reset { uid_validity });
        } else if !sync.vanished.is_empty() {
            self.queue.push_back(WatchEvent::Vanished(sync.vanished));
        }
        let arrived: IdSet = sync.new.iter().filter_map(|row| row.uid).collect();
        if !arrived.is_empty() {
            self.queue.push_back(WatchEvent::Arrived(arrived));
        }
        if !sync.changed.is_empty() {
            self.queue.push_back(WatchEvent::FlagsChanged(sync.changed));
        }
    }
}

impl Work {
    async fn done(&mut self) -> Done {
        match self {
            Self::Rest(rest) => {
                rest.await;
                Done::Rested
            }
            Self::Connect(connect) => Done::Connected(connect.await),
            Self::Sync(sync, session) => {
                let (client, sync) = sync.await;
                Done::Synced(client, sync, *session)
            }
            Self::Wait(wait) => {
                let (client, heard) = wait.await;
                Done::Heard(client, heard)
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("mailbox", &self.mailbox)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
