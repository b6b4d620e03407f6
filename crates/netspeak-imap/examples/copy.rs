//! Copies a mailbox from one server to another. Once more, and only what is new is copied.
//!
//!     cargo run --example copy
//!     cargo run --example copy -- imaps://me:hunter2@old.example.org INBOX imaps://me:hunter3@new.example.org INBOX
//!
//! Without arguments it brings its own servers.

use std::io::{self, Write};

use netspeak_fake::Imap;
use netspeak_imap::{Client, Copying, Fate, IdSet, Mailbox, Target};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.as_slice() {
        [from, mailbox, to, there, ..] => {
            let (from, mailbox) = (from.parse()?, mailbox.parse()?);
            copy(&from, &mailbox, &to.parse()?, &there.parse()?).await
        }
        _ => demonstration().await,
    }
}

async fn copy(
    from: &Target,
    mailbox: &Mailbox,
    to: &Target,
    there: &Mailbox,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut source = Client::builder().connect(from).await?;
    let mut target = Client::builder().connect(to).await?;
    source.examine(mailbox).await?;
    let all = IdSet::all();
    let mut out = io::stdout();
    let copied = source.copy_to(&all, &mut target, there, |told| {
        let line = match told {
            Copying::Planned { messages, octets } => {
                format!("{messages} messages, {octets} octets")
            }
            Copying::Message { uid, fate } => match fate {
                Fate::Copied(place) => format!("{uid}: copied to {:?}", place.map(|it| it.uid)),
                Fate::There => format!("{uid}: there"),
                Fate::Refused(error) => format!("{uid}: {error}"),
                other => format!("{uid}: {other:?}"),
            },
            _ => return,
        };
        // Nobody who reads is no reason to copy less.
        let _ = writeln!(out, "{line}");
    });
    let tally = copied.await?;
    writeln!(
        io::stdout(),
        "{} copied, {} there",
        tally.copied,
        tally.there
    )?;
    source.logout().await?;
    target.logout().await?;
    Ok(())
}

async fn demonstration() -> Result<(), Box<dyn std::error::Error>> {
    let old = Imap::builder()
        .user("me", "hunter2")
        .message("me", "Message-ID: <1@x>\r\nSubject: one\r\n\r\n")
        .message_in(
            "me",
            "INBOX",
            &["\\Seen"],
            "Message-ID: <2@x>\r\nSubject: two\r\n\r\n",
        )
        .start()
        .await?;
    let new = Imap::builder()
        .user("me", "hunter3")
        .mailbox("me", "Old")
        .start()
        .await?;
    let from = format!("imap://me:hunter2@{}", old.addr()).parse()?;
    let to = format!("imap://me:hunter3@{}", new.addr()).parse()?;
    let (inbox, there) = (Mailbox::inbox(), "Old".parse()?);
    copy(&from, &inbox, &to, &there).await?;
    old.deliver("me", "Message-ID: <3@x>\r\nSubject: three\r\n\r\n");
    copy(&from, &inbox, &to, &there).await
}
