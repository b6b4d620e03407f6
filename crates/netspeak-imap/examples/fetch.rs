//! Lists mailboxes, tells what is unread in one, and copies its messages to standard output as they flow.
//!
//!     cargo run --example fetch
//!     cargo run --example fetch -- imaps://me:hunter2@mail.example.org INBOX
//!
//! Without arguments it brings its own server.

use std::io::{self, Write};

use netspeak_fake::Imap;
use netspeak_imap::{Client, Items, ListQuery, Mailbox, Piece, Search, StatusItems, Target};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.as_slice() {
        [url, mailbox, ..] => fetch(&url.parse()?, &mailbox.parse()?).await,
        _ => demonstration().await,
    }
}

async fn fetch(target: &Target, mailbox: &Mailbox) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout();
    let mut client = Client::builder().connect(target).await?;
    let query = ListQuery::new("*").with_status(StatusItems::basic());
    for entry in client.list(&query).await? {
        let messages = entry.status.and_then(|status| status.messages);
        writeln!(out, "{}: {messages:?} messages", entry.mailbox)?;
    }
    client.examine(mailbox).await?;
    let unread = client.search(&Search::unseen()).await?;
    if unread.is_empty() {
        writeln!(out, "nothing is unread in {mailbox}")?;
    } else {
        let items = Items::new().envelope().message();
        let mut fetching = client.fetch(unread, &items).await?;
        while let Some(piece) = fetching.piece().await? {
            match piece {
                Piece::Body(body) => {
                    let envelope = body.message.envelope.as_deref();
                    let subject = envelope.and_then(|it| it.subject.as_ref());
                    let subject = subject.map(|text| text.decoded()).unwrap_or_default();
                    writeln!(out, "--- {} octets: {subject}", body.size)?;
                    while let Some(chunk) = fetching.chunk().await? {
                        out.write_all(chunk)?;
                    }
                }
                Piece::Message(row) => writeln!(out, "--- that was {:?}", row.uid)?,
            }
        }
    }
    client.logout().await?;
    Ok(())
}

async fn demonstration() -> Result<(), Box<dyn std::error::Error>> {
    let server = Imap::builder()
        .user("me", "hunter2")
        .special_mailbox("me", "Sent", &["\\Sent"])
        .message("me", "Subject: one\r\n\r\nfirst\r\n")
        .message("me", "Subject: =?utf-8?q?zw=C3=B6lf?=\r\n\r\nsecond\r\n")
        .start()
        .await?;
    let url = format!("imap://me:hunter2@{}", server.addr());
    fetch(&url.parse()?, &Mailbox::inbox()).await
}
