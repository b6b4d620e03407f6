//! FTP sessions with vsftpd, which insists on resumed TLS sessions, and ProFTPD, which has most of the extensions.

mod scratch;

use netspeak::core::{Target, Tls};
use netspeak::ftp::{Builder, Client};

use crate::harness::{connector, target, with_password};

/// The two servers, by the beginning of their services' names.
const SERVERS: [&str; 2] = ["VSFTPD", "PROFTPD"];

fn over_tls() -> Builder {
    Client::builder().connector(connector()).tls(Tls::Required)
}

fn explicit(server: &str) -> Target {
    target("ftp", &format!("{server}_FTP"))
}

async fn logged_in(server: &str, user: &str) -> Client {
    let builder = over_tls().credentials(with_password(user));
    builder.connect(&explicit(server)).await.unwrap()
}
