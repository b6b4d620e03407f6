//! `netspeak get URL...`

mod ftp;
mod gopher;
mod http;
mod imap;
mod messages;
mod nntp;
mod pop3;
mod settle;

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;

use netspeak::core::{LocalName, Target};
use tokio::task::{JoinSet, LocalSet};

use self::settle::{Settlement, settle};
use super::row::{self, Row, Work};
use crate::args::GetArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::glob::Glob;
use crate::output::{Sink, Turn, Turns};
use crate::render::progress::{Bars, Data, Meter};

/// What is to be fetched, and where to.
struct Order<'a, 's> {
    target: &'a Target,
    args: &'a GetArgs,
    sink: &'a mut Turn<'s>,
    /// What counts the bytes.
    bars: &'a Bars,
    /// Nobody else writes to the same file.
    is_alone: bool,
    /// What is to be done once what is fetched is whole where it goes.
    settlements: &'a RefCell<Vec<Settlement>>,
    /// Takes the next URL as well, if its data go behind those of this one and it may be fetched with it.
    more: &'a More<'a>,
}

/// Gives the next URL if a condition holds for it.
type More<'a> = dyn Fn(&dyn Fn(&Target) -> bool) -> Option<Target> + 'a;

/// What came of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Got {
    /// All of it.
    All,
    /// Nothing, since there is nothing new: what is here stays.
    Nothing,
}

/// Who fetches over one protocol, one URL after the other or several at once.
trait Fetcher {
    fn fetch<'a, 's: 'a>(&'a self, order: Order<'a, 's>) -> Work<'a, Got>;

    /// All have been fetched.
    fn end(&self) -> Result<(), Failure> {
        Ok(())
    }
}

/// A session for each URL.
struct Apart(for<'a, 's> fn(Order<'a, 's>) -> Work<'a, ()>);

/// The same, if it may turn out that there is nothing new.
struct News(for<'a, 's> fn(Order<'a, 's>) -> Work<'a, Got>);

impl Fetcher for Apart {
    fn fetch<'a, 's: 'a>(&'a self, order: Order<'a, 's>) -> Work<'a, Got> {
        Box::pin(async move { (self.0)(order).await.map(|()| Got::All) })
    }
}

impl Fetcher for News {
    fn fetch<'a, 's: 'a>(&'a self, order: Order<'a, 's>) -> Work<'a, Got> {
        (self.0)(order)
    }
}

type Get = fn(&GetArgs) -> Result<Box<dyn Fetcher>, Failure>;

/// The protocols that fetch.
const ROWS: &[Row<Get>] = &[
    ftp::ROW,
    gopher::ROW,
    http::ROW,
    imap::ROW,
    nntp::ROW,
    pop3::ROW,
];

pub(super) fn takes(protocol: &str) -> bool {
    row::has(ROWS, protocol)
}

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
    /// How many URLs there are.
    count: u64,
    /// Each URL has a file of its own, whose name has a part of the URL in it.
    is_template: bool,
    next: Cell<Place>,
    fetchers: RefCell<Vec<(&'static str, Rc<dyn Fetcher>)>>,
    turns: Turns,
    /// What is to be done once all is there.
    settlements: RefCell<Vec<Settlement>>,
    bars: Bars,
    got: Cell<Got>,
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
        args.mail
            .check(args.output.as_deref(), args.dir.as_deref())?;
        let read = |url: &String| Glob::wished(url, args.globoff);
        let globs = args.urls.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let count = globs.iter().map(Glob::len).fold(0, u64::saturating_add);
        let output = args.output.as_ref();
        let is_template = output.is_some_and(|path| is_template(path, &globs));
        let has_own = args.has_own_names() || is_template;
        if args.continue_at.is_some() && count > 1 && !has_own {
            return Err(Failure::usage(
                "-C continues files of their own: with several URLs it wants -O, --dir or -o NAME#1",
            ));
        }
        let sink = match &args.output {
            Some(path) if !is_template => named_sink(path, &args)?,
            _ => Sink::stdout()?,
        };
        Ok(Self {
            bars: Bars::of(count),
            turns: Turns::new(sink, args.pace.jobs),
            settlements: RefCell::default(),
            count,
            is_template,
            got: Cell::new(Got::Nothing),
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
        run.end();
        let worst = run.worst.get();
        // What is not whole does not get its name.
        match Rc::into_inner(run) {
            Some(run) if worst == exit::OK && run.got.get() == Got::All => run.complete().await,
            _ => worst,
        }
    }

    async fn complete(self) -> Code {
        let settled = match self.turns.complete().map_err(Failure::from) {
            // What nobody wanted to read to its end has not been taken over by anybody.
            Ok(()) if !self.is_over.get() => {
                settle(self.settlements.into_inner(), &self.args.connect).await
            }
            completed => completed,
        };
        match settled {
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
                Err(failure) => self.fail(&failure),
            }
        }
    }

    fn end(&self) {
        for (_, fetcher) in self.fetchers.borrow().iter() {
            if let Err(failure) = fetcher.end() {
                self.fail(&failure);
            }
        }
    }

    fn fail(&self, failure: &Failure) {
        let code = self.bars.aside(|| super::failed(failure));
        self.worst.set(self.worst.get().max(code));
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
            Some(path) if self.is_template => {
                let name = glob.fill(&path.to_string_lossy(), place.number);
                Some(Turns::new(named_sink(Path::new(&name), &self.args)?, 1))
            }
            _ => None,
        };
        let mut turn = match &own {
            Some(own) => own.of(0).await,
            None if self.args.has_own_names() => self.turns.aside(),
            None => self.turns.of(place.count).await,
        };
        let url = glob.url(place.number);
        let settlements = RefCell::default();
        let got = self.fetch(&url, &mut turn, &settlements).await?;
        if got == Got::Nothing {
            return Ok(());
        }
        self.got.set(got);
        turn.finish()?;
        let settlements = settlements.into_inner();
        match own {
            Some(own) => {
                own.complete()?;
                settle(settlements, &self.args.connect).await
            }
            None => {
                self.settlements.borrow_mut().extend(settlements);
                Ok(())
            }
        }
    }

    /// The next URL, if its turn is no other than that of the one before.
    fn more(&self, protocol: &str, joins: &dyn Fn(&Target) -> bool) -> Option<Target> {
        if self.args.has_own_names() || self.is_template || self.args.pace.jobs > 1 {
            return None;
        }
        let before = self.next.get();
        let (glob, place) = self.next()?;
        let target = glob.url(place.number).parse().ok();
        let found = target.and_then(|target| row::of_target("get", ROWS, &target).ok());
        match found.filter(|(row, target)| row.protocol == protocol && joins(target)) {
            Some((_, target)) => {
                self.turns.skip(place.count);
                Some(target)
            }
            None => {
                self.next.set(before);
                None
            }
        }
    }

    async fn fetch(
        &self,
        url: &str,
        sink: &mut Turn<'_>,
        settlements: &RefCell<Vec<Settlement>>,
    ) -> Result<Got, Failure> {
        let (row, target) = row::of_target("get", ROWS, &url.parse()?)?;
        let fetcher = self.fetcher(row)?;
        let order = Order {
            target: &target,
            args: &self.args,
            sink,
            bars: &self.bars,
            is_alone: self.count == 1 || self.is_template,
            settlements,
            more: &|joins| self.more(row.protocol, joins),
        };
        let got = fetcher.fetch(order).await;
        got.map_err(|failure| match self.count {
            1 => failure,
            _ => failure.about(&target),
        })
    }

    fn fetcher(&self, row: &Row<Get>) -> Result<Rc<dyn Fetcher>, Failure> {
        let mut fetchers = self.fetchers.borrow_mut();
        let known = fetchers.iter().find(|(name, _)| *name == row.protocol);
        if let Some((_, fetcher)) = known {
            return Ok(Rc::clone(fetcher));
        }
        if row.protocol != "nntp" {
            self.args.news.refuse(row.protocol)?;
        }
        if !matches!(row.protocol, "imap" | "pop3") {
            self.args.mail.refuse(row.protocol)?;
        }
        let fetcher: Rc<dyn Fetcher> = Rc::from((row.run)(&self.args)?);
        fetchers.push((row.protocol, Rc::clone(&fetcher)));
        Ok(fetcher)
    }
}

/// Counts what comes of messages, of which there are so many bytes if that is known.
fn meter(order: &Order<'_, '_>, bytes: Option<u64>) -> Meter {
    let data = match order.args.dir {
        Some(_) => Data::Elsewhere,
        None => order.sink.data(),
    };
    order.bars.meter(order.target.path(), 0, bytes, data)
}

/// Where everything goes, as it was named.
fn named_sink(path: &Path, args: &GetArgs) -> Result<Sink, Failure> {
    args.mail.check(Some(path), None)?;
    let sink = Sink::named(path, args.beginning())?;
    Ok(match args.mail.goes_by_id() {
        true => sink.never_replace()?,
        false => sink,
    })
}

/// A file of its own for one URL, in the folder that was named or here.
fn own_sink(name: &LocalName, args: &GetArgs) -> Result<Sink, Failure> {
    let file = match &args.dir {
        Some(dir) => {
            std::fs::create_dir_all(dir)?;
            dir.join(name)
        }
        None => name.as_path().to_owned(),
    };
    Ok(Sink::file(&file, args.overwrite(), args.beginning())?)
}

/// Whether a name stands for many files, one for each URL.
fn is_template(path: &Path, globs: &[Glob]) -> bool {
    let text = path.to_str();
    text.is_some_and(|text| globs.iter().any(|glob| glob.is_named_by(text)))
}
