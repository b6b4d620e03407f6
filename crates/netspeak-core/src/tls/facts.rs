//! [`TlsFacts`]: what came of a handshake.

use crate::cert::CertFacts;
use crate::error::ErrorKind;

/// What is known of a TLS session.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TlsFacts {
    /// `1.2` or `1.3`.
    pub version: Option<&'static str>,
    /// The cipher suite's IANA name.
    pub cipher: Option<String>,
    /// The key exchange group.
    pub group: Option<String>,
    /// The protocol agreed on by ALPN.
    pub alpn: Option<String>,
    /// The name that was sent.
    pub sni: Option<String>,
    /// Whether an earlier session was resumed.
    pub resumed: bool,
    /// Whether the certificate verified; `None` if it was never seen.
    pub verified: Option<bool>,
    /// Why it did not.
    pub verify_error: Option<(ErrorKind, String)>,
    /// The chain as the peer sent it, its own certificate first.
    pub chain: Vec<CertFacts>,
    /// The place in the chain of the certificate that ends first, of those that were needed to verify it; the
    /// first place if it did not verify. `None` without a chain.
    pub ends_first: Option<usize>,
}
