//! A POP3 client: typed sessions, pipelined retrieval, STLS that cannot be stripped, probe.
//!
//! ```no_run
//! # async fn example() -> netspeak_pop3::Result<()> {
//! let mut client = netspeak_pop3::connect("pop3s://ops:hunter2@mail.example.org").await?;
//! for listing in client.list().await? {
//!     let mut message = client.retr(listing.number).await?;
//!     message.copy_to(&mut Vec::new()).await?; // any AsyncWrite; here it is only counted
//! }
//! client.quit().await?; // deletes what is marked; dropping the client deletes nothing
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. Without default features the crate is a pure codec: [`Command`], [`Reply`],
//! [`ReplyCodec`], no tokio.

mod codec;
mod command;
mod error;
pub mod response;
mod sync;
mod types;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "probe")]
mod probe;
#[cfg(all(test, feature = "net"))]
mod tests;

pub use codec::{Event, Expect, ReplyCodec, State};
pub use command::Command;
pub use error::{Error, Result};
pub use response::{Reply, ResponseCode};
pub use sync::{Maildrop, Place};
pub use types::{
    Capabilities, Expire, LoginDelay, MessageNumber, ScanListing, Stat, UniqueId, UniqueIdListing,
};

#[cfg(feature = "net")]
pub use client::{Batch, Builder, Client, Deletion, Fetch, Language, Message, connect};
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// The only ALPN id that is offered (registered with IANA).
pub const ALPN: &[&[u8]] = &[b"pop3"];

/// `pop3` (RFC 2384 calls it `pop`) and `pop3s` (RFC 8314).
#[cfg(feature = "net")]
pub const SCHEMES: &[netspeak_core::Scheme] = &[
    netspeak_core::Scheme {
        name: "pop3",
        port: 110,
        tls: netspeak_core::Tls::Opportunistic,
    },
    netspeak_core::Scheme {
        name: "pop",
        port: 110,
        tls: netspeak_core::Tls::Opportunistic,
    },
    netspeak_core::Scheme {
        name: "pop3s",
        port: 995,
        tls: netspeak_core::Tls::Implicit,
    },
];
