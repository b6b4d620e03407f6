//! What to try, for users of the library.

use super::{ErrorKind, Phase, Reason};

/// A few words, in the terms of this library.
pub(super) fn for_kind(kind: ErrorKind) -> Option<&'static str> {
    Some(match (kind.phase(), kind.reason()) {
        (Phase::Dns, Reason::Nxdomain) => "check the spelling of the host",
        (Phase::Tcp, Reason::Refused) => "check that the server runs and listens on this port",
        (Phase::Tcp, Reason::Timeout) => "a firewall may drop the packets",
        (Phase::Tls, Reason::PlaintextPeer) => "use the scheme without TLS from the first byte",
        (Phase::Tls, Reason::CertExpired) => "renew the certificate and reload the server",
        (Phase::Tls, Reason::CertUntrusted) => {
            "trust its authority with Roots, or have the server send the missing intermediate"
        }
        (Phase::Tls, Reason::CertName) => "connect to one of its names, or say one with Sni",
        (_, Reason::CertRequired) => "show one with TlsSettings::identity",
        (Phase::Tls, Reason::CertPin) => "compare the server's key with the pin",
        (Phase::Greeting, Reason::Timeout) => "a server that waits in silence may want TLS first",
        (Phase::Greeting, Reason::OtherProtocol) => "check the port",
        (Phase::Starttls, Reason::NotOffered) => {
            "use TLS from the first byte, or Tls::Opportunistic to go on without"
        }
        (Phase::Starttls, Reason::Injected) => "treat this network as hostile",
        (Phase::Auth, Reason::PlaintextBlocked) => "use TLS, or ClearTextAuth::Allowed",
        (Phase::Conn, Reason::Poisoned) => "connect again",
        _ => return None,
    })
}
