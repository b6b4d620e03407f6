//! What core asks of every client.

use netspeak_core::sasl::Credentials;
use netspeak_core::{Conn, Goodbye, Prepared, Session};

use super::Client;
use crate::error::{Error, Result};
use crate::profile::Profile;
use crate::response::Refusal;

/// What the builder sets besides the opening.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// What we are.
    pub profile: Profile,
}

impl Session for Client {
    type Reply = Refusal;
    type Settings = Settings;

    async fn begin(conn: Conn, prepared: &Prepared, settings: &Settings) -> Result<Self> {
        let mut client = Self::from_conn(conn, settings.profile.clone());
        client.set_clear_text_auth(prepared.clear_text_auth);
        Ok(client)
    }

    fn conn(&self) -> &Conn {
        &self.conn
    }

    async fn log_in(&mut self, credentials: &Credentials) -> Result<&'static str> {
        let password = credentials.secret().filter(|_| credentials.is_password());
        let password = password
            .ok_or_else(|| Error::usage("a Telnet login is by user and password, as typed"))?;
        self.login(credentials.user(), &password).await?;
        Ok("prompts")
    }

    async fn quit(self) -> Result<Goodbye<Refusal>> {
        self.close().await?;
        Ok(Goodbye::Unspoken)
    }
}
