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
/// use netspeak_pop3::{Client, Tls, sasl::Credentials};
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
    settings: Settings,
}

/// What is set besides the opening.
#[derive(Clone, Debug, Default)]
pub struct Settings {
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
        self.settings.utf8 = Utf8::IfOffered;
        self
    }

    /// Connects, upgrades to TLS as asked, and logs in if there are credentials.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`](crate::Error::Usage) for a URL that is not
    /// POP3.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        self.opening.connect(&RULES, target, &self.settings).await
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
        let offered = self.capa().await?;
        Ok(UpgradeOffer {
            upgrade: offered.map(Capabilities::stls),
            login: offered.is_none_or(Capabilities::takes_login),
        })
    }

    async fn upgrade(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.stls(tls, host).await
    }

    async fn settle(&mut self, settings: &Settings) -> Result<()> {
        if settings.utf8 == Utf8::Unasked {
            return Ok(());
        }
        if self.capabilities.is_none() {
            self.capa().await?;
        }
        if self.capabilities().and_then(Capabilities::utf8).is_some() {
            self.utf8().await?;
        }
        Ok(())
    }

    async fn log_in(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.login(credentials).await
    }

    async fn quit(self) -> Result<Goodbye> {
        self.quit().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use netspeak_core::Timeouts;

    use super::*;

    #[test]
    fn the_deadline_stays_whatever_is_set_behind_it() {
        let total = |builder: Builder| builder.opening.connector.timeouts().total;
        let (one, two) = (Duration::from_secs(1), Duration::from_secs(2));
        let deadline = || Client::builder().deadline(one);
        assert_eq!(total(deadline().timeouts(Timeouts::default())), Some(one));
        let mut timeouts = Timeouts::default();
        timeouts.total = Some(two);
        assert_eq!(total(deadline().timeouts(timeouts)), Some(two));
    }
}
