//! A mail is sent, looked at, fetched, compared, deleted.

use netspeak::core::sasl::Credentials;
use netspeak::core::{Secret, Target};
use netspeak::imap::{self, Mailbox, Search};
use netspeak::pop3::{Client, Fetch, MessageNumber};
use netspeak::smtp::{self, Envelope};
use netspeak_fake::{Imap, Pop3, Server, Smtp};

use super::cast::Servers;
use super::scene::{connector, logged_in, told};
use super::{PASSWORD, USER};

pub(super) const MESSAGE: &[u8] =
    b"From: alice@example.org\r\nSubject: a line with a lone dot\r\n\r\n.\r\n..and more\r\n";

pub(super) async fn round_trip(servers: &Servers) -> Result<String, String> {
    let sent = send(&servers.mail).await?;
    let unread = look(&servers.mailboxes).await?;
    let (mechanism, there) = fetch_and_delete(&servers.implicit).await?;
    let left = servers.implicit.maildrop(USER).len();
    if left > 0 {
        return Err("messages are still there".to_owned());
    }
    Ok(format!(
        "  mail sent over SMTP to {sent}\n  \
             read back over IMAP and POP3: the same, byte for byte\n  \
             IMAP found {unread} unread, and left them so\n  \
             logged in by {mechanism}, {there} messages, deleted them and said QUIT: {left} left\n",
    ))
}

/// Logs in and sends [`MESSAGE`]; to whom.
async fn send(server: &Server<Smtp>) -> Result<String, String> {
    let target = server.url("submission").parse::<Target>().map_err(told)?;
    let mut client = smtp::Client::builder()
        .opening(logged_in(server.ca_pem()))
        .connect(&target)
        .await
        .map_err(told)?;
    let recipient = format!("{USER}@example.org");
    let envelope = Envelope::new("alice@example.org", [&recipient]).map_err(told)?;
    let receipt = client.send(&envelope, MESSAGE).await.map_err(told)?;
    if !receipt.is_complete() {
        return Err("the mail was refused".to_owned());
    }
    client.quit().await.map_err(told)?;
    Ok(recipient)
}

/// Reads the newest message over IMAP; how many are unread before and after it.
async fn look(server: &Server<Imap>) -> Result<usize, String> {
    let target = server.url("imap").parse::<Target>().map_err(told)?;
    let mut client = imap::Client::builder()
        .opening(logged_in(server.ca_pem()))
        .connect(&target)
        .await
        .map_err(told)?;
    client.examine(&Mailbox::inbox()).await.map_err(told)?;
    let unread = client.search(&Search::unseen()).await.map_err(told)?;
    let newest = unread.iter().next_back().ok_or("no mail has arrived")?;
    let mut message = client.message(newest).await.map_err(told)?;
    let bytes = message.bytes(1 << 20).await.map_err(told)?;
    if bytes != MESSAGE {
        return Err("the message came back changed over IMAP".to_owned());
    }
    let after = client.search(&Search::unseen()).await.map_err(told)?;
    client.logout().await.map_err(told)?;
    match after == unread {
        true => Ok(unread.iter().count()),
        false => Err("reading over IMAP marked a message as read".to_owned()),
    }
}

/// How we logged in, and how many messages were there.
async fn fetch_and_delete(server: &Server<Pop3>) -> Result<(&'static str, usize), String> {
    let target = server.url("pop3s").parse::<Target>().map_err(told)?;
    let builder = Client::builder().connector(connector(server.ca_pem()));
    let mut client = builder.connect(&target).await.map_err(told)?;
    let credentials = Credentials::password(USER, Secret::from(PASSWORD));
    let mechanism = client.login(&credentials).await.map_err(told)?;
    let listings = client.list().await.map_err(told)?;
    let numbers: Vec<MessageNumber> = listings.into_iter().map(|listing| listing.number).collect();
    let mut batch = client.fetch(numbers.clone(), Fetch::Whole).map_err(told)?;
    while let Some((number, answer)) = batch.next().await.map_err(told)? {
        answer.map_err(told)?;
        let mut fetched = Vec::new();
        while let Some(piece) = batch.chunk().await.map_err(told)? {
            fetched.extend_from_slice(piece);
        }
        if fetched != MESSAGE {
            return Err(format!("message {number} came back changed"));
        }
    }
    for marked in client.dele_many(&numbers).await.map_err(told)? {
        marked.map_err(told)?;
    }
    client.quit().await.map_err(told)?;
    Ok((mechanism, numbers.len()))
}
