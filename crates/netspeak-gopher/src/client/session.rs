//! What core asks of every client. Gopher has neither greeting nor login nor goodbye, and its upgrade to
//! TLS needs no asking: whoever speaks first may speak TLS.

use netspeak_core::{Conn, Goodbye, Phase, Prepared, Session, Tls};

use super::{Client, KnownServers};
use crate::error::Result;
use crate::response::Refusal;

/// What the builder sets besides the opening.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// Whose keys are known, for trust on first use.
    pub known: Option<KnownServers>,
}

impl Session for Client {
    type Reply = Refusal;
    type Settings = Settings;

    async fn begin(conn: Conn, prepared: &Prepared, settings: &Settings) -> Result<Self> {
        let conn = secured(conn, prepared, settings.known.as_ref()).await?;
        Ok(Self { conn })
    }

    fn conn(&self) -> &Conn {
        &self.conn
    }

    async fn quit(self) -> Result<Goodbye<Refusal>> {
        self.conn.close().await?;
        Ok(Goodbye::Unspoken)
    }
}

async fn secured(
    mut conn: Conn,
    prepared: &Prepared,
    known: Option<&KnownServers>,
) -> Result<Conn> {
    let endpoint = &prepared.endpoint;
    if !conn.is_encrypted() && matches!(prepared.tls, Tls::Required | Tls::Opportunistic) {
        let upgraded = conn
            .upgrade(prepared.connector.tls()?, &endpoint.host)
            .await;
        if let Err(error) = upgraded {
            let may_be_clear = prepared.tls == Tls::Opportunistic
                && error.phase() == Phase::Tls
                && !known.is_some_and(|known| known.knows(endpoint));
            if !may_be_clear {
                return Err(error.into());
            }
            return Ok(prepared.connect().await?);
        }
    }
    if let Some(known) = known
        && conn.is_encrypted()
    {
        known.check(endpoint, conn.trace())?;
    }
    Ok(conn)
}
