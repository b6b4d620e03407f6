//! What every server is told, whatever it speaks: the data behind [`Builder`](crate::Builder).

use crate::accounts::Accounts;
use crate::certificate::TlsSettings;
use crate::fault::Fault;
use crate::mechanism::Mechanism;
use crate::offer::Offer;

/// What every protocol's server is told.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) accounts: Accounts,
    pub(crate) mechanisms: Vec<Mechanism>,
    pub(crate) offer: Offer,
    /// What it calls itself, if anything else than `localhost`.
    pub(crate) name: Option<String>,
    pub(crate) tls: TlsSettings,
    pub(crate) implicit_tls: bool,
    /// Whether a verb can begin TLS.
    pub(crate) upgrade: bool,
    pub(crate) tls_for_secrets: bool,
    pub(crate) scram_iterations: u32,
    pub(crate) faults: Vec<Fault>,
    pub(crate) family: Family,
}

impl Settings {
    /// What the server calls itself.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("localhost")
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            accounts: Accounts::default(),
            mechanisms: Mechanism::USUAL.to_vec(),
            offer: Offer::default(),
            name: None,
            tls: TlsSettings::default(),
            implicit_tls: false,
            upgrade: false,
            tls_for_secrets: false,
            scram_iterations: 4096,
            faults: Vec::new(),
            family: Family::default(),
        }
    }
}

/// The loopback address to listen on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Family {
    #[default]
    V4,
    V6,
}
