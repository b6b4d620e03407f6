//! Sessions with scripted peers and with the fake server.

use netspeak_core::testing::{Script, dialogue};
use netspeak_core::{Conn, Limits};

use super::*;

mod batch;
mod binaries;
mod cases;
mod login;
mod properties;
mod reading;
mod replies;
mod served;
mod session;
mod torture;
mod transfer;
mod zipped;

async fn greeted(conn: Conn) -> Client {
    Client::from_conn(conn).await.unwrap()
}

/// Has a talk behind the greeting; the script is what follows `S: 200 ready`.
async fn talk<T>(script: &str, talk: impl AsyncFnOnce(&mut Client) -> T) -> T {
    let script = format!("S: 200 ready\n{script}");
    let (result, said) = dialogue(&script, async |conn| talk(&mut greeted(conn).await).await).await;
    assert_eq!(said, Script::new(&script).said_by_client());
    result
}

fn kind<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

fn id(text: &str) -> MessageId {
    text.parse().unwrap()
}

fn name(text: &str) -> GroupName {
    text.parse().unwrap()
}
