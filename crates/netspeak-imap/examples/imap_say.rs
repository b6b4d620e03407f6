//! Says something to a server and prints what it answers.
//!
//!     cargo run --example imap_say
//!     cargo run --example imap_say -- imap://imap.example.org hello
//!
//! Without arguments it brings its own server.

use std::io::{self, Write};

use netspeak_fake::Imap;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.as_slice() {
        [url, text, ..] => say(url, text).await,
        _ => {
            let server = Imap::builder().start().await?;
            say(&server.url("imap"), "hello").await
        }
    }
}

async fn say(url: &str, text: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut client = netspeak_imap::connect(url).await?;
    let reply = client.say(text).await?;
    client.quit().await?;
    writeln!(io::stdout(), "{}", reply.text())?;
    Ok(())
}
