#![cfg_attr(docsrs, feature(doc_cfg))]
//! The socket crate under netspeak's protocol crates: everything that is true for every protocol,
//! and nothing that is true for one of them only.
//!
//! A connection is opened by a [`Connector`] and talked over as a [`Conn`]; a protocol crate brings
//! a [`Codec`] that turns bytes into events.
//!
//! ```no_run
//! use netspeak_core::{Connector, LineCodec, Phase, Tls, Trace};
//!
//! # async fn example() -> netspeak_core::Result<()> {
//! let endpoint = "mail.example.org:pop3s".parse()?;
//! let mut conn = Connector::new().connect(&endpoint, Tls::Implicit, &Trace::new()).await?;
//! conn.begin(Phase::Greeting)?;
//! let greeting = conn.next(&mut LineCodec::new(512)).await?;
//! assert!(conn.bytes(greeting).starts_with(b"+OK"));
//! # Ok(())
//! # }
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | none | addresses, targets, codecs, [`Wire`], [`Secret`], [`Error`]: bytes and values, no tokio |
//! | `net` (default) | [`Connector`], [`Conn`], deadlines, [`Trace`], plain [sockets](socket) |
//! | `idn` | host names that are not ASCII (IDNA); without it, their A-labels (`xn--...`) are taken |
//! | `tls` | TLS on rustls, certificate facts |
//! | `deflate` | `Conn::compress`: compression over a running talk |
//! | `proxy` | `Proxy`: SOCKS, HTTP CONNECT, and the PROXY header |
//! | `sasl` | SASL mechanisms, without I/O |
//! | `dns` | `dns`: MX, SRV and TLSA records, on hickory |
//! | `probe` | `Report` and the protocol descriptor |
//! | `testing` | what tests of codecs and clients share |

#![cfg_attr(
    not(feature = "net"),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the front page is about the client as well, which this build is without"
    )
)]

mod address;
mod codec;
mod dot;
mod encoding;
mod error;
mod excerpt;
mod keywords;
mod limits;
mod line;
mod local_name;
mod pages;
mod policy;
mod said;
mod secret;
mod target;
pub mod text;
pub mod vocabulary;
mod wire;

#[cfg(feature = "net")]
mod boxed;
#[cfg(feature = "net")]
mod conn;
#[cfg(feature = "net")]
mod connect;
#[cfg(feature = "net")]
mod deadline;
#[cfg(feature = "net")]
mod dial;
#[cfg(feature = "net")]
mod goodbye;
#[cfg(all(feature = "net", feature = "sasl"))]
mod login;
#[cfg(feature = "net")]
pub mod open;
#[cfg(feature = "net")]
mod opening;
#[cfg(feature = "net")]
mod pace;
#[cfg(feature = "net")]
mod reach;
#[cfg(feature = "net")]
mod read_ahead;
#[cfg(feature = "net")]
mod resolve;
mod scheme;
#[cfg(feature = "net")]
mod session;
#[cfg(feature = "net")]
pub mod socket;
#[cfg(feature = "net")]
mod stream;
#[cfg(feature = "net")]
mod timeline;
#[cfg(feature = "net")]
mod trace;

#[cfg(feature = "dns")]
pub mod dns;

#[cfg(feature = "words")]
pub mod encoded_word;

#[cfg(feature = "tls")]
mod cert;
#[cfg(feature = "tls")]
pub mod tls;

#[cfg(feature = "proxy")]
pub mod proxy;

#[cfg(feature = "probe")]
pub mod protocol;
#[cfg(feature = "probe")]
pub mod report;

#[cfg(feature = "sasl")]
pub mod sasl;

#[cfg(feature = "testing")]
pub mod testing;

pub use address::{Endpoint, Host, Port, Transport, service_port};
pub use codec::{Codec, Shown, Step, closed_early};
pub use dot::{DotDecoder, DotEncoder, Dotted, LineEndings};
pub use encoding::Encoding;
pub use error::{
    At, Error, ErrorKind, NetError, NoReply, Phase, Reason, Reply, Result, UnknownWord,
};
pub use excerpt::Excerpt;
pub use keywords::Keywords;
pub use limits::{Budget, Limits};
pub use line::LineCodec;
pub use local_name::{LocalName, NameFault, NameRules, Taken};
pub use pages::Pages;
pub use policy::{ClearTextAuth, Security};
pub use said::Said;
pub use scheme::{Scheme, Tls};
pub use secret::Secret;
pub use target::{Target, decode as percent_decode};
pub use wire::{Wire, check_argument, check_mechanism, check_text, check_word};

#[cfg(feature = "net")]
pub use {
    conn::{ByteStream, Conn},
    connect::{Connector, Detour, PoolKey},
    deadline::{Deadline, Deadlines, Timeouts},
    dial::Dialer,
    goodbye::Goodbye,
    opening::{Opening, Prepared, Rules, TlsSessions, UpgradeOffer},
    pace::{Pace, Progress, Watcher},
    reach::Reach,
    read_ahead::{Piece, ReadAhead},
    resolve::{Family, Resolver},
    session::Session,
    stream::Io,
    timeline::{Stamp, Timeline},
    trace::{Attempt, Entry, Side, Trace, Transcript},
};

#[cfg(feature = "tls")]
pub use cert::CertFacts;

#[cfg(all(feature = "net", feature = "sasl"))]
pub use login::{Denied, LoginAnswer, LoginTalk, Refusal, Unasked, log_in};

#[cfg(feature = "deflate")]
pub use stream::deflated::Deflate;

#[cfg(feature = "proxy")]
pub use proxy::{Proxy, ProxyHeader};
