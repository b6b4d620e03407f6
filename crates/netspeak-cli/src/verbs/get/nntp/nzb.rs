//! `get --nzb`: the files of an NZB file, over several sessions, from several servers.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs::File;
use std::future::poll_fn;
use std::io::Read;
use std::path::Path;
use std::task::Poll;

use netspeak::core::{LocalName, NameRules, Phase, Target};
use netspeak::nntp::nzb::{Limits, Nzb, Pieces, Segment};
use netspeak::nntp::{Client, Error};

use super::files::Folder;
use crate::args::GetArgs;
use crate::failure::Failure;
use crate::output::{self, PartFile};
use crate::render::progress::{Bars, Data, Meter};
use crate::verbs::news;
use crate::verbs::row::Work;

/// A session asks for so many segments in one go.
const MOST_AT_ONCE: usize = 500;

pub(super) async fn fetch(
    file: &Path,
    target: &Target,
    args: &GetArgs,
    bars: &Bars,
) -> Result<(), Failure> {
    let nzb = read(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let fetching = Fetching::new(&nzb, args, bars.meter(&name, 0, None, Data::Elsewhere));
    let mut failed = fetching.fetch_from(target).await;
    for url in &args.news.backup {
        if fetching.retry() == 0 {
            break;
        }
        let backup: Target = url.parse()?;
        if !matches!(backup.scheme(), Some("nntp" | "nntps")) {
            return Err(Failure::usage("--backup takes nntp:// and nntps://"));
        }
        failed = fetching.fetch_from(&backup).await;
    }
    let completed = fetching.complete();
    // Why segments were not even asked for says more than that they are missing.
    failed.and(completed)
}

fn read(path: &Path) -> Result<Nzb, Failure> {
    let mut bytes = Vec::new();
    let most = Limits::default().bytes as u64;
    let named = |error| Failure::unreadable(error).about(&path.display());
    let file = File::open(path).map_err(named)?;
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(named)?;
    let nzb = Nzb::read(&bytes).map_err(|error| Failure::from(error).about(&path.display()))?;
    if let Some(damage) = &nzb.damage {
        output::say(&format!("warning: {} is damaged: {damage}", path.display()));
    }
    if nzb.rejected > 0 {
        output::say(&format!(
            "warning: {} segments have no fit message-id",
            nzb.rejected
        ));
    }
    Ok(nzb)
}

/// All files on their way.
struct Fetching<'n> {
    slots: RefCell<Vec<Slot<'n>>>,
    folder: RefCell<Folder>,
    args: &'n GetArgs,
    meter: RefCell<Meter>,
}

/// One file.
struct Slot<'n> {
    pieces: Pieces<'n>,
    part: Option<PartFile>,
}

/// Segments that were asked for, each with the number of its file.
type Due<'n> = VecDeque<(usize, &'n Segment)>;

impl<'n> Fetching<'n> {
    fn new(nzb: &'n Nzb, args: &'n GetArgs, meter: Meter) -> Self {
        let slot = |file| Slot {
            pieces: Pieces::new(file),
            part: None,
        };
        Self {
            slots: RefCell::new(nzb.files.iter().map(slot).collect()),
            folder: RefCell::new(Folder::new(args)),
            args,
            meter: RefCell::new(meter),
        }
    }

    /// Whatever is still to be had, over several sessions.
    async fn fetch_from(&self, target: &Target) -> Result<(), Failure> {
        let sessions = self.args.pace.jobs.clamp(1, self.waiting().max(1));
        let mut running: Vec<Option<Work<'_, ()>>> = Vec::new();
        for _ in 0..sessions {
            running.push(Some(Box::pin(self.sessions(target, sessions))));
        }
        let mut ended = Ok(());
        poll_fn(|context| {
            for slot in &mut running {
                if let Some(session) = slot
                    && let Poll::Ready(done) = session.as_mut().poll(context)
                {
                    *slot = None;
                    ended = std::mem::replace(&mut ended, Ok(())).and(done);
                }
            }
            if running.iter().all(Option::is_none) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        // One session may have ended early, and the others have done its work.
        if self.waiting() == 0 { Ok(()) } else { ended }
    }

    /// One session, and another one when it breaks, as long as each brings something.
    async fn sessions(&self, target: &Target, sessions: usize) -> Result<(), Failure> {
        loop {
            let mut due = self.take(sessions);
            let mut answered = 0u64;
            if due.is_empty() {
                return Ok(());
            }
            let work = async |client: &mut Client| {
                while !due.is_empty() {
                    self.fetch(client, &mut due, &mut answered).await?;
                    due = self.take(sessions);
                }
                Ok(())
            };
            let done = news::session(target, &self.args.connect, work).await;
            self.put_back(due);
            match done {
                Err(failure) if answered == 0 || failure.kind.phase() == Phase::File => {
                    return Err(failure);
                }
                Err(failure) => {
                    let meter = self.meter.borrow();
                    meter.say(&format!("connecting again: {failure}"));
                }
                Ok(()) => {}
            }
        }
    }

    async fn fetch(
        &self,
        client: &mut Client,
        due: &mut Due<'n>,
        answered: &mut u64,
    ) -> Result<(), Failure> {
        let ids: Vec<_> = due
            .iter()
            .map(|(_, segment)| segment.message_id.clone())
            .collect();
        let mut binaries = client.fetch_binaries(ids)?;
        while let Some((_, answer)) = binaries.next().await? {
            let Some((number, segment)) = due.front().copied() else {
                break;
            };
            let mut slots = self.slots.borrow_mut();
            if let Some(slot) = slots.get_mut(number) {
                match answer {
                    Err(error) => slot.pieces.fail(segment, &error),
                    Ok(binary) => {
                        self.meter.borrow_mut().add(binaries.data().len());
                        if let Ok(Some(place)) = slot.pieces.add(segment, &binary) {
                            self.part(slot, number)?
                                .write_at(binaries.data(), place.start)?;
                        }
                    }
                }
            }
            *answered = answered.saturating_add(1);
            due.pop_front();
        }
        Ok(())
    }

    /// The file that a slot's bytes go to. Its name is known when the first of them come.
    fn part<'s>(&self, slot: &'s mut Slot<'n>, number: usize) -> Result<&'s mut PartFile, Failure> {
        let part = match slot.part.take() {
            Some(part) => part,
            None => {
                let unnamed = || {
                    LocalName::fitted(
                        &format!("file-{}", number.saturating_add(1)),
                        NameRules::HERE,
                    )
                };
                let name = slot.pieces.local_name(NameRules::HERE).or_else(unnamed);
                let name = name.ok_or_else(|| Error::malformed("a file with a name", b""))?;
                self.folder.borrow_mut().file(&name)?
            }
        };
        Ok(slot.part.insert(part))
    }

    fn waiting(&self) -> usize {
        let slots = self.slots.borrow();
        slots
            .iter()
            .map(|slot| slot.pieces.waiting())
            .fold(0, usize::saturating_add)
    }

    /// The next segments, of as many files as it takes. What is left is shared among the sessions.
    fn take(&self, sessions: usize) -> Due<'n> {
        let share = self.waiting().div_ceil(sessions.max(1));
        let most = share.clamp(1, MOST_AT_ONCE);
        let mut due = Due::new();
        for (number, slot) in self.slots.borrow_mut().iter_mut().enumerate() {
            if due.len() >= most {
                break;
            }
            let segments = slot.pieces.take(most.saturating_sub(due.len()));
            due.extend(segments.into_iter().map(|segment| (number, segment)));
        }
        due
    }

    fn put_back(&self, due: Due<'n>) {
        let mut slots = self.slots.borrow_mut();
        for (number, segment) in due {
            if let Some(slot) = slots.get_mut(number) {
                slot.pieces.put_back([segment]);
            }
        }
    }

    /// What could not be had is asked for again; how much is to be asked for.
    fn retry(&self) -> usize {
        for slot in self.slots.borrow_mut().iter_mut() {
            slot.pieces.retry();
        }
        self.waiting()
    }

    /// Gives the files that are whole their names, and tells what the others lack.
    fn complete(self) -> Result<(), Failure> {
        drop(self.meter);
        let slots = self.slots.into_inner();
        let (all, mut lacking, mut first) = (slots.len(), 0usize, None);
        for (slot, number) in slots.into_iter().zip(1..) {
            match (slot.pieces.verify(), slot.part) {
                (Ok(()), Some(part)) => part.complete()?,
                (Ok(()), None) => {}
                (Err(error), _) => {
                    lacking = lacking.saturating_add(1);
                    let name = slot.pieces.local_name(NameRules::HERE);
                    let name =
                        name.map_or_else(|| format!("file {number}"), |name| name.to_string());
                    output::say(&format!("{name}: {error}"));
                    for (segment, why) in slot.pieces.failed() {
                        output::say(&format!("{name}: {} of it: {why}", segment.number));
                    }
                    first.get_or_insert(error.kind());
                }
            }
        }
        match first {
            None => Ok(()),
            Some(kind) => {
                let what = format!("{lacking} of {all} files are not whole");
                Err(Failure::partial(kind, what))
            }
        }
    }
}
