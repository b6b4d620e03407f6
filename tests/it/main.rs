//! Tests against the real servers of `tests/servers`: `cargo xtask test` starts them, says where they are, and runs
//! what is ignored here.
#![cfg(test)]

/// Chains of certificates by `netspeak tls`.
mod chains;
/// The command `netspeak`, as people and scripts use it.
mod cli;
/// One table of situations for every protocol that is switched on.
mod cross;
/// FTP sessions by the library.
mod ftp;
/// Gopher by the library and the command.
mod gopher;
/// Where the servers are, whose mailbox is whose, the command, and Docker.
mod harness;
/// HTTP requests by the library.
mod http;
/// IMAP sessions by the library, with Dovecot and Cyrus.
mod imap;
/// Mail that the command takes over from Dovecot and Cyrus.
mod mail;
/// News by the library, with INN.
mod nntp;
/// `netspeak check` beside Debian's monitoring plugins.
mod plugins;
/// What the servers' own logs say about us.
mod polite;
/// POP3 sessions by the library.
mod pop3;
/// The same through the real proxies.
mod proxy;
/// Completions and man pages, read by those they are for.
mod shells;
/// Mail sent to Postfix and to Dovecot's LMTP, and read back.
mod smtp;
/// Telnet sessions by the library and the command.
mod telnet;
/// Calls of XML-RPC by the library and the command.
mod xmlrpc;
