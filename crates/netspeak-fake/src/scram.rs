//! The server's side of SCRAM (RFC 5802, 7677, 9266), without any input or output, and the ways to play foul in it.
//!
//! Names and passwords are compared as they come: SASLprep is left to the clients.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// The most iterations that the server itself is ready to count.
const MOST_ITERATIONS: u32 = 1_000_000;

/// What a SCRAM server can do wrong that a client must notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScramFault {
    /// Signs with something else than the password: it does not know it.
    WrongSignature,
    /// Says that all is well and never sends a signature.
    NoSignature,
    /// Sends a nonce that does not begin with the client's.
    ForeignNonce,
    /// Sends the client's nonce back and adds nothing to it.
    BareNonce,
    /// Sends the mandatory extension `m=`, which no client knows.
    MandatoryExtension,
    /// Sends `e=other-error` where the signature is due, and then success.
    ErrorThenSuccess,
    /// Binds by another type than `tls-exporter`, and finds out when the proof has come.
    OtherBinding,
}

/// The hash function of a SCRAM mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

/// The server's part in one exchange.
pub(crate) struct Scram {
    pub(crate) hash: Hash,
    /// What the client must bind to; `Some` for the `-PLUS` mechanisms.
    pub(crate) binding: Option<Vec<u8>>,
    /// Whether a `-PLUS` mechanism was on offer, so that `y` in the header betrays a man in the middle.
    pub(crate) plus_offered: bool,
    pub(crate) nonce: String,
    pub(crate) salt: Vec<u8>,
    pub(crate) iterations: u32,
    pub(crate) faults: Vec<ScramFault>,
}

/// What the client's first message said.
#[derive(Debug)]
pub(crate) struct First {
    pub(crate) user: String,
    header: String,
    bare: String,
    nonce: String,
    pub(crate) reply: String,
}

impl Scram {
    fn plays(&self, fault: ScramFault) -> bool {
        self.faults.contains(&fault)
    }

    /// `gs2-header [reserved-mext ","] username "," nonce` to `nonce "," salt "," iteration-count`
    pub(crate) fn first(&self, message: &[u8]) -> Option<First> {
        let message = std::str::from_utf8(message).ok()?;
        let mut parts = message.splitn(3, ',');
        let (flag, authzid, bare) = (parts.next()?, parts.next()?, parts.next()?);
        let fits = match &self.binding {
            Some(_) => flag == "p=tls-exporter",
            None => flag == "n" || flag == "y" && !self.plus_offered,
        };
        if !fits || !(authzid.is_empty() || authzid.starts_with("a=")) {
            return None;
        }
        let mut attributes = bare.split(',');
        let user = attributes
            .next()?
            .strip_prefix("n=")?
            .replace("=2C", ",")
            .replace("=3D", "=");
        let theirs = attributes
            .next()?
            .strip_prefix("r=")
            .filter(|nonce| !nonce.is_empty())?;
        let nonce = match () {
            () if self.plays(ScramFault::ForeignNonce) => self.nonce.clone(),
            () if self.plays(ScramFault::BareNonce) => theirs.to_owned(),
            () => format!("{theirs}{}", self.nonce),
        };
        let extension = if self.plays(ScramFault::MandatoryExtension) {
            "m=surprise,"
        } else {
            ""
        };
        let reply = format!(
            "{extension}r={nonce},s={},i={}",
            STANDARD.encode(&self.salt),
            self.iterations
        );
        Some(First {
            user,
            header: format!("{flag},{authzid},"),
            bare: bare.to_owned(),
            nonce,
            reply,
        })
    }

    /// `channel-binding "," nonce "," proof` to `v=...`. `None` if the proof is wrong.
    pub(crate) fn last(&self, first: &First, message: &[u8], password: &str) -> Option<String> {
        let message = std::str::from_utf8(message).ok()?;
        let (without_proof, proof) = message.rsplit_once(",p=")?;
        let mut attributes = without_proof.split(',');
        let binding = STANDARD
            .decode(attributes.next()?.strip_prefix("c=")?)
            .ok()?;
        let expected = [
            first.header.as_bytes(),
            self.binding.as_deref().unwrap_or_default(),
        ]
        .concat();
        let other = self.binding.is_some() && self.plays(ScramFault::OtherBinding);
        if other
            || binding != expected
            || attributes.next()?.strip_prefix("r=")? != first.nonce
            || self.iterations > MOST_ITERATIONS
        {
            return None;
        }
        let salted = self
            .hash
            .salted_password(password.as_bytes(), &self.salt, self.iterations);
        let talk = format!("{},{},{without_proof}", first.bare, first.reply);
        let client_key = self.hash.hmac(&salted, b"Client Key");
        let signature = self
            .hash
            .hmac(&self.hash.digest(&client_key), talk.as_bytes());
        let mine: Vec<u8> = client_key
            .iter()
            .zip(&signature)
            .map(|(key, sign)| key ^ sign)
            .collect();
        if STANDARD.decode(proof).ok()? != mine {
            return None;
        }
        if self.plays(ScramFault::ErrorThenSuccess) {
            return Some("e=other-error".to_owned());
        }
        let key = if self.plays(ScramFault::WrongSignature) {
            b"Sorcerer Key".as_slice()
        } else {
            b"Server Key"
        };
        let signature = self
            .hash
            .hmac(&self.hash.hmac(&salted, key), talk.as_bytes());
        Some(format!("v={}", STANDARD.encode(signature)))
    }
}

impl Hash {
    fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
        }
    }

    fn hmac(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => hmac::<Hmac<Sha1>>(key, data),
            Self::Sha256 => hmac::<Hmac<Sha256>>(key, data),
            Self::Sha512 => hmac::<Hmac<Sha512>>(key, data),
        }
    }

    /// `Hi(password, salt, i)`
    fn salted_password(self, password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8> {
        match self {
            Self::Sha1 => {
                pbkdf2::pbkdf2_hmac_array::<Sha1, 20>(password, salt, iterations).to_vec()
            }
            Self::Sha256 => {
                pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(password, salt, iterations).to_vec()
            }
            Self::Sha512 => {
                pbkdf2::pbkdf2_hmac_array::<Sha512, 64>(password, salt, iterations).to_vec()
            }
        }
    }
}

/// HMAC takes a key of any length, so the empty result for a refused key never comes about.
pub(crate) fn hmac<M: Mac + hmac::digest::KeyInit>(key: &[u8], data: &[u8]) -> Vec<u8> {
    <M as Mac>::new_from_slice(key)
        .map(|mac| mac.chain_update(data).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scram(hash: Hash, nonce: &str, salt: &str) -> Scram {
        let salt = STANDARD.decode(salt).unwrap();
        Scram {
            hash,
            binding: None,
            plus_offered: false,
            nonce: nonce.into(),
            salt,
            iterations: 4096,
            faults: vec![],
        }
    }

    /// RFC 5802 section 5.
    #[test]
    fn rfc_5802() {
        let scram = scram(Hash::Sha1, "3rfcNHYJY1ZVvWVs7j", "QSXCR+Q6sek8bf92");
        let first = scram
            .first(b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL")
            .unwrap();
        assert_eq!(
            first.reply,
            "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"
        );
        let last =
            b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=";
        assert_eq!(
            scram.last(&first, last, "pencil").unwrap(),
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="
        );
        assert_eq!(scram.last(&first, last, "pencils"), None);
    }

    /// RFC 7677 section 3.
    #[test]
    fn rfc_7677() {
        let scram = scram(
            Hash::Sha256,
            "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            "W22ZaJ0SNY7soEsUEjb6gQ==",
        );
        let first = scram.first(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO").unwrap();
        assert_eq!(
            first.reply,
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
        );
        let last = b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assert_eq!(
            scram.last(&first, last, "pencil").unwrap(),
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
        );
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mut scram = scram(Hash::Sha256, "nonce", "QSXCR+Q6sek8bf92");
        for wrong in [
            "",
            "n",
            "n,,",
            "x,,n=u,r=n",
            "n,,r=n",
            "n,,n=u,r=",
            "p=tls-unique,,n=u,r=n",
            "n,b,n=u,r=n",
        ] {
            assert!(scram.first(wrong.as_bytes()).is_none(), "{wrong}");
        }
        assert!(scram.first(b"y,,n=u,r=n").is_some());
        scram.plus_offered = true;
        assert!(
            scram.first(b"y,,n=u,r=n").is_none(),
            "a man in the middle has hidden -PLUS"
        );
        scram.binding = Some(b"exporter".to_vec());
        assert!(scram.first(b"n,,n=u,r=n").is_none());
        assert_eq!(
            scram
                .first(b"p=tls-exporter,a=x,n=u=2Cv=3D,r=n")
                .unwrap()
                .user,
            "u,v="
        );
    }

    #[test]
    fn plays_foul() {
        let mut scram = scram(Hash::Sha1, "server", "QSXCR+Q6sek8bf92");
        scram.faults = vec![ScramFault::ForeignNonce];
        assert!(
            scram
                .first(b"n,,n=u,r=client")
                .unwrap()
                .reply
                .starts_with("r=server,")
        );
        scram.faults = vec![ScramFault::BareNonce];
        assert!(
            scram
                .first(b"n,,n=u,r=client")
                .unwrap()
                .reply
                .starts_with("r=client,")
        );
        scram.faults = vec![ScramFault::MandatoryExtension];
        assert!(
            scram
                .first(b"n,,n=u,r=client")
                .unwrap()
                .reply
                .starts_with("m=surprise,r=clientserver,")
        );
    }
}
