//! The configuration file: which one it is, and its text.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use netspeak::core::Secret;
use netspeak::core::text::printable;

use crate::failure::Failure;
use crate::input;

/// More is no configuration.
const MOST: u64 = 1 << 20;

/// A file that was read. There may be passwords in it.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) text: Secret,
    pub(super) found: Metadata,
    pub(super) path: PathBuf,
}

/// Which file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// Somebody named it, and so it has to be there.
    Named(PathBuf),
    /// The user's own, which need not be there.
    Own(PathBuf),
    None,
}

impl Which {
    /// What the command line names, else what `NETSPEAK_CONFIG` names (empty: nothing), else the file in the folder
    /// for such (XDG).
    pub(super) fn of(named: Option<&Path>) -> Self {
        if let Some(path) = named {
            return Self::Named(path.to_owned());
        }
        match std::env::var_os("NETSPEAK_CONFIG") {
            Some(path) if path.is_empty() => Self::None,
            Some(path) => Self::Named(path.into()),
            None => input::own_folder().map_or(Self::None, |folder| {
                Self::Own(folder.join("netspeak/config.toml"))
            }),
        }
    }

    /// Its text, if it is there.
    ///
    /// # Errors
    /// For a file that cannot be read, that is too long, or that is no text.
    pub(super) fn read(self) -> Result<Option<Text>, Failure> {
        let (path, may_be_missing) = match self {
            Self::Named(path) => (path, false),
            Self::Own(path) => (path, true),
            Self::None => return Ok(None),
        };
        let name = printable(path.as_os_str().as_encoded_bytes());
        let unread = |error: std::io::Error| {
            Failure::config(format!("reading the configuration {name}: {error}"))
        };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if may_be_missing && is_out_of_reach(&path, &error) => return Ok(None),
            Err(error) => return Err(unread(error)),
        };
        let found = file.metadata().map_err(unread)?;
        let mut bytes = Vec::new();
        let limit = MOST.saturating_add(1);
        let length = file.take(limit).read_to_end(&mut bytes).map_err(unread)?;
        if length == usize::try_from(limit).unwrap_or(usize::MAX) {
            return Err(Failure::config(format!(
                "{name} is longer than 1 MiB, and so no configuration: --config names another file"
            )));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = error.as_bytes().get(..error.utf8_error().valid_up_to());
            let line = line_after(before.unwrap_or_default());
            Failure::config(format!(
                "{name}:{line}: not UTF-8, as TOML is: save the file as UTF-8"
            ))
        })?;
        Ok(Some(Text {
            name,
            text: Secret::from(text),
            found,
            path,
        }))
    }
}

/// Whether there is no such file for us: its folder may be another user's, as under sudo.
fn is_out_of_reach(path: &Path, error: &std::io::Error) -> bool {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => true,
        ErrorKind::PermissionDenied => path.metadata().is_err(),
        _ => false,
    }
}

/// The number of the line that begins or goes on behind these bytes.
pub(super) fn line_after(bytes: &[u8]) -> usize {
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
    ends.saturating_add(1)
}
