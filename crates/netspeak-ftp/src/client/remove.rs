//! Removing a folder with all that is in it.

use std::collections::HashSet;

use netspeak_core::Phase;

use super::Client;
use super::mirror::Report;
use super::tree::{BATCH, deletion, judged, remote_path};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::mirror::{Content, Direction, ItemKind, Options, Planner, Step, TreePath};

impl Client {
    /// Deletes a file, or a folder with all that is in it (DELE, RMD). Links are deleted and not
    /// followed.
    ///
    /// What could not be deleted stands in the [report](Report), and the rest is deleted all the same,
    /// except for the folders above it.
    ///
    /// # Errors
    /// `work.not_found`, `work.denied`, `work.rejected` if the folder itself cannot be listed; network
    /// errors; [`Error::Usage`] for an empty path.
    pub async fn remove_all(&mut self, path: impl AsRef<[u8]>) -> Result<Report> {
        let root = path.as_ref();
        if root.is_empty() {
            return Err(Error::usage("nothing is named that could be deleted"));
        }
        let mut removal = Removal::default();
        // A link to a folder goes this way as well.
        let dele = Command::Dele(root);
        let reply = self.ask(&dele, Phase::Work).await?;
        if reply.is_positive() {
            removal.report.deleted = 1;
            return Ok(removal.report);
        }
        let mut planner = Planner::removal(Options::new(Direction::Upload));
        while let Some(folder) = planner.next_folder() {
            let steps = match self.content(&remote_path(root, &folder.path)).await {
                Ok(content) => planner.listed(folder, Content::default(), content),
                Err(error) if folder.path != TreePath::ROOT && self.is_usable() => {
                    removal.failed(folder.path.clone(), error);
                    planner.failed(folder)
                }
                Err(error) => return Err(error),
            };
            for steps in steps.chunks(BATCH) {
                self.remove(root, steps, &mut removal).await?;
            }
        }
        Ok(removal.report)
    }

    async fn remove(&mut self, root: &[u8], steps: &[Step], removal: &mut Removal) -> Result<()> {
        let mut doomed = Vec::with_capacity(steps.len());
        for step in steps {
            match step {
                Step::Delete { path, kind } => {
                    doomed.push((path, *kind, remote_path(root, path)));
                }
                step => removal.report.skip(step),
            }
        }
        let commands: Vec<_> = doomed
            .iter()
            .map(|(_, kind, path)| deletion(*kind, path))
            .collect();
        let replies = self.several(&commands, Phase::Work).await?;
        for (((path, kind, _), command), reply) in doomed.iter().zip(&commands).zip(replies) {
            match judged(command, reply) {
                Ok(()) => removal.report.deleted += 1,
                Err(error) => removal.refused((*path).clone(), *kind, error),
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Removal {
    report: Report,
    /// The folders that something is left in.
    kept: HashSet<TreePath>,
}

impl Removal {
    fn refused(&mut self, path: TreePath, kind: ItemKind, error: Error) {
        // That it is not empty has been told already.
        if kind == ItemKind::Folder && self.kept.contains(&path) {
            return;
        }
        self.failed(path, error);
    }

    fn failed(&mut self, path: TreePath, error: Error) {
        let above = std::iter::successors(path.parent(), TreePath::parent);
        self.kept.extend(above);
        self.report.fail(path, error);
    }
}
