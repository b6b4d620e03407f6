#![cfg_attr(docsrs, feature(doc_cfg))]
//! An HTTP client.

pub mod auth;
#[cfg(test)]
mod cases;
mod conditional;
mod cookie;
pub mod date;
mod decode;
mod disposition;
mod error;
mod field;
mod netrc;
mod range;
mod redirect;
mod retry_after;
mod robots;
pub mod uri;

pub use conditional::{ETag, Same, Validators, if_absent};
pub use cookie::{Access, Cookie, CookieJar, Reach, SameSite, SentOver};
pub use decode::{ACCEPT_ENCODING, Decoder};
pub use disposition::{local_name, suggested_name};
pub use error::{Error, Reply, Result};
pub use netrc::{Netrc, NetrcEntry};
pub use netspeak_core::vocabulary::*;
pub use range::{ByteRange, ContentRange, Resume, Resumed};
pub use redirect::{Hop, Redirects, Trail};
pub use retry_after::retry_after;
pub use robots::{RequestRate, Robots};
