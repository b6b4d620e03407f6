//! Folders of a server, as walks and plans need them.

use netspeak_core::Phase;

use super::{Client, Settings};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::listing::{Entry, Listed};
use crate::mirror::{Content, Item, ItemKind, TreePath};
use crate::response::{Reply, size};

/// Whether symbolic links are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Links {
    /// They are named and left alone.
    #[default]
    Named,
    /// They count as what they lead to. At most eight of them are followed on one path, so that those
    /// that lead in circles come to an end.
    Followed,
}

/// How many links are followed on one path.
pub(super) const MOST_LINKS: usize = 8;

/// How many commands leave together: their replies fit into what the network holds.
pub(super) const BATCH: usize = 32;

/// The path of something in the tree that begins at `root`.
///
/// Servers take a dash at the beginning of a path for an option, a tilde for a home, and lose blanks.
pub(super) fn remote_path(root: &[u8], path: &TreePath) -> Vec<u8> {
    let path = path.as_bytes();
    let front: &[u8] = match (root, path) {
        ([b'-' | b' ', ..], _) | ([], [b'-' | b'~' | b' ', ..]) => b"./",
        _ => b"",
    };
    let glue: &[u8] = match (root, path) {
        ([] | [.., b'/'], _) | (_, []) => b"",
        _ => b"/",
    };
    [front, root, glue, path].concat()
}

impl Client {
    /// Whether commands can be sent: no transfer was left in the middle, and the server has not ended the
    /// session.
    pub(super) fn is_usable(&self) -> bool {
        !self.control.conn.is_busy()
    }

    /// How many folders may wait to be listed.
    pub(super) fn most_waiting(&self) -> usize {
        self.control.conn.limits().listing_entries
    }

    /// All that a folder holds, within the limits on listings that are held in memory.
    pub(super) async fn folder(&mut self, path: &[u8]) -> Result<Folder> {
        let most = self.control.conn.limits().listing_bytes;
        let mut listing = self.entries(path).await?;
        let mut folder = Folder::default();
        let mut left = most;
        while let Some(listed) = listing.next().await? {
            match listed {
                Listed::Entry(entry) => {
                    let size = entry.line().len().saturating_add(32);
                    let Some(rest) = left.checked_sub(size) else {
                        listing.abort().await?;
                        return Err(Error::limit("bytes in a listing", most as u64));
                    };
                    left = rest;
                    folder.entries.push(entry);
                }
                Listed::Unparsed(_) => folder.unparsed = folder.unparsed.saturating_add(1),
            }
        }
        Ok(folder)
    }

    /// The same as a plan takes it.
    pub(super) async fn content(&mut self, path: &[u8]) -> Result<Content> {
        let folder = self.folder(path).await?;
        Ok(folder.into_content(&self.settings))
    }

    /// What a link leads to: a file of this size, or something else, which may be a folder.
    pub(super) async fn led_to(&mut self, path: &[u8]) -> Result<LedTo> {
        let said = [
            Command::Type(crate::TransferType::Image),
            Command::Size(path),
        ];
        let mut replies = self.several(&said, Phase::Work).await?;
        let told = replies.pop().filter(Reply::is_positive);
        if replies.pop().is_some_and(|reply| reply.is_positive()) {
            self.told.transfer_type = Some(crate::TransferType::Image);
        }
        Ok(match told.as_ref().and_then(size) {
            Some(size) => LedTo::File(size),
            None => LedTo::Elsewhere,
        })
    }
}

/// Where a link leads.
pub(super) enum LedTo {
    File(u64),
    Elsewhere,
}

/// The entries of a folder.
#[derive(Default)]
pub(super) struct Folder {
    pub(super) entries: Vec<Entry>,
    /// Lines that no dialect has a meaning for.
    unparsed: usize,
}

impl Folder {
    fn into_content(self, settings: &Settings) -> Content {
        let zone = &settings.time_zone;
        let items: Vec<_> = self
            .entries
            .iter()
            .map(|entry| Item::from_entry(entry, zone))
            .collect();
        // What is not known to be a file or a folder may be either.
        match self.unparsed {
            0 => Content::whole(items),
            _ => Content::partial(items),
        }
    }
}

/// More folders wait to be listed than that.
pub(super) fn too_many_waiting(most: usize) -> Error {
    Error::limit("folders that are to be listed", most as u64)
}

/// The reply to one of several commands, as the error that it may be.
pub(super) fn judged(command: &Command<'_>, reply: Reply) -> Result<()> {
    super::positive(command, Phase::Work, reply).map(drop)
}

/// The command that deletes this.
pub(super) fn deletion(kind: ItemKind, path: &[u8]) -> Command<'_> {
    match kind {
        ItemKind::Folder => Command::Rmd(path),
        _ => Command::Dele(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_a_root() {
        for (root, path, expected) in [
            ("", "a/b", "a/b"),
            ("", "-l", "./-l"),
            ("", "~ops", "./~ops"),
            ("", " a", "./ a"),
            ("", "", ""),
            ("/", "-l", "/-l"),
            ("-l", "-a", "./-l/-a"),
            ("~", "a", "~/a"),
            ("pub", "", "pub"),
            ("pub", "a", "pub/a"),
            ("pub/", "a", "pub/a"),
        ] {
            let path = match path {
                "" => TreePath::ROOT,
                path => TreePath::ROOT.join(path.as_bytes()),
            };
            let found = remote_path(root.as_bytes(), &path);
            assert_eq!(found, expected.as_bytes(), "{root} {path}");
        }
    }
}
