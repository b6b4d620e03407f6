//! What is read is what was delivered.

use netspeak::imap::response::{BodyStructure, Fetch};
use netspeak::imap::{Client, Ids, Items, Piece, Section};

use crate::harness::{Seeded, assert_same, kind, seed, user, with_password};
use crate::imap::{ROOM, SERVERS, doors, logged_in, mailbox, over};

/// Where the header ends, with the blank line.
fn header_of(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n");
    &message[..end.unwrap() + 4]
}

async fn section(client: &mut Client, uid: u32, section: &Section) -> Vec<u8> {
    let mut reading = client.section(uid, section).await.unwrap();
    reading.bytes(ROOM).await.unwrap()
}

/// Reads everything in every way.
async fn read_everything(client: &mut Client, what: &str) {
    let seed = seed();
    let opened = client.examine(&mailbox("INBOX")).await.unwrap();
    assert_eq!(opened.exists as usize, seed.len(), "{what}");
    for (uid, Seeded { name, bytes }) in (1..).zip(&seed) {
        let what = format!("{what} {name}");
        let header = header_of(bytes);
        let whole = section(client, uid, &Section::whole()).await;
        assert_same(&whole, bytes, &what);
        let got = section(client, uid, &Section::header()).await;
        assert_same(&got, header, &format!("{what}: header"));
        let got = section(client, uid, &Section::text()).await;
        assert_same(&got, &bytes[header.len()..], &format!("{what}: text"));
        let subject = String::from_utf8_lossy(header);
        let subject = subject.lines().find(|line| line.starts_with("Subject:"));
        let fields = Section::header_fields(["SUBJECT", "X-None"]).unwrap();
        let got = section(client, uid, &fields).await;
        let expected = format!("{}\r\n\r\n", subject.unwrap());
        assert_same(&got, expected.as_bytes(), &format!("{what}: a field"));
        let others = Section::header_fields_not(["From", "To", "Date", "Message-ID"]).unwrap();
        let got = section(client, uid, &others).await;
        assert_same(&got, expected.as_bytes(), &format!("{what}: other fields"));
        let got = section(client, uid, &Section::part(&[1])).await;
        assert_same(&got, &bytes[header.len()..], &format!("{what}: part 1"));

        // From the middle, and beyond the end.
        let middle = bytes.len() / 2;
        for (first, count) in [(0, 10), (middle, 7), (middle, ROOM), (bytes.len(), 5)] {
            let whole = Section::whole();
            let reading = client.partial(uid, &whole, first as u64, count as u64);
            let got = reading.await.unwrap().bytes(ROOM).await.unwrap();
            let expected = &bytes[first..bytes.len().min(first.saturating_add(count))];
            assert_same(&got, expected, &format!("{what}: {count} from {first}"));
        }
        let mut reading = client.binary(uid, &[1]).await.unwrap();
        let got = reading.bytes(ROOM).await.unwrap();
        assert_same(&got, &bytes[header.len()..], &format!("{what}: BINARY"));
    }
    let none = client.message(999).await;
    assert_eq!(kind(&none.map(drop)), "work.not_found", "{what}");
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn every_message_is_what_was_delivered_at_every_door() {
    for server in SERVERS {
        for (target, tls) in doors(server) {
            let builder = over(tls).credentials(with_password(user::IMAP_READ));
            let mut client = builder
                .connect(&target)
                .await
                .unwrap_or_else(|error| panic!("{target}: {error}"));
            assert!(client.conn().is_encrypted());
            read_everything(&mut client, &target.to_string()).await;
            client.logout().await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn the_bodies_of_all_messages_flow_past_in_one_go() {
    let seed = seed();
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_READ).await;
        client.examine(&mailbox("INBOX")).await.unwrap();
        // Twice: also by their numbers, and with the items behind the body.
        let items = Items::new().message().flags().size();
        for ids in [Ids::from(..), Ids::numbers(..)] {
            let mut fetching = client.fetch(ids, &items).await.unwrap();
            let (mut read, mut rows) = (Vec::new(), 0);
            while let Some(piece) = fetching.piece().await.unwrap() {
                match piece {
                    Piece::Body(body) => {
                        let mut bytes = Vec::new();
                        while let Some(chunk) = fetching.chunk().await.unwrap() {
                            bytes.extend_from_slice(chunk);
                        }
                        assert_eq!(bytes.len() as u64, body.size);
                        read.push(bytes);
                    }
                    Piece::Message(row) => {
                        let expected = &seed[rows].bytes;
                        assert_eq!(row.size, Some(expected.len() as u64));
                        assert!(row.flags.is_some());
                        assert_same(&read[rows], expected, &seed[rows].name);
                        rows += 1;
                    }
                }
            }
            assert_eq!((rows, read.len()), (seed.len(), seed.len()));
        }
        // Nothing was marked as read by all that.
        let unseen = netspeak::imap::Search::unseen();
        assert_eq!(client.search(&unseen).await.unwrap().len(), 8, "{server}");
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn bodies_that_are_not_read_are_skipped() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_READ).await;
        client.examine(&mailbox("INBOX")).await.unwrap();
        let items = Items::new().message().header();
        let mut fetching = client.fetch(.., &items).await.unwrap();
        let mut bodies = 0;
        while let Some(piece) = fetching.piece().await.unwrap() {
            bodies += usize::from(matches!(piece, Piece::Body(_)));
        }
        assert_eq!(bodies, 16, "{server}");
        client.noop().await.unwrap();
        client.logout().await.unwrap();
    }
}

/// All that can be asked of a message there.
fn all_items(client: &Client) -> Items {
    let offered = client.capabilities().unwrap();
    let mut items = Items::new()
        .flags()
        .internal_date()
        .size()
        .envelope()
        .body_structure()
        .header_fields(["Subject"])
        .binary_size(&[1])
        .modseq();
    if offered.with_prefix("PREVIEW").next().is_some() {
        items = items.preview();
    }
    if offered.has("SAVEDATE") {
        items = items.save_date();
    }
    if offered.has("OBJECTID") {
        items = items.email_id().thread_id();
    }
    items
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn every_item_of_every_message_is_understood() {
    let seed = seed();
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_READ).await;
        client.known_capabilities().await.unwrap();
        client.examine(&mailbox("INBOX")).await.unwrap();
        let items = all_items(&client);
        let rows = client.fetch(.., &items).await.unwrap().all(99).await;
        let rows = rows.unwrap();
        assert_eq!(rows.len(), seed.len(), "{server}");
        for (row, Seeded { name, bytes }) in rows.iter().zip(&seed) {
            let what = format!("{server} {name}: {row:?}");
            assert!(row.others.is_empty(), "{what}");
            assert!(row.internal_date.is_some(), "{what}");
            assert!(row.modseq.is_some_and(|modseq| modseq > 0), "{what}");
            assert_eq!(row.size, Some(bytes.len() as u64), "{what}");
            is_described(row, bytes, &what);
            let offered = client.capabilities().unwrap();
            // Cyrus offers PREVIEW and has none of these messages.
            assert_eq!(row.preview.is_some(), server == "DOVECOT", "{what}");
            assert_eq!(row.email_id.is_some(), offered.has("OBJECTID"), "{what}");
            assert_eq!(row.save_date.is_some(), offered.has("SAVEDATE"), "{what}");
        }
        client.logout().await.unwrap();
    }
}

/// The envelope and the structure tell what is in the message.
fn is_described(row: &Fetch, message: &[u8], what: &str) {
    let text = String::from_utf8_lossy(header_of(message)).into_owned();
    let field = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        value.unwrap().trim().to_owned()
    };
    let envelope = row.envelope.as_ref().unwrap();
    assert_eq!(envelope.decoded_subject(), field("Subject:"), "{what}");
    let id = envelope.message_id.as_ref().unwrap();
    assert_eq!(id.to_str_lossy(), field("Message-ID:"), "{what}");
    let date = envelope.date.as_ref().unwrap();
    assert_eq!(date.to_str_lossy(), field("Date:"), "{what}");
    for (told, name, address) in [
        (&envelope.from, "Ada", "ada@example.org"),
        (&envelope.sender, "Ada", "ada@example.org"),
        (&envelope.reply_to, "Ada", "ada@example.org"),
        (&envelope.to, "Grace", "grace@example.org"),
    ] {
        let [one] = told[0].addressees() else {
            panic!("{what}");
        };
        assert_eq!(
            (one.decoded_name(), one.address()),
            (name.into(), address.into())
        );
    }
    let structure = row.body_structure.as_ref().unwrap();
    let BodyStructure::Single(part) = &**structure else {
        panic!("{what}");
    };
    assert_eq!(structure.media_type(), "text/plain", "{what}");
    let octets = (message.len() - header_of(message).len()) as u64;
    assert_eq!(part.octets, Some(octets), "{what}");
    assert_eq!(row.binary_sizes, [(vec![1], octets)], "{what}");
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn an_empty_mailbox_is_no_error() {
    for server in SERVERS {
        let mut client = logged_in(server, user::EMPTY).await;
        let opened = client.select(&mailbox("INBOX")).await.unwrap();
        assert_eq!(opened.exists, 0, "{server}");
        let rows = client.fetch(.., &Items::new().flags()).await.unwrap();
        assert!(rows.all(9).await.unwrap().is_empty(), "{server}");
        let all = netspeak::imap::Search::all();
        assert!(client.search(&all).await.unwrap().is_empty(), "{server}");
        assert_eq!(
            kind(&client.message(1).await.map(drop)),
            "work.not_found",
            "{server}"
        );
        client.logout().await.unwrap();
    }
}
