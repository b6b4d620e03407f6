//! Folders that are to be deleted once all that is in them is.

use std::collections::HashMap;

use crate::mirror::TreePath;

/// The folders that wait for what is in them. A folder out of which something is kept is kept, and
/// so are those above it.
#[derive(Clone, Debug, Default)]
pub(super) struct Doomed {
    folders: HashMap<TreePath, State>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    /// Itself, until it has been listed, and the folders in it.
    waits_for: usize,
    fate: Fate,
}

/// What becomes of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Deleted,
    Kept,
}

impl Doomed {
    /// This folder is to be listed and deleted. The one above waits for it, if it is to be deleted
    /// as well.
    pub(super) fn add(&mut self, path: TreePath) {
        if let Some(above) = path.parent().and_then(|above| self.folders.get_mut(&above)) {
            above.waits_for += 1;
        }
        let state = State {
            waits_for: 1,
            fate: Fate::Deleted,
        };
        self.folders.insert(path, state);
    }

    pub(super) fn contains(&self, path: &TreePath) -> bool {
        self.folders.contains_key(path)
    }

    /// This folder has been listed, and this will become of it as far as it holds no others. What
    /// comes back are the folders that are empty now, the innermost first.
    pub(super) fn settle(&mut self, path: &TreePath, fate: Fate) -> Vec<TreePath> {
        let mut emptied = Vec::new();
        let (mut path, mut fate) = (path.clone(), fate);
        while let Some(state) = self.folders.get_mut(&path) {
            state.waits_for = state.waits_for.saturating_sub(1);
            if fate == Fate::Kept {
                state.fate = Fate::Kept;
            }
            if state.waits_for > 0 {
                break;
            }
            fate = state.fate;
            self.folders.remove(&path);
            let above = path.parent();
            if fate == Fate::Deleted {
                emptied.push(path);
            }
            match above {
                Some(above) => path = above,
                None => break,
            }
        }
        emptied
    }
}
