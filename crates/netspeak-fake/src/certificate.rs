//! Certificates and keys made at run time, good ones and bad ones, and the TLS configuration of a server that shows them.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls;

/// The names and addresses of a good certificate.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The certificate that a server shows. All but the named flaw is in order: names `localhost`, `127.0.0.1` and `::1`, signed by the CA
/// of [`ca_pem`](crate::Fake::ca_pem), valid from 2020 to 2090.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Certificate {
    /// Nothing is wrong with it.
    #[default]
    Good,
    /// Good, and signed by an intermediate CA which is sent along.
    Intermediate,
    /// Signed by an intermediate CA which is not sent.
    MissingIntermediate,
    /// Was valid in the year 2000.
    Expired,
    /// Will be valid in the year 2090.
    NotYetValid,
    /// For `other.example` only.
    WrongName,
    /// Names `localhost` in the subject's CN only and has no subject alternative names.
    CommonNameOnly,
    /// Has the address `127.0.0.1` written as a DNS name, and as nothing else.
    AddressAsDnsName,
    /// Signed with its own key.
    SelfSigned,
    /// Signed by a CA that nobody knows, with the same name as the known one.
    UnknownCa,
    /// Signed by another server's certificate, which is good but no CA, and is sent along.
    LeafAsCa,
    /// For clients (extended key usage clientAuth), not for servers.
    ClientOnly,
}

/// What a server asks of its clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    #[default]
    None,
    Ask,
    Require,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct TlsSettings {
    pub(crate) certificate: Certificate,
    pub(crate) client_auth: ClientAuth,
    pub(crate) tls12_only: bool,
    pub(crate) alpn: Vec<String>,
}

/// A CA of our own and what it signed.
pub(crate) struct Authority {
    ca: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate chain and the key of its first certificate, in PEM.
#[derive(Clone)]
#[non_exhaustive]
pub struct ClientIdentity {
    /// The certificate, in PEM.
    pub certificate_pem: String,
    /// Its private key, PKCS #8 in PEM.
    pub key_pem: String,
}

impl std::fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientIdentity").finish_non_exhaustive()
    }
}

impl Authority {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            ca: CertifiedIssuer::self_signed(authority("netspeak-fake CA"), key()?)
                .map_err(wrong)?,
        })
    }

    pub(crate) fn pem(&self) -> String {
        self.ca.pem()
    }

    /// A certificate with which a client can show who it is.
    pub(crate) fn client(&self, name: &str) -> io::Result<ClientIdentity> {
        let key = key()?;
        let mut params = leaf(&[])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = params.signed_by(&key, &self.ca).map_err(wrong)?;
        Ok(ClientIdentity {
            certificate_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
        })
    }

    /// The configuration of a server that shows this kind of certificate.
    pub(crate) fn server_config(
        &self,
        settings: &TlsSettings,
        name: Option<&str>,
    ) -> io::Result<Arc<rustls::ServerConfig>> {
        let (chain, key) = self.issue(settings.certificate, name)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions: &[_] = if settings.tls12_only {
            &[&rustls::version::TLS12]
        } else {
            rustls::DEFAULT_VERSIONS
        };
        let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .map_err(wrong)?;
        let builder = match settings.client_auth {
            ClientAuth::None => builder.with_no_client_auth(),
            asked => {
                let mut roots = RootCertStore::empty();
                roots.add(self.ca.der().clone()).map_err(wrong)?;
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier = if asked == ClientAuth::Ask {
                    verifier.allow_unauthenticated()
                } else {
                    verifier
                };
                builder.with_client_cert_verifier(verifier.build().map_err(wrong)?)
            }
        };
        let mut config = builder.with_single_cert(chain, key).map_err(wrong)?;
        config.alpn_protocols = settings
            .alpn
            .iter()
            .map(|id| id.as_bytes().to_vec())
            .collect();
        Ok(Arc::new(config))
    }

    fn issue(
        &self,
        kind: Certificate,
        name: Option<&str>,
    ) -> io::Result<(Vec<CertificateDer<'static>>, KeyPair)> {
        let key = key()?;
        let names: Vec<&str> = NAMES.into_iter().chain(name).collect();
        let mut params = leaf(&names)?;
        let mut chain = Vec::new();
        match kind {
            Certificate::Good => {}
            Certificate::Expired => {
                valid(&mut params, -93, -3);
            }
            Certificate::NotYetValid => {
                valid(&mut params, 3, 93);
            }
            Certificate::WrongName => {
                params.subject_alt_names = leaf(&["other.example"])?.subject_alt_names
            }
            Certificate::CommonNameOnly => {
                params.subject_alt_names.clear();
                params
                    .distinguished_name
                    .push(DnType::CommonName, "localhost");
            }
            Certificate::AddressAsDnsName => {
                params.subject_alt_names =
                    vec![SanType::DnsName("127.0.0.1".try_into().map_err(wrong)?)];
            }
            Certificate::ClientOnly => {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]
            }
            Certificate::SelfSigned => {
                let certificate = params.self_signed(&key).map_err(wrong)?;
                return Ok((vec![certificate.der().clone()], key));
            }
            Certificate::UnknownCa => return Self::new()?.issue(Certificate::Good, None),
            Certificate::Intermediate
            | Certificate::MissingIntermediate
            | Certificate::LeafAsCa => {
                let above = match kind {
                    Certificate::LeafAsCa => leaf(&NAMES)?,
                    _ => authority("netspeak-fake intermediate CA"),
                };
                let above =
                    CertifiedIssuer::signed_by(above, self::key()?, &self.ca).map_err(wrong)?;
                chain.push(sign(&params, &key, &above)?);
                if kind != Certificate::MissingIntermediate {
                    chain.push(above.der().clone());
                }
                return Ok((chain, key));
            }
        }
        chain.push(sign(&params, &key, &self.ca)?);
        Ok((chain, key))
    }
}

fn sign(
    params: &CertificateParams,
    key: &KeyPair,
    issuer: &Issuer<'_, KeyPair>,
) -> io::Result<CertificateDer<'static>> {
    Ok(params
        .clone()
        .signed_by(key, issuer)
        .map_err(wrong)?
        .der()
        .clone())
}

fn key() -> io::Result<KeyPair> {
    KeyPair::generate().map_err(wrong)
}

/// Validity in days from now.
fn valid(params: &mut CertificateParams, from: i64, to: i64) {
    const DAY: i64 = 24 * 60 * 60;
    let today = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let at = |days: i64| {
        let second = today.saturating_add_signed(days.saturating_mul(DAY));
        rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(second)
    };
    params.not_before = at(from);
    params.not_after = at(to);
}

fn leaf(names: &[&str]) -> io::Result<CertificateParams> {
    let names = names
        .iter()
        .map(|&name| name.to_owned())
        .collect::<Vec<_>>();
    let mut params = CertificateParams::new(names).map_err(wrong)?;
    valid(&mut params, -30, 90);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "netspeak-fake");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2090, 1, 1);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn wrong(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::other(error)
}
