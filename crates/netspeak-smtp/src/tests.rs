//! Whole conversations: over scripts, in memory and with the clock paused.

use netspeak_core::sasl::Credentials;
use netspeak_core::testing::dialogue;
use netspeak_core::{ClearTextAuth, Conn, Secret};

use crate::{Client, Envelope, Mode, Result};

mod batch;
mod doubt;
mod login;
mod mail;
mod pool;
mod properties;
mod session;
mod tls;
mod torture;
mod vectors;

/// As [`dialogue`], after EHLO with these capabilities.
async fn offering<T>(
    capabilities: &str,
    script: &str,
    talk: impl AsyncFnOnce(&mut Client) -> T,
) -> T {
    let mut whole = "S: 220 mx.example.org ESMTP\nC: EHLO localhost\n".to_owned();
    for line in capabilities.split(',').filter(|line| !line.is_empty()) {
        whole.push_str(&format!("S: 250-{line}\n"));
    }
    whole = whole.replacen("S: 250-", "S: 250-mx.example.org\nS: 250-", 1);
    whole.push_str("S: 250 HELP\n");
    whole.push_str(script);
    dialogue(&whole, async |conn| {
        let mut client = greeted(conn).await;
        client.ehlo().await.unwrap();
        talk(&mut client).await
    })
    .await
    .0
}

async fn greeted(conn: Conn) -> Client {
    let mut client = Client::from_conn(conn).await.unwrap();
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    client
}

fn envelope(recipients: &[&str]) -> Envelope {
    Envelope::new("ops@x.example", recipients.iter().copied()).unwrap()
}

fn kind<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

fn credentials() -> Credentials {
    Credentials::password("tim", Secret::from("marker-password"))
}

async fn lmtp(conn: Conn) -> Client {
    Client::from_conn_as(conn, Mode::Lmtp).await.unwrap()
}
