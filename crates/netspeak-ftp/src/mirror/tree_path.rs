//! [`TreePath`]: where something is in a tree.

use std::fmt;
use std::path::PathBuf;

use netspeak_core::text::printable;

use netspeak_core::{LocalName, NameFault, NameRules};

/// A path from the root of a tree, its names as bytes with slashes between them. Empty for the
/// root itself.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TreePath(Vec<u8>);

impl TreePath {
    /// The root.
    pub const ROOT: Self = Self(Vec::new());

    /// What has this name in this folder.
    #[must_use]
    pub fn join(&self, name: &[u8]) -> Self {
        let mut path = Vec::with_capacity(self.0.len() + 1 + name.len());
        path.extend_from_slice(&self.0);
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        Self(path)
    }

    /// The folder it is in; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        let end = memchr::memrchr(b'/', &self.0).unwrap_or(0);
        Some(Self(self.0.get(..end)?.to_vec()))
    }

    /// Its own name; empty for the root.
    pub fn name(&self) -> &[u8] {
        let start = memchr::memrchr(b'/', &self.0).map_or(0, |at| at + 1);
        self.0.get(start..).unwrap_or_default()
    }

    /// How many names it has.
    pub fn depth(&self) -> usize {
        if self.0.is_empty() {
            0
        } else {
            memchr::memchr_iter(b'/', &self.0).count() + 1
        }
    }

    /// The bytes, as they are sent to a server behind the path of the tree's root.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path below a local folder: every name in it is checked.
    ///
    /// # Errors
    /// What is wrong with the first name that is not fit.
    pub fn below(&self, folder: PathBuf, rules: NameRules) -> Result<PathBuf, NameFault> {
        let mut path = folder;
        if !self.0.is_empty() {
            for name in self.0.split(|byte| *byte == b'/') {
                path.push(LocalName::new(name, rules)?);
            }
        }
        Ok(path)
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.0))
    }
}

impl fmt::Debug for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", printable(&self.0))
    }
}
