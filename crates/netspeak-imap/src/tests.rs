//! Sessions with scripted peers and with the fake server.

use netspeak_core::Conn;
use netspeak_core::testing::{Script, dialogue};

use super::*;
use crate::response::Untagged;

mod append;
mod changes;
#[cfg(feature = "deflate")]
mod compress;
mod copying;
mod dialogues;
mod drafts;
mod extended;
mod fetching;
mod idle;
mod lists;
mod login;
mod notify;
mod quotas;
mod searching;
mod served;
mod session;
mod sorting;
mod sync;
mod torture;
mod watching;

async fn greeted(conn: Conn) -> Client {
    Client::from_conn(conn).await.unwrap()
}

/// Has a talk behind the greeting; the script is what follows it.
async fn talk<T>(script: &str, talk: impl AsyncFnOnce(&mut Client) -> T) -> T {
    talk_with("IMAP4rev1", script, talk).await
}

/// The same with a server that can do more.
async fn talk_with<T>(
    capabilities: &str,
    script: &str,
    talk: impl AsyncFnOnce(&mut Client) -> T,
) -> T {
    let script = format!("S: * PREAUTH [CAPABILITY {capabilities}] ready\n{script}");
    let (result, said) = dialogue(&script, async |conn| talk(&mut greeted(conn).await).await).await;
    assert_eq!(said, Script::new(&script).said_by_client());
    result
}

/// What opens INBOX in a script.
const OPEN: &str = "
    C: A1 EXAMINE \"INBOX\"
    S: * 3 EXISTS
    S: * OK [UIDVALIDITY 7]
    S: A1 OK [READ-ONLY] done
";

/// Has a talk with INBOX open.
async fn open_with<T>(
    capabilities: &str,
    script: &str,
    talk: impl AsyncFnOnce(&mut Client) -> T,
) -> T {
    let script = format!("{OPEN}{script}");
    talk_with(capabilities, &script, async |client| {
        client.examine(&Mailbox::inbox()).await.unwrap();
        talk(client).await
    })
    .await
}

fn kind<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

fn ids(text: &str) -> IdSet {
    text.parse().unwrap()
}

fn mailbox(name: &str) -> Mailbox {
    name.parse().unwrap()
}

/// All news so far, in short.
fn news(client: &mut Client) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(news) = client.news() {
        all.push(match news {
            Untagged::Exists(count) => format!("EXISTS {count}"),
            Untagged::Recent(count) => format!("RECENT {count}"),
            Untagged::Expunge(number) => format!("EXPUNGE {number}"),
            Untagged::Fetch(row) => format!("FETCH {}", row.number),
            Untagged::Status(status) => format!("{} {}", status.kind, status.text),
            other => format!("{other:?}"),
        });
    }
    all
}
