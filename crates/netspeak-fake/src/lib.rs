//! Small in-process servers with faults on demand, for tests and demonstrations.
//!
//! Each server is real: it keeps state, locks, commits, does TLS with certificates made at run time, and writes down what its clients
//! said. And each can be told to go wrong at any moment of the dialogue: [`Fault`].
//!
//! ```
//! use netspeak_fake::{Certificate, Fault, Moment, Pop3};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
//! let server = Pop3::builder()
//!     .user("ops", "secret")
//!     .message("ops", "Subject: hi\r\n\r\nhello\r\n")
//!     .tls(Certificate::Good)
//!     .stls()
//!     .fault(Fault::Reset(Moment::Inside("RETR", 20)).on_connection(1))
//!     .start()
//!     .await?;
//!
//! let url = server.url("pop3");                    // pop3://127.0.0.1:40123
//! let trust = server.ca_pem();                     // for the client under test
//! // ... let it loose, then:
//! server.idle().await;                             // all connections are closed
//! assert!(server.said().is_empty());               // what the clients said
//! assert_eq!(server.maildrop("ops").len(), 1);     // what they left
//! # let _ = (url, trust);
//! # Ok(()) }
//! ```
//!
//! Without a network: [`Builder::build`] and [`Fake::serve`] over any stream, such as one end of `tokio::io::duplex`, also with tokio's
//! clock paused.
//!
//! | server | RFCs |
//! |---|---|
//! | [`Ftp`] | 959, 2228 and 4217 (AUTH TLS, PROT, CCC), 2389 (FEAT), 2428 (EPSV), 2640 (UTF8), 3659 (MLSD, SIZE, REST), 7151 (HOST); MFMT, HASH, MODE Z |
//! | [`Gopher`] | 1436, Gopher+ |
//! | [`Telnet`] | 854, 855, 856 (BINARY), 857 (ECHO), 858 (SGA), 860 (TIMING-MARK), 1073 (NAWS), 1091 (TTYPE), 1572 (NEW-ENVIRON), 2066 (CHARSET), 2217 (COM-PORT); MCCP2 |
//! | [`Http`] | 9110 (conditions, ranges, Basic), 9112 (HTTP/1.1), 9113 (HTTP/2), 6265 (Set-Cookie), 6750 (Bearer), 7616 (Digest), 8297 (103); a forward proxy |
//! | [`Nntp`] | 3977, 2980 (XOVER, XHDR), 4642 (STARTTLS), 4643 (AUTHINFO), 4644 (streaming), 6048 (LIST COUNTS) |
//! | [`Imap`] | 9051 and 3501 (IMAP4rev2 and rev1), 2177 (IDLE), 2971 (ID), 3502 (MULTIAPPEND), 3516 (BINARY), 4314 (ACL), 4315 (UIDPLUS), 4731 and 5182 (ESEARCH, SEARCHRES), 4978 (COMPRESS), 5032 (WITHIN), 5256 (SORT, THREAD), 5258 and 5819 (LIST), 5464 (METADATA), 5465 (NOTIFY), 6154 (SPECIAL-USE), 6851 (MOVE), 6855 (UTF8), 7162 (CONDSTORE, QRESYNC), 7888 (LITERAL+), 7889 (APPENDLIMIT), 8437 (UNAUTHENTICATE), 8438 (STATUS=SIZE), 8440 (LIST-MYRIGHTS), 8474 (OBJECTID), 8508 (REPLACE), 8514 (SAVEDATE), 8970 (PREVIEW), 9208 (QUOTA), 9394 (PARTIAL), 9586 (UIDONLY), 9590 (LIST-METADATA), 9738 (MESSAGELIMIT); Gmail's X-GM-EXT-1 |
//! | [`Pop3`] | 1939, 2449 (CAPA), 2595 (STLS), 3206 (response codes), 5034 (AUTH), 6856 (UTF8, LANG) |
//! | [`Smtp`] | 5321, 1870 (SIZE), 2033 (LMTP), 2034 (status codes), 2920 (PIPELINING), 3030 (CHUNKING, BINARYMIME), 3207 (STARTTLS), 3461 (DSN), 4954 (AUTH), 6152 (8BITMIME), 6531 (SMTPUTF8), 9422 (LIMITS) |
//! | [`Http`] with [`Xmlrpc`], [`Scgi`] | XML-RPC, with nil, i8, introspection and multicall |
//!
//! `protocol.rs` says how another one is added.
//!
//! This crate shares no code with the clients that it is there to test, so that no error hides on both sides.

mod accounts;
mod auth;
mod body;
mod builder;
mod certificate;
mod deflate;
mod dialogue;
mod dot;
mod fault;
mod ftp;
mod gopher;
mod http;
mod imap;
mod lent;
mod line_ends;
mod log;
mod loopback;
mod mailstore;
mod mechanism;
mod nntp;
mod nonce;
mod offer;
mod placeholder;
mod pop3;
mod protocol;
mod sasl;
mod scram;
mod server;
mod sessions;
mod settings;
mod smtp;
mod socks5;
mod telnet;
mod tls;
mod transport;
mod wire;
mod xmlrpc;

pub use builder::Builder;
pub use certificate::{Certificate, ClientIdentity};
pub use fault::{EVENT, Fault, GREETING, HANDSHAKE, IDLING, LITERAL, MESSAGE, Moment, TRANSFER};
pub use ftp::{DataEnd, DataFault, DataTls, Ftp, Listing, Transfer};
pub use gopher::Gopher;
pub use http::{
    DigestAlgorithm, DigestOptions, DigestQop, Ending, Expectation, Http, Page, Request,
};
pub use imap::{Imap, ImapFault, Stored};
pub use log::{Handshake, Said};
pub use mailstore::KeepsMail;
pub use mechanism::Mechanism;
pub use nntp::Nntp;
pub use pop3::Pop3;
pub use protocol::Protocol;
pub use scram::ScramFault;
#[cfg(unix)]
pub use server::UnixServer;
pub use server::{Fake, Server};
pub use smtp::{How, Mail, Recipient, Smtp};
pub use socks5::Socks5;
pub use telnet::{Telnet, Terminal};
pub use xmlrpc::{Scgi, Xmlrpc};

#[cfg(test)]
mod tests;
