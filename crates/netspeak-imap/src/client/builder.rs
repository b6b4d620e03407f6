//! [`Builder`]: how to connect.

use netspeak_core::{Conn, Opening, Prepared, Session, Target};

use super::Client;
use crate::RULES;
use crate::error::{Goodbye, Result};
use crate::response::toy::Reply;

/// Sets how to connect; made by [`Client::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use netspeak_imap::{Client, Tls};
///
/// # async fn example() -> netspeak_imap::Result<()> {
/// let mut client = Client::builder()
///     .tls(Tls::Implicit)
///     .deadline(Duration::from_secs(30))
///     .connect(&"imaps://imap.example.org".parse()?)
///     .await?;
/// client.noop().await?;
/// client.quit().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    opening: Opening,
}

impl Builder {
    netspeak_core::opening_setters!();

    /// Connects.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`](crate::Error::Usage) for a URL that is not
    /// Imap.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        self.opening.connect(&RULES, target, &()).await
    }
}

impl Session for Client {
    type Reply = Reply;
    type Settings = ();

    async fn begin(conn: Conn, _: &Prepared, (): &()) -> Result<Self> {
        Self::from_conn(conn).await
    }

    fn conn(&self) -> &Conn {
        &self.conn
    }

    async fn quit(self) -> Result<Goodbye> {
        self.quit().await
    }
}
