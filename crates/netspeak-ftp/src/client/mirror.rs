//! [`Mirror`]: one tree becomes like another, over several sessions at a time.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use netspeak_core::{Deadlines, Phase, Target};
use tokio::task::JoinSet;

use super::tree::Links;
use super::{Builder, Client};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::listing::Timestamp;
use crate::mirror::{Compare, Deletion, Direction, Filter, Options, Presence, TreePath};
use netspeak_core::NameRules;

mod arriving;
mod board;
mod chores;
mod fetch;
mod lists;
mod local;
mod report;
mod send;
mod set_times;
mod worker;

pub use report::{Event, Failure, Report};

use board::{Board, Watcher};
use worker::Worker;

/// More sessions than any server is glad of.
const MOST_JOBS: usize = 64;

/// Makes a local folder like one of the server, or the other way round.
///
/// ```no_run
/// use netspeak_ftp::Client;
/// use netspeak_ftp::mirror::{Deletion, Event, Mirror};
///
/// # async fn example() -> netspeak_ftp::Result<()> {
/// let report = Mirror::download("pub/photos", "photos")
///     .jobs(4)
///     .deletion(Deletion::Delete)
///     .on_event(|event| {
///         if let Event::Done(step) = event {
///             println!("{}", step.path());
///         }
///     })
///     .run(&Client::builder(), &"ftp://ftp.example.org".parse()?)
///     .await?;
/// println!("{} files, {} failed", report.transferred, report.failed);
/// # Ok(())
/// # }
/// ```
///
/// A file that arrives has a name of its own, `.netspeak-….part`, until it is whole. Names that a server
/// chose stay inside the local folder, and nothing is written through local links. What goes wrong
/// with one file is told in the [report](Report), and the others go on; a session that the server ends
/// is replaced. In memory are the folders that are still to be listed and the files of those that are
/// being worked on.
pub struct Mirror {
    plan: Plan,
    jobs: usize,
    watcher: Option<Watcher>,
}

/// Whether the copies of files get the times of their originals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Times {
    /// They do, as far as the other side allows it: on servers by MFMT.
    #[default]
    Kept,
    /// They have the time of their transfer.
    Own,
}

/// Under which name a file is uploaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UploadName {
    /// Its own.
    #[default]
    Final,
    /// Another one, `.netspeak-….part`, until it is whole (RNFR, RNTO): nobody gets half a file.
    Temporary,
}

/// Whether anything is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    Real,
    Dry,
}

/// What all sessions work on.
#[derive(Clone, Debug)]
struct Plan {
    remote: Vec<u8>,
    local: PathBuf,
    options: Options,
    links: Links,
    times: Times,
    upload_name: UploadName,
    run: Run,
}

/// What all sessions share.
struct Job<F> {
    plan: Plan,
    board: Board,
    connect: F,
    deadlines: Deadlines,
    /// Makes names that nobody else has.
    run_id: i128,
    parts: AtomicU64,
}

impl Mirror {
    /// The local folder becomes like the server's; it is made where it is missing. An empty path is the folder
    /// where the login leads.
    pub fn download(from: impl AsRef<[u8]>, to: impl Into<PathBuf>) -> Self {
        let direction = Direction::Download(NameRules::HERE);
        Self::new(direction, from.as_ref().to_vec(), to.into())
    }

    /// The server's folder becomes like the local one; it is made where it is missing. An empty path is the
    /// folder where the login leads.
    pub fn upload(from: impl Into<PathBuf>, to: impl AsRef<[u8]>) -> Self {
        Self::new(Direction::Upload, to.as_ref().to_vec(), from.into())
    }

    fn new(direction: Direction, remote: Vec<u8>, local: PathBuf) -> Self {
        Self {
            plan: Plan {
                remote,
                local,
                options: Options::new(direction),
                links: Links::default(),
                times: Times::default(),
                upload_name: UploadName::default(),
                run: Run::Real,
            },
            jobs: 1,
            watcher: None,
        }
    }

    /// How many sessions there are at most, from 1 to 64. Default 1. Those that the server does not let in
    /// are done without.
    #[must_use]
    pub fn jobs(mut self, sessions: usize) -> Self {
        self.jobs = sessions.clamp(1, MOST_JOBS);
        self
    }

    /// What the mirror is about. Default: everything.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.plan.options.filter = filter;
        self
    }

    /// What counts as changed. Default [`Compare::SizeAndTime`].
    #[must_use]
    pub fn compare(mut self, compare: Compare) -> Self {
        self.plan.options.compare = compare;
        self
    }

    /// What happens to what only the target has. Default [`Deletion::Keep`].
    #[must_use]
    pub fn deletion(mut self, deletion: Deletion) -> Self {
        self.plan.options.deletion = deletion;
        self
    }

    /// How many folders deep it goes. Default 64.
    #[must_use]
    pub fn depth(mut self, folders: usize) -> Self {
        self.plan.options.depth = folders;
        self
    }

    /// Whether links of the source are followed. Default: they are left out.
    #[must_use]
    pub fn links(mut self, links: Links) -> Self {
        self.plan.links = links;
        self
    }

    /// Whether copies get the times of their originals. Default: they do.
    #[must_use]
    pub fn times(mut self, times: Times) -> Self {
        self.plan.times = times;
        self
    }

    /// Under which name files are uploaded. Default: their own.
    #[must_use]
    pub fn upload_name(mut self, name: UploadName) -> Self {
        self.plan.upload_name = name;
        self
    }

    /// What names local files may have; those that break the rules are skipped. Default: those of this
    /// system.
    #[must_use]
    pub fn name_rules(mut self, rules: NameRules) -> Self {
        if let Direction::Download(here) = &mut self.plan.options.direction {
            *here = rules;
        }
        self
    }

    /// Lists both sides and does nothing: each step is told as [`Event::Planned`].
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.plan.run = Run::Dry;
        self
    }

    /// Is told what happens, from all sessions, one event at a time. It holds them up meanwhile.
    #[must_use]
    pub fn on_event(mut self, watcher: impl FnMut(Event<'_>) + Send + 'static) -> Self {
        self.watcher = Some(Box::new(watcher));
        self
    }

    /// Mirrors, over sessions that are opened this way. To be called within a tokio runtime.
    ///
    /// # Errors
    /// Whatever went wrong on the way to the first session; `work.*` and [`Error::Local`] if one of the
    /// two folders cannot be listed. All else stands in the report.
    pub async fn run(self, builder: &Builder, target: &Target) -> Result<Report> {
        let (builder, target) = (builder.clone(), target.clone());
        let connect = move || {
            let (builder, target) = (builder.clone(), target.clone());
            async move { builder.connect(&target).await }
        };
        self.run_over(connect).await
    }

    /// Mirrors, over sessions that `connect` opens and logs in. To be called within a tokio runtime.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_over<F, S>(self, connect: F) -> Result<Report>
    where
        F: Fn() -> S + Send + Sync + 'static,
        S: Future<Output = Result<Client>> + Send + 'static,
    {
        let Self {
            plan,
            jobs,
            watcher,
        } = self;
        let mut first = connect().await?;
        let target = first.enter_first(&plan).await?;
        if let (Direction::Download(_), Run::Real) = (plan.options.direction, plan.run) {
            local::make_root(plan.local.clone()).await?;
        }
        let job = Arc::new(Job {
            board: Board::new(
                plan.options.clone(),
                jobs,
                first.most_waiting(),
                target,
                watcher,
            ),
            deadlines: first.conn().deadlines().clone(),
            plan,
            connect,
            run_id: Timestamp::now().as_nanosecond(),
            parts: AtomicU64::new(0),
        });
        let mut workers = JoinSet::new();
        let mut first = Some(first);
        for _ in 0..jobs {
            let worker = Worker::new(job.clone(), first.take());
            workers.spawn(worker.run());
        }
        while let Some(ended) = workers.join_next().await {
            if let Err(error) = ended
                && error.is_panic()
            {
                std::panic::resume_unwind(error.into_panic());
            }
        }
        job.board.report()
    }
}

impl Client {
    /// Goes to the folder that a mirror is about, and makes it before if it is the target.
    async fn enter_first(&mut self, plan: &Plan) -> Result<Presence> {
        if plan.options.direction == Direction::Upload && plan.run == Run::Real {
            let ancestors = ancestors(&plan.remote);
            let commands: Vec<_> = ancestors.iter().map(|path| Command::Mkd(path)).collect();
            // Those that are there are refused.
            self.several(&commands, Phase::Work).await?;
        }
        match self.enter(plan).await {
            Ok(()) => Ok(Presence::There),
            // It would be made.
            Err(Error::Refused { .. })
                if plan.options.direction == Direction::Upload && self.is_usable() =>
            {
                match plan.run {
                    Run::Dry => Ok(Presence::Missing),
                    Run::Real => self.enter(plan).await.map(|()| Presence::There),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Goes to the folder that a mirror is about: where there is none, some servers list nothing and call
    /// that a success.
    async fn enter(&mut self, plan: &Plan) -> Result<()> {
        if !plan.remote.is_empty() {
            self.cwd(&plan.remote).await?;
        }
        Ok(())
    }
}

/// `a`, `a/b`, `a/b/c`
fn ancestors(path: &[u8]) -> Vec<&[u8]> {
    let ends = memchr::memchr_iter(b'/', path).chain([path.len()]);
    ends.filter_map(|end| path.get(..end))
        .filter(|part| !part.is_empty() && !part.ends_with(b"/"))
        .collect()
}

impl<F> Job<F> {
    /// Names of a server are checked before they become a local path.
    fn local_path(&self, path: &TreePath) -> Result<PathBuf> {
        let plan = &self.plan;
        match plan.options.direction {
            Direction::Upload => Ok(local::path_below(plan.local.clone(), path)),
            Direction::Download(rules) => path
                .below(plan.local.clone(), rules)
                .map_err(|fault| fault.about(path.as_bytes()).into()),
        }
    }

    /// A name that neither side has.
    fn part_name(&self) -> String {
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        format!(".netspeak-{:x}-{number:x}.part", self.run_id)
    }
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mirror")
            .field("plan", &self.plan)
            .field("jobs", &self.jobs)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn folders_are_made_from_the_outside_in() {
        for (path, expected) in [
            ("a/b/c", &["a", "a/b", "a/b/c"][..]),
            ("/a//b/", &["/a", "/a//b"]),
            ("/", &[]),
            ("", &[]),
        ] {
            let found: Vec<_> = super::ancestors(path.as_bytes())
                .into_iter()
                .map(|part| str::from_utf8(part).unwrap())
                .collect();
            assert_eq!(found, expected, "{path}");
        }
    }
}
