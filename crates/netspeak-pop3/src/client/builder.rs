//! [`Builder`]: how to connect and log in.

use std::pin::Pin;

use netspeak_core::sasl::Credentials;
use netspeak_core::{
    ClearTextAuth, Connector, Endpoint, ErrorKind, Phase, Reason, Scheme, Target, Timeouts, Tls,
    Trace,
};

use super::{Client, with_alpn};
use crate::SCHEMES;
use crate::error::{Error, Result};
use crate::types::Capabilities;

/// Sets how to connect and log in; made by [`Client::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use netspeak_core::{Tls, sasl::Credentials};
/// use netspeak_pop3::Client;
///
/// # async fn example() -> netspeak_pop3::Result<()> {
/// let mut client = Client::builder()
///     .tls(Tls::Required)
///     .deadline(Duration::from_secs(30))
///     .credentials(Credentials::password("ops", "hunter2".into()))
///     .connect(&"pop3://mail.example.org".parse()?)
///     .await?;
/// println!("{} messages", client.stat().await?.messages);
/// client.quit().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    connector: Connector,
    tls: Option<Tls>,
    credentials: Option<Credentials>,
    clear_text_auth: ClearTextAuth,
    trace: Option<Trace>,
    utf8: Utf8,
}

/// Whether UTF8 (RFC 6856) is said before the login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Utf8 {
    #[default]
    Unasked,
    IfOffered,
}

impl Builder {
    /// Connects with this connector: proxies, roots, limits, timeouts.
    #[must_use]
    pub fn connector(mut self, connector: Connector) -> Self {
        self.connector = connector;
        self
    }

    /// When TLS begins. Default: as the scheme says; for `pop3://` with credentials
    /// [`Tls::Required`], but not to a peer on this machine (a loopback address, a Unix socket).
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// A total over everything that this client will ever do.
    #[must_use]
    pub fn deadline(mut self, total: std::time::Duration) -> Self {
        self.connector = self.connector.with_total(total);
        self
    }

    /// How long each part may take.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.connector = self.connector.with_timeouts(timeouts);
        self
    }

    /// Who logs in; a URL's own user and password count otherwise.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Whether secrets may cross a connection that protects nothing. Default: only locally.
    #[must_use]
    pub fn clear_text_auth(mut self, policy: ClearTextAuth) -> Self {
        self.clear_text_auth = policy;
        self
    }

    /// Says UTF8 before the login if the server offers it (RFC 6856): without it some servers refuse
    /// messages with UTF-8 in their headers.
    #[must_use]
    pub fn utf8_if_offered(mut self) -> Self {
        self.utf8 = Utf8::IfOffered;
        self
    }

    /// Records into this trace.
    #[must_use]
    pub fn trace(mut self, trace: Trace) -> Self {
        self.trace = Some(trace);
        self
    }

    /// Connects, upgrades to TLS as asked, and logs in if there are credentials.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`] for a URL that is not POP3.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        self.boxed(target).await
    }

    /// Behind a pointer, all that connecting takes is compiled here, and not once more in each crate
    /// that calls it.
    fn boxed<'a>(
        self,
        target: &'a Target,
    ) -> Pin<Box<dyn Future<Output = Result<Client>> + Send + 'a>> {
        Box::pin(self.connecting(target))
    }

    async fn connecting(self, target: &Target) -> Result<Client> {
        let credentials = self
            .credentials
            .clone()
            .or_else(|| Credentials::of_target(target));
        let (endpoint, tls) = Scheme::endpoint(SCHEMES, target, self.tls, credentials.is_some())?;
        let connector = with_alpn(self.connector);
        let trace = self.trace.unwrap_or_default();
        let conn = connector.connect(&endpoint, tls, &trace).await?;
        let mut client = Client::from_conn(conn).await?;
        client.set_clear_text_auth(self.clear_text_auth);
        // Without a wish, what stays on this machine is private enough as it is.
        let stays_here = self.tls.is_none() && client.conn().is_private();
        if !stays_here && matches!(tls, Tls::Opportunistic | Tls::Required) {
            client.capa().await?;
            client.upgrade_as(&connector, &endpoint, tls).await?;
        }
        if self.utf8 == Utf8::IfOffered {
            client.utf8_if_offered().await?;
        }
        if let Some(credentials) = credentials {
            client.login(&credentials).await?;
        }
        Ok(client)
    }
}

impl Client {
    async fn utf8_if_offered(&mut self) -> Result<()> {
        if self.capabilities().is_none() {
            self.capa().await?;
        }
        if self.capabilities().and_then(Capabilities::utf8).is_some() {
            self.utf8().await?;
        }
        Ok(())
    }

    /// Upgrades as the mode says, by what CAPA said last. With [`Tls::Opportunistic`] it is no
    /// error if the server does not offer STLS.
    ///
    /// # Errors
    /// `starttls.not_offered`, `starttls.refused`, `starttls.injected`, `tls.*`.
    pub(crate) async fn upgrade_as(
        &mut self,
        connector: &Connector,
        endpoint: &Endpoint,
        tls: Tls,
    ) -> Result<()> {
        let offered = self.capabilities().map(Capabilities::stls);
        match (tls, offered) {
            (Tls::Off | Tls::Implicit, _) | (Tls::Opportunistic, None | Some(false)) => Ok(()),
            (Tls::Required, Some(false)) => Err(Error::Unsupported {
                feature: "STLS, which is required here".into(),
                kind: ErrorKind::new(Phase::Starttls, Reason::NotOffered),
            }),
            // A server without CAPA may still know STLS: when TLS is required, ask.
            (Tls::Opportunistic, Some(true)) | (Tls::Required, None | Some(true)) => {
                self.stls(connector.tls()?, &endpoint.host).await
            }
        }
    }
}
