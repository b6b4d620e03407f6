//! What the caller allows that is not safe by itself.

/// Whether secrets may cross a connection that protects nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClearTextAuth {
    /// Only over verified TLS, Unix sockets and to loopback addresses.
    #[default]
    LocalOnly,
    /// Everywhere. The caller answers for it.
    Allowed,
}
