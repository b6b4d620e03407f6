//! The files and folders, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::ftp::stamp;

/// 2024-01-02 03:04:05 UTC.
const BEGINNING: i64 = 1_704_164_645;

const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;

/// A file or a folder, as it is at one moment.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Seconds since 1970 in UTC.
    pub(super) modified: i64,
    /// The permissions, as chmod counts them.
    pub(super) mode: u32,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    File(Arc<Vec<u8>>),
    Folder,
}

/// Why something can't be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Missing,
    Exists,
    NotEmpty,
    NoFolder,
    NoFile,
}

impl Trouble {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Missing => "no such file or folder",
            Self::Exists => "there is one already",
            Self::NotEmpty => "the folder is not empty",
            Self::NoFolder => "not a folder",
            Self::NoFile => "not a file",
        }
    }
}

/// The tree, shared by all connections of a server. Paths are absolute and [`resolve`]d; the root is `/`.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree(Arc<Mutex<BTreeMap<Vec<u8>, Node>>>);

impl Tree {
    fn nodes(&self) -> MutexGuard<'_, BTreeMap<Vec<u8>, Node>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a file and all the folders above it.
    pub(super) fn put(&self, path: &[u8], bytes: &[u8]) {
        let path = resolve(b"/", path);
        self.put_folder(parent(&path));
        let file = Node {
            kind: Kind::File(Arc::new(bytes.to_vec())),
            modified: BEGINNING,
            mode: FILE_MODE,
        };
        self.nodes().insert(path, file);
    }

    /// Puts a folder and all the folders above it.
    pub(super) fn put_folder(&self, path: &[u8]) {
        let path = resolve(b"/", path);
        let mut above = path.as_slice();
        let mut nodes = self.nodes();
        while above != b"/" {
            nodes
                .entry(above.to_vec())
                .or_insert_with(|| folder(BEGINNING));
            above = parent(above);
        }
    }

    pub(super) fn node(&self, path: &[u8]) -> Result<Node, Trouble> {
        if path == b"/" {
            return Ok(folder(BEGINNING));
        }
        self.nodes().get(path).cloned().ok_or(Trouble::Missing)
    }

    pub(super) fn file(&self, path: &[u8]) -> Option<Arc<Vec<u8>>> {
        match self.node(&resolve(b"/", path)).ok()?.kind {
            Kind::File(bytes) => Some(bytes),
            Kind::Folder => None,
        }
    }

    pub(super) fn modified(&self, path: &[u8]) -> Option<i64> {
        let node = self.node(&resolve(b"/", path)).ok()?;
        Some(node.modified)
    }

    pub(super) fn is_folder(&self, path: &[u8]) -> bool {
        self.node(path)
            .is_ok_and(|node| matches!(node.kind, Kind::Folder))
    }

    /// What is in this folder: names and nodes, in the order of the names' bytes.
    pub(super) fn children(&self, path: &[u8]) -> Vec<(Vec<u8>, Node)> {
        let prefix = inside(path);
        let nodes = self.nodes();
        nodes
            .range(prefix.clone()..)
            .take_while(|(path, _)| path.starts_with(&prefix))
            .filter_map(|(path, node)| {
                let name = path.strip_prefix(prefix.as_slice())?;
                (!name.contains(&b'/')).then(|| (name.to_vec(), node.clone()))
            })
            .collect()
    }

    pub(super) fn paths(&self) -> Vec<String> {
        let nodes = self.nodes();
        nodes
            .iter()
            .map(|(path, node)| {
                let slash = match node.kind {
                    Kind::File(_) => "",
                    Kind::Folder => "/",
                };
                format!("{}{slash}", String::from_utf8_lossy(path))
            })
            .collect()
    }

    /// Prepares a file to be written from this octet on: what is behind it goes, what is missing before it becomes NUL. Where the file ends
    /// if there is no such octet.
    pub(super) fn open(&self, path: &[u8], from: Option<usize>) -> Result<(), Trouble> {
        if !self.is_folder(parent(path)) {
            return Err(Trouble::Missing);
        }
        let mut nodes = self.nodes();
        let node = nodes.entry(path.to_vec()).or_insert_with(|| Node {
            kind: Kind::File(Arc::default()),
            modified: BEGINNING,
            mode: FILE_MODE,
        });
        let Kind::File(bytes) = &mut node.kind else {
            return Err(Trouble::NoFile);
        };
        if let Some(from) = from {
            Arc::make_mut(bytes).resize(from, 0);
        }
        node.modified = stamp::now();
        Ok(())
    }

    /// Writes at the end of a file. One that is gone stays so.
    pub(super) fn append(&self, path: &[u8], more: &[u8]) {
        if let Some(node) = self.nodes().get_mut(path)
            && let Kind::File(bytes) = &mut node.kind
        {
            Arc::make_mut(bytes).extend_from_slice(more);
            node.modified = stamp::now();
        }
    }

    pub(super) fn make_folder(&self, path: &[u8]) -> Result<(), Trouble> {
        if !self.is_folder(parent(path)) {
            return Err(Trouble::Missing);
        }
        if self.node(path).is_ok() {
            return Err(Trouble::Exists);
        }
        self.nodes().insert(path.to_vec(), folder(stamp::now()));
        Ok(())
    }

    pub(super) fn remove_folder(&self, path: &[u8]) -> Result<(), Trouble> {
        match self.node(path)?.kind {
            Kind::File(_) => return Err(Trouble::NoFolder),
            Kind::Folder if path == b"/" || !self.children(path).is_empty() => {
                return Err(Trouble::NotEmpty);
            }
            Kind::Folder => {}
        }
        self.nodes().remove(path);
        Ok(())
    }

    pub(super) fn remove_file(&self, path: &[u8]) -> Result<(), Trouble> {
        if let Kind::Folder = self.node(path)?.kind {
            return Err(Trouble::NoFile);
        }
        self.nodes().remove(path);
        Ok(())
    }

    /// Moves a file or a folder with all that is in it. A file that has the new name is replaced.
    pub(super) fn rename(&self, from: &[u8], to: &[u8]) -> Result<(), Trouble> {
        let node = self.node(from)?;
        if !self.is_folder(parent(to)) {
            return Err(Trouble::Missing);
        }
        if self.is_folder(to) || to.starts_with(&inside(from)) {
            return Err(Trouble::Exists);
        }
        let (below, mut nodes) = (inside(from), self.nodes());
        let moved: Vec<_> = nodes
            .range(below.clone()..)
            .take_while(|(path, _)| path.starts_with(&below))
            .map(|(path, _)| path.clone())
            .collect();
        nodes.remove(from);
        nodes.insert(to.to_vec(), node);
        for path in moved {
            if let Some(node) = nodes.remove(&path)
                && let Some(rest) = path.strip_prefix(below.as_slice())
            {
                nodes.insert([inside(to), rest.to_vec()].concat(), node);
            }
        }
        Ok(())
    }

    pub(super) fn touch(&self, path: &[u8], second: i64) -> Result<(), Trouble> {
        self.change(path, |node| node.modified = second)
    }

    pub(super) fn set_mode(&self, path: &[u8], mode: u32) -> Result<(), Trouble> {
        self.change(path, |node| node.mode = mode)
    }

    fn change(&self, path: &[u8], change: impl FnOnce(&mut Node)) -> Result<(), Trouble> {
        let mut nodes = self.nodes();
        change(nodes.get_mut(path).ok_or(Trouble::Missing)?);
        Ok(())
    }
}

fn folder(modified: i64) -> Node {
    Node {
        kind: Kind::Folder,
        modified,
        mode: FOLDER_MODE,
    }
}

/// What the paths of all that is in this folder start with.
fn inside(folder: &[u8]) -> Vec<u8> {
    let mut prefix = folder.to_vec();
    if !folder.ends_with(b"/") {
        prefix.push(b'/');
    }
    prefix
}

/// The folder above.
pub(super) fn parent(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|&byte| byte == b'/') {
        None | Some(0) => b"/",
        Some(slash) => path.get(..slash).unwrap_or(b"/"),
    }
}

/// The last part of a path.
pub(super) fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(path)
}

/// The absolute path that this one stands for in this folder. There is nothing above the root.
pub(super) fn resolve(folder: &[u8], path: &[u8]) -> Vec<u8> {
    let start: &[u8] = if path.starts_with(b"/") { b"" } else { folder };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in [start, path]
        .into_iter()
        .flat_map(|path| path.split(|&byte| byte == b'/'))
    {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let joined = parts.join(&b'/');
    [b"/".as_slice(), &joined].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_and_nothing_is_above_the_root() {
        for (folder, path, right) in [
            ("/", "a", "/a"),
            ("/a/b", "../c//d/.", "/a/c/d"),
            ("/a", "/x", "/x"),
            ("/a", "../../..", "/"),
            ("/a", "", "/a"),
            ("/", " a ", "/ a "),
        ] {
            let resolved = resolve(folder.as_bytes(), path.as_bytes());
            assert_eq!(resolved, right.as_bytes(), "{folder} {path}");
        }
    }

    #[test]
    fn a_folder_moves_with_all_that_is_in_it() {
        let tree = Tree::default();
        tree.put(b"/a/b/c", b"1");
        tree.put(b"/a/bc", b"2");
        assert_eq!(tree.rename(b"/a/b", b"/a/b/d"), Err(Trouble::Exists));
        assert_eq!(tree.rename(b"/a/b", b"/x/d"), Err(Trouble::Missing));
        assert_eq!(tree.rename(b"/a/b", b"/d"), Ok(()));
        assert_eq!(tree.paths(), ["/a/", "/a/bc", "/d/", "/d/c"]);
    }
}
