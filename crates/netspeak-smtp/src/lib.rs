//! An SMTP and LMTP client: a result for every recipient, pipelining, BDAT, STARTTLS that cannot be
//! stripped, a pool, a probe.

mod codec;
mod command;
mod error;
pub mod response;
mod types;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "interop")]
pub mod interop;
#[cfg(feature = "mx")]
pub mod mx;
#[cfg(feature = "net")]
mod pool;
#[cfg(feature = "probe")]
mod probe;
#[cfg(all(test, feature = "net"))]
mod tests;

pub use codec::{Event, ReplyCodec, State};
pub use command::{Chunk, Command};
pub use error::{Error, Result};
pub use response::{EnhancedCode, Reply};
pub use types::{
    ByMode, Capabilities, ClientName, DeclaredLimits, DeliverBy, Envelope, ForwardPath, MailBody,
    MailParameters, Notify, Parameter, RcptParameters, Recipient, Return, ReversePath, SizeLimit,
    xtext,
};

/// The engine that builds messages. Its messages and addresses are taken by this crate as they are.
pub use lettre::{Address, Message, address, message};

#[cfg(feature = "net")]
pub use client::{
    Batch, Body, Builder, Chunking, Client, Delivery, Iter, Mail, Mode, Outcome, Pipelining,
    Receipt, Refusal, connect,
};

#[cfg(feature = "net")]
pub use pool::{Lease, Pool, PoolOptions};
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// SMTP has no registered ALPN id, so none is offered.
pub const ALPN: &[&[u8]] = &[];

/// `smtp`, `submission` (RFC 6409), `smtps` and `submissions` (RFC 8314), `lmtp` (RFC 2033).
#[cfg(feature = "net")]
pub const SCHEMES: &[netspeak_core::Scheme] = &[
    scheme("smtp", 25, netspeak_core::Tls::Opportunistic),
    scheme("submission", 587, netspeak_core::Tls::Opportunistic),
    scheme("smtps", 465, netspeak_core::Tls::Implicit),
    scheme("submissions", 465, netspeak_core::Tls::Implicit),
    scheme("lmtp", 24, netspeak_core::Tls::Opportunistic),
];

#[cfg(feature = "net")]
const fn scheme(name: &'static str, port: u16, tls: netspeak_core::Tls) -> netspeak_core::Scheme {
    netspeak_core::Scheme { name, port, tls }
}
