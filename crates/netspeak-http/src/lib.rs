#![cfg_attr(docsrs, feature(doc_cfg))]
//! An HTTP client.

#[cfg(test)]
mod cases;
mod decode;
mod error;
mod field;
mod redirect;
pub mod uri;

pub use decode::{ACCEPT_ENCODING, Decoder};
pub use error::{Error, Reply, Result};
pub use netspeak_core::vocabulary::*;
pub use redirect::{Hop, Redirects, Trail};
