//! [`Error`]: core's error with what a server says when it lets nobody in.

use crate::response::Refusal;

/// What can go wrong in a Telnet session.
pub type Error = netspeak_core::Error<Refusal>;

/// How a session ended.
#[cfg(feature = "net")]
pub type Goodbye = netspeak_core::Goodbye<Refusal>;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
