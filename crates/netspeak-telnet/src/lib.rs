#![cfg_attr(docsrs, feature(doc_cfg))]
//! A Telnet client.

mod command;
mod engine;
mod error;
mod newline;
mod option;
mod policy;
mod profile;
mod response;
mod sub;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "probe")]
mod probe;
#[cfg(feature = "net")]
mod serial;
#[cfg(test)]
mod tests;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use command::{Command, Verb};
pub use engine::{Engine, Event, Outcome, Side};
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use newline::LineEnding;
pub use option::TelnetOption;
pub use policy::{Answer, Policy};
pub use profile::{Profile, Variable, VariableKind, Window};
pub use response::Refusal;
pub use sub::{com_port, games, linemode, status};

#[cfg(feature = "net")]
pub use client::{
    Asked, Builder, Client, KeepAlive, Login, Match, Pattern, Prompts, Settings, connect,
};
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;
#[cfg(feature = "net")]
pub use serial::Serial;

/// No ALPN id: none is registered for Telnet.
pub const ALPN: &[&[u8]] = &[];

/// `telnet`, and `telnets` with TLS from the first byte.
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("telnet", 23, Tls::Off),
    Scheme::new("telnets", 992, Tls::Implicit),
];

/// What Telnet lays down for its connections.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "",
    timeouts: Timeouts::UNSET,
    sessions: TlsSessions::Apart,
};
