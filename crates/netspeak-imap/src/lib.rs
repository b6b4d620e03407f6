#![cfg_attr(docsrs, feature(doc_cfg))]
//! A Imap client: typed sessions, probe.
//!
//! ```no_run
//! # async fn example() -> netspeak_imap::Result<()> {
//! let mut client = netspeak_imap::connect("imap://imap.example.org").await?;
//! println!("{}", client.say("hello").await?.text());
//! client.quit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. Without default features the crate is a pure codec: [`Command`], [`Reply`],
//! [`ReplyCodec`], no tokio.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`] |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! # What there is, and what proves it
//!
//! | # | what | where | proof |
//! |---|---|---|---|
//! | X1 | greeting | [`Client::greeting`] | `a_session`, `another_protocol` |
//! | X2 | SAY, NOOP, QUIT | [`Client::say`], [`Client::noop`], [`Client::quit`] | `a_session`, `a_refusal`, `the_say_example_runs` |
//! | X3 | limits on lines | [`Limits`] | `any_bytes_in_any_split_mean_the_same` |

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
pub mod response;
mod types;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "probe")]
mod probe;
#[cfg(test)]
#[cfg(feature = "net")]
mod tests;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use codec::ReplyCodec;
pub use command::Command;
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use response::toy::Reply;
pub use types::{
    Capabilities, Date, Flag, FlagName, IdList, IdSet, Ids, InternalDate, Literals, Mailbox,
    Section, SectionText, Text, Text8,
};

#[cfg(feature = "net")]
pub use client::{Builder, Client, connect};
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// The only ALPN id that is offered.
pub const ALPN: &[&[u8]] = &[b"imap"];

/// `imap`, and `imaps` with TLS from the first byte.
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("imap", 7777, Tls::Off),
    Scheme::new("imaps", 7778, Tls::Implicit),
];

/// What Imap lays down for its connections.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "",
    timeouts: Timeouts::UNSET,
    sessions: TlsSessions::Apart,
};
