//! Whole conversations: over scripts, over the fake server, in memory and with the clock paused.

use netspeak_core::testing::{FaultyStream, StreamFault, dialogue};
use netspeak_core::tls::{Roots, TlsClient, TlsSettings};
use netspeak_core::{ClearTextAuth, Conn, Host, Secret};
use netspeak_fake::{Builder, Fake, Pop3};

use crate::{Client, Error, MessageNumber, Result, UniqueId};

mod batch;
mod cancelled;
mod delete;
mod greeting;
mod limits;
mod login;
mod messages;
mod properties;
mod replies;
mod scram;
mod secrets;
mod sync;
mod torture;
mod upgrade;
mod vectors;

/// As [`dialogue`], behind a login, and telling only what the client said after it.
async fn inside<T>(script: &str, talk: impl AsyncFnOnce(Client) -> T) -> (T, Vec<String>) {
    let script = format!("S: +OK ready\nC: USER ops\nS: +OK\nC: PASS secret\nS: +OK\n{script}");
    let (result, said) = dialogue(&script, async |conn| talk(logged_in(conn).await).await).await;
    (result, said.get(2..).unwrap_or_default().to_vec())
}

/// A session that takes passwords in the clear.
async fn greeted(conn: Conn) -> Client {
    let mut client = Client::from_conn(conn).await.unwrap();
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    client
}

async fn logged_in(conn: Conn) -> Client {
    let mut client = greeted(conn).await;
    client.user_pass("ops", &password()).await.unwrap();
    client
}

fn password() -> Secret {
    Secret::from("secret")
}

/// A server with a user and three messages.
fn server() -> Builder<Pop3> {
    Pop3::builder()
        .user("ops", "secret")
        .message_with_uid("ops", "first", "Subject: 1\r\n\r\none\r\n")
        .message_with_uid("ops", "second", "Subject: 2\r\n\r\n.two\r\n..\r\n")
        .message_with_uid(
            "ops",
            "third",
            "Subject: 3\r\n\r\nthree\r\nlines\r\nhere\r\n",
        )
}

/// A connection in memory to a fake server.
fn over(fake: &Fake<Pop3>) -> Conn {
    over_faulty(fake, StreamFault::None)
}

fn over_faulty(fake: &Fake<Pop3>, fault: StreamFault) -> Conn {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(fake.serve(theirs));
    Conn::from_stream(FaultyStream::new(ours, fault))
}

/// TLS that trusts this server.
fn trusting(fake: &Fake<Pop3>) -> TlsClient {
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![fake.ca_pem().to_owned()]);
    TlsClient::new(settings).unwrap()
}

fn localhost() -> Host {
    "localhost".parse().unwrap()
}

fn number(n: u32) -> MessageNumber {
    MessageNumber::new(n).unwrap()
}

fn uid(text: &str) -> UniqueId {
    text.parse().unwrap()
}

/// The word for how it failed.
#[track_caller]
fn kind<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => panic!("it did not fail"),
        Err(error) => error.kind().to_string(),
    }
}

#[track_caller]
fn assert_poisoned<T>(result: Result<T>) {
    match result {
        Ok(_) => panic!("the session goes on"),
        Err(error) => assert!(matches!(error, Error::Poisoned), "{error}"),
    }
}

async fn whole(client: &mut Client, n: u32) -> Result<Vec<u8>> {
    client.retr(number(n)).await?.bytes(1 << 20).await
}
