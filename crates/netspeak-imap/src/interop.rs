//! The engine's door: code written for async-imap goes over connections of ours.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use netspeak_imap::{Client, Tls, interop};
//!
//! let target = "imap://mail.example.org".parse()?;
//! let client = Client::builder().tls(Tls::Required).connect(&target).await?;
//! let client = interop::async_imap(client)?;
//! let mut session = client.login("me", "hunter2").await.map_err(|(error, _)| error)?;
//! println!("{:?}", session.examine("INBOX").await?.exists);
//! # Ok(())
//! # }
//! ```

use netspeak_core::ByteStream;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::state::State;

/// A client of async-imap's over this connection: through its proxy, behind its TLS. The greeting has been read.
///
/// The login is async-imap's, since it has no other way to begin a session; deadlines, limits and what is made of NO
/// are its own from then on.
///
/// # Errors
/// [`Error::Usage`] for a session that is logged in, [`Error::Poisoned`] if an earlier command did not finish.
pub fn async_imap(client: Client) -> Result<async_imap::Client<ByteStream>> {
    if client.state() != State::NotAuthenticated {
        return Err(Error::usage(
            "async-imap begins before the login: connect without credentials",
        ));
    }
    Ok(async_imap::Client::new(client.into_stream()?))
}
