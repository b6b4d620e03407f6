//! A verifier that tells what it saw: the chain, and why it was refused.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::{TlsFacts, TlsSettings, Verify, config_error, failure, pin_matches, tls_kind};
use crate::cert::CertFacts;
use crate::error::Result;

/// The trusted roots, ready to verify with; or nothing, and then signatures alone are checked.
#[derive(Clone)]
pub(super) struct Authority {
    roots: Option<Arc<WebPkiServerVerifier>>,
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

    pub(super) fn roots(store: RootCertStore, provider: &Arc<CryptoProvider>) -> Result<Self> {
        if store.is_empty() {
            return Err(config_error(
                "trusted certificates",
                "none were found on this system; name a CA file",
            ));
        }
        let roots =
            WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider))
                .build()
                .map_err(|error| config_error("trusted certificates", error))?;
        Ok(Self {
            roots: Some(roots),
            provider: Arc::clone(provider),
        })
    }
}

/// What one handshake showed of the peer's certificate.
#[derive(Debug)]
pub(super) struct Seen {
    chain: Vec<CertFacts>,
    refused: Option<rustls::Error>,
}

impl Seen {
    pub(super) fn tell(self, facts: &mut TlsFacts) {
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

tokio::task_local! {
    /// What the handshake that is running has seen. The verifier belongs to all handshakes of a
    /// client, since rustls resumes a session only under the very verifier it was made under; what
    /// it finds belongs to one.
    static SEEN: Cell<Option<Seen>>;
}

/// Runs a handshake; what its verifier saw comes beside the outcome.
pub(super) async fn watching<T>(handshake: impl Future<Output = T>) -> (T, Option<Seen>) {
    let watched = async { (handshake.await, SEEN.with(Cell::take)) };
    SEEN.scope(Cell::new(None), watched).await
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
            Some(roots) => roots
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
                .map(|_| ()),
            None => Ok(()),
        };
        let pinned = pin_matches(&self.pins, end_entity);
        let pin_error = || {
            let mismatch = rustls::OtherError(Arc::new(failure::PinMismatch));
            rustls::Error::InvalidCertificate(CertificateError::Other(mismatch))
        };
        let verdict = by_roots.and_then(|()| if pinned { Ok(()) } else { Err(pin_error()) });
        let seen = Seen {
            chain: std::iter::once(end_entity)
                .chain(intermediates)
                .map(|der| CertFacts::read(der))
                .collect(),
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
