#![cfg_attr(docsrs, feature(doc_cfg))]
//! An HTTP client.

pub mod auth;
#[cfg(test)]
mod cases;
mod conditional;
mod cookie;
pub mod date;
mod decode;
mod error;
mod field;
mod range;
mod redirect;
mod retry_after;
pub mod uri;

pub use conditional::{ETag, Same, Validators, if_absent};
pub use cookie::{Access, Cookie, CookieJar, Reach, SameSite, SentOver};
pub use decode::{ACCEPT_ENCODING, Decoder};
pub use error::{Error, Reply, Result};
pub use netspeak_core::vocabulary::*;
pub use range::{ByteRange, ContentRange, Resume, Resumed};
pub use redirect::{Hop, Redirects, Trail};
pub use retry_after::retry_after;
