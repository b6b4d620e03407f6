//! Mirrors: what has to be done so that one tree of files becomes like another.
//!
//! [`Mirror`] does it. [`Planner`], by which it goes, does no I/O. It hands out folders; whoever drives it lists them on both sides, here
//! and on the server, tells the planner what is in them, and gets [steps](Step). A dry run shows
//! the steps and takes none of them. Several folders may be out at the same time, and what is kept
//! in memory are the folders that are still to be listed, not what was in them.
//!
//! ```
//! use netspeak_ftp::NameRules;
//! use netspeak_ftp::mirror::{Content, Direction, Item, ItemKind, Options, Planner, Step};
//!
//! let mut planner = Planner::mirror(Options::new(Direction::Download(NameRules::HERE)));
//! let root = planner.next_folder().unwrap();
//! let remote = Content::whole(vec![Item::new("notes.txt", ItemKind::File).with_size(5)]);
//! let steps = planner.listed(root, remote, Content::default());
//! assert!(matches!(&steps[..], [Step::Transfer { path, .. }] if path.to_string() == "notes.txt"));
//! assert!(planner.is_done());
//! ```

mod compare;
mod doomed;
mod filter;
mod item;
mod options;
mod planner;
mod step;
mod tree_path;

#[cfg(test)]
mod tests;

pub use filter::Filter;
pub use item::{Completeness, Content, Item, ItemKind, Stamp};
pub use options::{Compare, Deletion, Direction, Options};
pub use planner::{Folder, Planner, Presence};
pub use step::{SkipReason, Step, TransferReason};
pub use tree_path::TreePath;

#[cfg(feature = "net")]
pub use crate::client::Links;
#[cfg(feature = "net")]
pub use crate::client::mirror::{Event, Failure, Mirror, Report, Times, UploadName};
