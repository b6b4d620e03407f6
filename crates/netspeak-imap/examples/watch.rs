//! Watches a mailbox: tells what arrives, what changes and what goes, also across connections that end.
//!
//!     cargo run --example watch
//!     cargo run --example watch -- imaps://me:hunter2@mail.example.org INBOX
//!
//! Without arguments it brings its own server, which closes the first connection; with them it goes on until something ends
//! it for good.

use std::io::{self, Write};
use std::time::Duration;

use netspeak_fake::{Fault, IDLING, Imap, Moment};
use netspeak_imap::{Client, Mailbox, Watch, WatchEvent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.as_slice() {
        [url, mailbox, ..] => {
            let mut watch = Client::builder().watch(&url.parse()?, &mailbox.parse()?);
            while let Some(event) = watch.next().await? {
                tell(&event)?;
            }
            Ok(())
        }
        _ => demonstration().await,
    }
}

fn tell(event: &WatchEvent) -> io::Result<()> {
    let mut out = io::stdout();
    match event {
        WatchEvent::Up { exists, .. } => writeln!(out, "up: {exists} messages"),
        WatchEvent::Down { error, .. } => writeln!(out, "down: {}", error.kind()),
        WatchEvent::Arrived(uids) => writeln!(out, "arrived: {uids}"),
        WatchEvent::FlagsChanged(rows) => {
            let uids = rows.iter().filter_map(|row| row.uid);
            writeln!(out, "changed: {:?}", uids.collect::<Vec<_>>())
        }
        WatchEvent::Vanished(uids) => writeln!(out, "vanished: {uids}"),
        WatchEvent::Reset { .. } => writeln!(out, "all UIDs are other ones now"),
        other => writeln!(out, "{other:?}"),
    }
}

/// Tells what happens next.
async fn next(watch: &mut Watch) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(event) = watch.next().await? {
        tell(&event)?;
    }
    Ok(())
}

async fn demonstration() -> Result<(), Box<dyn std::error::Error>> {
    let server = Imap::builder()
        .user("me", "hunter2")
        .message("me", "Subject: one\r\n\r\n")
        .fault(Fault::Close(Moment::After(IDLING)).on_connection(1))
        .start()
        .await?;
    let target = format!("imap://me:hunter2@{}", server.addr()).parse()?;
    let soon = Duration::from_millis(10);
    let mut watch = Client::builder()
        .watch(&target, &Mailbox::inbox())
        .pauses(soon, soon);
    // Up, and down.
    next(&mut watch).await?;
    next(&mut watch).await?;
    server.deliver("me", "Subject: two\r\n\r\n");
    // Up again, and what arrived meanwhile.
    next(&mut watch).await?;
    next(&mut watch).await?;
    server.set_flags("me", "INBOX", 2, &["\\Seen"]);
    next(&mut watch).await?;
    server.expunge("me", "INBOX", 1);
    next(&mut watch).await?;
    let known = watch.stop().await.unwrap_or_default();
    writeln!(io::stdout(), "known: {}", known.uids())?;
    Ok(())
}
