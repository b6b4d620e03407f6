//! [`Digest`]: the scheme as a machine (RFC 7616, and RFC 2617 for servers from before).

use http::{HeaderValue, Method};
use netspeak_core::{Secret, check_text};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use zeroize::Zeroizing;

use super::challenge::Challenge;
use super::sensitive;
use crate::field::quote;
use crate::{Error, Result};

mod algorithm;
mod info;

pub use algorithm::Algorithm;
pub use info::{AuthenticationInfo, Proof};

/// What `ext-value` (RFC 8187) takes as it is.
const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The body of a message, where its hash is asked for (qop `auth-int`).
#[derive(Clone, Copy, Debug)]
pub enum Entity<'a> {
    /// These bytes; none for a request without a body.
    Bytes(&'a [u8]),
    /// Its hash, in hexadecimal digits ([`Algorithm::hash`]).
    Hash(&'a str),
    /// It is not known: it is not read yet.
    Unread,
}

/// Answers one Digest challenge, for as many requests as its nonce is good.
///
/// ```
/// use http::Method;
/// use netspeak_http::Secret;
/// use netspeak_http::auth::{Digest, Entity, challenges};
///
/// # fn main() -> netspeak_http::Result<()> {
/// let found = challenges([&b"Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256"[..]]);
/// let mut digest = Digest::new(&found[0], "ops", &Secret::from("hunter2"))?;
/// let signed = digest.authorize(&Method::GET, "/", Entity::Bytes(b""))?;
/// assert!(signed.header().to_str().unwrap().starts_with("Digest username=\"ops\", realm=\"r\""));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Digest {
    algorithm: Algorithm,
    /// As the server writes it; it wants the same word back.
    algorithm_word: Option<Vec<u8>>,
    realm: Vec<u8>,
    nonce: Vec<u8>,
    opaque: Option<Vec<u8>>,
    qop: Option<Qop>,
    user: User,
    /// H(A1): as good as the password, on this server.
    key: Secret,
    cnonce: String,
    /// How many requests the nonce was used for.
    count: u32,
    is_session: bool,
}

/// Quality of protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Qop {
    Auth,
    AuthInt,
}

impl Qop {
    const fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::AuthInt => "auth-int",
        }
    }
}

/// How the user name is told.
#[derive(Clone, Debug)]
enum User {
    Plain(Vec<u8>),
    /// `username*`
    Extended(String),
    /// `userhash=true`
    Hashed(String),
}

/// A request's Authorization, and what the answer's proof is compared with.
#[derive(Debug)]
pub struct Signed {
    header: HeaderValue,
    expected: info::Expected,
}

impl Signed {
    /// The value of Authorization or Proxy-Authorization.
    pub fn header(&self) -> &HeaderValue {
        &self.header
    }

    /// Whether the server proved that it knows the password, too: `rspauth`, compared in constant time.
    /// `body` is the answer's, which matters for `auth-int` only.
    ///
    /// # Errors
    /// [`Error::Net`] with `auth.integrity` if the proof is wrong.
    pub fn verify(&self, info: &AuthenticationInfo, body: Entity<'_>) -> Result<Proof> {
        self.expected.verify(info, body)
    }
}

impl Digest {
    /// The answer to a challenge, with a client nonce of 128 random bits.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the challenge has no realm or nonce, or control characters in it;
    /// [`Error::Unsupported`] for an algorithm or a qop that is not known here; [`Error::Usage`] for a
    /// user name or password with CR, LF or NUL; [`Error::Local`] if there is no randomness.
    pub fn new(challenge: &Challenge, user: &str, password: &Secret) -> Result<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)
            .map_err(|error| Error::Local(std::io::Error::other(error.to_string())))?;
        Self::with_cnonce(challenge, user, password, &algorithm::hex(&bytes))
    }

    /// As [`new`](Self::new), with a client nonce of the caller's: letters and digits that nobody can
    /// guess.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::Usage`] for other characters than letters and digits.
    pub fn with_cnonce(
        challenge: &Challenge,
        user: &str,
        password: &Secret,
        cnonce: &str,
    ) -> Result<Self> {
        if cnonce.is_empty() || !cnonce.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::usage("a client nonce is of letters and digits"));
        }
        check_text("the user name", user.as_bytes())?;
        check_text("the password", password.expose().as_bytes())?;
        let terms = Terms::of(challenge)?;
        let realm = needed(challenge, "realm")?;
        let nonce = needed(challenge, "nonce")?;
        let algorithm = terms.algorithm;
        let mut key = Zeroizing::new(algorithm.hash_parts(&[
            user.as_bytes(),
            &realm,
            password.expose().as_bytes(),
        ]));
        if terms.is_session {
            key =
                Zeroizing::new(algorithm.hash_parts(&[key.as_bytes(), &nonce, cnonce.as_bytes()]));
        }
        Ok(Self {
            algorithm,
            algorithm_word: optional(challenge, "algorithm")?,
            user: User::of(user, &realm, challenge, algorithm),
            realm,
            nonce,
            opaque: optional(challenge, "opaque")?,
            qop: terms.qop,
            key: Secret::from(std::mem::take(&mut *key)),
            cnonce: cnonce.to_owned(),
            count: 0,
            is_session: terms.is_session,
        })
    }

    /// How strong this challenge's algorithm is. `None` if it is no Digest challenge that can be
    /// answered.
    pub fn strength(challenge: &Challenge) -> Option<Algorithm> {
        let is_whole = needed(challenge, "realm").is_ok() && needed(challenge, "nonce").is_ok();
        let terms = Terms::of(challenge).ok()?;
        (challenge.is("Digest") && is_whole).then_some(terms.algorithm)
    }

    /// The algorithm, for [`Algorithm::hash`] of a body.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether requests need their body's hash: the server offers `auth-int` alone.
    pub fn needs_body(&self) -> bool {
        self.qop == Some(Qop::AuthInt)
    }

    /// Signs one request: its method, its target exactly as it is sent, and its body. Each call counts
    /// the nonce up.
    ///
    /// # Errors
    /// [`Error::Usage`] if the target has control characters, or if the body is
    /// [unread](Entity::Unread) and [needed](Self::needs_body), or after 4,294,967,295 requests.
    pub fn authorize(&mut self, method: &Method, target: &str, body: Entity<'_>) -> Result<Signed> {
        check_text("the target", target.as_bytes())?;
        let Some(count) = self.count.checked_add(1) else {
            return Err(Error::usage("the nonce is used up"));
        };
        let body = match self.qop {
            Some(Qop::AuthInt) => Some(body.hash(self.algorithm).ok_or_else(|| {
                Error::usage("the server wants the body's hash, so the body must be known")
            })?),
            _ => None,
        };
        self.count = count;
        let expected = info::Expected {
            algorithm: self.algorithm,
            key: self.key.clone(),
            middle: self.middle(),
            target: target.to_owned(),
            signs_body: self.needs_body(),
        };
        let response = expected.response(method.as_str(), body.as_deref());
        let header = sensitive(&self.header(target, &response))?;
        Ok(Signed { header, expected })
    }

    /// Takes what the server says about its nonce: another one for the next request. A session
    /// (`-sess`) goes on with the key that it began with (RFC 7616 section 3.6).
    ///
    /// # Errors
    /// [`Error::Malformed`] if the nonce has control characters.
    pub fn learn(&mut self, info: &AuthenticationInfo) -> Result<()> {
        if let Some(nonce) = info.next_nonce() {
            self.nonce = clean("a nonce", nonce)?;
            self.count = 0;
        }
        Ok(())
    }

    /// `nonce`, or `nonce:nc:cnonce:qop`: what stands between key and request.
    fn middle(&self) -> Vec<u8> {
        let mut middle = self.nonce.clone();
        if let Some(qop) = self.qop {
            let rest = format!(":{:08x}:{}:{}", self.count, self.cnonce, qop.name());
            middle.extend_from_slice(rest.as_bytes());
        }
        middle
    }

    fn header(&self, target: &str, response: &str) -> Vec<u8> {
        let mut header = b"Digest ".to_vec();
        let mut add = |name: &str, value: &[u8]| {
            if header.len() > b"Digest ".len() {
                header.extend_from_slice(b", ");
            }
            header.extend_from_slice(name.as_bytes());
            header.push(b'=');
            header.extend_from_slice(value);
        };
        match &self.user {
            User::Plain(name) => add("username", &quote(name)),
            User::Extended(name) => add("username*", name.as_bytes()),
            User::Hashed(hash) => add("username", &quote(hash.as_bytes())),
        }
        add("realm", &quote(&self.realm));
        add("nonce", &quote(&self.nonce));
        add("uri", &quote(target.as_bytes()));
        add("response", &quote(response.as_bytes()));
        if let Some(word) = &self.algorithm_word {
            add("algorithm", word);
        }
        if let Some(opaque) = &self.opaque {
            add("opaque", &quote(opaque));
        }
        if let Some(qop) = self.qop {
            add("qop", qop.name().as_bytes());
            add("nc", format!("{:08x}", self.count).as_bytes());
        }
        if self.qop.is_some() || self.is_session {
            add("cnonce", &quote(self.cnonce.as_bytes()));
        }
        if matches!(self.user, User::Hashed(_)) {
            add("userhash", b"true");
        }
        header
    }
}

impl User {
    fn of(user: &str, realm: &[u8], challenge: &Challenge, algorithm: Algorithm) -> Self {
        let is = |name: &str, wanted: &[u8]| {
            let value = challenge.parameter(name);
            value.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        if is("userhash", b"true") {
            return Self::Hashed(algorithm.hash_parts(&[user.as_bytes(), realm]));
        }
        if !user.is_ascii() && is("charset", b"UTF-8") {
            let coded = percent_encode(user.as_bytes(), ATTR_CHAR);
            return Self::Extended(format!("UTF-8''{coded}"));
        }
        // A server that does not know `username*` gets the bytes of UTF-8, as from browsers.
        Self::Plain(user.as_bytes().to_vec())
    }
}

impl Entity<'_> {
    fn hash(self, algorithm: Algorithm) -> Option<String> {
        match self {
            Self::Bytes(bytes) => Some(algorithm.hash(bytes)),
            Self::Hash(hash) => Some(hash.to_owned()),
            Self::Unread => None,
        }
    }
}

/// What the server asks for.
struct Terms {
    algorithm: Algorithm,
    is_session: bool,
    qop: Option<Qop>,
}

impl Terms {
    fn of(challenge: &Challenge) -> Result<Self> {
        let word = challenge.parameter("algorithm").unwrap_or(b"MD5");
        let (algorithm, is_session) = Algorithm::read(word)?;
        let qop = match challenge.parameter("qop") {
            Some(list) if !list.trim_ascii().is_empty() => Some(qop(list)?),
            _ => None,
        };
        Ok(Self {
            algorithm,
            is_session,
            qop,
        })
    }
}

/// `auth` if it is offered; a body need not be read twice then.
fn qop(list: &[u8]) -> Result<Qop> {
    let offers = |name: &[u8]| {
        let mut words = list.split(|byte| matches!(byte, b',' | b' ' | b'\t'));
        words.any(|word| word.eq_ignore_ascii_case(name))
    };
    if offers(b"auth") {
        Ok(Qop::Auth)
    } else if offers(b"auth-int") {
        Ok(Qop::AuthInt)
    } else {
        Err(algorithm::unknown("Digest qop", list))
    }
}

fn needed(challenge: &Challenge, name: &str) -> Result<Vec<u8>> {
    optional(challenge, name)?
        .ok_or_else(|| Error::malformed(format!("a Digest challenge with a {name}"), b""))
}

fn optional(challenge: &Challenge, name: &str) -> Result<Option<Vec<u8>>> {
    let value = challenge.parameter(name);
    value.map(|value| clean(name, value)).transpose()
}

/// What goes back to the server must not end the header.
fn clean(what: &str, value: &[u8]) -> Result<Vec<u8>> {
    if value.iter().any(u8::is_ascii_control) {
        return Err(Error::malformed(
            format!("{what} without control characters"),
            value,
        ));
    }
    Ok(value.to_vec())
}

#[cfg(test)]
mod tests;
