//! [`Worker`]: one session of a mirror, and those that replace it.

use std::sync::Arc;
use std::time::Duration;

use netspeak_core::{ErrorKind, Phase};

use super::Job;
use super::board::{Chore, Work};
use super::set_times::SetTimes;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::mirror::{Direction, Presence};

/// How often one thing is tried.
const ATTEMPTS: u32 = 3;

/// After so many sessions in a row that did nothing, no other is opened.
const LOSSES: u32 = 4;

/// How long the last session waits before another is tried; each time twice as long.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) struct Worker<F> {
    job: Arc<Job<F>>,
    client: Option<Client>,
    /// Sessions in a row that did nothing.
    losses: u32,
    /// The times of files that were uploaded, which the server is still to be told.
    times: SetTimes,
}

/// The try that something is done in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    /// It may have been done before a session was lost.
    Again,
}

impl<F, S> Worker<F>
where
    F: Fn() -> S + Send + Sync,
    S: Future<Output = Result<Client>> + Send,
{
    pub(super) fn new(job: Arc<Job<F>>, client: Option<Client>) -> Self {
        Self {
            job,
            client,
            losses: 0,
            times: SetTimes::default(),
        }
    }

    /// Takes what is to be done next until there is no more.
    pub(super) async fn run(mut self) {
        while let Some(work) = self.job.board.next().await {
            if !self.perform(work).await {
                self.times.give_up(&self.job.board);
                return;
            }
        }
        self.tell_last_times().await;
        if let Some(client) = self.client.take() {
            // All has been said: how the server takes leave changes nothing.
            let _ = client.quit().await;
        }
    }

    /// Does this, as often as it takes. `false` if no session was to be had.
    async fn perform(&mut self, mut work: Work) -> bool {
        let mut attempts = 1;
        loop {
            let mut client = match self.session(&work).await {
                Ok(client) => client,
                Err(error) => {
                    self.job.board.leave(work, error);
                    return false;
                }
            };
            let attempt = match attempts {
                1 => Attempt::First,
                _ => Attempt::Again,
            };
            let done = self.attempt(client.as_mut(), &mut work, attempt).await;
            self.client = client.filter(Client::is_usable);
            match done {
                Ok(None) => {
                    self.losses = 0;
                    self.job.board.over();
                    return true;
                }
                Ok(Some(next)) => {
                    self.losses = 0;
                    work = next;
                    attempts = 1;
                }
                Err(error) if attempts < ATTEMPTS && is_worth_another(&error) => {
                    self.losses += u32::from(self.client.is_none());
                    attempts += 1;
                }
                Err(error) => {
                    self.losses += u32::from(self.client.is_none());
                    self.fail(work, error);
                    self.job.board.over();
                    return true;
                }
            }
        }
    }

    fn fail(&self, work: Work, error: Error) {
        let board = &self.job.board;
        match work {
            Work::List(folder) => board.unlisted(folder, error),
            Work::Move(step) => board.failed(step.path().clone(), error),
            Work::Settle(mut chores) => {
                // The first of them has failed.
                match chores.pop_front() {
                    Some(Chore::Make(folder)) => board.unmade(folder, error),
                    Some(Chore::Delete(path, kind)) => board.undeleted(path, kind, error),
                    None => {}
                }
                board.leave_over(chores);
            }
        }
    }

    /// A session that is of use; none where the server is not needed.
    async fn session(&mut self, work: &Work) -> Result<Option<Client>> {
        if let Some(client) = self.client.take() {
            return Ok(Some(client));
        }
        if !self.needs_server(work) {
            return Ok(None);
        }
        let mut pause = PAUSE;
        while self.losses <= LOSSES {
            let error = match self.open().await {
                Ok(client) => return Ok(Some(client)),
                Err(error) => error,
            };
            self.losses += 1;
            if !self.job.board.is_last() || !is_worth_another(&error) {
                return Err(error);
            }
            let deadline = self.job.deadlines.within(Phase::Work, pause);
            deadline.passed().await;
            pause = pause.saturating_mul(2);
        }
        Err(Error::closed("the server ends one session after the other"))
    }

    async fn open(&self) -> Result<Client> {
        let mut client = (self.job.connect)().await?;
        client.enter(&self.job.plan).await?;
        Ok(client)
    }

    fn needs_server(&self, work: &Work) -> bool {
        match (work, self.job.plan.options.direction) {
            (Work::List(folder), Direction::Upload) => folder.target == Presence::There,
            (Work::Settle(_), Direction::Download(_)) => false,
            _ => true,
        }
    }

    /// Does this once. What comes back is to be done next.
    async fn attempt(
        &mut self,
        client: Option<&mut Client>,
        work: &mut Work,
        attempt: Attempt,
    ) -> Result<Option<Work>> {
        match work {
            Work::List(folder) => return self.job.list(client, folder).await,
            Work::Settle(chores) => match self.job.plan.options.direction {
                Direction::Download(_) => self.job.settle_here(chores).await?,
                Direction::Upload => {
                    let client = client.ok_or(Error::Poisoned)?;
                    self.job.settle_there(client, chores, attempt).await?;
                }
            },
            Work::Move(step) => {
                let client = client.ok_or(Error::Poisoned)?;
                let bytes = match self.job.plan.options.direction {
                    Direction::Download(_) => self.job.fetch(client, step, attempt).await?,
                    Direction::Upload => {
                        let bytes = self.job.send(client, step).await?;
                        self.times.note(step, self.job.plan.times);
                        bytes
                    }
                };
                self.job.board.transferred(bytes);
                self.job.board.done(step);
                if self.times.are_many() {
                    self.times.tell(client, &self.job.board).await;
                }
            }
        }
        Ok(None)
    }

    /// The same at the end, over another session if need be.
    async fn tell_last_times(&mut self) {
        for _ in 0..2 {
            if self.times.is_empty() {
                return;
            }
            let client = match self.client.take() {
                Some(client) => Ok(client),
                None => self.open().await,
            };
            if let Ok(mut client) = client {
                self.times.tell(&mut client, &self.job.board).await;
                self.client = Some(client).filter(Client::is_usable);
            }
        }
        self.times.give_up(&self.job.board);
    }
}

/// Whether it may go better the next time.
fn is_worth_another(error: &Error) -> bool {
    let is_over = error.kind() == ErrorKind::TIMEOUT_TOTAL;
    !is_over && (matches!(error, Error::Net(_)) || error.is_temporary())
}
