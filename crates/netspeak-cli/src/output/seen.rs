//! [`SeenFile`]: what is noted between runs about messages that were fetched.
//!
//! The file is read and written as a whole: a change is made to what stands there at that moment, under the lock of
//! a file beside it, so that runs at the same time keep what the others have noted.

mod document;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

use super::part::named;
use super::safe;
use crate::failure::Failure;

pub(crate) use document::{Place, Seen, check_count};

/// The largest file, in bytes.
const LARGEST: u64 = 64 << 20;

/// How long another run may hold the lock, which it needs for one reading and one writing.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long until the lock is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// A file of what was seen.
#[derive(Clone, Debug)]
pub(crate) struct SeenFile {
    path: PathBuf,
}

impl SeenFile {
    /// The file of this name, or the one behind a link of this name.
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        let path = match path.symlink_metadata() {
            Ok(found) if found.is_symlink() => {
                path.canonicalize().map_err(|error| named(path, &error))?
            }
            _ => path.to_owned(),
        };
        if path.file_name().is_none() {
            return Err(named(&path, &io::Error::from(io::ErrorKind::IsADirectory)));
        }
        Ok(Self { path })
    }

    /// What is noted. Nothing if there is no such file yet, but it has to be possible to make it.
    ///
    /// # Errors
    /// A file that cannot be read or is none of these; a folder in which nothing can be written.
    pub(crate) async fn read(&self) -> Result<Seen, Failure> {
        let _lock = self.lock().await?;
        Ok(self.read_now()?)
    }

    /// Changes what is noted, or leaves the file as it is.
    ///
    /// # Errors
    /// As [`read`](Self::read), and those of the change.
    pub(crate) async fn change(
        &self,
        change: impl FnOnce(&mut Seen) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let _lock = self.lock().await?;
        let mut seen = self.read_now()?;
        change(&mut seen).map_err(|error| named(&self.path, &error))?;
        Ok(self.write(&seen.to_json()?)?)
    }

    /// The lock is gone with the file that is given back. It is never removed: who waits for it would have another
    /// one than who comes then.
    async fn lock(&self) -> Result<File, Failure> {
        let mut name = OsString::from(&self.path);
        name.push(".lock");
        let name = PathBuf::from(name);
        let mut options = File::options();
        let file = options.create(true).truncate(false).write(true).open(&name);
        let file = file.map_err(|error| named(&name, &error))?;
        let locked = async {
            loop {
                match safe::lock(&file) {
                    Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                        tokio::time::sleep(PAUSE).await;
                    }
                    other => return other,
                }
            }
        };
        let locked = tokio::time::timeout(PATIENCE, locked).await;
        let locked = locked.unwrap_or_else(|_| {
            let busy = "another run does not let go of it";
            Err(io::Error::new(io::ErrorKind::ResourceBusy, busy))
        });
        locked.map_err(|error| named(&name, &error))?;
        Ok(file)
    }

    fn read_now(&self) -> io::Result<Seen> {
        let named = |error| named(&self.path, &error);
        let found = match self.path.metadata() {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Seen::default()),
            Err(error) => return Err(named(error)),
        };
        if !found.is_file() {
            let odd = io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
            return Err(named(odd));
        }
        let mut json = Vec::new();
        let file = File::open(&self.path).map_err(named)?;
        file.take(LARGEST + 1)
            .read_to_end(&mut json)
            .map_err(named)?;
        check_size(&json).map_err(named)?;
        Seen::of_json(&json).map_err(named)
    }

    /// Either all of it or nothing. The mode stays; a new file is its owner's.
    fn write(&self, json: &[u8]) -> io::Result<()> {
        let named = |error| named(&self.path, &error);
        check_size(json).map_err(named)?;
        let mut file = NamedTempFile::new_in(safe::folder_of(&self.path)).map_err(named)?;
        file.write_all(json).map_err(named)?;
        if let Ok(found) = fs::metadata(&self.path) {
            let kept = file.as_file().set_permissions(found.permissions());
            kept.map_err(named)?;
        }
        file.as_file().sync_all().map_err(named)?;
        file.persist(&self.path)
            .map_err(|error| named(error.error))?;
        safe::sync_folder_of(&self.path)
    }
}

fn check_size(json: &[u8]) -> io::Result<()> {
    match json.len() as u64 {
        0..=LARGEST => Ok(()),
        _ => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is larger than 64 MiB",
        )),
    }
}
