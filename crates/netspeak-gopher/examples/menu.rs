//! Shows a menu: the type, the text and the URL of each item.
//!
//!     cargo run --example menu
//!     cargo run --example menu -- gopher://gopher.example.org/1/
//!
//! Without an argument it brings its own server.

use std::io::{self, Write};

use netspeak_fake::Gopher;
use netspeak_gopher::{Answer, Client, Encoding, MenuLine, Target};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if let Some(url) = std::env::args().nth(1) {
        return show(&url).await;
    }
    let server = Gopher::builder()
        .menu(
            "",
            [
                "Welcome",
                "0About\t/about.txt",
                "hWeb\tURL:https://example.org/",
            ],
        )
        .start()
        .await?;
    show(&server.url("gopher")).await
}

async fn show(url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let target: Target = url.parse()?;
    let Answer::Menu(mut menu) = Client::builder().fetch(&target).await? else {
        return Err("this is no menu".into());
    };
    let mut out = io::stdout().lock();
    while let Some(line) = menu.next().await? {
        match line {
            MenuLine::Item(item) => {
                let text = item.text(Encoding::guess(&item.display));
                let leads_to = item.target(&target).unwrap_or_default();
                writeln!(out, "{} {text} {leads_to}", item.item_type)?;
            }
            MenuLine::Malformed(line) => writeln!(out, "? {}", line.escape_ascii())?,
        }
    }
    Ok(())
}
