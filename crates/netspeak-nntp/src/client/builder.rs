//! [`Builder`]: how to connect and log in.

use netspeak_core::sasl::Credentials;
use netspeak_core::tls::TlsClient;
use netspeak_core::{Conn, Host, Opening, Prepared, Session, Target, UpgradeOffer};

use super::Client;
use crate::RULES;
use crate::error::{Goodbye, Result};
use crate::response::Reply;
use crate::types::Capabilities;

/// Sets how to connect and log in; made by [`Client::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use netspeak_nntp::{Client, Tls, sasl::Credentials};
///
/// # async fn example() -> netspeak_nntp::Result<()> {
/// let mut client = Client::builder()
///     .tls(Tls::Required)
///     .deadline(Duration::from_secs(30))
///     .credentials(Credentials::password("me", "hunter2".into()))
///     .connect(&"nntp://news.example.org".parse()?)
///     .await?;
/// let group = client.group(&"misc.test".parse()?).await?;
/// println!("{} articles", group.count);
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
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    role: Role,
    packing: Packing,
}

/// As what the client comes (RFC 3977 section 3.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// To read and post: a server in transit mode is told so (MODE READER).
    #[default]
    Reader,
    /// As another server, to hand articles over: the mode stays as it is.
    Peer,
}

/// Whether COMPRESS DEFLATE (RFC 8054) is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Packing {
    #[default]
    Unasked,
    #[cfg(feature = "deflate")]
    IfOffered,
}

impl Builder {
    netspeak_core::opening_setters!();
    netspeak_core::login_setters!();

    /// As what the client comes.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.settings.role = role;
        self
    }

    /// Compresses the session after the login if the server offers it (RFC 8054).
    #[cfg(feature = "deflate")]
    #[must_use]
    pub fn compress_if_offered(mut self) -> Self {
        self.settings.packing = Packing::IfOffered;
        self
    }

    /// Connects, upgrades to TLS as asked, and logs in if there are credentials.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`](crate::Error::Usage) for a URL that is not
    /// NNTP.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        let client: Client = self.opening.connect(&RULES, target, &self.settings).await?;
        self.settings.pack(client).await
    }
}

impl Settings {
    #[cfg(feature = "deflate")]
    async fn pack(self, mut client: Client) -> Result<Client> {
        if self.packing == Packing::IfOffered {
            let offered = client.known_capabilities().await?;
            if offered.is_some_and(Capabilities::compress_deflate) {
                client.compress().await?;
            }
        }
        Ok(client)
    }

    #[cfg(not(feature = "deflate"))]
    async fn pack(self, client: Client) -> Result<Client> {
        let Packing::Unasked = self.packing;
        Ok(client)
    }
}

impl Session for Client {
    type Reply = Reply;
    type Settings = Settings;

    async fn begin(conn: Conn, prepared: &Prepared, _: &Settings) -> Result<Self> {
        let mut client = Self::from_conn(conn).await?;
        client.clear_text_auth = prepared.clear_text_auth;
        client.credentials.clone_from(&prepared.credentials);
        Ok(client)
    }

    fn conn(&self) -> &Conn {
        &self.conn
    }

    async fn offer(&mut self) -> Result<UpgradeOffer> {
        let offered = self.ask_capabilities().await?;
        Ok(UpgradeOffer {
            upgrade: offered.map(Capabilities::starttls),
            login: offered.is_none_or(Capabilities::takes_login),
        })
    }

    async fn upgrade(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.starttls(tls, host).await
    }

    async fn settle(&mut self, settings: &Settings) -> Result<()> {
        if settings.role == Role::Peer {
            return Ok(());
        }
        let offered = self.known_capabilities().await?;
        let is_transit = offered.map(|offered| offered.mode_reader() && !offered.reader());
        match is_transit {
            Some(true) => self.mode_reader().await.map(drop),
            Some(false) => Ok(()),
            None => self.mode_reader_if_known().await,
        }
    }

    async fn log_in(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.login(credentials).await
    }

    async fn quit(self) -> Result<Goodbye> {
        self.quit().await
    }
}
