#![cfg_attr(docsrs, feature(doc_cfg))]
//! An NNTP client: news read, posted and streamed, overviews, pipelined bodies, probe.
//!
//! ```no_run
//! # async fn example() -> netspeak_nntp::Result<()> {
//! let mut client = netspeak_nntp::connect("nntps://me:hunter2@news.example.org").await?;
//! let group = client.group(&"comp.lang.rust".parse()?).await?;
//! let mut rows = client.over(group.low..=group.high).await?;
//! while let Some(row) = rows.next().await? {
//!     println!("{} {}", row.number(), String::from_utf8_lossy(row.subject().unwrap_or_default()));
//! }
//! client.quit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. Without default features the crate is a pure codec: [`Command`], [`Reply`],
//! [`ReplyCodec`], the parsers of [`response`], [`Draft`], no tokio.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`] |
//! | `deflate` (default) | COMPRESS DEFLATE, XFEATURE COMPRESS GZIP |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! # From Python's nntplib
//!
//! | Python | here |
//! |---|---|
//! | `NNTP(host, port, user, password, readermode)` | [`connect`] with `nntp://user:password@host:port`; MODE READER is said where it is needed: [`Builder::role`] |
//! | `NNTP_SSL(host, port, ...)` | [`connect`] with `nntps://` |
//! | `getwelcome()` | [`Client::greeting`], [`Client::posting`] |
//! | `getcapabilities()` | [`Client::ask_capabilities`], [`Client::capabilities`]: typed, and the raw lines |
//! | `login(user, password)` | [`Client::login`]; a server that asks for it later gets it by itself |
//! | `starttls(context)` | [`Client::starttls`]; an `nntp://` URL with a password does it by itself |
//! | `newgroups(date)`, `newnews(group, date)` | [`Client::newgroups`], [`Client::newnews`] |
//! | `list(pattern)` | [`Client::list_active`] |
//! | `description(group)`, `descriptions(pattern)` | [`Client::list_newsgroups`] |
//! | `group(name)` | [`Client::group`] |
//! | `over(spec)`, `xover(first, last)` | [`Client::over`], with the fields of [`Client::overview_format`] |
//! | `xhdr(name, spec)` | [`Client::hdr`] |
//! | `help()`, `date()` | [`Client::help`], [`Client::date`] |
//! | `stat(spec)`, `next()`, `last()` | [`Client::stat`], [`Client::next_article`], [`Client::last_article`] |
//! | `article(spec)`, `head(spec)`, `body(spec)` | [`Client::article`], [`Client::body`], streams; [`Client::head`], typed; many: [`Client::fetch`] |
//! | `file=` | [`Text::copy_to`] |
//! | `post(data)`, `ihave(id, data)` | [`Client::post`], with [`Draft`]; [`Client::ihave`] |
//! | `quit()` | [`Client::quit`] |
//! | `set_debuglevel(n)` | [`Builder::trace`] with a transcript; no password is in it |
//! | `NNTPTemporaryError`, `NNTPPermanentError`, `NNTPDataError` | [`Error`], with a stable word for each: [`Error::kind`]; [`Reply::meaning`] |
//! | `decode_header(text)` | [`encoded_word::decode`]; [`Overview`] and [`Headers`](response::Headers) do it by themselves |
//!
//! # RFCs
//!
//! | RFC | what |
//! |---|---|
//! | 3977 | NNTP: all verbs |
//! | 2980 | XOVER, XHDR, XPAT |
//! | 4642, 8143 | STARTTLS, `nntps` |
//! | 4643 | AUTHINFO USER, PASS and SASL |
//! | 4644 | MODE STREAM, CHECK, TAKETHIS |
//! | 5536 | articles |
//! | 6048 | LIST COUNTS, DISTRIBUTIONS, MODERATORS, MOTD, SUBSCRIPTIONS |
//! | 8054 | COMPRESS DEFLATE |

#![cfg_attr(
    not(feature = "net"),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the front page is about the client as well, which this build is without"
    )
)]

pub mod binary;
mod codec;
mod command;
mod draft;
mod error;
pub mod nzb;
pub mod response;
mod text;
mod types;
pub mod uu;
pub mod yenc;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "probe")]
mod probe;
#[cfg(test)]
#[cfg(feature = "net")]
mod tests;

#[cfg(feature = "net")]
use std::time::Duration;

pub use netspeak_core::encoded_word;
// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use codec::{Event, Expect, ReplyCodec};
pub use command::{Command, List};
pub use draft::Draft;
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use response::{Meaning, Overview, OverviewFormat, OverviewRow, Reply, StatusLine};
pub use types::{ArticleRange, Capabilities, Group, GroupName, MessageId, Span, Which};

#[cfg(feature = "net")]
pub use client::{
    Batch, Binaries, Builder, Client, Listing, Offered, Overviews, Part, Posted, Posting, Role,
    Tail, Text, Wanted, connect,
};
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// The only ALPN id that is offered (registered with IANA).
pub const ALPN: &[&[u8]] = &[b"nntp"];

/// `nntp` (RFC 5538), and `nntps` with TLS from the first byte (RFC 4642 section 1).
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("nntp", 119, Tls::Opportunistic),
    Scheme::new("news", 119, Tls::Opportunistic),
    Scheme::new("nntps", 563, Tls::Implicit),
];

/// What NNTP lays down for its connections. A command over a large group may take minutes.
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
