//! FTP sessions with vsftpd, which takes only data connections that resume the TLS session of their control connection,
//! and with ProFTPD, which does so too and has most of the extensions.

mod faults;
mod files;
mod listings;
mod mirror;
mod polite;
mod tls;
mod ways;

use netspeak::core::{Target, Tls};
use netspeak::ftp::{Builder, Client, Result};

use crate::harness::{connector, seed, target, with_password};

/// By the beginning of their services' names.
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

/// In the clear, as `anonymous`.
async fn anonymous(target: &Target) -> Client {
    let builder = Client::builder().connector(connector()).tls(Tls::Off);
    builder.connect(target).await.unwrap()
}

async fn file(client: &mut Client, path: &str) -> Result<Vec<u8>> {
    client.retr(path).await?.bytes(1 << 24).await
}

async fn put(client: &mut Client, path: &str, bytes: &[u8]) -> Result<()> {
    let mut upload = client.stor(path).await?;
    upload.send(bytes).await?;
    upload.finish().await.map(drop)
}

/// The largest file that every user has, by its path.
fn large() -> (String, Vec<u8>) {
    let last = seed().pop().unwrap();
    (format!("seed/{}.eml", last.name), last.bytes)
}
