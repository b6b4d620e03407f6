//! IMAP sessions with Dovecot and Cyrus: what is read is what was delivered, what is changed is changed, and what goes
//! wrong is named.

mod append;
mod changes;
mod command;
mod compress;
mod copy;
mod drafts;
mod faults;
mod idle;
mod lacking;
mod limits;
mod login;
mod mailboxes;
mod many;
mod notify;
mod parts;
mod reading;
mod searching;
mod session;
mod sorting;
mod sync;
mod watch;

use netspeak::core::{Target, Tls};
use netspeak::imap::{Append, Builder, Client, Mailbox};
use netspeak::smtp::Envelope;

use crate::harness::{at, connector, kind, target, with_password};
use crate::imap::lacking::lacking;

/// More than any message of the seed has.
const ROOM: usize = 1 << 20;

/// The servers, by their names in the environment.
const SERVERS: [&str; 2] = ["DOVECOT", "CYRUS"];

/// With STARTTLS and without, at the published ports, and at the container's own address, which is not loopback.
fn doors(server: &str) -> [(Target, Tls); 4] {
    let name = server.to_lowercase();
    [
        (target("imap", &format!("{server}_IMAP")), Tls::Required),
        (target("imaps", &format!("{server}_IMAPS")), Tls::Implicit),
        (at("imap", &name), Tls::Required),
        (at("imaps", &name), Tls::Implicit),
    ]
}

fn over(tls: Tls) -> Builder {
    Client::builder().connector(connector()).tls(tls)
}

/// Inside TLS, not logged in.
async fn logged_out(server: &str) -> Client {
    let [_, (target, tls), ..] = doors(server);
    over(tls).connect(&target).await.unwrap()
}

/// Inside TLS.
async fn logged_in(server: &str, user: &str) -> Client {
    let [_, (target, tls), ..] = doors(server);
    let builder = over(tls).credentials(with_password(user));
    builder
        .connect(&target)
        .await
        .unwrap_or_else(|error| panic!("{server} {user}: {error}"))
}

fn mailbox(name: &str) -> Mailbox {
    name.parse().unwrap()
}

/// A mailbox of this name that is new and empty, whatever an earlier run has left.
async fn fresh(client: &mut Client, name: &str) -> Mailbox {
    let name = mailbox(name);
    let deleted = client.delete(&name).await;
    let is_gone = ["ok", "work.not_found"].contains(&kind(&deleted).as_str());
    assert!(is_gone, "{name}: {deleted:?}");
    client.create(&name).await.unwrap();
    name
}

/// Puts small messages there, with these subjects.
async fn put(client: &mut Client, there: &Mailbox, subjects: &[&str]) {
    for subject in subjects {
        let message = small(subject);
        client
            .append(there, &Append::new(), message.as_bytes())
            .await
            .unwrap();
    }
}

/// A small message.
fn small(subject: &str) -> String {
    format!(
        "From: Ada <ada@example.org>\r\nSubject: {subject}\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\n\
         Message-ID: <{}@example.org>\r\n\r\nabout {subject}\r\n",
        subject.len()
    )
}

/// Delivers a small message to Dovecot by LMTP.
async fn deliver(user: &str, subject: &str) {
    let builder = netspeak::smtp::Client::builder().connector(connector());
    let lmtp = target("lmtp", "DOVECOT_LMTP");
    let mut client = builder.connect(&lmtp).await.unwrap();
    let envelope = Envelope::new("sender@example.org", [format!("{user}@netspeak.test")]);
    let receipt = client.send(&envelope.unwrap(), small(subject)).await;
    assert!(receipt.unwrap().deliveries[0].outcome.is_accepted());
    client.quit().await.unwrap();
}
