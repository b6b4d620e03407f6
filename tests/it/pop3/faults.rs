//! A server that stalls, and one that dies.

use std::time::Duration;

use tokio::time::Instant;

use crate::harness::{Faulty, impatient, kind, user, with_password};
use crate::pop3::in_the_clear;

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_stalled_server_is_given_up_in_time() {
    let faulty = Faulty::take().await;
    let target = faulty.target("pop3", 110).await;
    let builder = || in_the_clear().timeouts(impatient());
    let mut client = builder()
        .credentials(with_password(user::STALLED))
        .connect(&target)
        .await
        .unwrap();
    let paused = faulty.pause().await;

    let began = Instant::now();
    let error = builder().connect(&target).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "greeting.timeout");
    let took = began.elapsed();
    assert!(
        (Duration::from_secs(1)..Duration::from_millis(1500)).contains(&took),
        "{took:?}"
    );

    let began = Instant::now();
    let error = client.stat().await.unwrap_err();
    assert_eq!(error.kind().to_string(), "work.timeout");
    assert!(began.elapsed() < Duration::from_millis(1500));
    drop(paused);
    // The late reply is never taken for the answer to another command.
    assert_eq!(kind(&client.noop().await), "conn.poisoned");
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_server_killed_in_mid_message_is_an_error() {
    let faulty = Faulty::take().await;
    // More than all buffers on the way can hold.
    let script = format!(
        "cd /srv/mail/{0}/Maildir/cur && line=$(printf '%076d' 0) && \
         {{ printf 'Subject: big\\r\\n\\r\\n'; yes \"$line\"$'\\r' | head -c 67108864; printf '\\r\\n'; }} >big:2, && \
         chown vmail:vmail big:2, && ls -l >&2",
        user::KILLED
    );
    faulty.run(&script).await;
    let target = faulty.target("pop3", 110).await;
    let builder = in_the_clear().credentials(with_password(user::KILLED));
    let mut client = builder.connect(&target).await.unwrap();
    let listed = client.list().await.unwrap();
    let big = listed.last().unwrap();
    let size = big.octets.unwrap();
    assert!(size > 60_000_000, "{listed:?}");

    let mut message = client.retr(big.number).await.unwrap();
    assert!(message.chunk().await.unwrap().is_some());
    let killed = faulty.kill().await;
    let mut read = 0;
    let outcome = loop {
        match message.chunk().await {
            Ok(Some(piece)) => read += piece.len() as u64,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let word = kind(&outcome);
    assert!(
        ["proto.closed", "tcp.reset"].contains(&word.as_str()),
        "{word} after {read} of {size} bytes"
    );
    assert!(read < size);
    assert_eq!(kind(&client.noop().await), "conn.poisoned");
    drop(killed);
}
