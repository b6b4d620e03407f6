//! [`Builder`]: how to connect and log in.

use netspeak_core::{LineEndings, Opening, Prepared, Target, UpgradeOffer};

use super::{AnswerLimits, Chunking, Client, Mode, Pipelining};
use crate::RULES;
use crate::error::Result;
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
    opening: Opening,
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
        self.mode = Some(mode);
        self
    }

    /// How long the answers may take that are part of a mail.
    #[must_use]
    pub fn answer_limits(mut self, limits: AnswerLimits) -> Self {
        self.limits = limits;
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

    /// Connects, says EHLO, upgrades to TLS as asked, and logs in if there are credentials.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`](crate::Error::Usage) for a URL that is not
    /// SMTP.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        let prepared = self.opening.prepare(&RULES, target)?;
        let connecting = self.connect_to(&prepared);
        connecting
            .await
            .map_err(|error| error.at(&prepared.endpoint))
    }

    async fn connect_to(self, prepared: &Prepared) -> Result<Client> {
        let mode = self.mode.unwrap_or_else(|| mode_of(prepared));
        let mut client = Client::from_conn_as(prepared.connect().await?, mode).await?;
        client.clear_text_auth = prepared.clear_text_auth;
        client.name = self.name;
        client.pipelining = self.pipelining;
        client.chunking = self.chunking;
        client.line_endings = self.line_endings;
        client.limits = self.limits;
        client.ehlo().await?;
        if prepared.upgrades(client.conn(), client.upgrade_offer())? {
            client.upgrade(prepared).await?;
        }
        if let Some(credentials) = &prepared.credentials {
            client.login(credentials).await?;
        }
        Ok(client)
    }

    /// Which connections may stand in for one another.
    pub(crate) fn pool_key(&self, target: &Target) -> Result<netspeak_core::PoolKey> {
        Ok(self.opening.prepare(&RULES, target)?.pool_key())
    }
}

impl Client {
    /// What EHLO said last that counts for the upgrade.
    pub(crate) fn upgrade_offer(&self) -> UpgradeOffer {
        UpgradeOffer {
            upgrade: Some(self.offers(Capabilities::starttls)),
            login: self.offers(|offered| !offered.auth().is_empty()),
        }
    }

    /// STARTTLS, and EHLO again.
    pub(crate) async fn upgrade(&mut self, prepared: &Prepared) -> Result<()> {
        let tls = prepared.connector.tls()?;
        self.starttls(tls, &prepared.endpoint.host).await?;
        self.ehlo().await.map(drop)
    }
}

pub(crate) fn mode_of(prepared: &Prepared) -> Mode {
    match prepared.scheme {
        "lmtp" => Mode::Lmtp,
        _ => Mode::Smtp,
    }
}
