//! Logs in by Digest: the password itself never goes out, and the server proves that it knows it too. Without an
//! argument it brings its own server.
//!
//! ```text
//! cargo run --example http_digest -- http://ops:secret@www.example.org/private
//! ```

use netspeak_fake::{DigestAlgorithm, DigestOptions};
use netspeak_http::{Client, Error, Result};
use tokio::io::{AsyncWriteExt, stdout};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    if let Some(url) = std::env::args().nth(1) {
        return twice(&url).await;
    }
    let digest = DigestOptions::new().algorithms([DigestAlgorithm::Sha256, DigestAlgorithm::Md5]);
    let server = netspeak_fake::Http::builder()
        .user("ops", "secret")
        .digest("/private", "the cellar", digest)
        .page("/private", "text/plain", "wine\n");
    let server = server.start().await.map_err(Error::Local)?;
    let url = server.url("http").replace("://", "://ops:secret@");
    twice(&format!("{url}/private")).await
}

/// The second time the client says who it is without being asked.
async fn twice(url: &str) -> Result<()> {
    let client = Client::new()?;
    for _ in 0..2 {
        let mut answer = client.get(url).send().await?.error_for_status()?;
        let text = answer.text(1 << 20).await?;
        let mut out = stdout();
        out.write_all(text.as_bytes()).await.map_err(Error::Local)?;
        out.flush().await.map_err(Error::Local)?;
    }
    Ok(())
}
