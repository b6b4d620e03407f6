//! [`Walk`]: all that lies below a folder.

use std::vec::IntoIter;

use super::Client;
use super::tree::{LedTo, Links, MOST_LINKS, remote_path, too_many_waiting};
use crate::error::Result;
use crate::listing::{Entry, Kind};
use crate::mirror::TreePath;

/// How deep a walk goes if nothing else is said.
const DEPTH: usize = 64;

/// All that lies below a folder, one entry after the other, a folder before what is in it.
///
/// In memory are the entries of one folder and the paths of those that are still to be listed, within
/// the limits on listings. Where no entries are taken out, nothing is sent.
#[derive(Debug)]
pub struct Walk<'a> {
    client: &'a mut Client,
    root: Vec<u8>,
    links: Links,
    depth: usize,
    here: Place,
    entries: IntoIter<Entry>,
    waiting: Vec<Place>,
}

/// One thing that a walk has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Walked {
    /// Where it lies, below the folder where the walk began.
    pub path: TreePath,
    /// What the listing says about it.
    pub entry: Entry,
}

/// A folder on the way.
#[derive(Clone, Debug)]
struct Place {
    path: TreePath,
    /// The folders above and itself, by the fact `unique`, as far as the server tells it.
    chain: Vec<Box<str>>,
    links: usize,
    found: Found,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    AsFolder,
    /// It may lead to a folder, or to anything else.
    AsLink,
}

impl Client {
    /// Goes through all that lies below a folder. An empty path is the current folder.
    ///
    /// Entries whose names have slashes in them are named, and not gone into.
    pub fn walk(&mut self, path: impl AsRef<[u8]>) -> Walk<'_> {
        Walk {
            client: self,
            root: path.as_ref().to_vec(),
            links: Links::default(),
            depth: DEPTH,
            here: Place::root(),
            entries: Vec::new().into_iter(),
            waiting: vec![Place::root()],
        }
    }
}

impl Walk<'_> {
    /// Whether symbolic links are followed. Default: they are not.
    #[must_use]
    pub fn links(mut self, links: Links) -> Self {
        self.links = links;
        self
    }

    /// How many folders deep it goes: 0 is the first folder alone. Default 64.
    #[must_use]
    pub fn depth(mut self, folders: usize) -> Self {
        self.depth = folders;
        self
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    /// As [`Client::entries`], for the folder that the error names. If the server has refused that folder
    /// alone, the next call goes on behind it. [`Error::Limit`](crate::Error::Limit) if more folders are
    /// still to be listed than a listing may have entries.
    pub async fn next(&mut self) -> Result<Option<Walked>> {
        loop {
            if let Some(entry) = self.entries.next() {
                return Ok(Some(self.pass(entry)));
            }
            let most = self.client.most_waiting();
            if self.waiting.len() > most {
                return Err(too_many_waiting(most));
            }
            let Some(place) = self.waiting.pop() else {
                return Ok(None);
            };
            let path = remote_path(&self.root, &place.path);
            if place.found == Found::AsLink
                && let LedTo::File(_) = self.client.led_to(&path).await?
            {
                continue;
            }
            match self.client.folder(&path).await {
                Ok(folder) => {
                    self.entries = folder.entries.into_iter();
                    self.here = place;
                }
                // It leads to something else, or to nothing.
                Err(_) if place.found == Found::AsLink && self.client.is_usable() => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn pass(&mut self, entry: Entry) -> Walked {
        let path = self.here.path.join(entry.name_bytes());
        let found = match (entry.kind(), self.links) {
            (Kind::Dir, _) => Some(Found::AsFolder),
            (Kind::Link, Links::Followed) => Some(Found::AsLink),
            _ => None,
        };
        let is_one_name = !entry.name_bytes().contains(&b'/');
        if let Some(found) = found
            && is_one_name
            && path.depth() <= self.depth
            && let Some(place) = self.here.below(path.clone(), &entry, found)
        {
            self.waiting.push(place);
        }
        Walked { path, entry }
    }
}

impl Place {
    fn root() -> Self {
        Self {
            path: TreePath::ROOT,
            chain: Vec::new(),
            links: 0,
            found: Found::AsFolder,
        }
    }

    /// A folder in this one; `None` if it is one of those above, or lies behind too many links.
    fn below(&self, path: TreePath, entry: &Entry, found: Found) -> Option<Self> {
        let links = self.links + usize::from(found == Found::AsLink);
        let unique = entry.facts().unique();
        let is_above = unique
            .as_deref()
            .is_some_and(|unique| self.chain.iter().any(|above| **above == *unique));
        if links > MOST_LINKS || is_above {
            return None;
        }
        let mut chain = self.chain.clone();
        chain.extend(unique.map(Box::from));
        Some(Self {
            path,
            chain,
            links,
            found,
        })
    }
}
