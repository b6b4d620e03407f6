//! What has come into a mailbox, read by POP3.

use netspeak::core::Tls;
use netspeak::pop3::{Client as Pop3, MessageNumber};

use crate::harness::{assert_same, connector, number, target, until, with_password};

/// More than any mail has.
const ROOM: usize = 64 << 20;

async fn mailbox(user: &str) -> Pop3 {
    let builder = Pop3::builder().connector(connector()).tls(Tls::Required);
    let builder = builder.credentials(with_password(user));
    builder
        .connect(&target("pop3", "DOVECOT_POP3"))
        .await
        .unwrap()
}

/// Takes away all that is there, so that what comes is ours.
pub(super) async fn emptied(user: &str) {
    let mut client = mailbox(user).await;
    let count = client.stat().await.unwrap().messages;
    let all: Vec<MessageNumber> = (1..=count).map(number).collect();
    for result in client.dele_many(&all).await.unwrap() {
        result.unwrap();
    }
    client.quit().await.unwrap();
}

/// So many mails and no more, once they are there.
pub(super) async fn arrived(user: &str, count: usize) -> Vec<Vec<u8>> {
    let what = format!("{count} mails for {user}");
    let mut client = until(&what, async || {
        let mut client = mailbox(user).await;
        let found = client.stat().await.unwrap().messages as usize;
        if found >= count {
            assert_eq!(found, count, "{user} has more than was sent");
            return Some(client);
        }
        client.quit().await.unwrap();
        None
    })
    .await;
    let mut mails = Vec::new();
    for n in 1..=count {
        let mut reading = client.retr(number(n as u32)).await.unwrap();
        mails.push(reading.bytes(ROOM).await.unwrap().to_vec());
    }
    client.quit().await.unwrap();
    mails
}

/// The first line.
pub(super) fn name(text: &[u8]) -> String {
    let end = position(text, b"\r\n").unwrap();
    String::from_utf8(text[..end].to_vec()).unwrap()
}

fn position(all: &[u8], part: &[u8]) -> Option<usize> {
    all.windows(part.len()).position(|window| window == part)
}

/// What stands behind the servers' own header fields. The first line says which mail it is.
#[track_caller]
pub(super) fn the_one<'a>(mails: &'a [Vec<u8>], expected: &[u8]) -> &'a [u8] {
    let name = name(expected);
    let mark = [b"\r\n", name.as_bytes(), b"\r\n"].concat();
    let found: Vec<(&[u8], &[u8])> = mails
        .iter()
        .filter_map(|mail| {
            let head = &mail[..mail.len().min(4096)];
            Some(mail.split_at(position(head, &mark)? + 2))
        })
        .collect();
    assert_eq!(found.len(), 1, "{name}");
    let (head, tail) = found[0];
    for line in String::from_utf8_lossy(head).lines() {
        let known = ["Return-Path: ", "Delivered-To: ", "Received: ", "\t", " "];
        assert!(
            known.iter().any(|start| line.starts_with(start)),
            "{name}: {line}"
        );
    }
    tail
}

#[track_caller]
pub(super) fn assert_arrived(mails: &[Vec<u8>], expected: &[u8], what: &str) {
    assert_same(the_one(mails, expected), expected, what);
}
