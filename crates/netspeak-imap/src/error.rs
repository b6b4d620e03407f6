//! [`Error`]: core's error with Imap's reply.

use crate::response::toy::Reply;

/// What can go wrong in a Imap session.
pub type Error = netspeak_core::Error<Reply>;

/// How a session ended.
#[cfg(feature = "net")]
pub type Goodbye = netspeak_core::Goodbye<Reply>;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
