//! [`Error`]: core's error with XML-RPC's ways to say no.

use std::fmt;

#[cfg(feature = "net")]
use netspeak_core::Excerpt;
use netspeak_core::{Phase, Reason};

use crate::types::Fault;

/// What can go wrong in XML-RPC.
pub type Error = netspeak_core::Error<Reply>;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An answer that says no.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// By a fault.
    Fault(Fault),
    /// By a status of HTTP, before any call.
    #[cfg(feature = "net")]
    Status {
        /// The status and its words.
        status: netspeak_http::Reply,
        /// How its body begins, if it has one.
        body: Option<Excerpt>,
    },
}

impl Reply {
    /// The fault, if it is one.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Fault(fault) => Some(fault),
            #[cfg(feature = "net")]
            Self::Status { .. } => None,
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            #[cfg(feature = "net")]
            Self::Status { status, body } => {
                write!(f, "HTTP status {status}")?;
                match body {
                    None => Ok(()),
                    Some(body) => write!(f, ": {body:?}"),
                }
            }
        }
    }
}

impl netspeak_core::Reply for Reply {
    fn is_temporary(&self) -> bool {
        match self {
            Self::Fault(_) => false,
            #[cfg(feature = "net")]
            Self::Status { status, .. } => status.is_temporary(),
        }
    }

    #[cfg_attr(
        not(feature = "net"),
        expect(unused_variables, reason = "statuses have phases")
    )]
    fn reason(&self, phase: Phase) -> Reason {
        match self {
            Self::Fault(fault) if fault.is_method_not_found() => Reason::NotFound,
            Self::Fault(_) => Reason::Rejected,
            #[cfg(feature = "net")]
            Self::Status { status, .. } => status.reason(phase),
        }
    }
}
