#![cfg_attr(docsrs, feature(doc_cfg))]
//! An FTP client: files over FTP and FTPS, listings of every dialect.

mod codec;
mod command;
mod error;
pub mod listing;
pub mod mirror;
mod path;
pub mod response;
mod types;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use codec::{Event, ReplyCodec, State};
pub use command::Command;
pub use error::{Error, Result};
pub use response::Reply;
pub use types::{
    Features, HashAlgorithm, MlstFact, PathName, Protection, TransferMode, TransferType,
};
