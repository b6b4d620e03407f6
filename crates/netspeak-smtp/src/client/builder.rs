//! [`Builder`]: how to connect and log in.

use netspeak_core::sasl::Credentials;
use netspeak_core::tls::TlsClient;
use netspeak_core::{Conn, Host, LineEndings, Opening, Prepared, Session, Target, UpgradeOffer};

use super::{AnswerLimits, Chunking, Client, Mode, Pipelining};
use crate::RULES;
use crate::error::{Goodbye, Result};
use crate::response::Reply;
use crate::types::{Capabilities, ClientName};

/// Sets how to connect and log in; made by [`Client::builder`].
///
/// ```no_run
/// use netspeak_smtp::{Client, Envelope, Tls, sasl::Credentials};
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
    opening: Opening,
    settings: Settings,
}

/// What is set besides the opening.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    mode: Option<Mode>,
    name: Option<ClientName>,
    pipelining: Pipelining,
    chunking: Chunking,
    line_endings: LineEndings,
    limits: AnswerLimits,
}

impl Builder {
    netspeak_core::opening_setters!();
    netspeak_core::login_setters!();

    /// Which protocol. Default: LMTP for `lmtp://`, else SMTP.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.settings.mode = Some(mode);
        self
    }

    /// How long the answers may take that are part of a mail.
    #[must_use]
    pub fn answer_limits(mut self, limits: AnswerLimits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Who we say we are. Default: our address in brackets; behind a proxy on this machine its name.
    #[must_use]
    pub fn name(mut self, name: ClientName) -> Self {
        self.settings.name = Some(name);
        self
    }

    /// Whether commands run ahead of the replies.
    #[must_use]
    pub fn pipelining(mut self, pipelining: Pipelining) -> Self {
        self.settings.pipelining = pipelining;
        self
    }

    /// Whether text goes in chunks of known size.
    #[must_use]
    pub fn chunking(mut self, chunking: Chunking) -> Self {
        self.settings.chunking = chunking;
        self
    }

    /// What to do with lone CR and LF in a text.
    #[must_use]
    pub fn line_endings(mut self, line_endings: LineEndings) -> Self {
        self.settings.line_endings = line_endings;
        self
    }

    /// Connects, says EHLO, upgrades to TLS as asked, and logs in if there are credentials.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`](crate::Error::Usage) for a URL that is not
    /// SMTP.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        self.opening.connect(&RULES, target, &self.settings).await
    }

    /// Which connections may stand in for one another.
    pub(crate) fn pool_key(&self, target: &Target) -> Result<netspeak_core::PoolKey> {
        Ok(self.opening.prepare(&RULES, target)?.pool_key())
    }
}

impl Session for Client {
    type Reply = Reply;
    type Settings = Settings;

    async fn begin(conn: Conn, prepared: &Prepared, settings: &Settings) -> Result<Self> {
        let mode = settings.mode.unwrap_or(match prepared.scheme {
            "lmtp" => Mode::Lmtp,
            _ => Mode::Smtp,
        });
        let name = match (&settings.name, &prepared.own_name) {
            (None, Some(name)) => Some(name.parse()?),
            (name, _) => name.clone(),
        };
        let mut client = Self::from_conn_as(conn, mode).await?;
        client.clear_text_auth = prepared.clear_text_auth;
        client.name = name;
        client.pipelining = settings.pipelining;
        client.chunking = settings.chunking;
        client.line_endings = settings.line_endings;
        client.limits = settings.limits;
        Ok(client)
    }

    fn conn(&self) -> &Conn {
        &self.conn
    }

    async fn offer(&mut self) -> Result<UpgradeOffer> {
        self.ehlo_if_needed().await?;
        Ok(UpgradeOffer {
            upgrade: Some(self.offers(Capabilities::starttls)),
            login: self.offers(|offered| !offered.auth().is_empty()),
        })
    }

    async fn upgrade(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.starttls(tls, host).await?;
        self.ehlo().await.map(drop)
    }

    async fn settle(&mut self, _: &Settings) -> Result<()> {
        self.ehlo_if_needed().await
    }

    async fn log_in(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.login(credentials).await
    }

    async fn quit(self) -> Result<Goodbye> {
        self.quit().await
    }
}
