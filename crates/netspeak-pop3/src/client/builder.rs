//! [`Builder`]: how to connect and log in.

use netspeak_core::{Opening, Prepared, Target, UpgradeOffer};

use super::Client;
use crate::RULES;
use crate::error::Result;
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
    opening: Opening,
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
    netspeak_core::opening_setters!();
    netspeak_core::login_setters!();

    /// Says UTF8 before the login if the server offers it (RFC 6856): without it some servers refuse
    /// messages with UTF-8 in their headers.
    #[must_use]
    pub fn utf8_if_offered(mut self) -> Self {
        self.utf8 = Utf8::IfOffered;
        self
    }

    /// Connects, upgrades to TLS as asked, and logs in if there are credentials.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`](crate::Error::Usage) for a URL that is not
    /// POP3.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        let prepared = self.opening.prepare(&RULES, target)?;
        let connecting = self.connect_to(&prepared);
        connecting
            .await
            .map_err(|error| error.at(&prepared.endpoint))
    }

    async fn connect_to(&self, prepared: &Prepared) -> Result<Client> {
        let mut client = Client::from_conn(prepared.connect().await?).await?;
        client.set_clear_text_auth(prepared.clear_text_auth);
        if prepared.may_upgrade(client.conn()) {
            client.capa().await?;
            if prepared.upgrades(client.conn(), client.upgrade_offer())? {
                let tls = prepared.connector.tls()?;
                client.stls(tls, &prepared.endpoint.host).await?;
            }
        }
        if self.utf8 == Utf8::IfOffered {
            client.utf8_if_offered().await?;
        }
        if let Some(credentials) = &prepared.credentials {
            client.login(credentials).await?;
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

    /// What CAPA said last that counts for the upgrade.
    pub(crate) fn upgrade_offer(&self) -> UpgradeOffer {
        let offered = self.capabilities();
        UpgradeOffer {
            upgrade: offered.map(Capabilities::stls),
            login: offered.is_none_or(Capabilities::takes_login),
        }
    }
}
