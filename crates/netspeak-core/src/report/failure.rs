//! [`ErrorFacts`]: why a probe failed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Phase};

/// Why a probe failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorFacts {
    /// The stable word.
    pub kind: ErrorKind,
    /// The phase in which it happened.
    pub phase: Phase,
    /// What happened.
    pub message: String,
    /// What the peer answered.
    pub reply: Option<String>,
    /// The reply's code.
    pub code: Option<String>,
    /// The system's error number.
    pub os_error: Option<i32>,
    /// Whether a later attempt may succeed.
    pub temporary: bool,
    /// What to try.
    pub hint: Option<String>,
}

impl ErrorFacts {
    /// The facts of what was found out afterwards, without a reply and without an error of the system.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            phase: kind.phase(),
            message: message.into(),
            reply: None,
            code: None,
            os_error: None,
            temporary: kind.is_temporary(),
            hint: None,
        }
    }

    /// The facts of an error that happened in a phase.
    pub fn of<R: fmt::Display>(error: &Error<R>, phase: Phase) -> Self {
        let os_error = match error {
            Error::Net(net) => net.source.as_ref().and_then(std::io::Error::raw_os_error),
            Error::Local(error) => error.raw_os_error(),
            _ => None,
        };
        let reply = error.reply().map(ToString::to_string);
        let code = reply
            .as_deref()
            .and_then(|reply| reply.split_ascii_whitespace().next())
            .map(str::to_owned);
        Self {
            kind: error.kind(),
            phase,
            message: error.message(),
            reply,
            code,
            os_error,
            temporary: error.is_temporary(),
            hint: None,
        }
    }
}
