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

#[cfg(test)]
mod tests;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use command::{Command, Verb};
pub use engine::{Engine, Event, Outcome, Side};
pub use error::{Error, Result};
pub use newline::LineEnding;
pub use option::TelnetOption;
pub use policy::{Answer, Policy};
pub use profile::{Profile, Variable, VariableKind, Window};
pub use response::Refusal;
pub use sub::{com_port, games, linemode};
