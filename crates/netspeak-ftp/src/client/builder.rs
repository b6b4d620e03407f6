//! [`Builder`]: how to connect and log in.

use std::time::Duration;

use netspeak_core::sasl::Credentials;
use netspeak_core::tls::TlsClient;
use netspeak_core::{Conn, Host, Opening, Phase, Prepared, Secret, Session, Target, UpgradeOffer};

use super::{ActiveMode, Client, PassiveAddress, Pipelining, Settings};
use crate::RULES;
use crate::data::Link;
use crate::error::{Goodbye, Result};
use crate::listing::TimeZone;
use crate::response::Reply;
use crate::types::Features;

/// Sets how to connect and log in; made by [`Client::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use netspeak_ftp::{Client, Tls, sasl::Credentials};
///
/// # async fn example() -> netspeak_ftp::Result<()> {
/// let mut client = Client::builder()
///     .tls(Tls::Required)
///     .keep_alive(Duration::from_secs(60))
///     .credentials(Credentials::password("ops", "hunter2".into()))
///     .connect(&"ftp://ftp.example.org".parse()?)
///     .await?;
/// println!("{}", client.pwd().await?);
/// client.quit().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    opening: Opening,
    settings: Settings,
}

impl Builder {
    netspeak_core::opening_setters!();
    netspeak_core::login_setters!();

    /// Answers with this account where the server asks for one (ACCT, RFC 959 section 4.1.1).
    #[must_use]
    pub fn account(mut self, account: Secret) -> Self {
        self.settings.account = Some(account);
        self
    }

    /// Names the host before the login (HOST, RFC 7151), for servers that are many.
    #[must_use]
    pub fn virtual_host(mut self, name: impl Into<String>) -> Self {
        self.settings.virtual_host = Some(name.into());
        self
    }

    /// Where passive data connections go. Default: to the peer of the control connection.
    #[must_use]
    pub fn passive_address(mut self, address: PassiveAddress) -> Self {
        self.settings.passive = address;
        self
    }

    /// Lets the server connect to us (PORT, EPRT) instead of connecting to it.
    #[must_use]
    pub fn active(mut self, mode: ActiveMode) -> Self {
        self.settings.active = Some(mode);
        self
    }

    /// Says NOOP this often while a transfer is under way, so that nobody on the way takes the control
    /// connection for dead. Default: never.
    #[must_use]
    pub fn keep_alive(mut self, interval: Duration) -> Self {
        self.settings.keep_alive = Some(interval);
        self
    }

    /// The zone of the server's clock, for the dates of LIST without a year. Default: UTC.
    #[must_use]
    pub fn time_zone(mut self, zone: TimeZone) -> Self {
        self.settings.time_zone = zone;
        self
    }

    /// Whether commands that do not depend on each other leave together. Default: they do.
    #[must_use]
    pub fn pipelining(mut self, pipelining: Pipelining) -> Self {
        self.settings.pipelining = pipelining;
        self
    }

    /// Connects, upgrades to TLS as asked, and logs in: as `anonymous` if there are no credentials.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`](crate::Error::Usage) for a URL that is not
    /// FTP.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        let mut client: Client = self.opening.connect(&RULES, target, &self.settings).await?;
        if client.state == crate::State::Greeted {
            client.login_anonymously().await?;
        }
        Ok(client)
    }
}

impl Session for Client {
    type Reply = Reply;
    type Settings = Settings;

    async fn begin(conn: Conn, prepared: &Prepared, settings: &Settings) -> Result<Self> {
        let link = Link {
            connector: prepared.connector.clone(),
            endpoint: Some(prepared.endpoint.clone()),
            passive: settings.passive,
        };
        let trace = conn.trace().clone();
        let greeted = trace.stamped(Phase::Greeting, Self::greet(conn, link));
        let mut client = greeted.await?;
        client.clear_text_auth = prepared.clear_text_auth;
        client.settings = settings.clone();
        Ok(client)
    }

    fn conn(&self) -> &Conn {
        &self.control.conn
    }

    async fn offer(&mut self) -> Result<UpgradeOffer> {
        let offered = self.feat().await?;
        Ok(UpgradeOffer {
            upgrade: offered.map(Features::tls),
            login: true,
        })
    }

    async fn upgrade(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.begin_tls(tls, host).await
    }

    async fn settle(&mut self, settings: &Settings) -> Result<()> {
        match &settings.virtual_host {
            Some(name) => self.host(name).await.map(drop),
            None => Ok(()),
        }
    }

    async fn log_in(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.login(credentials).await
    }

    async fn quit(self) -> Result<Goodbye> {
        self.quit().await
    }
}
