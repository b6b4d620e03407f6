//! [`Step`]: one thing that has to be done.

use crate::mirror::{ItemKind, Stamp, TreePath};
use netspeak_core::{LocalName, NameFault};

/// One thing that has to be done, or is not.
///
/// The steps of a folder are in order: it is made before anything goes into it, and deleted after
/// all that was in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Make a folder in the target.
    MakeFolder {
        /// Which one.
        path: TreePath,
    },
    /// Transfer a file.
    Transfer {
        /// Which one.
        path: TreePath,
        /// Its octets, as the source's listing tells them.
        size: Option<u64>,
        /// What the time of the copy is to be set to afterwards, or the next mirror would take the
        /// copy for older than it is.
        set_time: Option<Stamp>,
        /// Why.
        reason: TransferReason,
    },
    /// Delete something in the target.
    Delete {
        /// What.
        path: TreePath,
        /// A folder is empty by then, unless something was added to it.
        kind: ItemKind,
    },
    /// Leave something as it is.
    Skip {
        /// What.
        path: TreePath,
        /// Why.
        reason: SkipReason,
    },
}

impl Step {
    /// What it is about.
    pub fn path(&self) -> &TreePath {
        match self {
            Self::MakeFolder { path }
            | Self::Transfer { path, .. }
            | Self::Delete { path, .. }
            | Self::Skip { path, .. } => path,
        }
    }
}

/// Why a file is transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransferReason {
    /// The target does not have it.
    New,
    /// The sizes differ.
    Size,
    /// The source is newer.
    Newer,
    /// It cannot be told whether it has changed.
    Unclear,
    /// Everything is.
    Asked,
}

/// Why something is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// The target has it already.
    Unchanged,
    /// It is a symbolic link.
    Link,
    /// It is neither file nor folder, or not known to be one.
    NoFile,
    /// The target has something of another kind under that name; links count as such, so nothing is
    /// written through one.
    OtherKind(ItemKind),
    /// Its name does not fit the other side.
    Name(NameFault),
    /// On this system its name is the same as that of this one, which is taken.
    Collides(LocalName),
    /// The folder has the name twice.
    Duplicate,
    /// It lies deeper than the limit.
    TooDeep,
    /// The target has it and the source seems not to, but of the source not all is known.
    Unclear,
    /// The folder could not be listed.
    Unlisted,
}
