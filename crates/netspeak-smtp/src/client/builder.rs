//! [`Builder`]: how to connect and log in.

use std::time::Duration;

use netspeak_core::sasl::Credentials;
use netspeak_core::{
    ClearTextAuth, Connector, Endpoint, ErrorKind, LineEndings, Phase, Reason, Scheme, Target,
    Timeouts, Tls, Trace,
};

use super::{Chunking, Client, Mode, Pipelining, made_ready};
use crate::SCHEMES;
use crate::error::{Error, Result};
use crate::types::{Capabilities, ClientName};

/// Sets how to connect and log in; made by [`Client::builder`].
///
/// ```no_run
/// use netspeak_core::{Tls, sasl::Credentials};
/// use netspeak_smtp::{Client, Envelope};
///
/// # async fn example() -> netspeak_smtp::Result<()> {
/// let mut client = Client::builder()
///     .tls(Tls::Required)
///     .credentials(Credentials::password("ops", "hunter2".into()))
///     .connect(&"submission://mail.example.org".parse()?)
///     .await?;
/// let envelope = Envelope::new("ops@example.org", ["you@example.net"])?;
/// let receipt = client.send(&envelope, "Subject: hello\r\n\r\nhello\r\n").await?;
/// println!("{:?}", receipt.complete()?.queue_id());
/// client.quit().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    connector: Connector,
    mode: Option<Mode>,
    tls: Option<Tls>,
    credentials: Option<Credentials>,
    clear_text_auth: ClearTextAuth,
    name: Option<ClientName>,
    pipelining: Pipelining,
    chunking: Chunking,
    line_endings: LineEndings,
    answer_limit: Option<Duration>,
    trace: Option<Trace>,
}

impl Builder {
    /// Connects with this connector: proxies, roots, limits, timeouts. A greeting may take 30 s
    /// unless the connector says otherwise.
    #[must_use]
    pub fn connector(mut self, connector: Connector) -> Self {
        self.connector = connector;
        self
    }

    /// Which protocol. Default: LMTP for `lmtp://`, else SMTP.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// When TLS begins. Default: as the scheme says; for `smtp://` with credentials
    /// [`Tls::Required`]; and not at all to a peer on this machine.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// A total over everything that this client will ever do.
    #[must_use]
    pub fn deadline(mut self, total: Duration) -> Self {
        self.connector = self.connector.with_total(total);
        self
    }

    /// How long each part may take.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.connector = self.connector.with_timeouts(timeouts);
        self
    }

    /// How long the answer to a whole mail may take; see [`Client::set_answer_limit`].
    #[must_use]
    pub fn answer_limit(mut self, limit: Duration) -> Self {
        self.answer_limit = Some(limit);
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

    /// Who we say we are. Default: our address in brackets.
    #[must_use]
    pub fn name(mut self, name: ClientName) -> Self {
        self.name = Some(name);
        self
    }

    /// Whether commands run ahead of the replies.
    #[must_use]
    pub fn pipelining(mut self, pipelining: Pipelining) -> Self {
        self.pipelining = pipelining;
        self
    }

    /// Whether text goes in chunks of known size.
    #[must_use]
    pub fn chunking(mut self, chunking: Chunking) -> Self {
        self.chunking = chunking;
        self
    }

    /// What to do with lone CR and LF in a text.
    #[must_use]
    pub fn line_endings(mut self, line_endings: LineEndings) -> Self {
        self.line_endings = line_endings;
        self
    }

    /// Records into this trace.
    #[must_use]
    pub fn trace(mut self, trace: Trace) -> Self {
        self.trace = Some(trace);
        self
    }

    /// Connects, says EHLO, upgrades to TLS as asked, and logs in if there are credentials.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`] for a URL that is not SMTP.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        let credentials = self.credentials_for(target);
        let (endpoint, tls) = Scheme::endpoint(SCHEMES, target, self.tls, credentials.is_some())?;
        let mode = self.mode.unwrap_or_else(|| mode_of(target));
        let mut connector = made_ready(self.connector);
        if tls == Tls::Opportunistic && credentials.is_none() {
            // Between mail servers encryption to anybody is better than none (RFC 3207, RFC 7435).
            connector = connector.noting_certificates();
        }
        let trace = self.trace.unwrap_or_default();
        let conn = connector.connect(&endpoint, tls, &trace).await?;
        let mut client = Client::from_conn_as(conn, mode).await?;
        client.clear_text_auth = self.clear_text_auth;
        client.name = self.name;
        client.pipelining = self.pipelining;
        client.chunking = self.chunking;
        client.line_endings = self.line_endings;
        if let Some(limit) = self.answer_limit {
            client.after_text = limit;
        }
        client.ehlo().await?;
        // Without a wish, what stays on this machine is private enough as it is, unless the server
        // takes logins inside TLS only.
        let stays_here = self.tls.is_none() && client.conn().is_private();
        let takes_login = client.offers(|c| !c.auth().is_empty() || !c.starttls());
        if !stays_here || (credentials.is_some() && !takes_login) {
            client.upgrade_as(&connector, &endpoint, tls).await?;
        }
        if let Some(credentials) = credentials {
            client.auth(&credentials).await?;
        }
        Ok(client)
    }

    /// Which connections may stand in for one another.
    pub(crate) fn pool_key(&self, target: &Target) -> Result<netspeak_core::PoolKey> {
        let credentials = self.credentials_for(target);
        let (endpoint, tls) = Scheme::endpoint(SCHEMES, target, self.tls, credentials.is_some())?;
        let user = credentials.as_ref().map(Credentials::user);
        Ok(self.connector.pool_key(&endpoint, tls, user))
    }

    fn credentials_for(&self, target: &Target) -> Option<Credentials> {
        self.credentials
            .clone()
            .or_else(|| Credentials::of_target(target))
    }
}

impl Client {
    /// Upgrades as the mode says, by what EHLO said last, and says EHLO again. With
    /// [`Tls::Opportunistic`] it is no error if the server does not offer STARTTLS.
    ///
    /// # Errors
    /// `starttls.not_offered`, `starttls.refused`, `starttls.injected`, `tls.*`.
    pub(crate) async fn upgrade_as(
        &mut self,
        connector: &Connector,
        endpoint: &Endpoint,
        tls: Tls,
    ) -> Result<()> {
        match (tls, self.offers(Capabilities::starttls)) {
            (Tls::Off | Tls::Implicit, _) | (Tls::Opportunistic, false) => Ok(()),
            (Tls::Required, false) => Err(Error::Unsupported {
                feature: "STARTTLS, which is required here".into(),
                kind: ErrorKind::new(Phase::Starttls, Reason::NotOffered),
            }),
            (Tls::Opportunistic | Tls::Required, true) => {
                self.starttls(connector.tls()?, &endpoint.host).await?;
                self.ehlo().await.map(drop)
            }
        }
    }
}

pub(crate) fn mode_of(target: &Target) -> Mode {
    match target.scheme() {
        Some("lmtp") => Mode::Lmtp,
        _ => Mode::Smtp,
    }
}
