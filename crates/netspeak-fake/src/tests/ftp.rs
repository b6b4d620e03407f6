//! FTP as it should be.

mod abort;
mod client;
mod control;
mod faults;
mod tls;
mod transfer;
