//! A mailbox of twenty thousand messages.

use netspeak::core::Trace;
use netspeak::imap::{Flag, FlagChange, IdSet, Items, Mailbox, Search};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::harness::{docker, said, user, variable, with_password};
use crate::imap::{doors, fresh, logged_in, mailbox, over};

const COUNT: u32 = 20_000;

/// Dovecot finds them in its Maildir: links to one message, in memory.
async fn filled_dovecot() -> Mailbox {
    let script = format!(
        "there=/run/many folder=/srv/mail/{}/Maildir/.many
         rm -rf $there $folder
         mkdir -p $there/{{cur,new,tmp}}
         cp /srv/seed/0001-plain.eml $there/cur/1:2,
         perl -e 'link \"$ARGV[0]/cur/1:2,\", \"$ARGV[0]/cur/$_:2,\" or die for 2..{COUNT}' $there
         chown -R vmail:vmail $there
         ln -s $there $folder",
        user::IMAP_MANY
    );
    let container = variable("NETSPEAK_DOVECOT_CONTAINER");
    docker(&["exec", &container, "bash", "-ec", &script]).await;
    mailbox("many")
}

/// Cyrus gets them in one command (MULTIAPPEND, RFC 3502), each another one: it takes few copies.
async fn filled_cyrus() -> Mailbox {
    let mut client = logged_in("CYRUS", user::IMAP_MANY).await;
    let there = fresh(&mut client, "many").await;
    let mut said = String::from("Z1 APPEND many");
    for n in 1..=COUNT {
        let message =
            format!("Subject: plain\r\nMessage-ID: <{n}@example.org>\r\n\r\nnumber {n}\r\n");
        said += &format!(" {{{}+}}\r\n{message}", message.len());
    }
    said += "\r\nZ2 LOGOUT\r\n";
    let mut stream = client.into_stream().unwrap();
    stream.write_all(said.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    let answer = lines.next_line().await.unwrap().unwrap();
    assert!(answer.starts_with("Z1 OK"), "{answer}");
    there
}

fn longest_line(trace: &Trace) -> usize {
    said(trace).iter().map(String::len).max().unwrap()
}

async fn is_read_and_changed(server: &str, there: &Mailbox) {
    let trace = Trace::with_transcript();
    let [_, (target, tls), ..] = doors(server);
    let builder = over(tls).trace(trace.clone());
    let builder = builder.credentials(with_password(user::IMAP_MANY));
    let mut client = builder.connect(&target).await.unwrap();
    assert_eq!(client.select(there).await.unwrap().exists, COUNT);
    let all: IdSet = (1..=COUNT).collect();
    let items = Items::new().flags().envelope();
    let mut rows = client.fetch(.., &items).await.unwrap();
    let mut read = 0;
    while let Some(row) = rows.next().await.unwrap() {
        read += 1;
        assert_eq!((row.number, row.uid), (read, Some(read)), "{server}");
        let envelope = row.envelope.as_ref().unwrap();
        assert_eq!(envelope.decoded_subject(), "plain");
        assert!(row.flags.is_some());
    }
    assert_eq!(read, COUNT, "{server}");
    let found = client.search(&Search::all()).await.unwrap();
    assert_eq!(found, all, "{server}");

    // Every other one: too long for one command.
    let odd: IdSet = (1..=COUNT).step_by(2).collect();
    let said_before = said(&trace).len();
    let fetched = client.fetch(&odd, &Items::new().size()).await.unwrap();
    let fetched = fetched.all(COUNT as usize).await.unwrap();
    let uids: IdSet = fetched.iter().filter_map(|row| row.uid).collect();
    assert_eq!(uids, odd, "{server}");
    let commands = said(&trace).len() - said_before;
    assert!((5..50).contains(&commands), "{server}: {commands}");
    let change = FlagChange::add([Flag::Deleted]);
    let stored = client.store(&odd, &change).await.unwrap();
    assert_eq!(stored.messages.len() as u64, odd.len(), "{server}");
    let deleted = client.search(&Search::deleted()).await.unwrap();
    assert_eq!(deleted, odd, "{server}");
    // A sparse set in a search goes out as a whole, or not at all.
    let some: IdSet = (1..=2000).step_by(2).collect();
    let found = client.search(&Search::uid(some.clone())).await.unwrap();
    assert_eq!(found, some, "{server}");
    client.uid_expunge(&odd).await.unwrap();
    let left = client.search(&Search::all()).await.unwrap();
    assert_eq!(left, &all - &odd, "{server}");
    assert_eq!(client.selected().unwrap().exists, COUNT / 2, "{server}");
    assert!(longest_line(&trace) <= 8192, "{server}");
    client.unselect().await.unwrap();
    client.delete(there).await.unwrap();
    client.logout().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn dovecot_has_twenty_thousand_messages_read_searched_and_changed() {
    let there = filled_dovecot().await;
    is_read_and_changed("DOVECOT", &there).await;
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn cyrus_has_twenty_thousand_messages_read_searched_and_changed() {
    let there = filled_cyrus().await;
    is_read_and_changed("CYRUS", &there).await;
}
