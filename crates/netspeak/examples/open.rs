//! Opens URLs and copies what is behind them to standard output.
//!
//!     cargo run --features open --example open
//!     cargo run --features open --example open -- https://example.org/ ftp://ftp.example.org/README
//!
//! Without arguments it brings its own servers.

use std::error::Error;
use std::io::{self, Write};

use netspeak::core::Tls;
use netspeak::core::open::OpenOptions;
use netspeak_fake::{Ftp, Gopher, Http, Nntp};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if given.is_empty() {
        return demonstration().await;
    }
    for url in given {
        show(&url, &OpenOptions::default()).await?;
    }
    Ok(())
}

async fn show(url: &str, options: &OpenOptions) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout();
    let mut opened = netspeak::open_with(url, options).await?;
    let media_type = opened.about().media_type.clone();
    writeln!(out, "--- {}", media_type.unwrap_or_default())?;
    while let Some(piece) = opened.chunk().await? {
        out.write_all(piece)?;
    }
    Ok(())
}

async fn demonstration() -> Result<(), Box<dyn Error>> {
    let web = Http::builder().page("/", "text/html", "<p>a page</p>\n");
    let web = web.start().await?;
    let files = Ftp::builder().anonymous().file("/README", "a file\n");
    let files = files.start().await?;
    let menus = Gopher::builder()
        .text("/about", "a text\r\n")
        .start()
        .await?;
    let article = "Message-ID: <1@x>\r\nNewsgroups: misc.test\r\n\r\nan article\r\n";
    let news = Nntp::builder().group("misc.test", "").article(article);
    let news = news.start().await?;
    let mut options = OpenOptions::default();
    // These servers are on this machine and have no TLS.
    options.opening.tls = Some(Tls::Off);
    for url in [
        web.url("http") + "/",
        files.url("ftp") + "/README",
        menus.url("gopher") + "/0/about",
        news.url("nntp") + "/1@x",
        "data:text/plain,a%20note%0A".to_owned(),
    ] {
        show(&url, &options).await?;
    }
    Ok(())
}
