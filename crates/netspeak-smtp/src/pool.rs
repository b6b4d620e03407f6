//! [`Pool`]: sessions kept for the next mail.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use netspeak_core::{ErrorKind, Phase, PoolKey, Reason, Target, Timeline};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::client::{Body, Builder, Client};
use crate::codec::State;
use crate::error::{Error, Result};
use crate::receipt::Receipt;
use crate::response::Reply;
use crate::types::Envelope;

/// How a pool keeps sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// Sessions at once, in use and idle. Default 4.
    pub size: usize,
    /// How long a session may be idle; servers end them after some minutes. Default 60 s.
    pub idle: Duration,
    /// A session that was idle for longer is asked (NOOP) before it is used. Default 5 s.
    pub check_after: Duration,
    /// Mails on one session. Default 100; a server's own limit (RFC 9422) counts as well.
    pub uses: u64,
    /// How long to wait for room when all sessions are in use. Default 5 minutes.
    pub wait: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            size: 4,
            idle: Duration::from_secs(60),
            check_after: Duration::from_secs(5),
            uses: 100,
            wait: Duration::from_secs(300),
        }
    }
}

/// Sessions with one server, logged in as one user, kept for the next mail. Clones share them.
///
/// A session that the server has ended in the meantime is replaced, also if that shows only when the
/// mail is under way, as long as it cannot have been taken. A mail is never sent twice. A total
/// deadline runs anew for each lease.
///
/// ```no_run
/// # async fn example() -> netspeak_smtp::Result<()> {
/// use netspeak_smtp::{Client, Envelope, Pool, PoolOptions};
///
/// let target = "submission://ops:hunter2@mail.example.org".parse()?;
/// let pool = Pool::new(Client::builder(), target, PoolOptions::default())?;
/// let envelope = Envelope::new("ops@example.org", ["you@example.net"])?;
/// pool.deliver(&envelope, "Subject: hello\r\n\r\n").await?.complete()?;
/// pool.close().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    builder: Builder,
    target: Target,
    key: PoolKey,
    options: PoolOptions,
    room: Arc<Semaphore>,
    idle: Mutex<VecDeque<Idle>>,
    /// Sessions that take no more mails; they are told so at the next chance.
    spent: Mutex<Vec<Client>>,
    clock: Timeline,
}

#[derive(Debug)]
struct Idle {
    client: Client,
    since: Duration,
}

/// A session on loan. It goes back into the pool when it is dropped, if it is fit for another mail.
#[derive(Debug)]
pub struct Lease {
    client: Option<Client>,
    /// It is not new: the server may have ended it.
    was_idle: bool,
    shared: Arc<Shared>,
    _room: OwnedSemaphorePermit,
}

impl Pool {
    /// A pool of sessions that the builder makes. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::Usage`] for a URL that is not SMTP, and for a pool without room.
    pub fn new(builder: Builder, target: Target, options: PoolOptions) -> Result<Self> {
        if options.size == 0 || options.size > Semaphore::MAX_PERMITS {
            return Err(Error::usage("a pool has room for at least one session"));
        }
        Ok(Self(Arc::new(Shared {
            key: builder.pool_key(&target)?,
            builder,
            target,
            room: Arc::new(Semaphore::new(options.size)),
            options,
            idle: Mutex::default(),
            spent: Mutex::default(),
            clock: Timeline::start(),
        })))
    }

    /// What sessions of this pool have in common.
    pub fn key(&self) -> &PoolKey {
        &self.0.key
    }

    /// How many sessions are idle.
    pub fn idle(&self) -> usize {
        self.0.idle().len()
    }

    /// A session: an idle one that still answers, or a new one. Waits for room.
    ///
    /// # Errors
    /// `conn.timeout` if there was no room for too long, and those of connecting.
    pub async fn lease(&self) -> Result<Lease> {
        let room = self.0.find_room().await?;
        self.0.say_goodbye().await;
        let idle = self.0.fit_one().await;
        let was_idle = idle.is_some();
        let client = match idle {
            Some(client) => client,
            None => {
                let builder = self.0.builder.clone();
                builder.connect(&self.0.target).await?
            }
        };
        Ok(Lease {
            client: Some(client),
            was_idle,
            shared: self.0.clone(),
            _room: room,
        })
    }

    /// Sends a mail over one of the sessions. (Its name leaves `send` to the engine's trait.)
    ///
    /// # Errors
    /// As [`Client::send`] and [`lease`](Self::lease).
    pub async fn deliver<'b>(
        &self,
        envelope: &Envelope,
        body: impl Into<Body<'b>>,
    ) -> Result<Receipt> {
        let mut body = body.into();
        loop {
            let mut lease = self.lease().await?;
            match lease.send_body(envelope, &mut body).await {
                // Nothing was taken, and the next session is another idle one, or a new one.
                Err(error) if lease.was_idle && body.is_whole() && has_ended(&error) => {}
                sent => return sent,
            }
        }
    }

    /// Says goodbye to the idle sessions, and gives out no more. Those on loan are said goodbye to by
    /// another `close` after they came back.
    pub async fn close(&self) {
        self.0.room.close();
        let idle = std::mem::take(&mut *self.0.idle());
        self.0
            .spent()
            .extend(idle.into_iter().map(|idle| idle.client));
        self.0.say_goodbye().await;
    }
}

impl Shared {
    fn idle(&self) -> MutexGuard<'_, VecDeque<Idle>> {
        // A panic in another holder leaves the list whole.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spent(&self) -> MutexGuard<'_, Vec<Client>> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn find_room(&self) -> Result<OwnedSemaphorePermit> {
        let room = self.room.clone().acquire_owned();
        match tokio::time::timeout(self.options.wait, room).await {
            Ok(Ok(room)) => Ok(room),
            Ok(Err(_)) => Err(Error::usage("the pool is closed")),
            Err(_) => Err(Error::net(
                ErrorKind::new(Phase::Conn, Reason::Timeout),
                format!("all {} sessions of the pool are in use", self.options.size),
            )),
        }
    }

    async fn say_goodbye(&self) {
        let spent = std::mem::take(&mut *self.spent());
        for client in spent {
            // Who does not answer is gone as well.
            let _ = client.quit().await;
        }
    }

    /// The idle session that was used last and still answers. Stale ones are dropped.
    async fn fit_one(&self) -> Option<Client> {
        loop {
            let Idle { mut client, since } = self.idle().pop_back()?;
            let idle = self.clock.elapsed().saturating_sub(since);
            if idle > self.options.idle {
                // Those below it have waited even longer.
                let stale = std::mem::take(&mut *self.idle());
                self.spent().push(client);
                self.spent()
                    .extend(stale.into_iter().map(|idle| idle.client));
                self.say_goodbye().await;
                return None;
            }
            client.begin_lease();
            let is_fit = if idle < self.options.check_after {
                client.is_quiet()
            } else {
                client.noop().await.is_ok()
            };
            if is_fit {
                return Some(client);
            }
        }
    }

    /// Whether a session can take another mail.
    fn is_fit(&self, client: &Client) -> bool {
        if self.room.is_closed() {
            return false;
        }
        let declared = client.capabilities().and_then(|found| found.limits().mails);
        let most = declared.unwrap_or(u64::MAX).min(self.options.uses);
        client.state() == State::Ready && client.mails() < most
    }
}

/// Whether the server has ended the session, which it may do at any time while it is idle.
fn has_ended(error: &Error) -> bool {
    let is_leaving = error.reply().is_some_and(Reply::is_closing);
    let reason = error.kind().reason();
    is_leaving || matches!(reason, Reason::Closed | Reason::Reset | Reason::Truncated)
}

impl Deref for Lease {
    type Target = Client;

    #[expect(clippy::expect_used, reason = "only a dropped lease has none")]
    fn deref(&self) -> &Client {
        self.client.as_ref().expect("a session")
    }
}

impl DerefMut for Lease {
    #[expect(clippy::expect_used, reason = "only a dropped lease has none")]
    fn deref_mut(&mut self) -> &mut Client {
        self.client.as_mut().expect("a session")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else {
            return;
        };
        // There is no talking to a session that ended half-way.
        if client.conn().is_busy() || client.state() == State::Closed {
            return;
        }
        if self.shared.is_fit(&client) {
            let since = self.shared.clock.elapsed();
            self.shared.idle().push_back(Idle { client, since });
        } else {
            self.shared.spent().push(client);
        }
    }
}
