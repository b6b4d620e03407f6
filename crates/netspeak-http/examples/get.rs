//! Fetches a URL, shows where redirects led and what took how long. Without an argument it brings its own server.
//!
//! ```text
//! cargo run --example http_get -- https://www.example.org/
//! ```

use netspeak_http::{Client, Error, Result};
use tokio::io::{AsyncWriteExt, stderr, stdout};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    if let Some(url) = std::env::args().nth(1) {
        return get(&url).await;
    }
    let server = netspeak_fake::Http::builder()
        .redirect("/", 301, "/hello")
        .page("/hello", "text/plain", "hello\n");
    let server = server.start().await.map_err(Error::Local)?;
    get(&server.url("http")).await
}

async fn get(url: &str) -> Result<()> {
    let client = Client::new()?;
    let mut answer = client.get(url).send().await?.error_for_status()?;
    let mut out = stdout();
    while let Some(piece) = answer.chunk().await? {
        out.write_all(&piece).await.map_err(Error::Local)?;
    }
    let timings = answer.timings();
    let times = format!("waited {:?}, read for {:?}\n", timings.wait, timings.body);
    stderr()
        .write_all(times.as_bytes())
        .await
        .map_err(Error::Local)?;
    let told = format!(
        "{:?} {} after {} redirects\n",
        answer.version(),
        answer.status(),
        answer.hops().len()
    );
    out.write_all(told.as_bytes()).await.map_err(Error::Local)?;
    out.flush().await.map_err(Error::Local)
}
