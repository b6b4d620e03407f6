//! Where things go: data to standard output, words for people to standard error.
//!
//! A closed pipe ends the command quietly; nothing here panics.

mod legible;
mod own;
mod part;
mod safe;
mod seen;
mod sink;
mod turns;

use std::io::{self, BufWriter, IsTerminal, Write};

use crate::advice::Advice;

pub(crate) use own::OwnFile;
pub(crate) use part::{Beginning, Overwrite, PartFile};
pub(crate) use safe::make_folder;
pub(crate) use seen::{Place, Seen, SeenFile, check_count};
pub(crate) use sink::Sink;
pub(crate) use turns::{Turn, Turns};

/// Prints data. A reader that went away is no fault.
pub(crate) fn print(text: &str) {
    let _ = try_print(text);
}

/// The same for who wants to know whether anybody reads.
pub(crate) fn try_print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Lines for standard output, of which there may be many: they leave together, unless somebody watches.
pub(crate) struct Lines {
    stdout: BufWriter<io::Stdout>,
    is_watched: bool,
}

impl Lines {
    pub(crate) fn new() -> Self {
        Self {
            stdout: BufWriter::with_capacity(64 * 1024, io::stdout()),
            is_watched: stdout_is_terminal(),
        }
    }

    pub(crate) fn push(&mut self, line: &str) -> io::Result<()> {
        self.stdout.write_all(line.as_bytes())?;
        if self.is_watched {
            self.finish()?;
        }
        Ok(())
    }

    /// Whoever prints wants to know that nobody reads any more.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
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

/// What is there already in the place of another file, which is told: it does not keep others back.
///
/// # Errors
/// All other faults.
pub(crate) fn otherwise_there(completed: io::Result<()>) -> io::Result<Option<io::Error>> {
    match completed {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            say(&error.to_string());
            Ok(Some(error))
        }
        other => other.map(|()| None),
    }
}

/// Whether standard output is a terminal.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether words for people reach a terminal.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}
