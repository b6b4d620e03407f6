//! A download that breaks off and goes on where it ended, if the file is still the same. Without an argument it brings
//! its own server, which cuts the first answer.
//!
//! ```text
//! cargo run --example http_resume -- https://www.example.org/large.iso
//! ```

use netspeak_fake::Page;
use netspeak_http::{Client, Error, Result, Resume, Resumed, Validators};
use tokio::io::{AsyncWriteExt, stderr, stdout};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    if let Some(url) = std::env::args().nth(1) {
        return fetch(&url).await;
    }
    let page = || Page::new("text/plain", "one two three four five\n").etag("\"v1\"");
    let server = netspeak_fake::Http::builder()
        .serve("/file", page())
        .serve_once("/file", page().cut_after(8));
    let server = server.start().await.map_err(Error::Local)?;
    fetch(&format!("{}/file", server.url("http"))).await
}

async fn fetch(url: &str) -> Result<()> {
    let client = Client::new()?;
    let (mut held, mut validators) = (Vec::new(), Validators::default());
    for attempt in 1..=5 {
        let resume = Resume::new(held.len() as u64, validators.clone());
        let mut answer = client.get(url).resume(&resume).send().await?;
        match resume.read(answer.status(), answer.headers())? {
            Resumed::Continue { .. } => {}
            Resumed::Complete => break,
            Resumed::StartOver | Resumed::Changed | Resumed::AskAgain => held.clear(),
            _ => drop(answer.refusal().map_or(Ok(()), Err)?),
        }
        validators = Validators::of(answer.headers());
        match read(&mut answer, &mut held).await {
            Ok(()) => break,
            Err(error) => {
                let told = format!("attempt {attempt}: {error}\n");
                stderr()
                    .write_all(told.as_bytes())
                    .await
                    .map_err(Error::Local)?;
            }
        }
    }
    let mut out = stdout();
    out.write_all(&held).await.map_err(Error::Local)?;
    out.flush().await.map_err(Error::Local)
}

async fn read(answer: &mut netspeak_http::Response, held: &mut Vec<u8>) -> Result<()> {
    while let Some(piece) = answer.chunk().await? {
        held.extend_from_slice(&piece);
    }
    Ok(())
}
