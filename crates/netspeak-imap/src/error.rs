//! [`Error`]: core's error with IMAP's reply.

use crate::reply::Reply;

/// What can go wrong in an IMAP session.
pub type Error = netspeak_core::Error<Reply>;

/// How a session ended.
#[cfg(feature = "net")]
pub type Goodbye = netspeak_core::Goodbye<Reply>;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
