//! [`OwnFile`]: a file whose name we chose, in a folder that may hold it already.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::part::{Beginning, Overwrite, named};
use super::safe;
use super::sink::Sink;

/// A file in the making; or one that is there already, with which what comes is compared. So an interrupted
/// run goes on when it is made again, and what differs is neither lost nor taken for the same.
pub(crate) enum OwnFile {
    New(Sink),
    There(There),
}

/// What is there already.
pub(crate) struct There {
    path: PathBuf,
    file: BufReader<File>,
    is_same: bool,
    overwrite: Overwrite,
}

impl OwnFile {
    /// A file of this name. A link of that name is not followed.
    pub(crate) fn new(path: &Path, overwrite: Overwrite) -> io::Result<Self> {
        let is_there = path.symlink_metadata().is_ok_and(|found| found.is_file());
        if overwrite != Overwrite::Yes && is_there {
            let file = File::open(path).map_err(|error| named(path, &error))?;
            return Ok(Self::There(There {
                path: path.to_owned(),
                file: BufReader::new(file),
                is_same: true,
                overwrite,
            }));
        }
        Ok(Self::New(Sink::file(path, overwrite, Beginning::Anew)?))
    }

    /// All data have come.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if something else is there.
    pub(crate) fn complete(self) -> io::Result<()> {
        let mut there = match self {
            Self::New(sink) => return sink.complete(),
            Self::There(there) => there,
        };
        let is_at_end = there.file.read(&mut [0])? == 0;
        let is_never = there.overwrite == Overwrite::Never;
        if there.is_same && is_at_end {
            return match is_never {
                true => safe::sync(&there.path, there.file.get_ref()),
                false => Ok(()),
            };
        }
        let other = io::Error::new(
            io::ErrorKind::AlreadyExists,
            match is_never {
                true => "something else is there already, and stays: choose another folder",
                false => "something else is there already: --force replaces it",
            },
        );
        Err(named(&there.path, &other))
    }
}

impl Write for OwnFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::New(sink) => sink.write(bytes),
            Self::There(there) => {
                if there.is_same {
                    let mut same = vec![0; bytes.len()];
                    there.is_same = match there.file.read_exact(&mut same) {
                        Ok(()) => same == bytes,
                        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => false,
                        Err(error) => return Err(named(&there.path, &error)),
                    };
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::New(sink) => sink.flush(),
            Self::There(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &Path, overwrite: Overwrite, pieces: &[&str]) -> io::Result<()> {
        let mut file = OwnFile::new(path, overwrite)?;
        for piece in pieces {
            file.write_all(piece.as_bytes())?;
        }
        file.complete()
    }

    #[test]
    fn the_same_may_come_again_and_something_else_may_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        written(&path, Overwrite::No, &["one", "two"]).unwrap();
        written(&path, Overwrite::No, &["onet", "wo"]).unwrap();
        for other in [&["one"][..], &["onetwo", "x"], &["onetwp"], &[]] {
            let error = written(&path, Overwrite::No, other).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{error}");
            assert_eq!(std::fs::read(&path).unwrap(), b"onetwo");
        }
        written(&path, Overwrite::Yes, &["new"]).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_of_that_name_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, victim) = (folder.path().join("a"), folder.path().join("victim"));
        std::fs::write(&victim, "mine").unwrap();
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        assert!(written(&path, Overwrite::No, &["mine"]).is_err());
        written(&path, Overwrite::Yes, &["theirs"]).unwrap();
        assert_eq!(std::fs::read(&victim).unwrap(), b"mine");
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs");
    }
}
