//! [`Trust`]: whether a chain leads to what is trusted, and which of its certificates ends first.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, RootCertStore};

use super::config_error;
use super::roots::Trusted;
use crate::cert::CertFacts;
use crate::error::Result;

/// What is trusted. There is something.
pub(super) struct Trust {
    authorities: Option<Authorities>,
    servers: Vec<CertificateDer<'static>>,
}

struct Authorities {
    verifier: Arc<WebPkiServerVerifier>,
    store: Arc<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl Trust {
    /// `None` if there is nothing to trust.
    pub(super) fn new(trusted: Trusted, provider: &Arc<CryptoProvider>) -> Result<Option<Self>> {
        let Trusted {
            authorities,
            servers,
        } = trusted;
        if authorities.is_empty() && servers.is_empty() {
            return Ok(None);
        }
        let authorities = if authorities.is_empty() {
            None
        } else {
            Some(Authorities::new(authorities, provider)?)
        };
        Ok(Some(Self {
            authorities,
            servers,
        }))
    }

    /// Whether the chain will do for this name.
    pub(super) fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        if self.servers.iter().any(|known| known == end_entity) {
            return verify_known(end_entity, server_name, now);
        }
        let Some(authorities) = &self.authorities else {
            return Err(CertificateError::UnknownIssuer.into());
        };
        let verifier = &authorities.verifier;
        verifier
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map(|_| ())
    }

    /// Which certificate of a chain that will do ends first: of those that the verified path goes over, since
    /// servers send others as well, and nobody needs them.
    pub(super) fn ends_first(
        &self,
        chain: &[CertFacts],
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> usize {
        let end = |at: usize| chain.get(at).and_then(|cert| cert.not_after);
        // The path is looked for only where it matters.
        let is_sooner = |at: &usize| end(*at).is_some_and(|end_of| Some(end_of) < end(0));
        let sooner = (1..chain.len()).filter(is_sooner);
        let Some(authorities) = &self.authorities else {
            return 0;
        };
        let mut sooner = sooner.peekable();
        if sooner.peek().is_none() {
            return 0;
        }
        let path = authorities
            .path(end_entity, intermediates, now)
            .unwrap_or_default();
        let is_on_path = |at: &usize| {
            let sent = at.checked_sub(1).and_then(|at| intermediates.get(at));
            sent.is_some_and(|sent| path.iter().any(|on_path| on_path == sent.as_ref()))
        };
        let first = sooner.filter(is_on_path).min_by_key(|at| end(*at));
        first.unwrap_or(0)
    }
}

impl Authorities {
    fn new(store: RootCertStore, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let store = Arc::new(store);
        let builder =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(&store), Arc::clone(provider));
        let verifier = builder
            .build()
            .map_err(|error| config_error("trusted certificates", error))?;
        Ok(Self {
            verifier,
            store,
            provider: Arc::clone(provider),
        })
    }

    /// The certificates between the server's own and the authority that vouches for it.
    fn path(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Option<Vec<Vec<u8>>> {
        let cert = webpki::EndEntityCert::try_from(end_entity).ok()?;
        let path = cert.verify_for_usage(
            self.provider.signature_verification_algorithms.all,
            &self.store.roots,
            intermediates,
            now,
            webpki::KeyUsage::server_auth(),
            None,
            None,
        );
        let path = path.ok()?;
        let between = path.intermediate_certificates();
        Some(between.map(|cert| cert.der().to_vec()).collect())
    }
}

/// A certificate that is trusted as it is: its dates and its names count all the same.
fn verify_known(
    cert: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<(), rustls::Error> {
    let parsed = ParsedCertificate::try_from(cert)?;
    let facts = CertFacts::read(cert);
    let (Some(begin), Some(end)) = (facts.not_before, facts.not_after) else {
        return Err(CertificateError::BadEncoding.into());
    };
    let unix = |time: jiff::Timestamp| {
        let seconds = u64::try_from(time.as_second()).unwrap_or_default();
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    };
    let (not_before, not_after) = (unix(begin), unix(end));
    if now > not_after {
        let time = now;
        return Err(CertificateError::ExpiredContext { time, not_after }.into());
    }
    if now < not_before {
        let time = now;
        return Err(CertificateError::NotValidYetContext { time, not_before }.into());
    }
    verify_server_name(&parsed, server_name)
}

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa,
        KeyPair, date_time_ymd,
    };

    use super::*;
    use crate::tls::{Roots, provider};

    type Issuer = CertifiedIssuer<'static, KeyPair>;

    /// Good from 2020 to the end of this year, and called so.
    fn params(name: &str, year: i32, is_ca: IsCa) -> CertificateParams {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 12, 31);
        params.is_ca = is_ca;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params
    }

    const AUTHORITY: IsCa = IsCa::Ca(BasicConstraints::Unconstrained);

    fn root(name: &str) -> Issuer {
        let key = KeyPair::generate().unwrap();
        Issuer::self_signed(params(name, 2090, AUTHORITY), key).unwrap()
    }

    fn signed(name: &str, year: i32, is_ca: IsCa, by: &Issuer) -> Issuer {
        let key = KeyPair::generate().unwrap();
        Issuer::signed_by(params(name, year, is_ca), key, by).unwrap()
    }

    fn trust(certs: &[&Issuer]) -> Trust {
        let pem = certs.iter().map(|cert| cert.pem()).collect();
        let trusted = Roots::Pem(pem).load().unwrap();
        Trust::new(trusted, &provider()).unwrap().unwrap()
    }

    /// The first day of a year.
    fn at(year: i16) -> UnixTime {
        let date = jiff::civil::date(year, 1, 1);
        let second = date.to_zoned(jiff::tz::TimeZone::UTC).unwrap();
        UnixTime::since_unix_epoch(Duration::from_secs(
            second.timestamp().as_second().unsigned_abs(),
        ))
    }

    fn verdict(trust: &Trust, shown: &Issuer, name: &str, year: i16) -> String {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let verdict = trust.verify(shown.der(), &[], &name, &[], at(year));
        match verdict {
            Ok(()) => "ok".to_owned(),
            Err(error) => crate::tls::certificate_reason(&error).to_string(),
        }
    }

    #[test]
    fn the_first_to_end_on_the_verified_path_counts_and_no_other() {
        let root = root("root");
        let trust = trust(&[&root]);
        for (middle, leaf, extra, first) in [
            (2050, 2040, 2060, 0),
            (2030, 2040, 2060, 1),
            // One that nobody needs.
            (2050, 2040, 2029, 0),
            (2030, 2040, 2029, 1),
        ] {
            let middle = signed("middle", middle, AUTHORITY, &root);
            let leaf = signed("leaf", leaf, IsCa::NoCa, &middle);
            let extra = signed("extra", extra, AUTHORITY, &root);
            let sent = [middle.der().clone(), extra.der().clone()];
            let chain = [leaf.der(), &sent[0], &sent[1]].map(|der| CertFacts::read(der));
            let now = at(2028);
            assert_eq!(trust.ends_first(&chain, leaf.der(), &sent, now), first);
        }
    }

    #[test]
    fn a_certificate_that_was_named_is_good_for_its_server_authority_or_not() {
        for is_ca in [AUTHORITY, IsCa::ExplicitNoCa, IsCa::NoCa] {
            let key = KeyPair::generate().unwrap();
            let own = Issuer::self_signed(params("own", 2040, is_ca), key).unwrap();
            let trust = trust(&[&own]);
            assert_eq!(verdict(&trust, &own, "localhost", 2028), "ok");
            assert_eq!(verdict(&trust, &own, "other.example", 2028), "cert_name");
            assert_eq!(verdict(&trust, &own, "localhost", 2041), "cert_expired");
            assert_eq!(verdict(&trust, &own, "localhost", 2019), "cert_not_yet");
            // Made alike, but another one.
            let key = KeyPair::generate().unwrap();
            let alike = Issuer::self_signed(params("own", 2040, AUTHORITY), key).unwrap();
            assert_ne!(verdict(&trust, &alike, "localhost", 2028), "ok");
        }
    }

    #[test]
    fn what_is_no_authority_vouches_for_nobody() {
        for (is_ca, wanted) in [(AUTHORITY, "ok"), (IsCa::ExplicitNoCa, "cert_untrusted")] {
            let key = KeyPair::generate().unwrap();
            let own = Issuer::self_signed(params("own", 2040, is_ca), key).unwrap();
            let other = signed("other", 2040, IsCa::NoCa, &own);
            assert_eq!(verdict(&trust(&[&own]), &other, "localhost", 2028), wanted);
        }
    }
}
