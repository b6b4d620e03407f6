//! The local side of a mirror: folders and files, on threads that may block.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::listing::{Precision, Timestamp};
use crate::mirror::{Content, Item, ItemKind, Stamp, TreePath};

/// Up to this size a file is read as one piece.
pub(super) const PIECE: usize = 256 * 1024;

/// A local file to be uploaded.
pub(super) enum Leaving {
    Whole(Vec<u8>),
    /// Longer than a piece: the file and its size.
    Large(File, u64),
}

/// Work that may block, on a thread of its own.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(io::Error::other)
        .and_then(|result| result)
        .map_err(Error::Local)
}

pub(super) async fn make_root(folder: PathBuf) -> Result<()> {
    blocking(move || fs::create_dir_all(folder)).await
}

pub(super) async fn make_folder(folder: PathBuf) -> Result<()> {
    blocking(move || match fs::create_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match folder.is_dir() {
            true => Ok(()),
            false => Err(error),
        },
        made => made,
    })
    .await
}

pub(super) async fn delete(path: PathBuf, kind: ItemKind) -> Result<()> {
    blocking(move || match kind {
        ItemKind::Folder => fs::remove_dir(path),
        _ => fs::remove_file(path),
    })
    .await
}

/// What is in a folder, links as such. The root may be missing: nothing is in it then.
pub(super) async fn content(folder: PathBuf, root: Root) -> Result<Content> {
    blocking(move || {
        let entries = match fs::read_dir(folder) {
            Err(error) if root == Root::Optional && error.kind() == io::ErrorKind::NotFound => {
                return Ok(Content::default());
            }
            entries => entries?,
        };
        let items: io::Result<Vec<_>> = entries
            .map(|entry| {
                let entry = entry?;
                let metadata = entry.metadata()?;
                Ok(item(entry.file_name().as_encoded_bytes(), &metadata))
            })
            .collect();
        Ok(Content::whole(items?))
    })
    .await
}

/// What a link leads to; itself if it leads nowhere.
pub(super) async fn led_to(link: PathBuf, name: Box<[u8]>) -> Result<Item> {
    blocking(move || {
        let metadata = fs::metadata(&link).or_else(|_| fs::symlink_metadata(&link))?;
        Ok(item(&name, &metadata))
    })
    .await
}

/// The path of something that was found below this folder.
pub(super) fn path_below(folder: PathBuf, path: &TreePath) -> PathBuf {
    let mut found = folder;
    if *path != TreePath::ROOT {
        for name in path.as_bytes().split(|byte| *byte == b'/') {
            found.push(os_name(name));
        }
    }
    found
}

#[cfg(unix)]
fn os_name(name: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(name.to_vec())
}

#[cfg(not(unix))]
fn os_name(name: &[u8]) -> OsString {
    String::from_utf8_lossy(name).into_owned().into()
}

/// Whether a folder may be missing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    Optional,
    Needed,
}

fn item(name: &[u8], metadata: &Metadata) -> Item {
    let kind = match metadata.file_type() {
        kind if kind.is_file() => ItemKind::File,
        kind if kind.is_dir() => ItemKind::Folder,
        kind if kind.is_symlink() => ItemKind::Link,
        _ => ItemKind::Other,
    };
    let mut item = Item::new(name, kind);
    if kind == ItemKind::File {
        item = item.with_size(metadata.len());
    }
    let modified = metadata.modified().ok();
    item.modified = modified
        .and_then(|time| Timestamp::try_from(time).ok())
        .map(|at| Stamp {
            at,
            precision: Precision::Fraction,
        });
    item
}

pub(super) async fn open(path: PathBuf) -> Result<Leaving> {
    blocking(move || {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        match usize::try_from(size) {
            Ok(small) if small <= PIECE => {
                let mut bytes = Vec::with_capacity(small);
                file.by_ref().take(size).read_to_end(&mut bytes)?;
                Ok(Leaving::Whole(bytes))
            }
            _ => Ok(Leaving::Large(file, size)),
        }
    })
    .await
}

/// A local file under a name of its own, which goes away unless it becomes whole.
pub(super) struct Part {
    file: Option<File>,
    path: PathBuf,
}

impl Part {
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Self {
            file: Some(file),
            path,
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.file {
            Some(file) => io::Write::write_all(file, bytes),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// It is whole, and takes the place of what has this name.
    pub(super) fn keep_as(mut self, path: &Path, modified: Option<SystemTime>) -> io::Result<()> {
        if let (Some(file), Some(modified)) = (&self.file, modified) {
            file.set_modified(modified)?;
        }
        self.file = None;
        fs::rename(&self.path, path)?;
        self.path = PathBuf::new();
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Some systems delete no file that is open.
        self.file = None;
        if !self.path.as_os_str().is_empty() {
            // It is of no use, and neither is the error.
            let _ = fs::remove_file(&self.path);
        }
    }
}
