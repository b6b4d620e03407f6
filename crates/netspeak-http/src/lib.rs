#![cfg_attr(docsrs, feature(doc_cfg))]
//! An HTTP client.

pub mod auth;
#[cfg(test)]
mod cases;
#[cfg(feature = "net")]
mod client;
mod conditional;
mod cookie;
pub mod date;
mod decode;
mod disposition;
mod error;
mod field;
#[cfg(feature = "interop")]
pub mod interop;
mod netrc;
#[cfg(feature = "probe")]
mod probe;
mod range;
mod redirect;
mod retry_after;
mod robots;
#[cfg(test)]
#[cfg(feature = "net")]
mod tests;
mod types;
pub mod uri;

#[cfg(feature = "net")]
pub use client::{Builder, Client, Connection, RequestBuilder, Response, Timings, get};
pub use conditional::{ETag, Same, Validators, if_absent};
pub use cookie::{Access, Cookie, CookieJar, Reach, SameSite, SentOver};
pub use decode::{ACCEPT_ENCODING, Decoder};
pub use disposition::{local_name, suggested_name};
pub use error::{Error, Reply, Result};
pub use netrc::{Netrc, NetrcEntry};
pub use netspeak_core::vocabulary::*;
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;
pub use range::{ByteRange, ContentRange, Resume, Resumed};
pub use redirect::{Hop, Redirects, Trail};
pub use retry_after::retry_after;
pub use robots::{RequestRate, Robots};
pub use types::{Decoding, Versions};

/// What a request is made of.
#[cfg(feature = "net")]
pub use reqwest::{Body, multipart};

pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
pub use url::Url;

/// What HTTP lays down for its connections.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: &[
        Scheme::new("http", 80, Tls::Off),
        Scheme::new("https", 443, Tls::Implicit),
    ],
    alpn: &[b"h2", b"http/1.1"],
    upgrade: "",
    // What a server does for an answer is its own; browsers wait for minutes.
    timeouts: Timeouts::UNSET.with_reply(std::time::Duration::from_secs(60)),
    sessions: TlsSessions::Shared,
};
