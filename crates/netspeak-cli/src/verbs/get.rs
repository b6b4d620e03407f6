//! `netspeak get URL...`

mod ftp;
mod http;
mod pop3;

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;

use netspeak::core::Target;
use tokio::task::{JoinSet, LocalSet};

use super::row::{self, Row, Work};
use crate::args::GetArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::glob::Glob;
use crate::output::{Sink, Turn, Turns};

/// What is to be fetched, and where to.
struct Order<'a, 's> {
    target: &'a Target,
    args: &'a GetArgs,
    sink: &'a mut Turn<'s>,
}

/// Who fetches over one protocol, one URL after the other or several at once.
trait Fetcher {
    fn fetch<'a, 's: 'a>(&'a self, order: Order<'a, 's>) -> Work<'a, ()>;
}

type Get = fn(&GetArgs) -> Result<Box<dyn Fetcher>, Failure>;

/// The protocols that fetch.
const ROWS: &[Row<Get>] = &[ftp::ROW, http::ROW, pop3::ROW];

pub(super) fn urls() -> String {
    row::urls(ROWS)
}

pub(super) async fn run(args: GetArgs) -> Code {
    match Run::new(args) {
        Ok(run) => run.all().await,
        Err(failure) => super::failed(&failure),
    }
}

/// All that was asked for.
struct Run {
    args: GetArgs,
    globs: Vec<Glob>,
    next: Cell<Place>,
    fetchers: RefCell<Vec<(&'static str, Rc<dyn Fetcher>)>>,
    turns: Turns,
    worst: Cell<Code>,
    /// Whoever read our output has seen enough.
    is_over: Cell<bool>,
}

/// Where we are in the patterns.
#[derive(Clone, Copy, Default)]
struct Place {
    glob: usize,
    number: u64,
    /// How many URLs came before.
    count: u64,
}

impl Run {
    fn new(args: GetArgs) -> Result<Self, Failure> {
        let read = |url: &String| match args.globoff {
            true => Ok(Glob::literal(url)),
            false => Glob::read(url),
        };
        let globs = args.urls.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let sink = match &args.output {
            Some(path) if !is_template(path, &globs) => Sink::named(path, args.beginning()),
            _ => Sink::stdout(),
        };
        Ok(Self {
            turns: Turns::new(sink?, args.pace.jobs),
            globs,
            args,
            next: Cell::default(),
            fetchers: RefCell::default(),
            worst: Cell::new(exit::OK),
            is_over: Cell::new(false),
        })
    }

    async fn all(self) -> Code {
        let count = self
            .globs
            .iter()
            .map(Glob::len)
            .fold(0, u64::saturating_add);
        let jobs = (self.args.pace.jobs as u64).clamp(1, count.max(1));
        let run = Rc::new(self);
        if jobs == 1 {
            run.job().await;
        } else {
            let local = LocalSet::new();
            let mut workers = JoinSet::new();
            for _ in 0..jobs {
                let run = Rc::clone(&run);
                workers.spawn_local_on(async move { run.job().await }, &local);
            }
            let ended = async { while workers.join_next().await.is_some() {} };
            local.run_until(ended).await;
        }
        let worst = run.worst.get();
        // What is not whole does not get its name.
        match Rc::into_inner(run) {
            Some(run) if worst == exit::OK => run.complete(),
            _ => worst,
        }
    }

    fn complete(self) -> Code {
        match self.turns.complete().map_err(Failure::from) {
            Err(failure) if !failure.is_broken_pipe() => super::failed(&failure),
            _ => exit::OK,
        }
    }

    /// One URL after the other, until there are none left.
    async fn job(&self) {
        while let Some((glob, place)) = self.next() {
            match self.one(glob, place).await {
                Ok(()) => {}
                Err(failure) if failure.is_broken_pipe() => self.is_over.set(true),
                Err(failure) => {
                    let code = super::failed(&failure);
                    self.worst.set(self.worst.get().max(code));
                }
            }
        }
    }

    fn next(&self) -> Option<(&Glob, Place)> {
        if self.is_over.get() {
            return None;
        }
        let mut place = self.next.get();
        loop {
            let glob = self.globs.get(place.glob)?;
            if place.number < glob.len() {
                let next = Place {
                    number: place.number.saturating_add(1),
                    count: place.count.saturating_add(1),
                    ..place
                };
                self.next.set(next);
                return Some((glob, place));
            }
            place.glob = place.glob.saturating_add(1);
            place.number = 0;
        }
    }

    async fn one(&self, glob: &Glob, place: Place) -> Result<(), Failure> {
        let own = match &self.args.output {
            Some(path) if is_template(path, std::slice::from_ref(glob)) => {
                let name = glob.fill(&path.to_string_lossy(), place.number);
                let sink = Sink::named(Path::new(&name), self.args.beginning())?;
                Some(Turns::new(sink, 1))
            }
            _ => None,
        };
        let mut turn = match &own {
            Some(own) => own.of(0).await,
            None => self.turns.of(place.count).await,
        };
        self.fetch(&glob.url(place.number), &mut turn).await?;
        turn.finish()?;
        Ok(own.map_or(Ok(()), Turns::complete)?)
    }

    async fn fetch(&self, url: &str, sink: &mut Turn<'_>) -> Result<(), Failure> {
        let (row, target) = row::of_target("get", ROWS, &url.parse()?)?;
        let fetcher = self.fetcher(row)?;
        let order = Order {
            target: &target,
            args: &self.args,
            sink,
        };
        fetcher.fetch(order).await
    }

    fn fetcher(&self, row: &Row<Get>) -> Result<Rc<dyn Fetcher>, Failure> {
        let mut fetchers = self.fetchers.borrow_mut();
        let known = fetchers.iter().find(|(name, _)| *name == row.protocol);
        if let Some((_, fetcher)) = known {
            return Ok(Rc::clone(fetcher));
        }
        let fetcher: Rc<dyn Fetcher> = Rc::from((row.run)(&self.args)?);
        fetchers.push((row.protocol, Rc::clone(&fetcher)));
        Ok(fetcher)
    }
}

/// Whether a name stands for many files, one for each URL.
fn is_template(path: &Path, globs: &[Glob]) -> bool {
    let text = path.to_str();
    text.is_some_and(|text| globs.iter().any(|glob| glob.is_named_by(text)))
}
