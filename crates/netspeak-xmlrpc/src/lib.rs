#![cfg_attr(docsrs, feature(doc_cfg))]
//! An XML-RPC client.

mod charset;
mod decode;
mod dialect;
mod encode;
mod error;
mod multicall;
#[cfg(test)]
mod tests;
mod types;
mod xml;

pub use decode::{
    Call, decode_call, decode_call_with, decode_response, decode_response_with, from_value,
};
pub use dialect::{Dialect, DocumentLimits};
pub use encode::{encode_call, encode_fault, encode_response};
pub use error::{Error, Reply, Result};
pub use multicall::Calls;
pub use netspeak_core::vocabulary::*;
pub use types::{Base64, DateTime, Fault, StandardFault, Struct, Value};
