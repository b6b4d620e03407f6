//! [`Settings`]: what a client has been told, ready for use.

use std::num::NonZeroU64;
use std::time::Duration;

use http::HeaderMap;
use netspeak_core::sasl::Credentials;
use netspeak_core::{ClearTextAuth, Connector, Tls, Trace};

use crate::redirect::Redirects;
use crate::types::{Decoding, Versions};

/// What a client has been told.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) connector: Connector,
    pub(super) trace: Option<Trace>,
    /// What is wished of TLS; the scheme has the last word.
    pub(super) tls: Option<Tls>,
    /// Who logs in where a request does not say.
    pub(super) credentials: Option<Credentials>,
    pub(super) clear_text_auth: ClearTextAuth,
    pub(super) versions: Versions,
    pub(super) redirects: Redirects,
    pub(super) decoding: Decoding,
    /// Sent with every request that has not its own.
    pub(super) headers: HeaderMap,
    pub(super) pool: PoolLimits,
    /// The largest head of an answer.
    pub(super) head_bytes: usize,
    /// The largest body of an answer, decoded.
    pub(super) body_bytes: Option<u64>,
    pub(super) low_speed: Option<LowSpeed>,
}

/// How many connections wait for their next request, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PoolLimits {
    pub(super) idle_per_host: usize,
    pub(super) idle_timeout: Duration,
}

/// Fewer bytes a second than this, for so long, are too few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LowSpeed {
    pub(super) rate: NonZeroU64,
    pub(super) window: Duration,
}
