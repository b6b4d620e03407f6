//! TLS sessions that are kept to be resumed, and the connection on which each began.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::server::StoresServerSessions;

/// This configuration for the connection of this number, and the view of the sessions that it has. A session that was resumed is told by
/// [`Marking::found`]. All connections of a server are to have such a view.
pub(crate) fn marking(
    config: &ServerConfig,
    connection: usize,
) -> (Arc<ServerConfig>, Arc<Marking>) {
    let marking = Arc::new(Marking {
        kept: Arc::clone(&config.session_storage),
        connection,
        found: Mutex::default(),
    });
    let mut config = config.clone();
    config.session_storage = Arc::clone(&marking) as _;
    (Arc::new(config), marking)
}

/// One connection's view of the sessions: those that begin here are kept with its number in front.
#[derive(Debug)]
pub(crate) struct Marking {
    kept: Arc<dyn StoresServerSessions>,
    connection: usize,
    found: Mutex<Option<usize>>,
}

impl Marking {
    /// The number of the connection on which the session began that the client wants to resume.
    pub(crate) fn found(&self) -> Option<usize> {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unmarked(&self, value: &[u8]) -> Option<Vec<u8>> {
        let (mark, session) = value.split_first_chunk()?;
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        *found = Some(usize::from_be_bytes(*mark));
        Some(session.to_vec())
    }
}

impl StoresServerSessions for Marking {
    fn put(&self, key: Vec<u8>, value: Vec<u8>) -> bool {
        let mark = self.connection.to_be_bytes();
        self.kept.put(key, [mark.as_slice(), &value].concat())
    }

    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.unmarked(&self.kept.get(key)?)
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.unmarked(&self.kept.take(key)?)
    }

    fn can_cache(&self) -> bool {
        self.kept.can_cache()
    }
}
