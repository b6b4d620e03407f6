//! COMPRESS: everything else over it.

use netspeak::core::{Side, Trace};
use netspeak::imap::{Items, Mailbox, Search, StatusItems};

use crate::harness::{assert_same, kind, said, seed, user, with_password};
use crate::imap::{ROOM, SERVERS, doors, fresh, logged_in, over, put};

/// How often we spoke after the server had.
fn turns(trace: &Trace) -> usize {
    let sides: Vec<Side> = trace.transcript().iter().map(|line| line.side).collect();
    let is_turn = |pair: &&[Side]| *pair == [Side::Server, Side::Client];
    sides.windows(2).filter(is_turn).count()
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn all_messages_come_byte_for_byte_compressed_in_as_many_round_trips() {
    let seed = seed();
    for server in SERVERS {
        let mut counts = Vec::new();
        for is_compressed in [false, true] {
            let trace = Trace::with_transcript();
            let [_, (target, tls), ..] = doors(server);
            let builder = over(tls).trace(trace.clone());
            let builder = builder.credentials(with_password(user::IMAP_COMPRESSED));
            let builder = match is_compressed {
                true => builder.compress_if_offered(),
                false => builder,
            };
            let mut client = builder.connect(&target).await.unwrap();
            client.examine(&Mailbox::inbox()).await.unwrap();
            assert_eq!(client.is_compressed(), is_compressed, "{server}");
            let rows = client.fetch(.., &Items::new().message()).await.unwrap();
            let rows = rows.all(100).await.unwrap();
            assert_eq!(rows.len(), seed.len(), "{server}");
            client.logout().await.unwrap();
            counts.push(turns(&trace));
        }
        assert_eq!(counts[0], counts[1], "{server}");
        let mut client = logged_in(server, user::IMAP_COMPRESSED).await;
        client.compress().await.unwrap();
        client.examine(&Mailbox::inbox()).await.unwrap();
        for (uid, message) in (1..).zip(&seed) {
            let mut flowing = client.message(uid).await.unwrap();
            let bytes = flowing.bytes(ROOM).await.unwrap();
            assert_same(&bytes, &message.bytes, &message.name);
        }
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_compressed_session_appends_idles_and_does_not_compress_twice() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_COMPRESSED).await;
        client.compress().await.unwrap();
        assert_eq!(kind(&client.compress().await), "usage");
        let there = fresh(&mut client, "compressed").await;
        let subjects: Vec<String> = (0..50).map(|n| format!("number {n}")).collect();
        let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
        put(&mut client, &there, &subjects).await;
        let status = client.status(&there, &StatusItems::basic()).await.unwrap();
        assert_eq!(status.messages, Some(50), "{server}");
        client.select(&there).await.unwrap();
        let idle = client.idle().await.unwrap();
        idle.done().await.unwrap();
        let found = client.search(&Search::subject("number 7")).await.unwrap();
        assert_eq!(found.len(), 1, "{server}");
        client.unselect().await.unwrap();
        client.delete(&there).await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn compress_goes_along_with_whatever_comes_first() {
    for server in SERVERS {
        let trace = Trace::with_transcript();
        let [(target, tls), ..] = doors(server);
        let builder = over(tls).trace(trace.clone()).compress_if_offered();
        let builder = builder.credentials(with_password(user::IMAP_COMPRESSED));
        let mut client = builder.connect(&target).await.unwrap();
        let inbox = Mailbox::inbox();
        let status = client.status(&inbox, &StatusItems::basic()).await;
        assert_eq!(status.unwrap().messages, Some(8), "{server}");
        assert!(client.is_compressed(), "{server}");
        client.noop().await.unwrap();
        client.logout().await.unwrap();
        let said = said(&trace);
        let at = said.iter().position(|line| line.contains(" COMPRESS "));
        assert!(said[at.unwrap() - 1].contains(" STATUS "), "{said:?}");
    }
}
