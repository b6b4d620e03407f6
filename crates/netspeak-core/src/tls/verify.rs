//! A verifier that remembers what it saw: the chain, and why it was refused.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

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

/// What one handshake showed.
#[derive(Debug, Default)]
pub(super) struct Recorder(Mutex<TlsFacts>);

impl Recorder {
    pub(super) fn facts(&self) -> TlsFacts {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A new handshake begins.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = TlsFacts::default();
    }

    fn note(&self, chain: Vec<CertFacts>, refused: Option<&rustls::Error>) {
        let mut facts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        facts.chain = chain;
        facts.verified = Some(refused.is_none());
        facts.verify_error = refused.map(|error| {
            (
                tls_kind(failure::certificate_reason(error)),
                failure::certificate_words(error),
            )
        });
    }
}

/// The verifier of one connection.
#[derive(Debug)]
pub(super) struct Recording {
    authority: Authority,
    verify: Verify,
    pins: Vec<[u8; 32]>,
    recorder: Arc<Recorder>,
}

impl Recording {
    pub(super) fn new(
        authority: &Authority,
        settings: &TlsSettings,
        recorder: Arc<Recorder>,
    ) -> Self {
        Self {
            authority: authority.clone(),
            verify: settings.verify,
            pins: settings.pins.clone(),
            recorder,
        }
    }
}

impl ServerCertVerifier for Recording {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
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

        let chain = std::iter::once(end_entity)
            .chain(intermediates)
            .map(|der| CertFacts::read(der))
            .collect();
        match self.authority.roots {
            Some(_) => self.recorder.note(chain, verdict.as_ref().err()),
            None => {
                let unchecked = rustls::Error::General("not checked, as asked".into());
                self.recorder.note(chain, Some(&unchecked));
            }
        }
        // A pin is a promise even where nothing else is checked.
        match (self.verify, verdict) {
            (_, Ok(())) => Ok(ServerCertVerified::assertion()),
            (Verify::Note, Err(_)) if pinned => Ok(ServerCertVerified::assertion()),
            (_, Err(error)) => Err(error),
        }
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
