#![cfg_attr(docsrs, feature(doc_cfg))]
//! An IMAP4 client: mailboxes listed, searched, fetched, changed, watched and kept in step; probe.
//!
//! ```no_run
//! # async fn example() -> netspeak_imap::Result<()> {
//! use netspeak_imap::{Items, Search};
//!
//! let mut client = netspeak_imap::connect("imaps://me:hunter2@mail.example.org").await?;
//! client.examine(&"INBOX".parse()?).await?;
//! let unread = client.search(&Search::unseen()).await?;
//! if !unread.is_empty() {
//!     let mut rows = client.fetch(unread, &Items::new().envelope()).await?;
//!     while let Some(row) = rows.next().await? {
//!         if let Some(envelope) = &row.envelope {
//!             println!("{:?} {:?}", row.uid, envelope.subject);
//!         }
//!     }
//! }
//! client.logout().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. Without default features the crate is a pure codec: [`Command`], [`ReplyCodec`], the
//! grammar of [`response`], no tokio.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`] |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `serde` | [`SyncState`] is stored and read by serde |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |

#![cfg_attr(
    not(feature = "net"),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the front page is about the client as well, which this build is without"
    )
)]

mod codec;
mod command;
mod error;
mod grammar;
mod reply;
pub mod response;
mod state;
mod types;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "probe")]
mod probe;
#[cfg(test)]
#[cfg(feature = "net")]
mod tests;

#[cfg(feature = "net")]
use std::time::Duration;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use codec::{Event, ReplyCodec};
pub use command::{
    AppendBody, Command, FlagChange, Form, Items, ListQuery, Opened, Parts, Resync, Returns,
    Search, StatusItems,
};
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use reply::Reply;
pub use state::{Access, Selected, State};
pub use types::{
    Capabilities, Date, Flag, FlagName, IdList, IdSet, Ids, InternalDate, Literals, Mailbox, Place,
    Section, SectionText, Text, Text8,
};

#[cfg(feature = "net")]
pub use client::{
    Answer, Append, Appended, BodyPart, Builder, Client, Copied, Expunged, Fetching, Idle, Message,
    Piece, Stored, Sync, SyncState, Way, connect,
};
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// The only ALPN id that is offered (registered with IANA).
pub const ALPN: &[&[u8]] = &[b"imap"];

/// `imap` (RFC 5092), and `imaps` with TLS from the first byte (RFC 8314 section 3.2).
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("imap", 143, Tls::Opportunistic),
    Scheme::new("imaps", 993, Tls::Implicit),
];

/// What IMAP lays down for its connections. A search in a large mailbox may take minutes.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "STARTTLS",
    timeouts: Timeouts::UNSET
        .with_greeting(Duration::from_secs(60))
        .with_reply(Duration::from_secs(300)),
    sessions: TlsSessions::Apart,
};
