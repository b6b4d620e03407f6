//! [`Board`]: what is to be done next, and what has been done, for all sessions of a mirror.

use std::collections::{HashSet, VecDeque};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::report::{Event, Failure, Report};
use crate::client::tree::{MOST_LINKS, too_many_waiting};
use crate::error::{Error, Result};
use crate::mirror::{
    Content, Folder, ItemKind, Options, Planner, Presence, SkipReason, Step, TreePath,
};
use netspeak_core::Progress;

/// Who is told.
pub(super) type Watcher = Box<dyn FnMut(Event<'_>) + Send>;

pub(super) struct Board {
    state: Mutex<State>,
    watcher: Mutex<Option<Watcher>>,
    turn: Notify,
    /// How many folders may wait to be listed.
    most_waiting: usize,
}

struct State {
    planner: Planner,
    /// Folders that can be listed: where they were to be made, they are.
    folders: Vec<Folder>,
    transfers: VecDeque<Step>,
    /// What sessions had to do that were lost.
    left_over: Vec<VecDeque<Chore>>,
    /// Folders that go at the end, when nothing is in them any more; the innermost come first.
    emptied: Vec<TreePath>,
    /// Links that were followed to folders.
    followed: HashSet<TreePath>,
    /// Folders that something is left in.
    kept: HashSet<TreePath>,
    sessions_at_work: usize,
    sessions: usize,
    moved: u64,
    report: Report,
    fatal: Option<Error>,
}

/// What a session does next.
pub(super) enum Work {
    List(Folder),
    Move(Step),
    /// What has to be done at once, in order.
    Settle(VecDeque<Chore>),
}

/// A small thing to do in a folder.
pub(super) enum Chore {
    /// Make a folder, which is listed then.
    Make(Folder),
    Delete(TreePath, ItemKind),
}

impl Chore {
    pub(super) fn path(&self) -> &TreePath {
        match self {
            Self::Make(folder) => &folder.path,
            Self::Delete(path, _) => path,
        }
    }

    /// Of what is to be deleted.
    pub(super) fn kind(&self) -> Option<ItemKind> {
        match self {
            Self::Make(_) => None,
            Self::Delete(_, kind) => Some(*kind),
        }
    }

    pub(super) fn step(&self) -> Step {
        match self {
            Self::Make(folder) => Step::MakeFolder {
                path: folder.path.clone(),
            },
            Self::Delete(path, kind) => Step::Delete {
                path: path.clone(),
                kind: *kind,
            },
        }
    }
}

/// Whether the steps of a folder are taken.
#[derive(Clone, Copy)]
pub(super) enum Taking {
    Steps,
    Nothing,
}

impl Board {
    /// For so many sessions and folders that wait; `target` is whether the target's root is there.
    pub(super) fn new(
        options: Options,
        sessions: usize,
        most_waiting: usize,
        target: Presence,
        watcher: Option<Watcher>,
    ) -> Self {
        let mut planner = Planner::mirror(options);
        let mut folders: Vec<_> = planner.next_folder().into_iter().collect();
        for root in &mut folders {
            root.target = target;
        }
        Self {
            state: Mutex::new(State {
                planner,
                folders,
                transfers: VecDeque::new(),
                left_over: Vec::new(),
                emptied: Vec::new(),
                followed: HashSet::new(),
                kept: HashSet::new(),
                sessions_at_work: 0,
                sessions,
                moved: 0,
                report: Report::default(),
                fatal: None,
            }),
            watcher: Mutex::new(watcher),
            turn: Notify::new(),
            most_waiting,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, event: Event<'_>) {
        let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watcher) = &mut *watcher {
            watcher(event);
        }
    }

    /// What a session does next; `None` at the end. Whoever takes it says when it is
    /// [over](Self::over).
    pub(super) async fn next(&self) -> Option<Work> {
        loop {
            let mut turn = pin!(self.turn.notified());
            turn.as_mut().enable();
            {
                let mut state = self.state();
                if let Some(work) = state.next() {
                    state.sessions_at_work += 1;
                    return Some(work);
                }
                // What is still being listed may bring more.
                if state.sessions_at_work == 0 {
                    return None;
                }
            }
            turn.await;
        }
    }

    /// A session has done what it took.
    pub(super) fn over(&self) {
        let mut state = self.state();
        state.sessions_at_work = state.sessions_at_work.saturating_sub(1);
        drop(state);
        self.turn.notify_waiters();
    }

    /// Whether no other session is left.
    pub(super) fn is_last(&self) -> bool {
        self.state().sessions == 1
    }

    /// A session is not to be had any more: others go on with what it had to do.
    pub(super) fn leave(&self, work: Work, error: Error) {
        let mut state = self.state();
        state.sessions = state.sessions.saturating_sub(1);
        if state.sessions == 0 {
            state.report.broken_off = Some(error);
        }
        match work {
            Work::List(folder) => state.folders.push(folder),
            Work::Move(step) => state.transfers.push_front(step),
            Work::Settle(chores) => state.left_over.push(chores),
        }
        drop(state);
        self.over();
    }

    /// What is in a folder; what comes back has to be done at once by the one who has listed it.
    pub(super) fn listed(
        &self,
        folder: Folder,
        source: Content,
        target: Content,
        taking: Taking,
    ) -> VecDeque<Chore> {
        let mut state = self.state();
        let steps = state.planner.listed(folder, source, target);
        let chores = match taking {
            Taking::Steps => state.share_out(&steps),
            Taking::Nothing => state.plan_only(&steps),
        };
        if state.folders.len() > self.most_waiting {
            state.report.broken_off = Some(too_many_waiting(self.most_waiting));
        }
        drop(state);
        self.turn.notify_waiters();
        for step in &steps {
            match (step, taking) {
                (Step::Skip { path, reason }, _) => self.tell(Event::Skipped { path, reason }),
                (step, Taking::Nothing) => self.tell(Event::Planned(step)),
                (_, Taking::Steps) => {}
            }
        }
        chores
    }

    /// What one session could not do, others go on with.
    pub(super) fn leave_over(&self, chores: VecDeque<Chore>) {
        if !chores.is_empty() {
            self.state().left_over.push(chores);
        }
    }

    /// A folder is there now, and can be worked on.
    pub(super) fn made(&self, folder: Folder) {
        self.state().folders.push(folder);
        self.turn.notify_waiters();
    }

    pub(super) fn done(&self, step: &Step) {
        self.state().report.count(step);
        self.tell(Event::Done(step));
    }

    /// So many bytes more have moved, and of this file so many all together.
    pub(super) fn moved(&self, path: &TreePath, bytes: u64, file: Progress) {
        let mut state = self.state();
        state.moved = state.moved.saturating_add(bytes);
        let all = state.moved;
        drop(state);
        self.tell(Event::Moved { path, file, all });
    }

    pub(super) fn transferred(&self, bytes: u64) {
        let mut state = self.state();
        state.report.bytes = state.report.bytes.saturating_add(bytes);
    }

    pub(super) fn untimed(&self, files: usize) {
        let mut state = self.state();
        state.report.untimed = state.report.untimed.saturating_add(files as u64);
    }

    /// A folder could not be listed.
    pub(super) fn unlisted(&self, folder: Folder, error: Error) {
        let path = folder.path.clone();
        let mut state = self.state();
        let steps = state.planner.failed(folder);
        let chores = state.share_out(&steps);
        if !chores.is_empty() {
            state.left_over.push(chores);
        }
        if path == TreePath::ROOT {
            state.fatal = Some(error);
            return;
        }
        drop(state);
        self.failed(path, error);
    }

    /// A folder could not be made: nothing is done in it.
    pub(super) fn unmade(&self, folder: Folder, error: Error) {
        let path = folder.path.clone();
        self.state().planner.failed(folder);
        self.failed(path, error);
    }

    /// Something went wrong with one file or folder.
    pub(super) fn failed(&self, path: TreePath, error: Error) {
        let failure = Failure { path, error };
        self.tell(Event::Failed(&failure));
        let mut state = self.state();
        let above = std::iter::successors(failure.path.parent(), TreePath::parent);
        state.kept.extend(above);
        state.report.fail(failure.path, failure.error);
    }

    /// Something could not be deleted. That a folder is not empty is no news where something in it could
    /// not be deleted.
    pub(super) fn undeleted(&self, path: TreePath, kind: ItemKind, error: Error) {
        let is_known = kind == ItemKind::Folder && self.state().kept.contains(&path);
        if !is_known {
            self.failed(path, error);
        }
    }

    /// Whether a link may be followed to what may be a folder.
    pub(super) fn follow(&self, path: &TreePath) -> bool {
        let mut state = self.state();
        let above = std::iter::successors(path.parent(), TreePath::parent);
        let links = above.filter(|path| state.followed.contains(path)).count();
        if links >= MOST_LINKS {
            return false;
        }
        state.followed.insert(path.clone());
        true
    }

    pub(super) fn report(&self) -> Result<Report> {
        let mut state = self.state();
        match state.fatal.take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut state.report)),
        }
    }
}

impl State {
    fn next(&mut self) -> Option<Work> {
        if self.report.broken_off.is_some() {
            return None;
        }
        if let Some(chores) = self.left_over.pop() {
            return Some(Work::Settle(chores));
        }
        if let Some(step) = self.transfers.pop_front() {
            return Some(Work::Move(step));
        }
        if let Some(folder) = self.folders.pop() {
            return Some(Work::List(folder));
        }
        if self.sessions_at_work > 0 || self.emptied.is_empty() {
            return None;
        }
        let emptied = std::mem::take(&mut self.emptied);
        let chores = emptied
            .into_iter()
            .map(|path| Chore::Delete(path, ItemKind::Folder));
        Some(Work::Settle(chores.collect()))
    }

    fn share_out(&mut self, steps: &[Step]) -> VecDeque<Chore> {
        let missing: HashSet<_> = steps
            .iter()
            .filter(|step| matches!(step, Step::MakeFolder { .. }))
            .map(Step::path)
            .collect();
        let mut chores = VecDeque::new();
        while let Some(folder) = self.planner.next_folder() {
            // The planner hands out the last first.
            match missing.contains(&folder.path) {
                true => chores.push_front(Chore::Make(folder)),
                false => self.folders.push(folder),
            }
        }
        for step in steps {
            match step {
                Step::Transfer { .. } => self.transfers.push_back(step.clone()),
                // Among the chores already.
                Step::MakeFolder { .. } => {}
                Step::Delete {
                    path,
                    kind: ItemKind::Folder,
                } => self.emptied.push(path.clone()),
                Step::Delete { path, kind } => {
                    chores.push_back(Chore::Delete(path.clone(), *kind));
                }
                Step::Skip { path, reason } => {
                    self.report.skip(step);
                    if !matches!(reason, SkipReason::Unchanged) {
                        let above = std::iter::successors(path.parent(), TreePath::parent);
                        self.kept.extend(above);
                    }
                }
            }
        }
        chores
    }

    fn plan_only(&mut self, steps: &[Step]) -> VecDeque<Chore> {
        for step in steps {
            self.report.count(step);
            if let Step::Transfer { size, .. } = step {
                let size = size.unwrap_or_default();
                self.report.bytes = self.report.bytes.saturating_add(size);
            }
        }
        let planner = &mut self.planner;
        self.folders
            .extend(std::iter::from_fn(|| planner.next_folder()));
        VecDeque::new()
    }
}
