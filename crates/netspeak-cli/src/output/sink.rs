//! [`Sink`]: where fetched data go.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::Path;

use crate::render::progress::Data;

use super::legible::Legible;
use super::part::{Beginning, Overwrite, PartFile, named};

/// Where fetched data go.
pub(crate) enum Sink {
    /// A device or a pipe, which is written at once.
    Device(File),
    /// A terminal that has not been asked for by name: it gets text.
    Terminal(Legible<File>),
    /// A file that is there already, behind standard output.
    Open(BufWriter<File>),
    File(BufWriter<PartFile>),
}

/// Small pieces leave together, where nobody waits for each; larger ones go as they are.
const GATHER: usize = 64 * 1024;

/// The names of standard output. That of the system is a link, to a file perhaps.
const STDOUT: [&str; 2] = ["-", "/dev/stdout"];

impl Sink {
    /// Standard output. What a server sends does not reach a terminal as it is.
    pub(crate) fn stdout() -> io::Result<Self> {
        Ok(match Self::raw_stdout()? {
            Self::Device(device) if device.is_terminal() => Self::Terminal(Legible::new(device)),
            other => other,
        })
    }

    /// The same, whatever it is.
    fn raw_stdout() -> io::Result<Self> {
        let stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        Ok(match stdout.metadata() {
            Ok(found) if found.is_file() => Self::Open(BufWriter::with_capacity(GATHER, stdout)),
            _ => Self::Device(stdout),
        })
    }

    /// What the user has named: `-` is standard output as it is. Where a link stands there will be the file:
    /// what is behind the link stays as it is, unless it is a device or a pipe.
    pub(crate) fn named(path: &Path, beginning: Beginning) -> io::Result<Self> {
        if STDOUT.iter().any(|name| path == Path::new(name)) {
            return Self::raw_stdout();
        }
        match path.metadata() {
            Ok(found) if found.is_dir() => {
                Err(named(path, &io::Error::from(io::ErrorKind::IsADirectory)))
            }
            Ok(found) if !found.is_file() => {
                let device = OpenOptions::new().write(true).open(path);
                Ok(Self::Device(device.map_err(|error| named(path, &error))?))
            }
            _ => Self::file(path, Overwrite::Yes, beginning),
        }
    }

    /// A file.
    pub(crate) fn file(
        path: &Path,
        overwrite: Overwrite,
        beginning: Beginning,
    ) -> io::Result<Self> {
        let part = PartFile::new(path, overwrite, beginning)?;
        Ok(Self::File(BufWriter::with_capacity(GATHER, part)))
    }

    /// A file that is there already is not replaced; a new one is safe on the disk before it has its name.
    pub(crate) fn never_replace(mut self) -> io::Result<Self> {
        match &mut self {
            Self::File(part) => part.get_mut().never_replace()?,
            Self::Device(_) | Self::Terminal(_) | Self::Open(_) => {}
        }
        Ok(self)
    }

    /// How many bytes were there before.
    pub(crate) fn offset(&self) -> u64 {
        match self {
            Self::Device(_) | Self::Terminal(_) | Self::Open(_) => 0,
            Self::File(part) => part.get_ref().offset(),
        }
    }

    /// The file in the making, if it is one.
    pub(crate) fn part(&mut self) -> Option<&mut PartFile> {
        match self {
            Self::File(part) => Some(part.get_mut()),
            Self::Device(_) | Self::Terminal(_) | Self::Open(_) => None,
        }
    }

    /// Whether what is written shows on a terminal.
    pub(crate) fn data(&self) -> Data {
        match self {
            Self::Device(device) if device.is_terminal() => Data::OnTerminal,
            Self::Terminal(_) => Data::OnTerminal,
            _ => Data::Elsewhere,
        }
    }

    /// All data are there.
    pub(crate) fn complete(mut self) -> io::Result<()> {
        self.flush()?;
        match self {
            Self::File(part) => part
                .into_inner()
                .map_err(|error| error.into_error())?
                .complete(),
            Self::Device(_) | Self::Terminal(_) | Self::Open(_) => Ok(()),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Device(device) => device.write(bytes),
            Self::Terminal(legible) => legible.write(bytes),
            Self::Open(file) => file.write(bytes),
            Self::File(part) => part.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Device(device) => device.flush(),
            Self::Terminal(legible) => legible.flush(),
            Self::Open(file) => file.flush(),
            Self::File(part) => part.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn devices_are_written_directly_and_folders_are_none() {
        let null = Sink::named(Path::new("/dev/null"), Beginning::Anew).unwrap();
        assert!(matches!(null, Sink::Device(_)));
        let stdout = Sink::named(Path::new("-"), Beginning::Anew).unwrap();
        assert!(matches!(stdout, Sink::Device(_) | Sink::Open(_)));
        assert!(Sink::named(&std::env::temp_dir(), Beginning::Anew).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_was_named_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (link, victim) = (folder.path().join("link"), folder.path().join("victim"));
        std::fs::write(&victim, "mine").unwrap();
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        let mut sink = Sink::named(&link, Beginning::Anew).unwrap();
        sink.write_all(b"theirs").unwrap();
        sink.complete().unwrap();
        assert_eq!(std::fs::read(&victim).unwrap(), b"mine");
        assert_eq!(std::fs::read(&link).unwrap(), b"theirs");
        // A device behind a link is still one.
        std::fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        let null = Sink::named(&link, Beginning::Anew).unwrap();
        assert!(matches!(null, Sink::Device(_)));
    }
}
