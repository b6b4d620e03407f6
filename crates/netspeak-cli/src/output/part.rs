//! [`PartFile`]: a file that has its name only once it is whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use netspeak::core::text::printable;

use super::safe;

/// May existing files be replaced?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overwrite {
    No,
    Yes,
    /// Never, and a new one is safe on the disk before it has its name: what is in them may be nowhere else.
    Never,
}

/// What becomes of the unfinished data of an earlier transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// They are replaced.
    Anew,
    /// They stay, and new data go behind them.
    Continued,
}

/// The longest name of a file, in bytes.
const LONGEST_NAME: usize = 255;

/// What stands behind the names of what is noted about files.
const LONGEST_SUFFIX: &str = ".part.etag";

/// The longest note, in bytes.
const LONGEST_NOTE: u64 = 8 * 1024;

/// A file in the making. Data go to `NAME.part`; what has the name `NAME` stays as it is until
/// [`complete`](Self::complete). Nothing is made before there are data, so that a transfer that is
/// refused leaves no trace.
#[derive(Debug)]
pub(crate) struct PartFile {
    name: PathBuf,
    part: PathBuf,
    /// Tells which version of it the part is of.
    note: PathBuf,
    overwrite: Overwrite,
    beginning: Beginning,
    /// How many bytes were there before.
    offset: u64,
    file: Option<File>,
}

impl PartFile {
    /// Makes sure that the file may be written, and looks how much of it there is.
    pub(crate) fn new(name: &Path, overwrite: Overwrite, beginning: Beginning) -> io::Result<Self> {
        if name.file_name().is_none() {
            return Err(named(name, &io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let mut part = Self {
            name: name.to_owned(),
            part: suffixed(name, ".part"),
            note: suffixed(name, LONGEST_SUFFIX),
            overwrite,
            beginning,
            offset: 0,
            file: None,
        };
        part.check_name()?;
        if beginning == Beginning::Continued {
            part.offset = part.length()?;
        }
        Ok(part)
    }

    /// How many bytes of it were there before.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// What is there of it is of no use: it begins anew. Nothing has been written yet.
    pub(crate) fn restart(&mut self) {
        self.beginning = Beginning::Anew;
        self.offset = 0;
    }

    /// What was noted about the version that the part is of.
    pub(crate) fn version(&self) -> io::Result<Option<Vec<u8>>> {
        if self.offset == 0 {
            return Ok(None);
        }
        let file = match File::open(&self.note) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(named(&self.note, &error)),
        };
        let mut note = Vec::new();
        let read = file.take(LONGEST_NOTE).read_to_end(&mut note);
        read.map_err(|error| named(&self.note, &error))?;
        Ok(Some(note))
    }

    /// Notes which version of it this is, for whoever continues it: in a file beside the part, since other
    /// attributes of files are lost on many ways.
    pub(crate) fn note_version(&mut self, version: &[u8]) -> io::Result<()> {
        // What is there of another version goes first.
        self.open()?;
        fs::write(&self.note, version).map_err(|error| named(&self.note, &error))
    }

    /// Writes bytes at their place, whatever is there before it.
    pub(crate) fn write_at(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
        let file = self.open()?;
        let written = file
            .seek(SeekFrom::Start(at))
            .and_then(|_| file.write_all(bytes));
        written.map_err(|error| named(&self.part, &error))
    }

    /// Gives the file its name.
    pub(crate) fn complete(mut self) -> io::Result<()> {
        self.open()?.flush()?;
        self.check_name()?;
        if self.overwrite == Overwrite::Never {
            let synced = self.open()?.sync_all();
            synced.map_err(|error| named(&self.part, &error))?;
        }
        fs::rename(&self.part, &self.name).map_err(|error| named(&self.name, &error))?;
        if self.overwrite == Overwrite::Never {
            safe::sync_folder_of(&self.name)?;
        }
        remove(&self.note).map_err(|error| named(&self.note, &error))
    }

    /// It replaces nothing, and is safe on the disk before it has its name.
    pub(crate) fn never_replace(&mut self) -> io::Result<()> {
        self.overwrite = Overwrite::Never;
        self.check_name()
    }

    fn check_name(&self) -> io::Result<()> {
        let advice = match self.overwrite {
            Overwrite::Yes => return Ok(()),
            Overwrite::No => "--force replaces it",
            Overwrite::Never => "what is in it may be nowhere else; move it away, or name another",
        };
        if self.name.symlink_metadata().is_err() {
            return Ok(());
        }
        let there = format!("it is there already: {advice}");
        let there = io::Error::new(io::ErrorKind::AlreadyExists, there);
        Err(named(&self.name, &there))
    }

    /// The length of what an earlier transfer left. A link under that name is not its work.
    fn length(&self) -> io::Result<u64> {
        match self.part.symlink_metadata() {
            Ok(found) if found.is_file() => Ok(found.len()),
            Ok(_) => {
                let odd = io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
                Err(named(&self.part, &odd))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(named(&self.part, &error)),
        }
    }

    fn open(&mut self) -> io::Result<&mut File> {
        let file = match self.file.take() {
            Some(file) => file,
            None => self.create().map_err(|error| named(&self.part, &error))?,
        };
        Ok(self.file.insert(file))
    }

    /// Opens the part. Nothing is written through a link that somebody else has put there.
    fn create(&self) -> io::Result<File> {
        if self.beginning == Beginning::Continued && self.offset > 0 {
            return OpenOptions::new().append(true).open(&self.part);
        }
        // Whoever else writes it would be left with a file without a name.
        let _left = match self.overwrite {
            Overwrite::Never => safe::own(&self.part)?,
            Overwrite::No | Overwrite::Yes => None,
        };
        remove(&self.note)?;
        remove(&self.part)?;
        let file = File::create_new(&self.part)?;
        if self.overwrite == Overwrite::Never {
            safe::lock(&file)?;
        }
        Ok(file)
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.open()?.write(bytes);
        written.map_err(|error| match error.kind() {
            // Whoever writes tries once more.
            io::ErrorKind::Interrupted => error,
            _ => named(&self.part, &error),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.file {
            Some(file) => file.flush(),
            None => Ok(()),
        }
    }
}

/// The name with this behind it, or the nearest to it that a file can have.
fn suffixed(name: &Path, suffix: &str) -> PathBuf {
    let own = name.file_name().unwrap_or_default();
    if own.len().saturating_add(LONGEST_SUFFIX.len()) <= LONGEST_NAME {
        let mut suffixed = OsString::from(name);
        suffixed.push(suffix);
        return PathBuf::from(suffixed);
    }
    // What is cut off is what may tell it from others.
    let sum = format!("-{:08x}", crc32fast::hash(own.as_encoded_bytes()));
    let taken = sum.len().saturating_add(LONGEST_SUFFIX.len());
    let mut kept = own.to_string_lossy().into_owned();
    while kept.len().saturating_add(taken) > LONGEST_NAME {
        kept.pop();
    }
    name.with_file_name(kept + &sum + suffix)
}

/// What is not there need not be removed.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The error, and whose it is.
pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    let name = printable(path.as_os_str().as_encoded_bytes());
    io::Error::new(error.kind(), format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_of_long_names_has_names_that_files_can_have() {
        let part = |name: &str| suffixed(Path::new(name), ".part");
        assert_eq!(part("dir/a.txt"), Path::new("dir/a.txt.part"));
        let (fits, long) = ("n".repeat(245), format!("dir/{}", "ü".repeat(127)));
        assert_eq!(part(&fits), Path::new(&(fits.clone() + ".part")));
        let (one, other) = (part(&format!("{long}1")), part(&format!("{long}2")));
        assert!(one != other && one.parent() == Some(Path::new("dir")));
        for name in [one, other, suffixed(Path::new(&long), LONGEST_SUFFIX)] {
            assert!(name.file_name().is_some_and(|name| name.len() <= 255));
        }
    }

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("netspeak-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_has_its_name_once_it_is_whole() {
        let folder = folder("whole");
        let name = folder.join("a");
        fs::write(&name, "old").unwrap();
        let mut part = PartFile::new(&name, Overwrite::Yes, Beginning::Anew).unwrap();
        assert_eq!(
            names(&folder),
            ["a"],
            "nothing is made before there are data"
        );
        part.write_all(b"ne").unwrap();
        assert_eq!(names(&folder), ["a", "a.part"]);
        assert_eq!(fs::read(&name).unwrap(), b"old");
        part.write_all(b"w").unwrap();
        part.complete().unwrap();
        assert_eq!(names(&folder), ["a"]);
        assert_eq!(fs::read(&name).unwrap(), b"new");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn bytes_go_to_their_place() {
        let folder = folder("place");
        let name = folder.join("a");
        let mut part = PartFile::new(&name, Overwrite::No, Beginning::Anew).unwrap();
        part.write_at(b"c", 2).unwrap();
        part.write_at(b"ab", 0).unwrap();
        part.complete().unwrap();
        assert_eq!(fs::read(&name).unwrap(), b"abc");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_empty_file_is_a_file() {
        let folder = folder("empty");
        let part = PartFile::new(&folder.join("a"), Overwrite::No, Beginning::Anew).unwrap();
        part.complete().unwrap();
        assert_eq!(names(&folder), ["a"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_an_interrupted_transfer_left_is_continued_or_replaced() {
        let folder = folder("continued");
        let name = folder.join("a");
        for (beginning, offset, whole) in [
            (Beginning::Continued, 4, "halfmore"),
            (Beginning::Anew, 0, "more"),
        ] {
            fs::write(folder.join("a.part"), "half").unwrap();
            let mut part = PartFile::new(&name, Overwrite::Yes, beginning).unwrap();
            assert_eq!(part.offset(), offset);
            part.write_all(b"more").unwrap();
            part.complete().unwrap();
            assert_eq!(fs::read_to_string(&name).unwrap(), whole);
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_there_is_replaced_only_if_that_is_wanted() {
        let folder = folder("kept");
        let name = folder.join("a");
        let mut part = PartFile::new(&name, Overwrite::No, Beginning::Anew).unwrap();
        part.write_all(b"new").unwrap();
        fs::write(&name, "came meanwhile").unwrap();
        let error = part.complete().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{error}");
        let error = PartFile::new(&name, Overwrite::No, Beginning::Anew).unwrap_err();
        assert!(
            error.to_string().contains("a: it is there already"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&name).unwrap(), "came meanwhile");
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = folder("link");
        let victim = folder.join("victim");
        fs::write(&victim, "mine").unwrap();
        std::os::unix::fs::symlink(&victim, folder.join("a.part")).unwrap();
        let name = folder.join("a");
        assert!(PartFile::new(&name, Overwrite::No, Beginning::Continued).is_err());
        let mut part = PartFile::new(&name, Overwrite::No, Beginning::Anew).unwrap();
        part.write_all(b"theirs").unwrap();
        part.complete().unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
        assert!(!name.symlink_metadata().unwrap().is_symlink());
        fs::remove_dir_all(folder).unwrap();
    }
}
