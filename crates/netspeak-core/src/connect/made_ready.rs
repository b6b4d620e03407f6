//! [`MadeReady`]: roots are loaded once for many connectors.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::tls::{TlsClient, TlsSettings};

/// So many settings are remembered: the ids of each protocol, with and without proof of the certificate.
const MOST: usize = 32;

/// TLS made ready for the settings that connectors of one origin have had.
#[derive(Clone, Debug, Default)]
pub(super) struct MadeReady(Arc<Mutex<Vec<TlsClient>>>);

impl MadeReady {
    /// A client for these settings, made now if there was none.
    pub(super) fn of(&self, settings: &TlsSettings) -> Result<TlsClient> {
        // Loading under the lock: others that wait for the same would load it again.
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = clients.iter().find(|known| known.settings() == settings) {
            return Ok(known.clone());
        }
        let made = TlsClient::new(settings.clone())?;
        if clients.len() >= MOST {
            clients.remove(0);
        }
        clients.push(made.clone());
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::Connector;
    use crate::tls::Verify;

    #[test]
    fn what_was_loaded_serves_all_connectors_of_one_origin() {
        let settings = TlsSettings {
            verify: Verify::Nothing,
            ..TlsSettings::default()
        };
        let first = Connector::new().with_tls(settings);
        let config = |connector: &Connector| connector.tls().unwrap().rustls_config();
        let again = first.clone().with_alpn(&[]);
        assert!(Arc::ptr_eq(&config(&first), &config(&again)));
        let other = first.clone().with_alpn(&[b"imap"]);
        assert!(!Arc::ptr_eq(&config(&first), &config(&other)));
        assert!(Arc::ptr_eq(
            &config(&other),
            &config(&first.with_alpn(&[b"imap"]))
        ));
    }

    #[test]
    fn settings_are_forgotten_when_there_are_too_many() {
        let ready = MadeReady::default();
        for id in 0..=MOST {
            let settings = TlsSettings {
                verify: Verify::Nothing,
                alpn: vec![id.to_string().into_bytes()],
                ..TlsSettings::default()
            };
            ready.of(&settings).unwrap();
        }
        assert_eq!(ready.0.lock().unwrap().len(), MOST);
    }
}
