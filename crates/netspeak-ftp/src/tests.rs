//! Whole conversations: over scripts and over the fake server, with the clock paused where time counts.

use netspeak_core::testing::dialogue;
use netspeak_core::tls::{Roots, TlsSettings};
use netspeak_core::{ClearTextAuth, Conn, Connector, Endpoint, Secret, Target, Tls};
use netspeak_fake::{Builder as FakeBuilder, DataEnd, DataTls, Ftp, Server};

use crate::{Builder, Client, Error, Result};

mod cancelled;
mod dialogues;
mod failures;
#[cfg(feature = "interop")]
mod interop;
mod listings;
mod mirror;
mod secrets;
mod secured;
mod torture;
mod transfers;
mod vectors;
mod verbs;
mod walks;

/// A server with a user and some files.
fn ftp() -> FakeBuilder<Ftp> {
    Ftp::builder()
        .user("ops", "secret")
        .file("/pub/a.txt", "hello\r\nworld\r\n")
        .file("/pub/big", big())
}

/// More than fits into any buffer on the way.
fn big() -> Vec<u8> {
    (0..3_000_000u32).flat_map(u32::to_le_bytes).collect()
}

fn target(server: &Server<Ftp>) -> Target {
    let url = server.url("ftp").replacen("://", "://ops:secret@", 1);
    url.parse().unwrap()
}

fn trusting(server: &Server<Ftp>) -> TlsSettings {
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    settings
}

fn builder(server: &Server<Ftp>) -> Builder {
    Client::builder().connector(Connector::new().with_tls(trusting(server)))
}

/// Logged in, in clear text.
async fn inside(server: &Server<Ftp>) -> Client {
    let builder = builder(server).tls(Tls::Off);
    builder.connect(&target(server)).await.unwrap()
}

/// Logged in inside TLS.
async fn secured(server: &Server<Ftp>) -> Client {
    let builder = builder(server).tls(Tls::Required);
    builder.connect(&target(server)).await.unwrap()
}

/// A session over a script, behind a login; only what the client says after it is told.
async fn scripted<T>(script: &str, talk: impl AsyncFnOnce(Client) -> T) -> (T, Vec<String>) {
    let script =
        format!("S: 220 ready\nC: USER ops\nS: 331 go on\nC: PASS secret\nS: 230 in\n{script}");
    let (result, said) = dialogue(&script, async |conn| talk(logged_in(conn).await).await).await;
    (result, said.get(2..).unwrap_or_default().to_vec())
}

async fn logged_in(conn: Conn) -> Client {
    let endpoint = Endpoint::new("localhost".parse().unwrap(), 21);
    let mut client = Client::from_conn(conn, Connector::new(), endpoint)
        .await
        .unwrap();
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    client
        .user_pass("ops", &Secret::from("secret"))
        .await
        .unwrap();
    client
}

/// The word for how it failed.
#[track_caller]
fn kind<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => panic!("it did not fail"),
        Err(error) => error.kind().to_string(),
    }
}

async fn file(client: &mut Client, path: &str) -> Result<Vec<u8>> {
    client.retr(path).await?.bytes(1 << 24).await
}

async fn put(client: &mut Client, path: &str, bytes: &[u8]) -> Result<crate::Stored> {
    let mut upload = client.stor(path).await?;
    upload.send(bytes).await?;
    upload.finish().await
}
