//! What is read is what was delivered.

use netspeak::pop3::{Client, Error, Fetch, ScanListing};

use crate::harness::{
    Seeded, assert_same, connector, kind, number, seed, target, user, with_password,
};
use crate::pop3::{in_the_clear, logged_in};

/// More than any message has.
const ROOM: usize = 1 << 20;

/// Reads everything in every way and leaves it there.
async fn read_everything(mut client: Client) {
    let seed = seed();
    let total: usize = seed.iter().map(|message| message.bytes.len()).sum();
    let stat = client.stat().await.unwrap();
    assert_eq!(
        (stat.messages as usize, stat.octets),
        (seed.len(), Some(total as u64))
    );

    let listed: Vec<ScanListing> = client.list().await.unwrap();
    let expected: Vec<ScanListing> = (1..)
        .zip(&seed)
        .map(|(n, message)| ScanListing {
            number: number(n),
            octets: Some(message.bytes.len() as u64),
        })
        .collect();
    assert_eq!(listed, expected);
    assert_eq!(client.list_one(number(8)).await.unwrap(), expected[7]);

    let ids = client.uidl().await.unwrap();
    let ids: Vec<&str> = ids.iter().map(|listing| listing.id.as_str()).collect();
    let names: Vec<&str> = seed.iter().map(|message| message.name.as_str()).collect();
    assert_eq!(ids, names);
    assert_eq!(
        client.uidl_one(number(3)).await.unwrap().as_str(),
        seed[2].name
    );

    for (n, message) in (1..).zip(&seed) {
        let mut reading = client.retr(number(n)).await.unwrap();
        let got = reading.bytes(ROOM).await.unwrap();
        assert_same(&got, &message.bytes, &message.name);
        for lines in [0, 1, 5] {
            let mut reading = client.top(number(n), lines).await.unwrap();
            let got = reading.bytes(ROOM).await.unwrap();
            let what = format!("TOP {lines} of {}", message.name);
            assert_same(&got, top(&message.bytes, lines), &what);
        }
    }
    // Also in another order, and some of them twice.
    let order: Vec<u32> = [8, 1, 2, 2, 3, 8, 4, 5, 6, 7].repeat(20);
    let fetched = fetch(&mut client, &order, Fetch::Whole).await.unwrap();
    for (n, got) in fetched {
        let Seeded { name, bytes } = &seed[n as usize - 1];
        assert_same(&got, bytes, name);
    }
    let fetched = fetch(&mut client, &order, Fetch::Top(2)).await.unwrap();
    assert_eq!(fetched.len(), order.len());
    for (n, got) in fetched {
        let Seeded { name, bytes } = &seed[n as usize - 1];
        assert_same(&got, top(bytes, 2), name);
    }
    client.noop().await.unwrap();
    client.quit().await.unwrap();
}

/// The header, the empty line and so many lines.
fn top(message: &[u8], lines: u32) -> &[u8] {
    let head = message.windows(4).position(|four| four == b"\r\n\r\n");
    let body = head.unwrap() + 4;
    let ends = message[body..].iter().enumerate();
    let mut ends = ends.filter(|(_, byte)| **byte == b'\n');
    let end = match lines {
        0 => Some(body),
        more => ends.nth(more as usize - 1).map(|(at, _)| body + at + 1),
    };
    &message[..end.unwrap_or(message.len())]
}

async fn fetch(
    client: &mut Client,
    numbers: &[u32],
    what: Fetch,
) -> Result<Vec<(u32, Vec<u8>)>, Error> {
    let mut found = Vec::new();
    let mut batch = client.fetch(numbers.iter().copied().map(number).collect(), what)?;
    while let Some((number, answer)) = batch.next().await? {
        answer?;
        let mut bytes = Vec::new();
        while let Some(piece) = batch.chunk().await? {
            bytes.extend_from_slice(piece);
        }
        found.push((number.get(), bytes));
    }
    assert!(found.iter().map(|(number, _)| number).eq(numbers));
    Ok(found)
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn in_the_clear_every_message_is_what_was_delivered() {
    let target = target("pop3", "DOVECOT_PLAIN_POP3");
    let builder = in_the_clear().credentials(with_password(user::PLAIN).with_mechanism("USER"));
    let client = builder.connect(&target).await.unwrap();
    assert!(!client.conn().is_encrypted());
    read_everything(client).await;
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn after_stls_every_message_is_what_was_delivered() {
    let client = logged_in(user::STLS).await;
    assert!(client.conn().is_encrypted());
    read_everything(client).await;
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn over_pop3s_every_message_is_what_was_delivered() {
    let builder = Client::builder().connector(connector());
    let client = builder
        .credentials(with_password(user::POP3S))
        .connect(&target("pop3s", "DOVECOT_POP3S"))
        .await
        .unwrap();
    assert!(client.conn().is_encrypted());
    read_everything(client).await;
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_thousand_messages_come_pipelined() {
    let seed = seed();
    let mut client = logged_in(user::MANY).await;
    client.capa().await.unwrap();
    assert!(client.capabilities().unwrap().pipelining());
    let ids = client.uidl().await.unwrap();
    let expected = (1..=1000).map(|n| format!("many-{n:04}"));
    assert!(
        ids.iter()
            .map(|one| one.id.as_str().to_owned())
            .eq(expected)
    );
    let numbers: Vec<u32> = (1..=1000).collect();
    for (n, got) in fetch(&mut client, &numbers, Fetch::Whole).await.unwrap() {
        assert_same(&got, &seed[0].bytes, &format!("message {n}"));
    }
    // What is not there is refused by itself and holds nothing up.
    let numbers = vec![number(1), number(1001), number(2)];
    let mut batch = client.fetch(numbers, Fetch::Whole).unwrap();
    let mut answers = Vec::new();
    while let Some((number, answer)) = batch.next().await.unwrap() {
        answers.push((number.get(), kind(&answer)));
    }
    let expected = [(1, "ok"), (1001, "work.rejected"), (2, "ok")];
    assert!(
        answers
            .iter()
            .map(|(n, word)| (*n, word.as_str()))
            .eq(expected),
        "{answers:?}"
    );
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn an_empty_maildrop_is_no_error() {
    let mut client = logged_in(user::EMPTY).await;
    assert_eq!(client.stat().await.unwrap().messages, 0);
    assert!(client.list().await.unwrap().is_empty());
    assert!(client.uidl().await.unwrap().is_empty());
    assert!(
        fetch(&mut client, &[], Fetch::Whole)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(kind(&client.retr(number(1)).await), "work.rejected");
    client.quit().await.unwrap();
}
