//! async-imap over a connection of ours. Without arguments it brings its own server.
//!
//! ```text
//! cargo run --features interop --example interop_async_imap -- imaps://mail.example.org me hunter2
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use futures_util::TryStreamExt;
use netspeak_imap::{Client, Target, Tls, interop};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [url, user, password] = given.as_slice() {
        let client = Client::builder().connect(&url.parse()?).await?;
        return look(client, user, password).await;
    }
    let message = format!("Subject: x\r\n\r\n{}\r\n", "x".repeat(84));
    let server = netspeak_fake::Imap::builder()
        .user("me", "hunter2")
        .message("me", &message)
        .message("me", &message);
    let server = server.start().await?;
    let target: Target = server.url("imap").parse()?;
    let client = Client::builder().tls(Tls::Off).connect(&target).await?;
    look(client, "me", "hunter2").await
}

async fn look(client: Client, user: &str, password: &str) -> Result<(), Box<dyn Error>> {
    let client = interop::async_imap(client)?;
    let login = client.login(user, password).await;
    let mut session = login.map_err(|(error, _)| error)?;
    println!("{} messages", session.examine("INBOX").await?.exists);
    let rows: Vec<_> = session
        .fetch("1:*", "RFC822.SIZE")
        .await?
        .try_collect()
        .await?;
    for row in rows {
        println!("{}: {} octets", row.message, row.size.unwrap_or_default());
    }
    session.logout().await?;
    Ok(())
}
