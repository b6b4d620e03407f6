//! [`Failure`]: what went wrong, whatever the protocol.

use std::fmt;
use std::io;

use netspeak::core::{Error, ErrorKind, NoReply};

use crate::exit::{self, Code};

/// Why a verb did not do all it should.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    message: String,
    is_broken_pipe: bool,
    /// Where the kind alone does not tell it.
    code: Option<Code>,
}

impl Failure {
    /// What was asked for cannot be done.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Error::<NoReply>::usage(what.into()).into()
    }

    /// What stands in the configuration, or in a file that it names, is wrong.
    pub(crate) fn config(what: impl Into<String>) -> Self {
        Self::partial(ErrorKind::CONFIG, what)
    }

    /// A part of the work was not done; `kind` is what went wrong first.
    pub(crate) fn partial(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            is_broken_pipe: false,
            code: None,
        }
    }

    /// What was to be sent cannot be read.
    pub(crate) fn unreadable(error: io::Error) -> Self {
        Self::from(error).with_code(Some(exit::UNREADABLE))
    }

    /// The same with an exit code of its own.
    pub(crate) fn with_code(self, code: Option<Code>) -> Self {
        Self { code, ..self }
    }

    /// The same, with what it is about.
    pub(crate) fn about(self, what: &impl fmt::Display) -> Self {
        let message = format!("{what}: {}", self.message);
        Self { message, ..self }
    }

    /// How the command ends for this.
    pub(crate) fn code(&self) -> Code {
        self.code.unwrap_or_else(|| exit::of_transfer(self.kind))
    }

    /// How the command ends for this where something was to be stored.
    pub(crate) fn code_of_upload(&self) -> Code {
        self.code.unwrap_or_else(|| exit::of_upload(self.kind))
    }

    /// Whoever read our output has seen enough.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.is_broken_pipe
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<R: fmt::Display> From<Error<R>> for Failure {
    fn from(error: Error<R>) -> Self {
        Self {
            kind: error.kind(),
            message: match error.peer() {
                Some(peer) => format!("{peer}: {}", error.message()),
                None => error.message(),
            },
            is_broken_pipe: matches!(&error, Error::Local(io) if io.kind() == io::ErrorKind::BrokenPipe),
            code: None,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Error::<NoReply>::Local(error).into()
    }
}
