//! How well a connection protects what is said over it, and what the caller allows where it does not.

/// Whether secrets may cross a connection that protects nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClearTextAuth {
    /// Only over verified TLS, Unix sockets and to loopback addresses.
    #[default]
    LocalOnly,
    /// Everywhere. The caller answers for it.
    Allowed,
}

/// How well the talk is protected on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    Clear,
    /// Encrypted, but the peer's certificate does not verify: anybody may sit at the other end.
    Unverified,
    /// Encrypted; the caller accepted any certificate.
    Accepted,
    /// Encrypted, and the peer's certificate verified.
    Verified,
}
