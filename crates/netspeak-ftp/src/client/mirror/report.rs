//! [`Report`] and [`Event`]: what came of a mirror, and what is told while it is under way.

use crate::error::Error;
use crate::mirror::{SkipReason, Step, TreePath};
use netspeak_core::Progress;

/// How many failures are kept one by one.
const KEPT: usize = 10_000;

/// What came of a mirror, or of a removal. A dry run counts what would be done.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Files that were transferred.
    pub transferred: u64,
    /// The bytes of those.
    pub bytes: u64,
    /// Files that the target had already.
    pub unchanged: u64,
    /// Folders that were made.
    pub made: u64,
    /// Files and folders that were deleted.
    pub deleted: u64,
    /// What was left as it is for another reason than that it is unchanged.
    pub skipped: u64,
    /// Uploaded files whose time the server did not take.
    pub untimed: u64,
    /// Files and folders that something went wrong with.
    pub failed: u64,
    /// The first 10,000 of those.
    pub failures: Vec<Failure>,
    /// Why the rest was not tried: no session was to be had any more, or more folders were to be listed than
    /// a listing may have entries.
    pub broken_off: Option<Error>,
}

/// What went wrong with one file or folder.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// Which one.
    pub path: TreePath,
    /// What.
    pub error: Error,
}

/// What a mirror tells while it is under way.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// This would be done, in a dry run.
    Planned(&'a Step),
    /// This was done.
    Done(&'a Step),
    /// This was left as it is.
    Skipped {
        /// What.
        path: &'a TreePath,
        /// Why.
        reason: &'a SkipReason,
    },
    /// Bytes of a file have moved.
    Moved {
        /// Which file.
        path: &'a TreePath,
        /// How far this file is.
        file: Progress,
        /// The bytes of all files that have moved so far.
        all: u64,
    },
    /// This went wrong.
    Failed(&'a Failure),
}

impl Report {
    /// Whether all was done that was to be done.
    pub fn is_complete(&self) -> bool {
        self.failed == 0 && self.broken_off.is_none()
    }

    pub(in crate::client) fn fail(&mut self, path: TreePath, error: Error) {
        self.failed += 1;
        if self.failures.len() < KEPT {
            self.failures.push(Failure { path, error });
        }
    }

    /// Counts what has been done, or would be. The bytes are counted as they move.
    pub(super) fn count(&mut self, step: &Step) {
        match step {
            Step::MakeFolder { .. } => self.made += 1,
            Step::Transfer { .. } => self.transferred += 1,
            Step::Delete { .. } => self.deleted += 1,
            Step::Skip { .. } => self.skip(step),
        }
    }

    pub(in crate::client) fn skip(&mut self, step: &Step) {
        match step {
            Step::Skip {
                reason: SkipReason::Unchanged,
                ..
            } => self.unchanged += 1,
            // Told as a failure.
            Step::Skip {
                reason: SkipReason::Unlisted,
                ..
            } => {}
            _ => self.skipped += 1,
        }
    }
}
