//! [`Sink`]: where fetched data go.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::render::progress::Data;

use super::part::{Beginning, Overwrite, PartFile, named};

/// Where fetched data go.
pub(crate) enum Sink {
    Stdout(io::Stdout),
    /// A device or a pipe, which is written directly.
    Device(File),
    File(PartFile),
}

impl Sink {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        Self::Stdout(io::stdout())
    }

    /// What the user has named: `-` is standard output.
    pub(crate) fn named(path: &Path, beginning: Beginning) -> io::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::stdout());
        }
        match path.metadata() {
            Ok(found) if found.is_dir() => {
                Err(named(path, &io::Error::from(io::ErrorKind::IsADirectory)))
            }
            Ok(found) if !found.is_file() => {
                let device = OpenOptions::new().write(true).open(path);
                Ok(Self::Device(device.map_err(|error| named(path, &error))?))
            }
            // The file behind a link is meant, and the link stays.
            Ok(_) => Self::file(&path.canonicalize()?, Overwrite::Yes, beginning),
            Err(_) => Self::file(path, Overwrite::Yes, beginning),
        }
    }

    /// A file.
    pub(crate) fn file(
        path: &Path,
        overwrite: Overwrite,
        beginning: Beginning,
    ) -> io::Result<Self> {
        Ok(Self::File(PartFile::new(path, overwrite, beginning)?))
    }

    /// How many bytes were there before.
    pub(crate) fn offset(&self) -> u64 {
        match self {
            Self::Stdout(_) | Self::Device(_) => 0,
            Self::File(part) => part.offset(),
        }
    }

    /// Whether what is written shows on a terminal.
    pub(crate) fn data(&self) -> Data {
        let on_terminal = match self {
            Self::Stdout(stdout) => stdout.is_terminal(),
            Self::Device(device) => device.is_terminal(),
            Self::File(_) => false,
        };
        if on_terminal {
            Data::OnTerminal
        } else {
            Data::Elsewhere
        }
    }

    /// All data are there.
    pub(crate) fn complete(mut self) -> io::Result<()> {
        self.flush()?;
        match self {
            Self::File(part) => part.complete(),
            Self::Stdout(_) | Self::Device(_) => Ok(()),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::Device(device) => device.write(bytes),
            Self::File(part) => part.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush(),
            Self::Device(device) => device.flush(),
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
        assert!(matches!(stdout, Sink::Stdout(_)));
        assert!(Sink::named(&std::env::temp_dir(), Beginning::Anew).is_err());
    }
}
