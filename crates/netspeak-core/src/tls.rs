//! TLS on rustls: [`TlsSettings`] say what is wanted, [`TlsClient`] does it, [`TlsFacts`] tell what
//! came of it, also when the certificate was refused.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::address::Host;
use crate::cert::spki_sha256;
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::policy::Security;
use crate::secret::Secret;
use crate::stream::{Stream, Tap};
use crate::trace::Trace;

pub(crate) mod facts;
mod failure;
mod keylog;
mod roots;
mod trust;
mod verify;

pub use facts::TlsFacts;
pub use failure::{certificate_reason, stream_reason};
pub use roots::Roots;
use verify::Verifier;

/// What is asked of the peer's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Verify {
    /// It must lead to a trusted root and be for this host (RFC 9525).
    #[default]
    Full,
    /// It is checked and the result noted, but the handshake goes on. Such a connection counts as
    /// [`Security::Unverified`], over which no credentials go.
    Note,
    /// Any certificate will do (`--insecure`); the connection counts as [`Security::Accepted`].
    Nothing,
}

/// The oldest TLS version that will do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MinVersion {
    /// TLS 1.2 (RFC 8996 retired what is older).
    #[default]
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// The newest TLS version to offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MaxVersion {
    /// TLS 1.2, for servers that have trouble with what is newer.
    Tls12,
    /// TLS 1.3.
    #[default]
    Tls13,
}

/// The name to send in the handshake (SNI) and to look for in the certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sni {
    /// The host's name; an address is checked but never sent (RFC 6066 section 3).
    #[default]
    Host,
    /// Another name.
    Name(String),
    /// The host's name is checked but not sent.
    Off,
}

/// A certificate of our own with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The chain in PEM, our certificate first.
    pub chain_pem: String,
    /// The private key in PEM.
    pub key_pem: Secret,
}

/// What is wanted of TLS. `Default` is the safe choice: system roots, full verification.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TlsSettings {
    /// Trusted certificate authorities.
    pub roots: Roots,
    /// What is asked of the peer's certificate.
    pub verify: Verify,
    /// The name to send and check.
    pub sni: Sni,
    /// ALPN protocol ids in order of preference. Set by the protocol crates: exactly their own
    /// (so that no server of another protocol can be made to answer).
    pub alpn: Vec<Vec<u8>>,
    /// The oldest version that will do.
    pub min_version: MinVersion,
    /// The newest version to offer.
    pub max_version: MaxVersion,
    /// SHA-256 hashes of public keys (SPKI), of which the peer's must be one.
    pub pins: Vec<[u8; 32]>,
    /// Our own certificate.
    pub identity: Option<Identity>,
    /// A file to which session keys are appended (the format of `SSLKEYLOGFILE`).
    pub key_log: Option<PathBuf>,
}

/// Settings made ready: roots loaded, keys parsed. Cheap to clone; share one among connections.
#[derive(Clone, Debug)]
pub struct TlsClient(Arc<Ready>);

#[derive(Debug)]
struct Ready {
    settings: TlsSettings,
    config: Arc<ClientConfig>,
    verifier: Arc<Verifier>,
}

impl TlsClient {
    /// The same for libraries that do the handshake themselves: rustls 0.23's own configuration, verifying as this one
    /// does. What their handshakes find is not recorded. rustls' next major version makes another type of this.
    pub fn rustls_config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.0.config)
    }

    /// Loads roots and keys.
    ///
    /// # Errors
    /// `config` for files and keys that cannot be used; [`Error::Usage`] if no version is left.
    pub fn new(settings: TlsSettings) -> Result<Self> {
        let provider = provider();
        let versions = versions(settings.min_version, settings.max_version)?;
        let authority = match settings.verify {
            Verify::Nothing => verify::Authority::none(&provider),
            Verify::Full | Verify::Note => {
                verify::Authority::roots(settings.roots.load()?, &provider)?
            }
        };
        let verifier = Arc::new(Verifier::new(authority, &settings));
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(|error| config_error("TLS versions", error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&verifier) as Arc<dyn ServerCertVerifier>);
        let mut config = match &settings.identity {
            None => builder.with_client_cert_resolver(Arc::new(verify::NoIdentity)),
            Some(identity) => {
                let (chain, key) = parse_identity(identity)?;
                builder
                    .with_client_auth_cert(chain, key)
                    .map_err(|error| config_error("client certificate", error))?
            }
        };
        // A store shared by all connections would mix their sessions: see `with_own_sessions`.
        config.resumption = Resumption::disabled();
        config.alpn_protocols.clone_from(&settings.alpn);
        config.enable_sni = settings.sni != Sni::Off;
        if let Some(path) = &settings.key_log {
            config.key_log = Arc::new(keylog::KeyLogFile::open(path)?);
        }
        Ok(Self(Arc::new(Ready {
            settings,
            config: Arc::new(config),
            verifier,
        })))
    }

    /// The settings it was made from.
    pub fn settings(&self) -> &TlsSettings {
        &self.0.settings
    }

    /// A client for connections that belong together, such as a control connection and its data
    /// connections: they share a session store, and nobody else does.
    #[must_use]
    pub fn with_own_sessions(&self) -> Self {
        let ready = &*self.0;
        let mut config = ClientConfig::clone(&ready.config);
        config.resumption = Resumption::in_memory_sessions(32);
        Self(Arc::new(Ready {
            settings: ready.settings.clone(),
            config: Arc::new(config),
            verifier: Arc::clone(&ready.verifier),
        }))
    }

    /// The handshake over a stream. Facts go into the trace, whatever comes of it.
    pub(crate) async fn handshake(
        &self,
        stream: Stream,
        host: &Host,
        trace: &Trace,
        deadline: Deadline,
    ) -> Result<(Stream, Security)> {
        let ready = &*self.0;
        let name = server_name(host, &ready.settings.sni)?;
        let mut facts = TlsFacts {
            sni: match &name {
                ServerName::DnsName(name) if ready.config.enable_sni => {
                    Some(name.as_ref().to_owned())
                }
                _ => None,
            },
            ..TlsFacts::default()
        };
        let handshake = TlsConnector::from(Arc::clone(&ready.config))
            .connect(name.clone(), Tap::new(stream))
            .into_fallible();
        let (outcome, watched) =
            verify::watching(deadline.run("in the TLS handshake", handshake)).await;
        if let Some(seen) = watched.seen {
            seen.tell(&mut facts);
        }
        let outcome = match outcome {
            Ok(Ok(stream)) => ready.accept(&stream, &name, &mut facts).map(|()| stream),
            Ok(Err((error, tap))) => {
                let head = trace.scrub(tap.head());
                Err(failure::classify(error, &head, watched.is_asked))
            }
            Err(timeout) => Err(timeout),
        };
        let security = match (ready.settings.verify, facts.verified) {
            (Verify::Nothing, _) => Security::Accepted,
            (_, Some(true)) => Security::Verified,
            _ => Security::Unverified,
        };
        trace.set_tls(facts);
        outcome.map(|stream| (Stream::Tls(Box::new(stream)), security))
    }
}

impl Ready {
    /// Describes the session. One that was resumed shows the certificates of the session before it,
    /// and nobody has looked at them today.
    fn accept(
        &self,
        stream: &TlsStream<Tap>,
        name: &ServerName<'_>,
        facts: &mut TlsFacts,
    ) -> Result<()> {
        let session = stream.get_ref().1;
        facts.describe_session(session);
        if facts.verified.is_some() {
            return Ok(());
        }
        let Some((own, others)) = session.peer_certificates().and_then(<[_]>::split_first) else {
            return Ok(());
        };
        let (seen, verdict) = self.verifier.judge(own, others, name, &[], UnixTime::now());
        seen.tell(facts);
        verdict.map_err(|error| failure::refused(&error))
    }
}

impl TlsFacts {
    fn describe_session(&mut self, session: &rustls::ClientConnection) {
        self.version = match session.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_2) => Some("1.2"),
            Some(rustls::ProtocolVersion::TLSv1_3) => Some("1.3"),
            _ => None,
        };
        self.cipher = session.negotiated_cipher_suite().map(|suite| {
            let name = format!("{:?}", suite.suite());
            name.replacen("TLS13_", "TLS_", 1)
        });
        self.group = session
            .negotiated_key_exchange_group()
            .map(|g| format!("{:?}", g.name()));
        self.alpn = session.alpn_protocol().map(crate::text::printable);
        self.resumed = session.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
    }
}

fn versions(
    min: MinVersion,
    max: MaxVersion,
) -> Result<Vec<&'static rustls::SupportedProtocolVersion>> {
    use rustls::version::{TLS12, TLS13};
    match (min, max) {
        (MinVersion::Tls12, MaxVersion::Tls13) => Ok(vec![&TLS13, &TLS12]),
        (MinVersion::Tls13, MaxVersion::Tls13) => Ok(vec![&TLS13]),
        (MinVersion::Tls12, MaxVersion::Tls12) => Ok(vec![&TLS12]),
        (MinVersion::Tls13, MaxVersion::Tls12) => Err(Error::usage(
            "the oldest TLS version that will do is newer than the newest to offer",
        )),
    }
}

/// The one place where a cryptography provider is chosen. None is ever installed process-wide.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "aws-lc-rs")]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "aws-lc-rs"))]
    let provider = rustls::crypto::ring::default_provider();
    Arc::new(provider)
}

fn parse_identity(
    identity: &Identity,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let chain = CertificateDer::pem_slice_iter(identity.chain_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| config_error("client certificate", error))?;
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem.expose().as_bytes())
        .map_err(|error| config_error("client key", error))?;
    Ok((chain, key))
}

fn server_name(host: &Host, sni: &Sni) -> Result<ServerName<'static>> {
    let name = match (sni, host) {
        (Sni::Name(name), _) => name.clone(),
        (_, Host::Name(name)) => name.clone(),
        (_, Host::Any) => "localhost".to_owned(),
        (_, host) => {
            return host
                .ip()
                .map(|ip| ServerName::IpAddress(ip.into()))
                .ok_or_else(|| Error::usage("the host has no name to verify"));
        }
    };
    let bare = name.strip_suffix('.').unwrap_or(&name).to_owned();
    ServerName::try_from(bare)
        .map_err(|_| Error::usage(format!("{name:?} cannot be a name in a certificate")))
}

pub(crate) fn config_error(what: &str, error: impl std::fmt::Display) -> Error {
    Error::io(
        ErrorKind::CONFIG,
        what.to_owned(),
        io::Error::other(error.to_string()),
    )
}

/// `base64(SHA-256(SPKI))`, the form of `sha256//...` pins, as bytes for [`TlsSettings::pins`].
///
/// # Errors
/// [`Error::Usage`] if the text is not 32 bytes of base64, with or without `sha256//` before it.
pub fn parse_pin(text: &str) -> Result<[u8; 32]> {
    use base64::Engine as _;
    let coded = text.strip_prefix("sha256//").unwrap_or(text);
    base64::engine::general_purpose::STANDARD
        .decode(coded)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Error::usage("a pin is sha256// and 44 characters of base64"))
}

fn pin_matches(pins: &[[u8; 32]], certificate: &[u8]) -> bool {
    pins.is_empty() || spki_sha256(certificate).is_some_and(|hash| pins.contains(&hash))
}

pub(crate) fn tls_kind(reason: Reason) -> ErrorKind {
    ErrorKind::new(Phase::Tls, reason)
}
