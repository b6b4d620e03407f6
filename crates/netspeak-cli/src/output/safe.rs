//! What has to be on the disk before something else is done.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use super::part::{Overwrite, named};

/// Makes a folder, if it is not there. Where nothing in it will be replaced, its name is safe as well.
pub(crate) fn make_folder(path: &Path, overwrite: Overwrite) -> io::Result<()> {
    let missing = path.ancestors().take_while(|path| !is_there(path)).count();
    fs::create_dir_all(path).map_err(|error| named(path, &error))?;
    if overwrite == Overwrite::Never {
        for made in path.ancestors().take(missing) {
            sync_folder_of(made)?;
        }
    }
    Ok(())
}

fn is_there(path: &Path) -> bool {
    path.as_os_str().is_empty() || path.exists()
}

/// The folder in which a file is.
pub(super) fn folder_of(path: &Path) -> &Path {
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// A file and its name are on the disk.
pub(super) fn sync(path: &Path, file: &File) -> io::Result<()> {
    file.sync_all().map_err(|error| named(path, &error))?;
    sync_folder_of(path)
}

/// The name of a file is on the disk. Only on Unix can a folder be asked for that.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = folder_of(path);
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| named(folder, &error))
}

/// Makes sure that nobody writes what an earlier run left; `None` if there is none. A link is not followed: it is
/// not what a run leaves.
pub(super) fn own(path: &Path) -> io::Result<Option<File>> {
    if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return Ok(None);
    }
    let file = OpenOptions::new().write(true).open(path)?;
    lock(&file)?;
    Ok(Some(file))
}

/// Keeps other runs away from a file, until it is closed.
pub(super) fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => {
            io::Error::new(io::ErrorKind::ResourceBusy, "another run is writing it")
        }
        TryLockError::Error(error) => error,
    })
}
