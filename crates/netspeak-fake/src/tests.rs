//! The servers, seen from the other end of the wire: raw bytes in and out, no client library of ours.

mod client;
mod dialogue;
mod faults;
mod ftp;
mod gopher;
mod http;
mod imap;
mod login;
mod nntp;
mod pop3;
mod server;
mod smtp;
mod telnet;
mod tls;
mod xmlrpc;
