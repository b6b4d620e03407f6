//! Keeps in step with a mailbox: what is new, what has changed, what is gone since the last time.
//!
//!     cargo run --example sync
//!     cargo run --example sync -- imaps://me:hunter2@mail.example.org INBOX
//!
//! Without arguments it brings its own server. With them it waits for news once, by IDLE.

use std::io::{self, Write};

use netspeak_fake::Imap;
use netspeak_imap::{Access, Client, Mailbox, Sync, Target};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.as_slice() {
        [url, mailbox, ..] => watch(&url.parse()?, &mailbox.parse()?).await,
        _ => demonstration().await,
    }
}

fn tell(sync: &Sync) -> io::Result<()> {
    let Sync {
        way,
        new,
        changed,
        vanished,
        ..
    } = sync;
    let (new, changed) = (new.len(), changed.len());
    writeln!(
        io::stdout(),
        "{way:?}: {new} new, {changed} changed, gone: {vanished}"
    )
}

async fn watch(target: &Target, mailbox: &Mailbox) -> Result<(), Box<dyn std::error::Error>> {
    let mut client = Client::builder().connect(target).await?;
    let first = client.sync(mailbox, Access::ReadOnly, None).await?;
    tell(&first)?;
    let mut idle = client.idle().await?;
    idle.next().await?;
    idle.done().await?;
    let known = Some(&first.state);
    tell(&client.sync(mailbox, Access::ReadOnly, known).await?)?;
    client.logout().await?;
    Ok(())
}

async fn demonstration() -> Result<(), Box<dyn std::error::Error>> {
    let server = Imap::builder()
        .user("me", "hunter2")
        .message("me", "Subject: one\r\n\r\n")
        .message("me", "Subject: two\r\n\r\n")
        .start()
        .await?;
    let target = format!("imap://me:hunter2@{}", server.addr()).parse()?;
    let inbox = Mailbox::inbox();
    let mut client = Client::builder().connect(&target).await?;
    let first = client.sync(&inbox, Access::ReadOnly, None).await?;
    tell(&first)?;
    // Meanwhile others are at work.
    server.deliver("me", "Subject: three\r\n\r\n");
    server.set_flags("me", "INBOX", 2, &["\\Seen"]);
    server.expunge("me", "INBOX", 1);
    let known = Some(&first.state);
    tell(&client.sync(&inbox, Access::ReadOnly, known).await?)?;
    client.logout().await?;
    Ok(())
}
