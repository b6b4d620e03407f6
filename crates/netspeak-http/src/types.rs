//! What a client is told: versions of HTTP, sizes, times.

/// Which versions of HTTP are spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Versions {
    /// HTTP/2 where the server agrees to it inside TLS (ALPN), HTTP/1.1 elsewhere.
    #[default]
    Negotiated,
    /// HTTP/1.1 (RFC 9112).
    Http11,
    /// HTTP/1.0 (RFC 1945): no connection is kept, no body is sent in chunks.
    Http10,
    /// HTTP/2 (RFC 9113) without asking, in clear text too.
    Http2,
}

impl Versions {
    /// What is offered by ALPN (RFC 7301), the best first.
    pub fn alpn(self) -> &'static [&'static [u8]] {
        match self {
            Self::Negotiated => &[b"h2", b"http/1.1"],
            Self::Http11 | Self::Http10 => &[b"http/1.1"],
            Self::Http2 => &[b"h2"],
        }
    }
}

/// Whether content codings (RFC 9110 section 8.4) are asked for and undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Decoding {
    /// They are.
    #[default]
    On,
    /// What comes is given out as it came.
    Off,
}
