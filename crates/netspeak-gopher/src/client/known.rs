//! [`KnownServers`]: whose key was seen before.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use netspeak_core::{Endpoint, Error as CoreError, ErrorKind, Phase, Reason, Trace};

/// The servers whose TLS keys were seen before, for trust on first use: most Gopher servers sign their
/// certificates themselves. Clones share one list. Its text has a line for each server,
/// `host:port sha256-of-its-public-key`, to be kept in a file of yours.
///
/// ```
/// use netspeak_gopher::KnownServers;
///
/// let line = format!("gopher.example.org:70 {}\n", "0f".repeat(32));
/// let known: KnownServers = line.parse().unwrap();
/// assert_eq!(known.to_string(), line);
/// ```
#[derive(Clone, Debug, Default)]
pub struct KnownServers(Arc<Mutex<BTreeMap<String, String>>>);

impl KnownServers {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a key of this server is known, so that it must not come without TLS.
    pub fn knows(&self, server: &Endpoint) -> bool {
        self.keys().contains_key(&server.to_string())
    }

    /// Forgets a server: the key that it shows next counts as its first one.
    pub fn forget(&self, server: &Endpoint) {
        self.keys().remove(&server.to_string());
    }

    /// Looks at the key that the handshake of this record has shown, and keeps it if it is the first
    /// one of this server.
    pub(crate) fn check(&self, server: &Endpoint, trace: &Trace) -> Result<(), CoreError> {
        let pin_error = |message: String| {
            let kind = ErrorKind::new(Phase::Tls, Reason::CertPin);
            Err(CoreError::net(kind, message))
        };
        let facts = trace.tls().unwrap_or_default();
        let Some(shown) = facts.chain.first().map(|cert| cert.spki_sha256.clone()) else {
            return pin_error("the server has shown no certificate".to_owned());
        };
        let mut keys = self.keys();
        let key = keys
            .entry(server.to_string())
            .or_insert_with(|| shown.clone());
        // A new key that a trusted root vouches for is a renewal.
        if *key != shown && facts.verified != Some(true) {
            return pin_error(format!(
                "the server's key is {shown}, and was {key} when it was first seen"
            ));
        }
        *key = shown;
        Ok(())
    }

    fn keys(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for KnownServers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.keys()
            .iter()
            .try_for_each(|(server, key)| writeln!(f, "{server} {key}"))
    }
}

impl FromStr for KnownServers {
    type Err = CoreError;

    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) for a line that is none of ours.
    fn from_str(text: &str) -> Result<Self, CoreError> {
        let known = Self::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let pair = line.split_once(' ');
            let is_key = |key: &str| key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit());
            let Some((server, key)) = pair.filter(|(_, key)| is_key(key)) else {
                return Err(CoreError::usage(format!(
                    "{:?} is no line of known servers",
                    netspeak_core::text::excerpt(line.as_bytes())
                )));
            };
            let key = key.to_ascii_lowercase();
            known.keys().insert(server.to_owned(), key);
        }
        Ok(known)
    }
}
