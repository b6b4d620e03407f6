//! suppaftp over a connection of ours. Without an argument it brings its own server.
//!
//! ```text
//! cargo run --features interop --example interop_suppaftp -- ftp.example.org
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use netspeak_ftp::{Connector, Endpoint, interop};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    if let Some(host) = std::env::args().nth(1) {
        return list(&Endpoint::new(host.parse()?, 21)).await;
    }
    let server = netspeak_fake::Ftp::builder()
        .anonymous()
        .file("/one", "hello\n")
        .file("/two", "again\n");
    let server = server.start().await?;
    list(&Endpoint::new("127.0.0.1".parse()?, server.port())).await
}

async fn list(server: &Endpoint) -> Result<(), Box<dyn Error>> {
    let mut stream = interop::connect(server, &Connector::new()).await?;
    stream.login("anonymous", "guest@").await?;
    for name in stream.nlst(None).await? {
        println!("{name}");
    }
    stream.quit().await?;
    Ok(())
}
