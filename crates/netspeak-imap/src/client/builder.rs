//! [`Builder`]: how to connect and log in.

use netspeak_core::sasl::Credentials;
use netspeak_core::tls::TlsClient;
use netspeak_core::{Conn, Host, Opening, Prepared, Session, Target, UpgradeOffer};

use super::Client;
use crate::RULES;
use crate::error::{Goodbye, Result};
use crate::reply::Reply;
use crate::state::State;
use crate::types::Capabilities;

/// Sets how to connect and log in; made by [`Client::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use netspeak_imap::{Client, Tls, sasl::Credentials};
///
/// # async fn example() -> netspeak_imap::Result<()> {
/// let mut client = Client::builder()
///     .tls(Tls::Required)
///     .deadline(Duration::from_secs(30))
///     .credentials(Credentials::password("ops", "hunter2".into()))
///     .connect(&"imap://mail.example.org".parse()?)
///     .await?;
/// let inbox = client.examine(&"INBOX".parse()?).await?;
/// println!("{} messages", inbox.exists);
/// client.logout().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    pub(super) opening: Opening,
    settings: Settings,
}

/// What is set besides the opening.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    packing: Packing,
}

/// Whether COMPRESS DEFLATE (RFC 4978) is said.
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

    /// Compresses the session after the login if the server offers it (RFC 4978): COMPRESS goes along with the first
    /// command that something may stand behind (SELECT, LIST, STATUS, ...), so that it costs no round trip.
    #[cfg(feature = "deflate")]
    #[must_use]
    pub fn compress_if_offered(mut self) -> Self {
        self.settings.packing = Packing::IfOffered;
        self
    }

    /// Connects, upgrades to TLS as asked, and logs in if there are credentials.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`](crate::Error::Usage) for a URL that is not IMAP.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        let client = self.opening.connect(&RULES, target, &self.settings).await?;
        self.settings.pack(client).await
    }
}

impl Settings {
    #[cfg(feature = "deflate")]
    async fn pack(self, mut client: Client) -> Result<Client> {
        if self.packing == Packing::IfOffered {
            client.want_compressed().await?;
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
        Ok(client)
    }

    fn conn(&self) -> &Conn {
        &self.conn
    }

    async fn offer(&mut self) -> Result<UpgradeOffer> {
        // Whoever is let in at once can no longer upgrade (RFC 9051 section 7.1.4).
        if self.state != State::NotAuthenticated {
            return Ok(UpgradeOffer {
                upgrade: Some(false),
                login: true,
            });
        }
        let offered = self.known_capabilities().await?;
        Ok(UpgradeOffer {
            upgrade: Some(offered.starttls()),
            login: takes_login(offered),
        })
    }

    async fn upgrade(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.starttls(tls, host).await
    }

    async fn log_in(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.login(credentials).await
    }

    async fn quit(self) -> Result<Goodbye> {
        self.logout().await
    }
}

/// Whether there is a way in before an upgrade.
fn takes_login(offered: &Capabilities) -> bool {
    !offered.login_disabled() || !offered.sasl().is_empty()
}
