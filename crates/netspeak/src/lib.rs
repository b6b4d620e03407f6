#![cfg_attr(docsrs, feature(doc_cfg))]
//! The Internet's classic text protocols under one roof.
//!
//! Each protocol is a crate of its own, re-exported here under its name and switched on by a
//! feature of that name; what they share is [`core`]. With the feature `probe` any target can be
//! probed by its URL:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use netspeak::core::protocol::ProbeOptions;
//!
//! let server = netspeak_fake::Pop3::builder().user("ops", "hunter2").start().await?;
//! let target = server.url("pop3").parse()?;
//! let report = netspeak::probe(&target, &ProbeOptions::default()).await;
//! assert_eq!(report.greeting.unwrap().code.as_deref(), Some("+OK"));
//! # Ok(())
//! # }
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `ftp` | [`ftp`]: FTP and FTPS (RFC 959, 2228, 2389, 2428, 3659, 4217) |
//! | `gopher` | [`gopher`]: Gopher (RFC 1436, 4266, Gopher+) |
//! | `telnet` | [`telnet`]: Telnet (RFC 854, 1143, 1091, 1073, 1572, 2066, 2217) |
//! | `http` | [`http`]: HTTP/1.0, 1.1 and 2 (RFC 9110, 9112, 9113) |
//! | `nntp` | [`nntp`]: NNTP (RFC 3977, 2980, 4642, 4643, 4644, 6048, 8054) |
//! | `imap` | [`imap`]: IMAP4 |
//! | `pop3` | [`pop3`]: POP3 (RFC 1939, 2449, 2595, 5034, 6856) |
//! | `smtp` | [`smtp`]: SMTP and LMTP (RFC 5321, 2033, 2920, 3030, 3207, 3461, 4954) |
//! | `all-protocols` (default) | all of these |
//! | `probe` (default) | [`probe`], [`registry`] |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `serde` | what is kept between sessions is stored and read by serde: POP3's unique ids |
//! | `blocking` | `blocking`: the clients without `async` |

pub use netspeak_core as core;
#[cfg(feature = "ftp")]
pub use netspeak_ftp as ftp;
#[cfg(feature = "gopher")]
pub use netspeak_gopher as gopher;
#[cfg(feature = "http")]
pub use netspeak_http as http;
#[cfg(feature = "imap")]
pub use netspeak_imap as imap;
#[cfg(feature = "nntp")]
pub use netspeak_nntp as nntp;
#[cfg(feature = "pop3")]
pub use netspeak_pop3 as pop3;
#[cfg(feature = "smtp")]
pub use netspeak_smtp as smtp;
#[cfg(feature = "telnet")]
pub use netspeak_telnet as telnet;

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "probe")]
pub mod registry;

#[cfg(feature = "probe")]
mod probe;

#[cfg(feature = "probe")]
pub use probe::probe;

/// The README's examples are compiled with the crate's tests.
#[cfg(all(doctest, feature = "pop3", feature = "probe"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
