//! A server that stalls, and one that dies.

use std::time::Duration;

use netspeak::core::{ClearTextAuth, Tls};
use netspeak::imap::{Append, Builder, Client, Items};
use tokio::time::Instant;

use crate::harness::{Faulty, impatient, kind, user, with_password};
use crate::imap::{mailbox, put};

fn in_the_clear() -> Builder {
    Client::builder()
        .tls(Tls::Off)
        .clear_text_auth(ClearTextAuth::Allowed)
        .credentials(with_password(user::IMAP_KILLED))
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_stalled_server_is_given_up_in_time() {
    let faulty = Faulty::take().await;
    let target = faulty.target("imap", 143).await;
    let builder = || in_the_clear().timeouts(impatient());
    let mut client = builder().connect(&target).await.unwrap();
    let mut other = builder().connect(&target).await.unwrap();
    other.examine(&mailbox("INBOX")).await.unwrap();
    let paused = faulty.pause().await;
    let began = Instant::now();
    let error = builder().connect(&target).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "greeting.timeout");
    assert_eq!(kind(&client.noop().await), "work.timeout");
    let took = began.elapsed();
    let expected = Duration::from_secs(2)..Duration::from_secs(3);
    assert!(expected.contains(&took), "{took:?}");
    let idle = other.idle().await;
    assert_eq!(kind(&idle), "work.timeout");
    drop(idle);
    drop(paused);
    // The late answer is never taken for the answer to another command.
    for client in [&mut client, &mut other] {
        assert_eq!(kind(&client.noop().await), "conn.poisoned");
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_server_killed_in_mid_message_is_an_error() {
    const SIZE: usize = 64 << 20;
    let faulty = Faulty::take().await;
    let target = faulty.target("imap", 143).await;
    let mut client = in_the_clear().connect(&target).await.unwrap();
    let mut large = b"Subject: large\r\n\r\n".to_vec();
    large.extend(b"0123456789abcdef0123456789abcdef\r\n".repeat(SIZE / 34));
    let drafts = mailbox("Drafts");
    put(&mut client, &drafts, &["small"]).await;
    let appended = client.append(&drafts, &Append::new(), &large).await;
    let uid = appended.unwrap().unwrap().uid;
    client.examine(&drafts).await.unwrap();
    let mut message = client.message(uid).await.unwrap();
    assert_eq!(message.size(), large.len() as u64);
    assert!(message.chunk().await.unwrap().is_some());
    let killed = faulty.kill().await;
    let mut read = 0;
    let outcome = loop {
        match message.chunk().await {
            Ok(Some(piece)) => read += piece.len(),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let word = kind(&outcome);
    assert!(
        ["proto.closed", "tcp.reset"].contains(&word.as_str()),
        "{word} after {read} bytes"
    );
    assert!(read < large.len());
    let fetching = client.fetch(uid, &Items::new()).await;
    assert_eq!(kind(&fetching), "conn.poisoned");
    drop(killed);
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_server_killed_while_we_idle_is_an_error() {
    let faulty = Faulty::take().await;
    let target = faulty.target("imap", 143).await;
    let mut client = in_the_clear().connect(&target).await.unwrap();
    client.examine(&mailbox("INBOX")).await.unwrap();
    let mut idle = client.idle().await.unwrap();
    let killed = faulty.kill().await;
    let outcome = loop {
        match idle.next().await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    let word = kind(&outcome);
    assert!(
        ["proto.closed", "tcp.reset", "work.closed"].contains(&word.as_str()),
        "{word}"
    );
    drop(killed);
}
