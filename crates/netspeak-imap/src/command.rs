//! [`Command`]: what can be said to a server.

use netspeak_core::{Result, Wire, check_argument};

/// A command. Arguments with CR, LF or NUL are refused where it is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command<'a> {
    /// `NOOP`.
    Noop,
    /// `SAY text`: the server repeats it.
    Say(&'a str),
    /// `QUIT`: ends the session.
    Quit,
}

impl Command<'_> {
    /// The verb, for errors and tables.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Noop => "NOOP",
            Self::Say(_) => "SAY",
            Self::Quit => "QUIT",
        }
    }

    /// Adds the command to what will be sent.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) if an argument contains CR, LF or NUL or is empty;
    /// nothing is added then.
    pub fn encode(&self, wire: &mut Wire) -> Result<()> {
        self.check()?;
        wire.verb(self.verb());
        if let Self::Say(text) = self {
            wire.arg("text", text)?;
        }
        wire.end();
        Ok(())
    }

    /// Refuses bad arguments before anything is written.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Say(text) => check_argument("text", text.as_bytes()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_as_they_are_sent() {
        for (command, expected) in [
            (Command::Noop, "NOOP\r\n"),
            (Command::Say("a b"), "SAY a b\r\n"),
            (Command::Quit, "QUIT\r\n"),
        ] {
            let mut wire = Wire::new();
            command.encode(&mut wire).unwrap();
            assert_eq!(wire.bytes(), expected.as_bytes());
        }
    }

    #[test]
    fn nothing_can_be_smuggled_into_a_command() {
        for text in ["a\r\nQUIT", "a\nb", "a\0b"] {
            assert!(Command::Say(text).encode(&mut Wire::new()).is_err());
        }
    }
}
