//! Lists a folder and fetches its files. Without arguments it brings its own server.
//!
//! ```text
//! cargo run --example get -- ftp://ops:secret@ftp.example.org pub
//! ```

use netspeak_ftp::{Kind, Result};
use tokio::io::{AsyncWriteExt, stdout};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if let (Some(url), Some(folder)) = (arguments.next(), arguments.next()) {
        return get(&url, &folder).await;
    }
    let server = netspeak_fake::Ftp::builder()
        .anonymous()
        .file("/pub/one", "hello\n")
        .file("/pub/two", "again\n");
    let server = server.start().await.map_err(netspeak_ftp::Error::Local)?;
    get(&server.url("ftp"), "pub").await
}

async fn get(url: &str, folder: &str) -> Result<()> {
    let mut client = netspeak_ftp::connect(url).await?;
    let entries = client.entries(folder).await?.collect(1000).await?;
    client.cwd(folder).await?;
    let mut out = stdout();
    for entry in entries.iter().filter(|entry| entry.kind() == Kind::File) {
        client
            .retr(entry.name_bytes())
            .await?
            .copy_to(&mut out)
            .await?;
    }
    out.flush().await.map_err(netspeak_ftp::Error::Local)?;
    client.quit().await?;
    Ok(())
}
