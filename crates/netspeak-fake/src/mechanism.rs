//! The SASL mechanisms: their names, and what each needs of a connection.

use crate::scram::Hash;
use crate::tls::Secured;

/// A SASL mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mechanism {
    /// PLAIN (RFC 4616)
    Plain,
    /// LOGIN (never standardised)
    Login,
    /// CRAM-MD5 (RFC 2195)
    CramMd5,
    /// SCRAM-SHA-1 (RFC 5802)
    ScramSha1,
    /// SCRAM-SHA-1-PLUS with `tls-exporter` (RFC 9266)
    ScramSha1Plus,
    /// SCRAM-SHA-256 (RFC 7677)
    ScramSha256,
    /// SCRAM-SHA-256-PLUS with `tls-exporter` (RFC 9266)
    ScramSha256Plus,
    /// SCRAM-SHA-512
    ScramSha512,
    /// SCRAM-SHA-512-PLUS with `tls-exporter` (RFC 9266)
    ScramSha512Plus,
    /// XOAUTH2 (Google's)
    XOAuth2,
    /// OAUTHBEARER (RFC 7628)
    OAuthBearer,
    /// EXTERNAL (RFC 4422): by the client's TLS certificate
    External,
    /// ANONYMOUS (RFC 4505): logs in as the user `anonymous`
    Anonymous,
}

impl Mechanism {
    /// What a server offers that was not told: PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1 and SCRAM-SHA-256.
    pub const USUAL: [Self; 5] = [
        Self::Plain,
        Self::Login,
        Self::CramMd5,
        Self::ScramSha1,
        Self::ScramSha256,
    ];

    /// All that there are, strongest first.
    pub const ALL: [Self; 13] = [
        Self::ScramSha512Plus,
        Self::ScramSha256Plus,
        Self::ScramSha1Plus,
        Self::ScramSha512,
        Self::ScramSha256,
        Self::ScramSha1,
        Self::CramMd5,
        Self::External,
        Self::OAuthBearer,
        Self::XOAuth2,
        Self::Plain,
        Self::Login,
        Self::Anonymous,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::CramMd5 => "CRAM-MD5",
            Self::ScramSha1 => "SCRAM-SHA-1",
            Self::ScramSha1Plus => "SCRAM-SHA-1-PLUS",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
            Self::ScramSha512 => "SCRAM-SHA-512",
            Self::ScramSha512Plus => "SCRAM-SHA-512-PLUS",
            Self::XOAuth2 => "XOAUTH2",
            Self::OAuthBearer => "OAUTHBEARER",
            Self::External => "EXTERNAL",
            Self::Anonymous => "ANONYMOUS",
        }
    }

    /// The hash function, for those of the SCRAM family.
    pub(crate) fn scram_hash(self) -> Option<Hash> {
        match self {
            Self::ScramSha1 | Self::ScramSha1Plus => Some(Hash::Sha1),
            Self::ScramSha256 | Self::ScramSha256Plus => Some(Hash::Sha256),
            Self::ScramSha512 | Self::ScramSha512Plus => Some(Hash::Sha512),
            _ => None,
        }
    }

    pub(crate) fn is_plus(self) -> bool {
        matches!(
            self,
            Self::ScramSha1Plus | Self::ScramSha256Plus | Self::ScramSha512Plus
        )
    }

    /// Whether the secret itself goes over the wire.
    fn tells_secret(self) -> bool {
        matches!(
            self,
            Self::Plain | Self::Login | Self::XOAuth2 | Self::OAuthBearer
        )
    }

    /// Whether a server offers it on such a connection.
    pub(crate) fn is_offered(self, secured: Option<&Secured>, tls_for_secrets: bool) -> bool {
        match secured {
            None => !(self.is_plus() || tls_for_secrets && self.tells_secret()),
            Some(tls) => !self.is_plus() || tls.binding.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let names: std::collections::HashSet<_> = Mechanism::ALL
            .iter()
            .map(|mechanism| mechanism.name())
            .collect();
        assert_eq!(names.len(), Mechanism::ALL.len());
    }
}
