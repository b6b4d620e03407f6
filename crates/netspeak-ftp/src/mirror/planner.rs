//! [`Planner`]: which folders have to be listed, and what has to be done in them.

use std::collections::{BTreeMap, HashSet};

use crate::mirror::compare::changed;
use crate::mirror::doomed::{Doomed, Fate};
use crate::mirror::{
    Completeness, Content, Deletion, Direction, Item, ItemKind, Options, SkipReason, Step,
    TransferReason, TreePath,
};
use netspeak_core::{LocalName, NameFault, NameRules, Taken};

/// Decides what has to be done, folder by folder.
///
/// Take [folders](Self::next_folder) out, list each on the sides where it is, hand the contents
/// [back](Self::listed) and take the steps, until it [is done](Self::is_done).
#[derive(Clone, Debug)]
pub struct Planner {
    options: Options,
    waiting: Vec<Folder>,
    out: HashSet<TreePath>,
    doomed: Doomed,
}

/// A folder that has to be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Which one.
    pub path: TreePath,
    /// Whether the source has it.
    pub source: Presence,
    /// Whether the target has it. One that is to be made counts as empty, and need not be listed.
    pub target: Presence,
}

/// Whether a side has a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It has to be listed there.
    There,
    /// It is not there, or is empty: its content is the default one.
    Missing,
}

impl Planner {
    /// For a target that is to become like the source. Both roots are there.
    pub fn mirror(options: Options) -> Self {
        let mut planner = Self::empty(options);
        planner.wait_for(TreePath::ROOT, Presence::There, Presence::There);
        planner
    }

    /// For a tree of the server that is to be deleted, its root included. Links are deleted and
    /// not followed; what the filter leaves out is kept, and so are the folders it is in.
    pub fn removal(options: Options) -> Self {
        let mut planner = Self::empty(Options {
            direction: Direction::Upload,
            deletion: Deletion::Delete,
            ..options
        });
        planner.doom(TreePath::ROOT);
        planner
    }

    fn empty(options: Options) -> Self {
        Self {
            options,
            waiting: Vec::new(),
            out: HashSet::new(),
            doomed: Doomed::default(),
        }
    }

    /// The next folder to be listed. `None` if there is none before others come back.
    pub fn next_folder(&mut self) -> Option<Folder> {
        let folder = self.waiting.pop()?;
        self.out.insert(folder.path.clone());
        Some(folder)
    }

    /// Whether all folders have been listed.
    pub fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.out.is_empty()
    }

    /// What is in a folder, and what has to be done for that. A folder that was not handed out
    /// needs nothing.
    pub fn listed(&mut self, folder: Folder, source: Content, target: Content) -> Vec<Step> {
        if !self.out.remove(&folder.path) {
            return Vec::new();
        }
        if self.doomed.contains(&folder.path) {
            return self.delete_all(&folder.path, target);
        }
        let mut steps = Vec::new();
        let mut there: BTreeMap<Box<[u8]>, Item> = BTreeMap::new();
        for item in target.items {
            there.entry(item.name.clone()).or_insert(item);
        }
        let mut names = Names::new(&self.options);
        for item in sorted(source.items) {
            let path = folder.path.join(&item.name);
            if !self.options.filter.takes(&path, item.kind) {
                there.remove(&item.name);
                continue;
            }
            let other = there.remove(&item.name);
            match names.check(&item.name) {
                Ok(()) => self.plan(path, &item, other, &mut steps),
                Err(reason) => steps.push(Step::Skip { path, reason }),
            }
        }
        // What only the target has. A name that is one with a name of the source here is no other.
        for item in there.into_values() {
            let path = folder.path.join(&item.name);
            let is_ours = self.options.deletion == Deletion::Delete
                && self.options.filter.takes(&path, item.kind);
            if !is_ours {
                continue;
            }
            let obstacle = match source.completeness {
                Completeness::Whole => names.check(&item.name).err(),
                Completeness::Partial => Some(SkipReason::Unclear),
            };
            match (obstacle, item.kind) {
                (Some(reason), _) => steps.push(Step::Skip { path, reason }),
                (None, ItemKind::Folder) => self.doom(path),
                (None, kind) => steps.push(Step::Delete { path, kind }),
            }
        }
        steps
    }

    /// A folder could not be listed, on one side or the other: nothing is done in it.
    pub fn failed(&mut self, folder: Folder) -> Vec<Step> {
        if !self.out.remove(&folder.path) {
            return Vec::new();
        }
        let mut steps = vec![Step::Skip {
            path: folder.path.clone(),
            reason: SkipReason::Unlisted,
        }];
        self.settle(&folder.path, Fate::Kept, &mut steps);
        steps
    }

    fn plan(&mut self, path: TreePath, item: &Item, other: Option<Item>, steps: &mut Vec<Step>) {
        let skip = |path, reason| Step::Skip { path, reason };
        match (item.kind, other) {
            (ItemKind::Link, _) => steps.push(skip(path, SkipReason::Link)),
            (ItemKind::Other, _) => steps.push(skip(path, SkipReason::NoFile)),
            (kind, Some(other)) if other.kind != kind => {
                steps.push(skip(path, SkipReason::OtherKind(other.kind)));
            }
            (ItemKind::Folder, _) if path.depth() > self.options.depth => {
                steps.push(skip(path, SkipReason::TooDeep));
            }
            (ItemKind::Folder, Some(_)) => {
                self.wait_for(path, Presence::There, Presence::There);
            }
            (ItemKind::Folder, None) => {
                steps.push(Step::MakeFolder { path: path.clone() });
                self.wait_for(path, Presence::There, Presence::Missing);
            }
            (ItemKind::File, other) => {
                let reason = match &other {
                    Some(other) => changed(item, other, self.options.compare),
                    None => Some(TransferReason::New),
                };
                steps.push(match reason {
                    Some(reason) => Step::Transfer {
                        path,
                        size: item.size,
                        set_time: item.modified,
                        reason,
                    },
                    None => skip(path, SkipReason::Unchanged),
                });
            }
        }
    }

    /// A folder all of which is to be deleted.
    fn delete_all(&mut self, folder: &TreePath, target: Content) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut fate = match target.completeness {
            Completeness::Whole => Fate::Deleted,
            Completeness::Partial => Fate::Kept,
        };
        for item in sorted(target.items) {
            let path = folder.join(&item.name);
            if !self.options.filter.takes(&path, item.kind) {
                fate = Fate::Kept;
                continue;
            }
            match (self.obstacle(&path, &item), item.kind) {
                (Some(reason), _) => {
                    fate = Fate::Kept;
                    steps.push(Step::Skip { path, reason });
                }
                (None, ItemKind::Folder) => self.doom(path),
                (None, kind) => steps.push(Step::Delete { path, kind }),
            }
        }
        self.settle(folder, fate, &mut steps);
        steps
    }

    /// Why something in a folder that is to be deleted cannot be.
    fn obstacle(&self, path: &TreePath, item: &Item) -> Option<SkipReason> {
        if item.kind == ItemKind::Folder && path.depth() > self.options.depth {
            return Some(SkipReason::TooDeep);
        }
        self.check_target(&item.name).err().map(SkipReason::Name)
    }

    /// A name of the target's own, which steps will be about: it must not lead elsewhere either.
    fn check_target(&self, name: &[u8]) -> Result<(), NameFault> {
        match self.options.direction {
            Direction::Download(rules) => LocalName::new(name, rules).map(drop),
            Direction::Upload => check_remote(name),
        }
    }

    fn doom(&mut self, path: TreePath) {
        self.doomed.add(path.clone());
        self.wait_for(path, Presence::Missing, Presence::There);
    }

    fn settle(&mut self, folder: &TreePath, fate: Fate, steps: &mut Vec<Step>) {
        let emptied = self.doomed.settle(folder, fate).into_iter();
        steps.extend(emptied.map(|path| Step::Delete {
            path,
            kind: ItemKind::Folder,
        }));
    }

    fn wait_for(&mut self, path: TreePath, source: Presence, target: Presence) {
        self.waiting.push(Folder {
            path,
            source,
            target,
        });
    }
}

fn sorted(mut items: Vec<Item>) -> Vec<Item> {
    // Stable: of items with the same name the first one stays the first.
    items.sort_by(|one, other| one.name.cmp(&other.name));
    items
}

/// What can be sent to a server as a name, and is one there.
fn check_remote(name: &[u8]) -> Result<(), NameFault> {
    match name {
        b"" => Err(NameFault::Empty),
        b"." | b".." => Err(NameFault::Folder),
        name if name.contains(&b'/') => Err(NameFault::Separator),
        name if memchr::memchr3(b'\r', b'\n', 0, name).is_some() => Err(NameFault::Control),
        _ => Ok(()),
    }
}

/// The names of a folder of the source, as the target takes them.
struct Names {
    rules: Option<NameRules>,
    taken: Taken,
    seen: HashSet<Box<[u8]>>,
}

impl Names {
    fn new(options: &Options) -> Self {
        let rules = match options.direction {
            Direction::Download(rules) => Some(rules),
            Direction::Upload => None,
        };
        Self {
            rules,
            taken: Taken::new(rules.unwrap_or(NameRules::Unix)),
            seen: HashSet::new(),
        }
    }

    fn check(&mut self, name: &[u8]) -> Result<(), SkipReason> {
        if !self.seen.insert(name.into()) {
            return Err(SkipReason::Duplicate);
        }
        let Some(rules) = self.rules else {
            return check_remote(name).map_err(SkipReason::Name);
        };
        let local = LocalName::new(name, rules).map_err(SkipReason::Name)?;
        self.taken.take(&local).map_err(SkipReason::Collides)
    }
}
