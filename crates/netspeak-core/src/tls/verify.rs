//! A verifier that tells what it saw: the chain, and why it was refused.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};

use super::roots::Trusted;
use super::trust::Trust;
use super::{TlsFacts, TlsSettings, Verify, config_error, failure, pin_matches, tls_kind};
use crate::cert::CertFacts;
use crate::error::Result;

/// The trusted roots, ready to verify with; or nothing, and then signatures alone are checked.
#[derive(Clone)]
pub(super) struct Authority {
    roots: Option<Arc<Trust>>,
    provider: Arc<CryptoProvider>,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.roots.is_some() {
            "Authority(roots)"
        } else {
            "Authority(none)"
        })
    }
}

impl Authority {
    pub(super) fn none(provider: &Arc<CryptoProvider>) -> Self {
        Self {
            roots: None,
            provider: Arc::clone(provider),
        }
    }

    pub(super) fn roots(trusted: Trusted, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let trust = Trust::new(trusted, provider)?;
        let Some(trust) = trust else {
            return Err(config_error(
                "trusted certificates",
                "none were found on this system; name a CA file",
            ));
        };
        Ok(Self {
            roots: Some(Arc::new(trust)),
            provider: Arc::clone(provider),
        })
    }
}

/// What one handshake showed of the peer's certificate.
#[derive(Debug)]
pub(super) struct Seen {
    chain: Vec<CertFacts>,
    /// Which of them ends first, of those that count.
    ends_first: usize,
    refused: Option<rustls::Error>,
}

impl Seen {
    pub(super) fn tell(self, facts: &mut TlsFacts) {
        facts.ends_first = Some(self.ends_first).filter(|at| *at < self.chain.len());
        facts.chain = self.chain;
        facts.verified = Some(self.refused.is_none());
        facts.verify_error = self.refused.map(|error| {
            (
                tls_kind(failure::certificate_reason(&error)),
                failure::certificate_words(&error),
            )
        });
    }
}

/// What is known of a handshake besides its outcome.
pub(super) struct Watched {
    pub(super) seen: Option<Seen>,
    /// Whether the server asked for a certificate of ours, and there was none.
    pub(super) is_asked: bool,
}

tokio::task_local! {
    /// What the handshake that is running has seen. The verifier belongs to all handshakes of a
    /// client, since rustls resumes a session only under the very verifier it was made under; what
    /// it finds belongs to one.
    static SEEN: Cell<Option<Seen>>;
    /// Likewise, whether it was asked for a certificate of ours.
    static ASKED: Cell<bool>;
}

/// Runs a handshake; what was seen of it comes beside the outcome.
pub(super) async fn watching<T>(handshake: impl Future<Output = T>) -> (T, Watched) {
    let watched = async {
        let outcome = handshake.await;
        let watched = Watched {
            seen: SEEN.with(Cell::take),
            is_asked: ASKED.with(Cell::get),
        };
        (outcome, watched)
    };
    let watched = ASKED.scope(Cell::new(false), watched);
    SEEN.scope(Cell::new(None), watched).await
}

/// We have no certificate, and note when one is asked for.
#[derive(Debug)]
pub(super) struct NoIdentity;

impl ResolvesClientCert for NoIdentity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        // Outside of a handshake of ours nobody is listening.
        let _ = ASKED.try_with(|asked| asked.set(true));
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// The verifier of a client.
#[derive(Debug)]
pub(super) struct Verifier {
    authority: Authority,
    verify: Verify,
    pins: Vec<[u8; 32]>,
}

impl Verifier {
    pub(super) fn new(authority: Authority, settings: &TlsSettings) -> Self {
        Self {
            authority,
            verify: settings.verify,
            pins: settings.pins.clone(),
        }
    }

    /// Looks at a chain, its own certificate first: what it is like, and whether it will do.
    pub(super) fn judge(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> (Seen, Result<(), rustls::Error>) {
        let by_roots = match &self.authority.roots {
            Some(roots) => roots.verify(end_entity, intermediates, server_name, ocsp_response, now),
            None => Ok(()),
        };
        let pinned = pin_matches(&self.pins, end_entity);
        let pin_error = || {
            let mismatch = rustls::OtherError(Arc::new(failure::PinMismatch));
            rustls::Error::InvalidCertificate(CertificateError::Other(mismatch))
        };
        let verdict = by_roots.and_then(|()| if pinned { Ok(()) } else { Err(pin_error()) });
        let sent = std::iter::once(end_entity).chain(intermediates);
        let chain: Vec<_> = sent.map(|der| CertFacts::read(der)).collect();
        let ends_first = match (&self.authority.roots, &verdict) {
            (Some(roots), Ok(())) => roots.ends_first(&chain, end_entity, intermediates, now),
            _ => 0,
        };
        let seen = Seen {
            chain,
            ends_first,
            refused: match self.authority.roots {
                Some(_) => verdict.clone().err(),
                None => Some(rustls::Error::General("not checked, as asked".into())),
            },
        };
        // A pin is a promise even where nothing else is checked.
        let will_do = match verdict {
            Err(_) if self.verify == Verify::Note && pinned => Ok(()),
            verdict => verdict,
        };
        (seen, will_do)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let (seen, verdict) =
            self.judge(end_entity, intermediates, server_name, ocsp_response, now);
        // Outside of a handshake of ours nobody is listening.
        let _ = SEEN.try_with(|slot| slot.set(Some(seen)));
        verdict.map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.authority.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.authority.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authority
            .provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
