//! [`Channel`]: what the connection is like over which an exchange runs.

use std::fmt;

use crate::secret::Secret;

/// What the connection is like over which an exchange runs. The default is the worst one.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// Whether a clear-text secret may be sent: the peer is verified, or local, or the caller
    /// allows it.
    pub private: bool,
    /// What ties the exchange to this TLS connection, if there is one.
    pub binding: Option<Binding>,
    /// Whether there is encryption at all. Says in errors which remedy fits.
    pub encrypted: bool,
}

/// The bytes of a TLS connection that only its two ends know (RFC 9266, `tls-exporter`).
///
/// Servers that offer -PLUS may know another type alone. Cyrus SASL 2.1.28 (with Cyrus IMAP 3.6.1) takes
/// `tls-unique`, over TLS 1.3 too, where that is not defined: the bytes of the first Finished message,
/// which rustls does not give away. It looks at the type only when the proof has come, and refuses
/// others, and `y`, as it refuses a wrong password.
#[derive(Clone)]
pub struct Binding(Secret<Vec<u8>>);

impl Binding {
    /// Its registered name.
    pub(crate) const TYPE: &str = "tls-exporter";

    /// The exported keying material: label `EXPORTER-Channel-Binding`, no context, 32 bytes.
    ///
    /// Below TLS 1.3 only with the extended master secret (RFC 9266, section 3).
    pub fn tls_exporter(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Secret::new(bytes.into()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.expose()
    }
}

impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binding({} <redacted>)", Self::TYPE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_not_shown() {
        let channel = Channel {
            binding: Some(Binding::tls_exporter(*b"marker")),
            ..Channel::default()
        };
        let shown = format!("{channel:?}");
        assert!(shown.contains("tls-exporter"), "{shown}");
        assert!(
            !shown.contains("marker") && !shown.contains("109"),
            "{shown}"
        );
        assert!(!channel.private);
    }
}
