//! Where things go: data to standard output, words for people to standard error.
//!
//! A closed pipe ends the command quietly; nothing here panics.

mod part;
mod sink;

use std::io::{self, IsTerminal, Write};

use crate::advice::Advice;

pub(crate) use part::{Beginning, Overwrite};
pub(crate) use sink::Sink;

/// Prints data. A reader that went away is no fault.
pub(crate) fn print(text: &str) {
    let _ = try_print(text);
}

/// Prints a part of data that may go on for long: whoever prints wants to know that nobody reads any more.
pub(crate) fn try_print(text: &str) -> io::Result<()> {
    io::stdout().lock().write_all(text.as_bytes())
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

/// Whether words for people reach a terminal.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}
