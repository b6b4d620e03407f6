//! [`CertFacts`]: what a certificate says, read also from one that is refused.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

use crate::text::printable;

/// What a certificate says. Text is printable; what could not be read is empty.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CertFacts {
    /// Whom it is for.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The names and addresses it is good for (subjectAltName).
    pub names: Vec<String>,
    /// Not valid before.
    pub not_before: Option<Timestamp>,
    /// Not valid after.
    pub not_after: Option<Timestamp>,
    /// SHA-256 of the whole certificate, in hex.
    pub sha256: String,
    /// SHA-256 of its public key (SPKI), in hex.
    pub spki_sha256: String,
    /// The kind and size of its key: `ec256`, `rsa2048`, `ed25519`.
    pub key: String,
    /// The signature algorithm: `ecdsa-sha256`, `rsa-sha256`, `ed25519`, or its OID.
    pub signature: String,
    /// The certificate itself.
    pub der: Vec<u8>,
}

impl CertFacts {
    /// Reads a certificate. Never fails: of one that cannot be parsed the hash alone is known.
    pub fn read(der: &[u8]) -> Self {
        let mut facts = Self {
            sha256: hex(&Sha256::digest(der)),
            der: der.to_vec(),
            ..Self::default()
        };
        if let Ok((_, cert)) = X509Certificate::from_der(der) {
            facts.fill(&cert);
        }
        facts
    }

    /// Whole days from `now` until it expires; negative once it has.
    pub fn days_left(&self, now: Timestamp) -> Option<i64> {
        let seconds = self.not_after?.as_second().checked_sub(now.as_second())?;
        Some(seconds.div_euclid(24 * 60 * 60))
    }

    fn fill(&mut self, cert: &X509Certificate<'_>) {
        self.subject = printable(cert.subject().to_string().as_bytes());
        self.issuer = printable(cert.issuer().to_string().as_bytes());
        self.not_before = Timestamp::from_second(cert.validity().not_before.timestamp()).ok();
        self.not_after = Timestamp::from_second(cert.validity().not_after.timestamp()).ok();
        self.spki_sha256 = hex(&Sha256::digest(cert.public_key().raw));
        self.key = key_name(cert);
        self.signature = signature_name(&cert.signature_algorithm.algorithm.to_id_string());
        if let Ok(Some(names)) = cert.subject_alternative_name() {
            self.names = names.value.general_names.iter().filter_map(name).collect();
        }
    }
}

/// SHA-256 of the certificate's public key, if it can be parsed.
pub(crate) fn spki_sha256(der: &[u8]) -> Option<[u8; 32]> {
    let (_, cert) = X509Certificate::from_der(der).ok()?;
    Some(Sha256::digest(cert.public_key().raw).into())
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) | GeneralName::RFC822Name(name) | GeneralName::URI(name) => {
            Some(printable(name.as_bytes()))
        }
        GeneralName::IPAddress(bytes) => match *bytes {
            [a, b, c, d] => Some(std::net::Ipv4Addr::new(*a, *b, *c, *d).to_string()),
            bytes => <[u8; 16]>::try_from(bytes)
                .ok()
                .map(|b| std::net::Ipv6Addr::from(b).to_string()),
        },
        _ => None,
    }
}

fn key_name(cert: &X509Certificate<'_>) -> String {
    match cert.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => format!("rsa{}", key.key_size()),
        // The point is 0x04 and two coordinates; 521 bits do not fill their last byte.
        Ok(PublicKey::EC(point)) => match point.key_size() {
            528 => "ec521".to_owned(),
            bits => format!("ec{bits}"),
        },
        _ => match cert
            .public_key()
            .algorithm
            .algorithm
            .to_id_string()
            .as_str()
        {
            "1.3.101.112" => "ed25519".to_owned(),
            "1.3.101.113" => "ed448".to_owned(),
            oid => oid.to_owned(),
        },
    }
}

fn signature_name(oid: &str) -> String {
    match oid {
        "1.2.840.113549.1.1.5" => "rsa-sha1",
        "1.2.840.113549.1.1.10" => "rsa-pss",
        "1.2.840.113549.1.1.11" => "rsa-sha256",
        "1.2.840.113549.1.1.12" => "rsa-sha384",
        "1.2.840.113549.1.1.13" => "rsa-sha512",
        "1.2.840.10045.4.3.2" => "ecdsa-sha256",
        "1.2.840.10045.4.3.3" => "ecdsa-sha384",
        "1.2.840.10045.4.3.4" => "ecdsa-sha512",
        "1.3.101.112" => "ed25519",
        "1.3.101.113" => "ed448",
        other => other,
    }
    .to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_still_has_a_hash() {
        let facts = CertFacts::read(b"not a certificate");
        assert_eq!(facts.sha256.len(), 64);
        assert_eq!((facts.subject.as_str(), facts.not_after), ("", None));
    }

    #[test]
    fn days_are_whole_and_negative_after_the_end() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let facts = CertFacts {
            not_after: Some(at(864_000)),
            ..CertFacts::default()
        };
        assert_eq!(facts.days_left(at(0)), Some(10));
        assert_eq!(facts.days_left(at(1)), Some(9));
        assert_eq!(facts.days_left(at(864_001)), Some(-1));
    }
}
