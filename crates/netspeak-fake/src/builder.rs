//! What every server can be told, whatever it speaks. Each protocol adds its own in its own file.

use std::io;
#[cfg(unix)]
use std::path::Path;

use crate::certificate::{Certificate, ClientAuth};
use crate::fault::Fault;
use crate::mechanism::Mechanism;
use crate::protocol::Protocol;
#[cfg(unix)]
use crate::server::UnixServer;
use crate::server::{Fake, Server};
use crate::settings::{Family, Settings};

/// Tells a server what to be. Begin with [`Pop3::builder`](crate::Pop3::builder), end with [`Builder::start`].
#[derive(Debug)]
#[must_use]
pub struct Builder<P> {
    pub(crate) settings: Settings,
    pub(crate) protocol: P,
}

impl<P> Builder<P> {
    pub(crate) fn new(protocol: P) -> Self {
        Self {
            settings: Settings::default(),
            protocol,
        }
    }

    /// Adds a user with a password.
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.settings.accounts.add_password(name, password);
        self
    }

    /// Adds an access token with which this user can log in by XOAUTH2 and OAUTHBEARER.
    pub fn token(mut self, name: &str, token: &str) -> Self {
        self.settings.accounts.add_token(name, token);
        self
    }

    /// The SASL mechanisms to offer, in this order; the others are refused. The `-PLUS` ones are only offered under TLS.
    /// Without this: [`Mechanism::USUAL`].
    pub fn mechanisms(mut self, mechanisms: impl IntoIterator<Item = Mechanism>) -> Self {
        self.settings.mechanisms = mechanisms.into_iter().collect();
        self
    }

    /// The iteration count of SCRAM, 4,096 without this. Any count is announced; with more than a million, no login succeeds.
    pub fn scram_iterations(mut self, iterations: u32) -> Self {
        self.settings.scram_iterations = iterations;
        self
    }

    /// Refuses passwords in clear text without TLS, and offers nothing that would send one.
    pub fn tls_for_secrets(mut self) -> Self {
        self.settings.tls_for_secrets = true;
        self
    }

    /// The certificate to show. Without this: a good one.
    pub fn tls(mut self, certificate: Certificate) -> Self {
        self.settings.tls.certificate = certificate;
        self
    }

    /// Calls itself this where its protocol says a name, instead of `localhost`; its certificate is for this name too.
    pub fn named(mut self, name: &str) -> Self {
        self.settings.name = Some(name.to_owned());
        self
    }

    /// Begins each connection with TLS, as on the ports for it (`pop3s`).
    pub fn implicit_tls(mut self) -> Self {
        self.settings.implicit_tls = true;
        self
    }

    /// Speaks TLS 1.2 and nothing newer.
    pub fn tls12_only(mut self) -> Self {
        self.settings.tls.tls12_only = true;
        self
    }

    /// Asks for a client certificate and does without one.
    pub fn ask_client_certificate(mut self) -> Self {
        self.settings.tls.client_auth = ClientAuth::Ask;
        self
    }

    /// Takes no client without a certificate that the server's CA signed: [`Fake::client_identity`].
    pub fn require_client_certificate(mut self) -> Self {
        self.settings.tls.client_auth = ClientAuth::Require;
        self
    }

    /// The ALPN protocol ids to choose from; a client that offers others only is refused. Without this ALPN is ignored.
    pub fn alpn(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.settings.tls.alpn = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Lists exactly these capabilities, always, whatever the server does.
    pub fn capabilities(
        mut self,
        capabilities: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let capabilities = capabilities.into_iter().map(Into::into).collect();
        self.settings.offer.fix(capabilities);
        self
    }

    /// Lists this capability with its parameters, such as `EXPIRE 60`, in place of one with the same keyword if there is one.
    pub fn capability(mut self, capability: impl Into<String>) -> Self {
        self.settings.offer.change(capability.into());
        self
    }

    /// Does not list this capability. What becomes of that for which it stands is told with each protocol.
    pub fn without_capability(mut self, name: &str) -> Self {
        self.settings.offer.hide(name);
        self
    }

    /// Does not know this verb and does not list it.
    pub fn without_verb(mut self, verb: &str) -> Self {
        self.settings.offer.remove(verb);
        self
    }

    /// Does not list PIPELINING. With [`Fault::DropPipelined`] a client that pipelines regrets it.
    pub fn without_pipelining(self) -> Self {
        self.without_capability("PIPELINING")
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.settings.faults.push(fault);
        self
    }

    /// Listens on `::1` instead of `127.0.0.1`.
    pub fn ipv6(mut self) -> Self {
        self.settings.family = Family::V6;
        self
    }

    /// The server without a listener, for [`Fake::serve`].
    pub fn build(self) -> io::Result<Fake<P>> {
        Fake::new(self.protocol, self.settings)
    }
}

impl<P: Protocol> Builder<P> {
    /// Listens on a free port of `127.0.0.1`. To be called within a tokio runtime.
    pub async fn start(self) -> io::Result<Server<P>> {
        let family = self.settings.family;
        self.build()?.listen(family).await
    }

    /// Listens on a Unix socket at this path. To be called within a tokio runtime.
    #[cfg(unix)]
    pub fn start_unix(self, path: impl AsRef<Path>) -> io::Result<UnixServer<P>> {
        self.build()?.listen_unix(path.as_ref().to_path_buf())
    }
}
