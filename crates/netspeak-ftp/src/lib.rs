#![cfg_attr(docsrs, feature(doc_cfg))]
//! An FTP client: files over FTP and FTPS, listings of every dialect.

pub mod listing;
pub mod mirror;
mod path;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use listing::{Entry, Kind, Listed, ListingParser};
pub use path::{FtpPath, LocalName, NameFault, NameRules, Taken, TypeCode};
