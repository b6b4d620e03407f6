//! [`Source`]: what is sent, a file or a stream.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use netspeak::core::text::printable;

use crate::failure::Failure;

/// Where the bytes come from.
pub(crate) enum Source {
    /// A file and its length.
    File(File, u64),
    /// Standard input, a pipe, a device: nobody knows how long it is.
    Stream(tokio::fs::File),
}

impl Source {
    /// Opens a file; `-` is standard input. Who waits for the other end of a pipe waits in a thread of its own.
    ///
    /// # Errors
    /// What cannot be read has a code of its own.
    pub(crate) async fn open(path: &Path) -> Result<Self, Failure> {
        let opened = Self::open_any(path).await;
        opened.map_err(Failure::unreadable)
    }

    async fn open_any(path: &Path) -> io::Result<Self> {
        if path == Path::new("-") {
            let stdin = File::from(io::stdin().as_fd().try_clone_to_owned()?);
            return Ok(Self::Stream(tokio::fs::File::from_std(stdin)));
        }
        let named = |error: io::Error| {
            let name = printable(path.as_os_str().as_encoded_bytes());
            io::Error::new(error.kind(), format!("{name}: {error}"))
        };
        let file = tokio::fs::File::open(path).await.map_err(named)?;
        let found = file.metadata().await.map_err(named)?;
        if found.is_dir() {
            return Err(named(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        if found.is_file() {
            Ok(Self::File(file.into_std().await, found.len()))
        } else {
            Ok(Self::Stream(file))
        }
    }

    /// How many bytes there are, if that is known.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Self::File(_, length) => Some(*length),
            Self::Stream(_) => None,
        }
    }
}
