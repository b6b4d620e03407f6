//! [`Protocol`]: what a protocol crate tells the registry about itself.

use std::pin::Pin;

use crate::connect::{Connector, Tls};
use crate::report::Report;
use crate::target::Target;
use crate::secret::Secret;
use crate::error::Phase;

/// A URL scheme of a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The scheme's name, lower case.
    pub name: &'static str,
    /// The port it means.
    pub port: u16,
    /// When TLS begins, unless the caller says otherwise.
    pub tls: Tls,
}

/// A protocol as data: its names, its ports, how to recognise it and how to probe it.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    /// Its name in reports.
    pub name: &'static str,
    /// Its schemes; the first is the plain one.
    pub schemes: &'static [Scheme],
    /// Its ALPN ids (none other is ever offered for it).
    pub alpn: &'static [&'static [u8]],
    /// Whether a greeting is this protocol's.
    pub greets_with: fn(&[u8]) -> bool,
    /// The polite conversation. It never fails: a failed probe is a full report as well.
    pub probe: for<'a> fn(&'a Target, &'a ProbeOptions) -> Probing<'a>,
}

/// A probe under way.
pub type Probing<'a> = Pin<Box<dyn Future<Output = Report> + Send + 'a>>;

impl Protocol {
    /// The scheme of this name.
    pub fn scheme(&self, name: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.name == name)
    }
}

/// What a probe is to do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProbeOptions {
    /// How to connect.
    pub connector: Connector,
    /// When TLS begins; `None`: as the scheme says.
    pub tls: Option<Tls>,
    /// The last phase to do: one of dns, tcp, tls, greeting, caps, auth, work.
    /// `None`: caps, or auth when there are credentials.
    pub until: Option<Phase>,
    /// Whether to do one harmless real operation.
    pub work: Option<String>,
    /// The user to log in as.
    pub user: Option<String>,
    /// The user's password or token.
    pub password: Option<Secret>,
    /// The only SASL mechanism to use.
    pub mechanism: Option<String>,
    /// Whether credentials may go over a connection that is neither encrypted nor local.
    pub clear_text_auth: ClearTextAuth,
    /// Whether to keep the talk.
    pub transcript: bool,
}

impl Default for ProbeOptions {
    fn default() -> Self {
        Self {
            connector: Connector::default(),
            tls: None,
            until: None,
            work: None,
            user: None,
            password: None,
            mechanism: None,
            clear_text_auth: ClearTextAuth::default(),
            transcript: false,
        }
    }
}

pub use crate::policy::ClearTextAuth;
