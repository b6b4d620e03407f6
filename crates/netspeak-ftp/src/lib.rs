#![cfg_attr(docsrs, feature(doc_cfg))]
//! An FTP client: files over FTP and FTPS, listings of every dialect.
//!
//! ```no_run
//! # async fn example() -> netspeak_ftp::Result<()> {
//! let mut client = netspeak_ftp::connect("ftp://ftp.example.org").await?;
//! let mut listing = client.entries("pub").await?;
//! while let Some(listed) = listing.next().await? {
//!     if let Some(entry) = listed.entry() {
//!         println!("{} {:?}", entry.name(), entry.size());
//!     }
//! }
//! let file = client.retr("pub/README").await?.bytes(1 << 20).await?;
//! client.stor("incoming/README").await?.send(&file).await?;
//! client.quit().await?;
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "net")]
mod client;
mod codec;
mod command;
#[cfg(feature = "net")]
mod data;
#[cfg(feature = "net")]
mod digest;
mod error;
pub mod listing;
pub mod mirror;
mod path;
#[cfg(feature = "probe")]
mod probe;
pub mod response;
mod types;

#[cfg(test)]
#[cfg(feature = "net")]
mod tests;

#[cfg(feature = "net")]
use std::time::Duration;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use codec::{Event, ReplyCodec, State};
pub use command::Command;
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use listing::{Entry, Kind, Listed, ListingParser};
pub use path::{FtpPath, LocalName, NameFault, NameRules, Taken, TypeCode};
pub use response::Reply;
pub use types::{
    Features, HashAlgorithm, MlstFact, PathName, Protection, TransferMode, TransferType,
};

#[cfg(feature = "net")]
pub use client::{
    Builder, Client, Download, KnownSize, Listing, Pipelining, Progress, Received, RetrOptions,
    StorOptions, Store, Stored, Upload, connect,
};
#[cfg(feature = "net")]
pub use data::{ActiveMode, PassiveAddress};
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// The only ALPN id that is offered (registered with IANA).
pub const ALPN: &[&[u8]] = &[b"ftp"];

/// `ftp` (RFC 1738) and `ftps`, whose TLS begins with the first byte.
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("ftp", 21, Tls::Opportunistic),
    Scheme::new("ftps", 990, Tls::Implicit),
];

/// What FTP lays down for its connections. Servers look up who comes before they greet, and may
/// have to wait for a disk before they answer. Data connections resume the TLS session of their control
/// connection, as many servers insist on.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "AUTH TLS",
    timeouts: Timeouts::UNSET
        .with_greeting(Duration::from_secs(60))
        .with_reply(Duration::from_secs(60)),
    sessions: TlsSessions::Shared,
};
