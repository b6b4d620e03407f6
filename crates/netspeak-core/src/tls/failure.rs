//! Failed handshakes: which word fits, and what the peer said instead of TLS.

use std::fmt;
use std::io;

use rustls::{AlertDescription, CertificateError, PeerIncompatible};

use super::tls_kind;
use crate::error::{Error, Reason};
use crate::text::excerpt;

/// The content types of TLS records (RFC 8446 section 5.1) begin with 20.
const TLS_RECORDS: std::ops::RangeInclusive<u8> = 20..=23;

/// Turns the failure of a handshake into an error with the right kind; `is_asked`: a certificate of ours was
/// asked for, and there was none.
pub(super) fn classify(error: io::Error, head: &[u8], is_asked: bool) -> Error {
    if head
        .first()
        .is_some_and(|first| !TLS_RECORDS.contains(first))
    {
        return Error::net(
            tls_kind(Reason::PlaintextPeer),
            format!(
                "the server speaks clear text, not TLS: {:?}",
                excerpt(first_line(head))
            ),
        );
    }
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let (reason, message) = match tls {
        Some(error @ rustls::Error::InvalidCertificate(_)) => return refused(error),
        Some(rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)) => {
            (Reason::Version, "no TLS version in common")
        }
        Some(rustls::Error::AlertReceived(alert)) if is_asked && is_about_us(*alert) => (
            Reason::CertRequired,
            "the server asks for a certificate of ours",
        ),
        Some(rustls::Error::AlertReceived(_)) => (Reason::Alert, "the server ended the handshake"),
        Some(rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        )) => (Reason::Version, "no TLS version in common"),
        Some(rustls::Error::PeerIncompatible(_)) => {
            (Reason::Version, "no TLS parameters in common")
        }
        Some(_) => (Reason::Malformed, "the server broke the TLS protocol"),
        None => match error.kind() {
            io::ErrorKind::UnexpectedEof => (
                Reason::Closed,
                "the server closed the connection during the handshake",
            ),
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => (
                Reason::Reset,
                "the server reset the connection during the handshake",
            ),
            _ => (Reason::Failed, "the handshake failed"),
        },
    };
    Error::io(tls_kind(reason), message, error)
}

/// What servers say where a certificate is missing: the word for it is younger than TLS 1.2.
fn is_about_us(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::HandshakeFailure
            | AlertDescription::BadCertificate
            | AlertDescription::NoCertificate
            | AlertDescription::AccessDenied
    )
}

/// The error for a certificate that will not do.
pub(super) fn refused(error: &rustls::Error) -> Error {
    Error::net(
        tls_kind(certificate_reason(error)),
        certificate_words(error),
    )
}

fn first_line(head: &[u8]) -> &[u8] {
    head.split_inclusive(|&b| b == b'\n').next().unwrap_or(head)
}

/// The word for a stream that TLS ended after the handshake, if it was TLS that did: in TLS 1.3 a server refuses the
/// client's certificate only then.
pub fn stream_reason(error: &io::Error) -> Option<Reason> {
    let tls = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    Some(match tls {
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => Reason::CertRequired,
        rustls::Error::AlertReceived(_) => Reason::Alert,
        _ => Reason::Malformed,
    })
}

/// The word for a refused certificate.
pub fn certificate_reason(error: &rustls::Error) -> Reason {
    let rustls::Error::InvalidCertificate(error) = error else {
        return Reason::CertInvalid;
    };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Reason::CertExpired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Reason::CertNotYet
        }
        // Of a bad signature: signed in a trusted authority's name, but not with its key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Reason::CertUntrusted,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Reason::CertName
        }
        CertificateError::Other(other) if other.0.is::<PinMismatch>() => Reason::CertPin,
        // A self-signed certificate that is its own authority.
        CertificateError::Other(other) if other.0.to_string().contains("CaUsedAsEndEntity") => {
            Reason::CertUntrusted
        }
        _ => Reason::CertInvalid,
    }
}

/// The certificate's key is not one of the pinned ones.
#[derive(Debug)]
pub(super) struct PinMismatch;

impl fmt::Display for PinMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the public key is not the pinned one")
    }
}

impl std::error::Error for PinMismatch {}

/// Why a certificate is refused, in a few words.
pub(super) fn certificate_words(error: &rustls::Error) -> String {
    match certificate_reason(error) {
        Reason::CertExpired => format!("the certificate has expired{}", on(error)),
        Reason::CertNotYet => format!("the certificate is not valid yet{}", on(error)),
        Reason::CertUntrusted => "the certificate does not lead to a trusted authority".to_owned(),
        Reason::CertName => names(error),
        Reason::CertPin => format!("the certificate is refused: {PinMismatch}"),
        _ => error.to_string(),
    }
}

/// The date that counts: ` (on 2026-01-01)`, or nothing if it is not told.
fn on(error: &rustls::Error) -> String {
    let time = match error {
        rustls::Error::InvalidCertificate(CertificateError::ExpiredContext {
            not_after, ..
        }) => Some(not_after),
        rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
            not_before,
            ..
        }) => Some(not_before),
        _ => None,
    };
    let seconds = time.and_then(|time| i64::try_from(time.as_secs()).ok());
    let date = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    date.map_or_else(String::new, |date| {
        format!(" (on {})", date.strftime("%Y-%m-%d"))
    })
}

/// So many names are told.
const NAMES: usize = 5;

fn names(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
        presented,
        ..
    }) = error
    else {
        return "the certificate is for other names".to_owned();
    };
    if presented.is_empty() {
        return "the certificate is for no name".to_owned();
    }
    let names: Vec<String> = presented
        .iter()
        .take(NAMES)
        .map(|name| bare(name))
        .collect();
    let more = match presented.len().saturating_sub(NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "the certificate is for other names: {}{more}",
        names.join(", ")
    )
}

/// `example.org` out of `DnsName("example.org")`.
fn bare(name: &str) -> String {
    let inside = name.split_once('(').map_or(name, |(_, rest)| rest);
    let inside = inside.strip_suffix(')').unwrap_or(inside);
    excerpt(inside.trim_matches('"').as_bytes())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn kind(error: io::Error, head: &[u8]) -> String {
        classify(error, head, false).kind().to_string()
    }

    #[test]
    fn clear_text_is_shown_and_named() {
        let error = io::Error::new(
            io::ErrorKind::InvalidData,
            rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType),
        );
        let error = classify(error, b"* OK ready\x1b[2J\r\nmore", false);
        assert_eq!(error.kind().to_string(), "tls.plaintext_peer");
        assert_eq!(
            error.to_string(),
            r#"the server speaks clear text, not TLS: "* OK ready\\x1b[2J"; use the scheme without TLS from the first byte"#
        );
    }

    #[test]
    fn each_failure_has_its_word() {
        let tls = |error: rustls::Error| io::Error::new(io::ErrorKind::InvalidData, error);
        let cert = |error: CertificateError| tls(rustls::Error::InvalidCertificate(error));
        let other = |error: Arc<dyn std::error::Error + Send + Sync>| {
            cert(CertificateError::Other(rustls::OtherError(error)))
        };
        let alert = |alert: AlertDescription| tls(rustls::Error::AlertReceived(alert));
        for (error, word) in [
            (cert(CertificateError::Expired), "tls.cert_expired"),
            (cert(CertificateError::NotValidYet), "tls.cert_not_yet"),
            (cert(CertificateError::UnknownIssuer), "tls.cert_untrusted"),
            (cert(CertificateError::BadSignature), "tls.cert_untrusted"),
            (cert(CertificateError::NotValidForName), "tls.cert_name"),
            (cert(CertificateError::InvalidPurpose), "tls.cert_invalid"),
            (other(Arc::new(PinMismatch)), "tls.cert_pin"),
            // The type counts, not the words.
            (
                other(Arc::new(io::Error::other(PinMismatch.to_string()))),
                "tls.cert_invalid",
            ),
            (alert(AlertDescription::ProtocolVersion), "tls.version"),
            (alert(AlertDescription::HandshakeFailure), "tls.alert"),
            (io::ErrorKind::UnexpectedEof.into(), "tls.closed"),
            (io::ErrorKind::ConnectionReset.into(), "tls.reset"),
        ] {
            assert_eq!(kind(error, b"\x15\x03"), word);
        }
    }
}
