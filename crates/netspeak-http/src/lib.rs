#![cfg_attr(docsrs, feature(doc_cfg))]
//! An HTTP client.

mod error;

pub use error::{Error, Reply, Result};
pub use netspeak_core::vocabulary::*;
