//! [`Error`]: core's error with Gopher's reply.

use crate::response::Refusal;

/// What can go wrong in a Gopher session.
pub type Error = netspeak_core::Error<Refusal>;

/// How a session ended.
#[cfg(feature = "net")]
pub type Goodbye = netspeak_core::Goodbye<Refusal>;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
