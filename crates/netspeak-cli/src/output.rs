//! Where things go: data to standard output, words for people to standard error.
//!
//! A closed pipe ends the command quietly; nothing here panics.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use netspeak::core::text::printable;

use crate::advice::Advice;

/// Standard output, a file, or one file for each message.
pub(crate) enum Sink {
    Stdout(io::Stdout),
    File(File),
}

impl Sink {
    /// Standard output, or this file, overwritten.
    pub(crate) fn open(file: Option<&Path>) -> io::Result<Self> {
        match file {
            None => Ok(Self::Stdout(io::stdout())),
            Some(path) if path == Path::new("-") => Ok(Self::Stdout(io::stdout())),
            Some(path) => Ok(Self::File(File::create(path)?)),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush(),
            Self::File(file) => file.flush(),
        }
    }
}

/// May existing files be replaced?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overwrite {
    No,
    Yes,
}

/// A new file in a folder. `name` comes from us, never from a server as it is.
pub(crate) fn file_in(dir: &Path, name: &str, overwrite: Overwrite) -> io::Result<(File, PathBuf)> {
    let path = dir.join(name);
    let mut options = OpenOptions::new();
    options.write(true);
    match overwrite {
        Overwrite::No => options.create_new(true),
        Overwrite::Yes => options.create(true).truncate(true),
    };
    let file = options.open(&path).map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("{}: {error}", printable(path.to_string_lossy().as_bytes())),
        )
    })?;
    Ok((file, path))
}

/// Prints data. A reader that went away is no fault.
pub(crate) fn print(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Says something to the person at the terminal.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// An error in the house style: what, and what to try.
pub(crate) fn complain(kind: &str, message: &str, advice: &[Advice]) {
    let mut text = format!("error[{kind}]: {message}");
    for line in advice {
        text.push_str(&format!("\n  try    {line}"));
    }
    say(&text);
}

/// Whether standard output is a terminal.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}
