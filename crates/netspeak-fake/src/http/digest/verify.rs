//! Whether Digest credentials are right (RFC 7616 section 3.4), and the proof that goes back (section 3.5).

use crate::accounts::Accounts;
use crate::http::digest::{Digest, DigestAlgorithm, DigestQop};
use crate::http::parameters::{self, Parameter, quote};
use crate::http::request::Request;

/// Fields that are quoted strings, and fields that are not (RFC 7616 section 3.4).
const QUOTED: [&str; 7] = [
    "username", "realm", "nonce", "uri", "response", "cnonce", "opaque",
];
const PLAIN: [&str; 5] = ["algorithm", "qop", "nc", "userhash", "username*"];

/// Why credentials are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Rejection {
    /// They are missing, malformed or wrong.
    Wrong,
    /// They are right, and the nonce is too old.
    Stale,
}

/// Credentials that were right: what the answer's `Authentication-Info` is made from.
#[derive(Clone, Debug)]
pub(in crate::http) struct Access {
    algorithm: DigestAlgorithm,
    secret: String,
    nonce: String,
    uri: String,
    protection: Option<Protection>,
    foul: bool,
    next: Option<String>,
}

#[derive(Clone, Debug)]
struct Protection {
    qop: DigestQop,
    count: String,
    cnonce: String,
}

struct Fields(Vec<Parameter>);

impl Fields {
    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|it| it.name == name)
            .map(|it| it.value.as_str())
    }

    /// Whether each field is there once at most and is written as it should be.
    fn are_well_formed(&self) -> bool {
        self.0.iter().all(|it| {
            let name = it.name.as_str();
            let once = self.0.iter().filter(|other| other.name == name).count() == 1;
            once && !(it.quoted && PLAIN.contains(&name)) && (it.quoted || !QUOTED.contains(&name))
        })
    }
}

impl Digest {
    /// Judges what follows the word `Digest` in the credentials.
    pub(in crate::http) fn verify(
        &self,
        credentials: &str,
        realm: &str,
        accounts: &Accounts,
        request: &Request,
    ) -> Result<Access, Rejection> {
        let access = self
            .check(credentials, realm, accounts, request)
            .ok_or(Rejection::Wrong)?;
        self.spend(access)
    }

    fn check(
        &self,
        credentials: &str,
        realm: &str,
        accounts: &Accounts,
        request: &Request,
    ) -> Option<Access> {
        let fields = Fields(parameters::parse(credentials)?);
        let uri = fields.get("uri")?;
        if !fields.are_well_formed()
            || fields.get("realm") != Some(realm)
            || fields.get("opaque") != self.options.opaque.as_deref()
            || uri != request.target
        {
            return None;
        }
        let algorithm = self.algorithm(fields.get("algorithm"))?;
        let protection = self.protection(&fields)?;
        let user = self.user(&fields, algorithm, realm, accounts)?;
        let password = accounts.password(&user)?;
        let nonce = fields.get("nonce")?;
        let mut secret = algorithm.hash(&[user.as_bytes(), realm.as_bytes(), password.as_bytes()]);
        if algorithm.is_for_a_session() {
            let cnonce = fields.get("cnonce")?;
            secret = algorithm.hash(&[secret.as_bytes(), nonce.as_bytes(), cnonce.as_bytes()]);
        }
        let access = Access {
            algorithm,
            secret,
            nonce: nonce.to_owned(),
            uri: uri.to_owned(),
            protection,
            foul: self.options.foul,
            next: None,
        };
        let right = access.response(request.method.as_str(), &request.body);
        (fields.get("response") == Some(right.as_str())).then_some(access)
    }

    fn algorithm(&self, name: Option<&str>) -> Option<DigestAlgorithm> {
        let name = name.unwrap_or("MD5");
        DigestAlgorithm::ALL
            .into_iter()
            .find(|it| it.name().eq_ignore_ascii_case(name))
            .filter(|it| self.options.algorithms.contains(it))
    }

    /// `None` if that was not offered, or is incomplete.
    fn protection(&self, fields: &Fields) -> Option<Option<Protection>> {
        let Some(name) = fields.get("qop") else {
            return (self.options.qop.is_empty() && fields.get("nc").is_none()).then_some(None);
        };
        let offered = &self.options.qop;
        let qop = offered.iter().copied().find(|qop| qop.name() == name)?;
        let count = fields.get("nc")?.to_owned();
        let is_count = count.len() == 8 && u32::from_str_radix(&count, 16).is_ok();
        let cnonce = fields.get("cnonce").filter(|it| !it.is_empty())?.to_owned();
        is_count.then_some(Some(Protection { qop, count, cnonce }))
    }

    fn user(
        &self,
        fields: &Fields,
        algorithm: DigestAlgorithm,
        realm: &str,
        accounts: &Accounts,
    ) -> Option<String> {
        let hashed = match fields.get("userhash") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return None,
        };
        match (fields.get("username"), fields.get("username*")) {
            (Some(hash), None) if hashed && self.options.userhash => accounts
                .names()
                .find(|name| algorithm.hash(&[name.as_bytes(), realm.as_bytes()]) == hash)
                .map(str::to_owned),
            (Some(name), None) if !hashed => Some(name.to_owned()),
            (None, Some(extended)) if !hashed => extended_value(extended),
            _ => None,
        }
    }

    /// Whether the nonce of these credentials may be used once more.
    fn spend(&self, mut access: Access) -> Result<Access, Rejection> {
        let mut nonces = self.nonces();
        let limit = self.options.stale_after.unwrap_or(usize::MAX);
        let life = nonces
            .get_mut(&access.nonce)
            .filter(|life| !life.replaced && life.uses < limit)
            .ok_or(Rejection::Stale)?;
        if let Some(protection) = &access.protection {
            let count = u32::from_str_radix(&protection.count, 16).unwrap_or_default();
            if count <= life.count {
                return Err(Rejection::Wrong);
            }
            life.count = count;
        }
        life.uses += 1;
        life.replaced = self.options.next_nonce;
        drop(nonces);
        access.next = self.options.next_nonce.then(|| self.give());
        Ok(access)
    }
}

impl Access {
    /// The response of a client to this method; with an empty one, the server's.
    fn response(&self, method: &str, body: &[u8]) -> String {
        let (method, uri) = (method.as_bytes(), self.uri.as_bytes());
        let hash = |parts: &[&[u8]]| self.algorithm.hash(parts);
        let (secret, nonce) = (self.secret.as_bytes(), self.nonce.as_bytes());
        let Some(Protection { qop, count, cnonce }) = &self.protection else {
            return hash(&[secret, nonce, hash(&[method, uri]).as_bytes()]);
        };
        let message = match qop {
            DigestQop::Auth => hash(&[method, uri]),
            DigestQop::AuthInt => hash(&[method, uri, hash(&[body]).as_bytes()]),
        };
        let (count, cnonce, qop) = (count.as_bytes(), cnonce.as_bytes(), qop.name().as_bytes());
        hash(&[secret, nonce, count, cnonce, qop, message.as_bytes()])
    }

    /// The value of `Authentication-Info` for an answer with this body; `None` if there is nothing to say.
    pub(in crate::http) fn info(&self, body: &[u8]) -> Option<String> {
        let mut fields = Vec::new();
        if let Some(Protection { qop, count, cnonce }) = &self.protection {
            let mut proof = self.response("", body);
            if self.foul {
                proof = proof.chars().rev().collect();
            }
            fields.push(format!("rspauth={}", quote(&proof)));
            fields.push(format!("cnonce={}", quote(cnonce)));
            fields.push(format!("nc={count}"));
            fields.push(format!("qop={}", qop.name()));
        }
        if let Some(next) = &self.next {
            fields.push(format!("nextnonce={}", quote(next)));
        }
        (!fields.is_empty()).then(|| fields.join(", "))
    }
}

/// `UTF-8''J%C3%A4s%C3%B8n` (RFC 8187).
fn extended_value(text: &str) -> Option<String> {
    let (charset, rest) = text.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let mut bytes = Vec::new();
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let pair = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&pair).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}
