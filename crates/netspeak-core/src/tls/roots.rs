//! [`Roots`]: which certificate authorities are trusted.

use std::path::PathBuf;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::config_error;
use crate::cert::{is_no_authority, is_self_issued};
use crate::error::Result;

/// Which certificate authorities are trusted.
///
/// ```
/// use netspeak_core::tls::{Roots, TlsSettings};
///
/// let mut settings = TlsSettings::default();
/// settings.roots = Roots::System.and(Roots::Files(vec!["/etc/ssl/our-own.pem".into()]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Roots {
    /// The system's.
    #[default]
    System,
    /// Those in these PEM files, and no others. A server's own certificate that signed itself may be among
    /// them: it is good for that server, and for nobody else unless it is an authority.
    Files(Vec<PathBuf>),
    /// Those in these PEM texts, and no others; as in files.
    Pem(Vec<String>),
    /// Mozilla's list, compiled in (feature `webpki-roots`).
    #[cfg(feature = "webpki-roots")]
    Mozilla,
    /// All of these together, such as the system's and one of our own; made by [`and`](Self::and).
    All(Vec<Self>),
}

impl Roots {
    /// These and those.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self::All(match self {
            Self::All(mut all) => {
                all.push(others);
                all
            }
            first => vec![first, others],
        })
    }

    /// The certificates themselves.
    ///
    /// # Errors
    /// `config` for files and texts that cannot be used.
    pub(super) fn load(&self) -> Result<Trusted> {
        let mut trusted = Trusted {
            authorities: RootCertStore::empty(),
            servers: Vec::new(),
        };
        self.add_to(&mut trusted)?;
        Ok(trusted)
    }

    fn add_to(&self, trusted: &mut Trusted) -> Result<()> {
        match self {
            Self::System => {
                let found = rustls_native_certs::load_native_certs().certs;
                trusted.authorities.add_parsable_certificates(found);
            }
            Self::Files(files) => {
                for file in files {
                    let what = format!("CA file {}", file.display());
                    let certs = CertificateDer::pem_file_iter(file)
                        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                        .map_err(|error| config_error(&what, error))?;
                    trusted.add_each(certs, &what)?;
                }
            }
            Self::Pem(texts) => {
                for text in texts {
                    let certs = CertificateDer::pem_slice_iter(text.as_bytes())
                        .collect::<Result<Vec<_>, _>>()
                        .map_err(|error| config_error("CA certificate", error))?;
                    trusted.add_each(certs, "CA certificate")?;
                }
            }
            #[cfg(feature = "webpki-roots")]
            Self::Mozilla => trusted
                .authorities
                .extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Self::All(all) => {
                for roots in all {
                    roots.add_to(trusted)?;
                }
            }
        }
        Ok(())
    }
}

/// What is trusted, ready to be used.
#[derive(Debug)]
pub(super) struct Trusted {
    pub(super) authorities: RootCertStore,
    /// Certificates that signed themselves: a server that shows one of these is the one that was meant.
    pub(super) servers: Vec<CertificateDer<'static>>,
}

impl Trusted {
    fn add_each(&mut self, certs: Vec<CertificateDer<'static>>, what: &str) -> Result<()> {
        if certs.is_empty() {
            return Err(config_error(what, "it holds no certificate"));
        }
        for cert in certs {
            let is_own_issuer = is_self_issued(&cert);
            if is_own_issuer {
                self.servers.push(cert.clone());
            }
            // One that is no authority vouches for nobody but itself.
            if is_own_issuer && is_no_authority(&cert) {
                continue;
            }
            let added = self.authorities.add(cert);
            added.map_err(|error| config_error(what, error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(roots: &Roots) -> usize {
        roots.load().unwrap().authorities.len()
    }

    fn own() -> Roots {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        Roots::Pem(vec![parameters.self_signed(&key).unwrap().pem()])
    }

    #[test]
    fn together_they_are_as_many_as_each_alone() {
        let system = count(&Roots::System);
        assert_eq!(count(&Roots::System.and(own())), system + 1);
        let all = own().and(Roots::System).and(own());
        assert!(matches!(&all, Roots::All(all) if all.len() == 3));
        assert_eq!(count(&all), system + 2);
    }

    #[test]
    fn one_that_cannot_be_used_spoils_them_all() {
        let error = Roots::System.and(Roots::Pem(vec![String::new()])).load();
        assert_eq!(error.unwrap_err().kind().to_string(), "config");
    }
}
