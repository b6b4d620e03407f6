//! Digest (RFC 7616): what a server of it is told, its challenges, and the nonces that it has given.

mod algorithm;
mod verify;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use crate::http::digest::algorithm::DigestAlgorithm;
pub(super) use crate::http::digest::verify::{Access, Rejection};
use crate::http::parameters::quote;
use crate::nonce::nonce;

/// A quality of protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestQop {
    /// The method and the target are protected.
    Auth,
    /// The body as well.
    AuthInt,
}

impl DigestQop {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::AuthInt => "auth-int",
        }
    }
}

/// How a server does Digest. Without anything else said: MD5 with `auth`, nonces of which each lives as long as the server.
///
/// ```
/// use netspeak_fake::{DigestAlgorithm, DigestOptions, Http};
///
/// let digest = DigestOptions::new().algorithms([DigestAlgorithm::Sha256, DigestAlgorithm::Md5]).stale_after(2);
/// let server = Http::builder().user("ops", "secret").digest("/private", "staff", digest);
/// # let _ = server;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct DigestOptions {
    algorithms: Vec<DigestAlgorithm>,
    qop: Vec<DigestQop>,
    next_nonce: bool,
    stale_after: Option<usize>,
    userhash: bool,
    opaque: Option<String>,
    utf8: bool,
    nonce: Option<String>,
    foul: bool,
}

impl Default for DigestOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl DigestOptions {
    /// MD5 with `auth`.
    pub fn new() -> Self {
        Self {
            algorithms: vec![DigestAlgorithm::Md5],
            qop: vec![DigestQop::Auth],
            next_nonce: false,
            stale_after: None,
            userhash: false,
            opaque: None,
            utf8: false,
            nonce: None,
            foul: false,
        }
    }

    /// Offers these algorithms, one challenge each, in this order.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = DigestAlgorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Offers these qualities of protection. None: as in RFC 2069, without `qop`, `nc` and `cnonce`.
    pub fn qop(mut self, qop: impl IntoIterator<Item = DigestQop>) -> Self {
        self.qop = qop.into_iter().collect();
        self
    }

    /// Gives the next nonce with each answer (`nextnonce`). The nonce before it is stale from then on.
    pub fn next_nonce(mut self) -> Self {
        self.next_nonce = true;
        self
    }

    /// A nonce is good for so many requests; the next one is refused with `stale=true`.
    pub fn stale_after(mut self, uses: usize) -> Self {
        self.stale_after = Some(uses);
        self
    }

    /// Says `userhash=true` and takes hashed user names, plain ones too.
    pub fn userhash(mut self) -> Self {
        self.userhash = true;
        self
    }

    /// Sends this `opaque`, which is to come back as it is.
    pub fn opaque(mut self, opaque: &str) -> Self {
        self.opaque = Some(opaque.to_owned());
        self
    }

    /// Says `charset=UTF-8`.
    pub fn utf8(mut self) -> Self {
        self.utf8 = true;
        self
    }

    /// Gives this nonce in each challenge, for known answers.
    pub fn nonce(mut self, nonce: &str) -> Self {
        self.nonce = Some(nonce.to_owned());
        self
    }

    /// Answers with an `rspauth` that does not prove that the server knows the password.
    pub fn wrong_rspauth(mut self) -> Self {
        self.foul = true;
        self
    }
}

/// A server's side of Digest for one realm.
#[derive(Clone, Debug)]
pub(super) struct Digest {
    options: DigestOptions,
    nonces: Arc<Mutex<BTreeMap<String, Life>>>,
}

/// What has become of a nonce.
#[derive(Clone, Copy, Debug, Default)]
struct Life {
    /// The highest nonce count that came with it.
    count: u32,
    uses: usize,
    replaced: bool,
}

impl Digest {
    pub(super) fn new(options: DigestOptions) -> Self {
        Self {
            options,
            nonces: Arc::default(),
        }
    }

    fn nonces(&self) -> MutexGuard<'_, BTreeMap<String, Life>> {
        self.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A nonce to give.
    fn give(&self) -> String {
        let fixed = self.options.nonce.clone();
        // Without randomness there is no nonce that a client could use, and the test fails there.
        let nonce = fixed.or_else(|| nonce().ok()).unwrap_or_default();
        self.nonces().entry(nonce.clone()).or_default();
        nonce
    }

    /// One challenge for each algorithm.
    pub(super) fn challenges(&self, realm: &str, rejection: Rejection) -> Vec<String> {
        let options = &self.options;
        let nonce = self.give();
        let one = |algorithm: &DigestAlgorithm| {
            let mut line = format!("Digest realm={}, nonce={}", quote(realm), quote(&nonce));
            line.push_str(&format!(", algorithm={}", algorithm.name()));
            if !options.qop.is_empty() {
                let names: Vec<_> = options.qop.iter().map(|qop| qop.name()).collect();
                line.push_str(&format!(", qop={}", quote(&names.join(", "))));
            }
            if let Some(opaque) = &options.opaque {
                line.push_str(&format!(", opaque={}", quote(opaque)));
            }
            for (on, text) in [
                (options.utf8, ", charset=UTF-8"),
                (options.userhash, ", userhash=true"),
                (rejection == Rejection::Stale, ", stale=true"),
            ] {
                line.push_str(if on { text } else { "" });
            }
            line
        };
        options.algorithms.iter().map(one).collect()
    }
}
