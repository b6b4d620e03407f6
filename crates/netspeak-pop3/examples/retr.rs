//! Fetches all messages, pipelined where the server can, and deletes none.
//!
//!     cargo run --example retr
//!     cargo run --example retr -- pop3s://ops:hunter2@mail.example.org > all.txt
//!     cargo run --example retr -- pop3s://ops:hunter2@mail.example.org folder
//!
//! With a folder each message becomes a file there, named by its number; a file that exists is not
//! touched. Without arguments it brings its own server.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use netspeak_fake::Pop3;
use netspeak_pop3::{Client, Fetch, MessageNumber, Target, Tls};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let (url, folder) = match given.as_slice() {
        [] => return demonstration().await,
        [url] => (url, None),
        [url, folder, ..] => (url, Some(Path::new(folder))),
    };
    fetch(Client::builder().connect(&url.parse()?).await?, folder).await
}

async fn fetch(
    mut client: Client,
    folder: Option<&Path>,
) -> Result<(), Box<dyn std::error::Error>> {
    let numbers = client.list().await?.iter().map(|l| l.number).collect();
    let mut batch = client.fetch(numbers, Fetch::Whole)?;
    while let Some((number, answer)) = batch.next().await? {
        if let Err(refusal) = answer {
            writeln!(io::stderr(), "{refusal}")?;
            continue;
        }
        let mut sink = sink(folder, number)?;
        while let Some(piece) = batch.chunk().await? {
            sink.write_all(piece)?;
        }
    }
    client.quit().await?;
    Ok(())
}

fn sink(folder: Option<&Path>, number: MessageNumber) -> io::Result<Box<dyn Write>> {
    Ok(match folder {
        None => Box::new(io::stdout()),
        Some(folder) => Box::new(File::create_new(folder.join(format!("{number}.eml")))?),
    })
}

async fn demonstration() -> Result<(), Box<dyn std::error::Error>> {
    let server = Pop3::builder()
        .user("ops", "hunter2")
        .message("ops", "Subject: one\r\n\r\n.\r\n")
        .message("ops", "Subject: two\r\n\r\nhello\r\n")
        .start()
        .await?;
    let url = server.url("pop3").replace("//", "//ops:hunter2@");
    // It has no certificate to show, and this machine is where it runs.
    let client = Client::builder().tls(Tls::Off);
    fetch(client.connect(&url.parse::<Target>()?).await?, None).await
}
