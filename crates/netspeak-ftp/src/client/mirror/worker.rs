//! [`Worker`]: one session of a mirror, and those that replace it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::tz::TimeZone;
use netspeak_core::{ErrorKind, Phase};

use super::arriving::Arriving;
use super::board::{Chore, Taking, Work};
use super::local::{self, Leaving, Root};
use super::{Job, Run, Times, UploadName};
use crate::client::tree::{BATCH, LedTo, Links, deletion, judged, remote_path};
use crate::client::{Client, KnownSize, Progress, RetrOptions};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::mirror::{Content, Direction, Folder, Item, ItemKind, Presence, Stamp, Step, TreePath};

/// How often one thing is tried.
const ATTEMPTS: u32 = 3;

/// After so many sessions in a row that did nothing, no other is opened.
const LOSSES: u32 = 4;

/// How long the last session waits before another is tried; each time twice as long.
const PAUSE: Duration = Duration::from_secs(1);

/// What is sent of a file between two events.
const STRETCH: u64 = 8 * 1024 * 1024;

pub(super) struct Worker<F> {
    job: Arc<Job<F>>,
    client: Option<Client>,
    /// Sessions in a row that did nothing.
    losses: u32,
    /// The times of files that were uploaded, which the server is still to be told.
    times: Vec<(String, Vec<u8>)>,
}

/// The try that something is done in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attempt {
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
            times: Vec::new(),
        }
    }

    /// Takes what is to be done next until there is no more.
    pub(super) async fn run(mut self) {
        while let Some(work) = self.job.board.next().await {
            if !self.perform(work).await {
                self.job.board.untimed(self.times.len());
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
            Work::List(folder) => return self.list(client, folder).await,
            Work::Settle(chores) => match self.job.plan.options.direction {
                Direction::Download(_) => self.settle_here(chores).await?,
                Direction::Upload => {
                    let client = client.ok_or(Error::Poisoned)?;
                    self.settle_there(client, chores, attempt).await?;
                }
            },
            Work::Move(step) => {
                let client = client.ok_or(Error::Poisoned)?;
                let bytes = match self.job.plan.options.direction {
                    Direction::Download(_) => self.fetch(client, step, attempt).await?,
                    Direction::Upload => self.send(client, step).await?,
                };
                self.job.board.transferred(bytes);
                self.job.board.done(step);
                if self.times.len() >= BATCH {
                    self.tell_times(client).await;
                }
            }
        }
        Ok(None)
    }

    /// Lists a folder on both sides.
    async fn list(&self, client: Option<&mut Client>, folder: &Folder) -> Result<Option<Work>> {
        let plan = &self.job.plan;
        let is_download = matches!(plan.options.direction, Direction::Download(_));
        let (there, here) = match is_download {
            true => (folder.source, folder.target),
            false => (folder.target, folder.source),
        };
        let there = match (there, client) {
            (Presence::Missing, _) => Content::default(),
            (Presence::There, None) => return Err(Error::Poisoned),
            (Presence::There, Some(client)) => {
                let mut content = client.content(&remote_path(b"", &folder.path)).await?;
                if is_download && plan.links == Links::Followed {
                    self.follow(client, &folder.path, &mut content).await?;
                }
                content
            }
        };
        let here = match here {
            Presence::Missing => Content::default(),
            Presence::There => self.local_content(folder, is_download).await?,
        };
        let (source, target) = match is_download {
            true => (there, here),
            false => (here, there),
        };
        let taking = match plan.run {
            Run::Real => Taking::Steps,
            Run::Dry => Taking::Nothing,
        };
        let board = &self.job.board;
        let chores = board.listed(folder.clone(), source, target, taking);
        Ok((!chores.is_empty()).then_some(Work::Settle(chores)))
    }

    async fn local_content(&self, folder: &Folder, is_download: bool) -> Result<Content> {
        let plan = &self.job.plan;
        let is_optional = is_download && folder.path == TreePath::ROOT;
        let root = match is_optional {
            true => Root::Optional,
            false => Root::Needed,
        };
        let mut content = local::content(self.local_path(&folder.path)?, root).await?;
        if !is_download && plan.links == Links::Followed {
            for item in links(&mut content) {
                let path = folder.path.join(&item.name);
                let target = local::led_to(self.local_path(&path)?, item.name.clone()).await?;
                if target.kind != ItemKind::Folder || self.job.board.follow(&path) {
                    *item = target;
                }
            }
        }
        Ok(content)
    }

    /// Takes the links of the server for what they lead to.
    async fn follow(
        &self,
        client: &mut Client,
        folder: &TreePath,
        content: &mut Content,
    ) -> Result<()> {
        for item in links(content) {
            let path = folder.join(&item.name);
            match client.led_to(&remote_path(b"", &path)).await? {
                LedTo::File(size) => {
                    item.kind = ItemKind::File;
                    item.size = Some(size);
                    // What the listing has is the time of the link.
                    item.modified = None;
                }
                LedTo::Elsewhere if self.job.board.follow(&path) => item.kind = ItemKind::Folder,
                LedTo::Elsewhere => {}
            }
        }
        Ok(())
    }

    /// Names of a server are checked before they become a local path.
    fn local_path(&self, path: &TreePath) -> Result<PathBuf> {
        let plan = &self.job.plan;
        match plan.options.direction {
            Direction::Upload => Ok(local::path_below(plan.local.clone(), path)),
            Direction::Download(rules) => path
                .below(plan.local.clone(), rules)
                .map_err(|fault| fault.about(path.as_bytes()).into()),
        }
    }

    /// Makes and deletes on the server, many at a time.
    async fn settle_there(
        &self,
        client: &mut Client,
        chores: &mut VecDeque<Chore>,
        mut attempt: Attempt,
    ) -> Result<()> {
        while !chores.is_empty() {
            let todo: Vec<_> = chores
                .iter()
                .take(BATCH)
                .map(|chore| (chore.kind(), remote_path(b"", chore.path())))
                .collect();
            let commands: Vec<_> = todo
                .iter()
                .map(|(kind, path)| match kind {
                    Some(kind) => deletion(*kind, path),
                    None => Command::Mkd(path),
                })
                .collect();
            let replies = client.several(&commands, Phase::Work).await?;
            for (command, reply) in commands.iter().zip(replies) {
                let done = judged(command, reply);
                if let Some(chore) = chores.pop_front() {
                    self.settled(chore, done, attempt);
                }
            }
            attempt = Attempt::First;
        }
        Ok(())
    }

    /// The same here, one after the other.
    async fn settle_here(&self, chores: &mut VecDeque<Chore>) -> Result<()> {
        while let Some(chore) = chores.pop_front() {
            let done = match (self.local_path(chore.path()), &chore) {
                (Ok(path), Chore::Make(_)) => local::make_folder(path).await,
                (Ok(path), Chore::Delete(_, kind)) => local::delete(path, *kind).await,
                (Err(error), _) => Err(error),
            };
            self.settled(chore, done, Attempt::First);
        }
        Ok(())
    }

    fn settled(&self, chore: Chore, done: Result<()>, attempt: Attempt) {
        let board = &self.job.board;
        let step = chore.step();
        match (done, chore) {
            (Err(error), Chore::Make(folder)) if attempt == Attempt::First => {
                board.unmade(folder, error);
            }
            (Err(error), Chore::Delete(path, kind)) if attempt == Attempt::First => {
                board.undeleted(path, kind, error);
            }
            (_, chore) => {
                board.done(&step);
                if let Chore::Make(folder) = chore {
                    board.made(folder);
                }
            }
        }
    }

    /// Downloads a file.
    async fn fetch(&self, client: &mut Client, step: &Step, attempt: Attempt) -> Result<u64> {
        let Step::Transfer {
            path,
            size,
            set_time,
            ..
        } = step
        else {
            return Ok(0);
        };
        let local = self.local_path(path)?;
        let part = local.with_file_name(self.job.part_name());
        let modified = set_time.filter(|_| self.job.plan.times == Times::Kept);
        let mut options = RetrOptions::default();
        // The listing has told the size, unless the file has changed since.
        if let (Some(size), Attempt::First) = (size, attempt) {
            options.size = KnownSize::Bytes(*size);
        }
        let mut download = client.retr_with(remote_path(b"", path), &options).await?;
        let total = download.size();
        let mut file = Arriving::new(local, part, total, modified.map(system_time));
        let mut bytes = 0u64;
        while let Some(piece) = download.chunk().await? {
            let came = piece.len() as u64;
            if let Err(error) = file.write(piece).await {
                download.abort().await?;
                return Err(error);
            }
            bytes = bytes.saturating_add(came);
            let progress = Progress { bytes, total };
            self.job.board.moved(path, came, progress);
        }
        file.finish().await?;
        Ok(bytes)
    }

    /// Uploads a file.
    async fn send(&mut self, client: &mut Client, step: &Step) -> Result<u64> {
        let Step::Transfer { path, set_time, .. } = step else {
            return Ok(0);
        };
        let source = local::open(self.local_path(path)?).await?;
        let final_path = remote_path(b"", path);
        let bytes = match self.job.plan.upload_name {
            UploadName::Final => self.store(client, path, &final_path, &source).await?,
            UploadName::Temporary => {
                let folder = path.parent().unwrap_or_default();
                let part = remote_path(b"", &folder.join(self.job.part_name().as_bytes()));
                let stored = match self.store(client, path, &part, &source).await {
                    Ok(bytes) => replace(client, &part, &final_path).await.map(|()| bytes),
                    Err(error) => Err(error),
                };
                if stored.is_err() && client.is_usable() {
                    // Half a file is of no use.
                    let _ = client.dele(&part).await;
                }
                stored?
            }
        };
        if let (Some(time), Times::Kept) = (set_time, self.job.plan.times) {
            self.times.push((mfmt_time(*time), final_path));
        }
        Ok(bytes)
    }

    async fn store(
        &self,
        client: &mut Client,
        path: &TreePath,
        to: &[u8],
        source: &Leaving,
    ) -> Result<u64> {
        let mut upload = client.stor(to).await?;
        let board = &self.job.board;
        let moved = |bytes, came, total| {
            let progress = Progress {
                bytes,
                total: Some(total),
            };
            board.moved(path, came, progress);
        };
        let size = match source {
            Leaving::Whole(all) => {
                upload.send(all).await?;
                let size = all.len() as u64;
                moved(size, size, size);
                size
            }
            Leaving::Large(file, size) => {
                let mut at = 0;
                while at < *size {
                    let end = at.saturating_add(STRETCH).min(*size);
                    upload.send_file(file, at..end).await?;
                    moved(end, end - at, *size);
                    at = end;
                }
                *size
            }
        };
        upload.finish().await?;
        Ok(size)
    }

    /// Tells the server the times of what was uploaded.
    async fn tell_times(&mut self, client: &mut Client) {
        let times = std::mem::take(&mut self.times);
        let board = &self.job.board;
        if !client.features().is_some_and(|offered| offered.has("MFMT")) {
            board.untimed(times.len());
            return;
        }
        for (at, batch) in times.chunks(BATCH).enumerate() {
            let commands: Vec<_> = batch
                .iter()
                .map(|(time, path)| Command::Mfmt { time, path })
                .collect();
            match client.several(&commands, Phase::Work).await {
                Ok(replies) => {
                    let refused = replies.iter().filter(|reply| !reply.is_positive());
                    board.untimed(refused.count());
                }
                Err(_) => {
                    // The next session tells them, once.
                    let rest = times.get(at * BATCH..).unwrap_or_default();
                    match rest.len() <= BATCH {
                        true => self.times = rest.to_vec(),
                        false => board.untimed(rest.len()),
                    }
                    return;
                }
            }
        }
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
                self.tell_times(&mut client).await;
                self.client = Some(client).filter(Client::is_usable);
            }
        }
        self.job.board.untimed(self.times.len());
    }
}

impl Chore {
    fn path(&self) -> &TreePath {
        match self {
            Self::Make(folder) => &folder.path,
            Self::Delete(path, _) => path,
        }
    }

    /// Of what is to be deleted.
    fn kind(&self) -> Option<ItemKind> {
        match self {
            Self::Make(_) => None,
            Self::Delete(_, kind) => Some(*kind),
        }
    }
}

fn links(content: &mut Content) -> impl Iterator<Item = &mut Item> {
    let items = content.items.iter_mut();
    items.filter(|item| item.kind == ItemKind::Link)
}

/// Gives an uploaded file its name. Some servers do not replace what has it.
async fn replace(client: &mut Client, from: &[u8], to: &[u8]) -> Result<()> {
    match client.rename(from, to).await {
        Err(Error::Refused { .. }) if client.is_usable() => {
            client.dele(to).await?;
            client.rename(from, to).await
        }
        renamed => renamed,
    }
}

/// Whether it may go better the next time.
fn is_worth_another(error: &Error) -> bool {
    let is_over = error.kind() == ErrorKind::TIMEOUT_TOTAL;
    !is_over && (matches!(error, Error::Net(_)) || error.is_temporary())
}

fn system_time(stamp: Stamp) -> SystemTime {
    stamp.at.into()
}

/// Fourteen digits, in UTC.
fn mfmt_time(stamp: Stamp) -> String {
    let time = stamp.at.to_zoned(TimeZone::UTC);
    time.strftime("%Y%m%d%H%M%S").to_string()
}
