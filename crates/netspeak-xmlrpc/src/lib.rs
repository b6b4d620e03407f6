#![cfg_attr(docsrs, feature(doc_cfg))]
//! An XML-RPC client.

mod charset;
#[cfg(feature = "net")]
mod client;
mod decode;
mod dialect;
mod encode;
mod error;
mod multicall;
#[cfg(feature = "probe")]
mod probe;
#[cfg(feature = "net")]
mod scgi;
#[cfg(test)]
mod tests;
mod types;
mod xml;

#[cfg(feature = "net")]
pub use client::{Builder, Capability, MultiCall, Namespace, ServerProxy};
pub use decode::{
    Call, decode_call, decode_call_with, decode_response, decode_response_with, from_value,
};
pub use dialect::{Dialect, DocumentLimits};
pub use encode::{encode_call, encode_fault, encode_response};
pub use error::{Error, Reply, Result};
pub use multicall::Calls;
pub use netspeak_core::vocabulary::*;
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;
pub use types::{Base64, DateTime, Fault, StandardFault, Struct, Value};

/// Fields of HTTP, for [`Builder::headers`].
#[cfg(feature = "net")]
pub use netspeak_http::{HeaderMap, HeaderName, HeaderValue};

/// What XML-RPC lays down for its connections.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: &[
        Scheme::new("xmlrpc+http", 80, Tls::Off),
        Scheme::new("xmlrpc+https", 443, Tls::Implicit),
    ],
    alpn: &[b"http/1.1"],
    upgrade: "",
    timeouts: netspeak_http::RULES.timeouts,
    sessions: TlsSessions::Shared,
};
