//! What sessions say of themselves, and commands that run ahead of their answers.

use netspeak::core::{Side, Trace};
use netspeak::imap::response::{StatusKind, Untagged};
use netspeak::imap::{Command, Ids, Items, Mailbox, Search, State, StatusItems};

use crate::harness::{kind, user, with_password};
use crate::imap::{SERVERS, doors, logged_in, mailbox, over};

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn servers_say_who_they_are() {
    for (server, name) in [("DOVECOT", "Dovecot"), ("CYRUS", "Cyrus IMAP")] {
        let mut client = logged_in(server, user::IMAP_SESSION).await;
        let told = client.id(&[("name", "netspeak"), ("version", "1")]).await;
        let told = told.unwrap();
        let word = told.get("name").unwrap().to_str_lossy();
        assert!(word.contains(name), "{server}: {told:?}");
        client.id(&[]).await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn extensions_are_enabled_where_they_are_offered() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_SESSION).await;
        let enabled = client.enable(&["CONDSTORE"]).await.unwrap();
        assert!(client.is_enabled("condstore"), "{server}: {enabled:?}");
        // Neither of these has UTF-8 names or the newer revision: what is not there is passed over.
        let offered = client.known_capabilities().await.unwrap();
        assert!(!offered.is_rev2() && !offered.has("UTF8=ACCEPT"));
        let enabled = client.enable(&["UTF8=ACCEPT", "IMAP4rev2"]).await;
        assert!(enabled.unwrap().is_empty(), "{server}");
        assert!(!client.is_enabled("UTF8=ACCEPT"), "{server}");
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_session_knows_its_state_and_says_goodbye() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_SESSION).await;
        assert_eq!(client.state(), State::Authenticated);
        assert_eq!(kind(&client.search(&Search::all()).await), "usage");
        client.select(&mailbox("INBOX")).await.unwrap();
        assert_eq!(client.state(), State::Selected);
        // What cannot be opened leaves nothing open.
        let refused = client.select(&mailbox("nirgends")).await.map(drop);
        assert_eq!(kind(&refused), "work.not_found", "{server}");
        assert_eq!(client.state(), State::Authenticated);
        client.noop().await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_pipeline_gets_its_answers_in_order() {
    for server in SERVERS {
        let trace = Trace::with_transcript();
        let [_, (target, tls), ..] = doors(server);
        let builder = over(tls).trace(trace.clone());
        let builder = builder.credentials(with_password(user::IMAP_SESSION));
        let mut client = builder.connect(&target).await.unwrap();
        client.select(&mailbox("INBOX")).await.unwrap();
        let names: Vec<Mailbox> = ["Drafts", "nirgends", "Sent", "Trash"].map(mailbox).into();
        let basic = StatusItems::basic();
        let (all, items) = (Search::all(), Items::new().envelope());
        let (some, others) = (Ids::from(1..=3), Ids::from(4..=8));
        let fetch = |ids| Command::Fetch {
            ids,
            items: &items,
            changed_since: None,
            vanished: false,
        };
        let mut commands: Vec<Command<'_>> = names
            .iter()
            .map(|name| Command::Status(name, &basic))
            .collect();
        commands.push(Command::Search {
            uid: true,
            search: &all,
            returns: None,
        });
        commands.extend([fetch(&some), fetch(&others), Command::Noop]);
        let answers = client.pipeline(&commands).await.unwrap();
        assert_eq!(answers.len(), commands.len(), "{server}");
        for (at, answer) in answers.iter().enumerate() {
            let expected = if at == 1 {
                StatusKind::No
            } else {
                StatusKind::Ok
            };
            assert_eq!(answer.reply.kind(), expected, "{server} {at}");
        }
        for at in [0, 2, 3] {
            let Untagged::MailboxStatus(status) = &answers[at].data[0] else {
                panic!("{server}: {:?}", answers[at]);
            };
            assert_eq!(status.mailbox, names[at], "{server}");
        }
        let Untagged::Search(found) = &answers[4].data[0] else {
            panic!("{server}: {:?}", answers[4]);
        };
        assert_eq!(found.ids.len(), 8, "{server}");
        assert_eq!((answers[5].data.len(), answers[6].data.len()), (3, 5));
        // They ran ahead of their answers.
        let entries = trace.transcript();
        let ahead = entries.windows(2).any(|two| {
            two.iter()
                .all(|entry| entry.side == Side::Client && entry.text.contains(" STATUS "))
        });
        assert!(ahead, "{server}");
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_command_without_a_method_is_said_as_it_is() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_SESSION).await;
        let answer = client.raw("GETQUOTAROOT INBOX").await.unwrap();
        assert!(answer.reply.is_ok(), "{server}");
        let quota = answer.data.iter().find_map(|data| match data {
            Untagged::Quota(quota) => quota.resource("STORAGE"),
            _ => None,
        });
        assert_eq!(quota.unwrap().limit, 1024 * 1024, "{server}");
        let root = |data: &Untagged| matches!(data, Untagged::QuotaRoot(_));
        assert!(answer.data.iter().any(root), "{server}");
        let rights = client.raw("MYRIGHTS INBOX").await.unwrap();
        assert!(matches!(rights.data[0], Untagged::MyRights(_)), "{server}");
        client.select(&mailbox("INBOX")).await.unwrap();
        let threads = client.raw("UID THREAD REFERENCES UTF-8 ALL").await.unwrap();
        let Untagged::Thread(threads) = &threads.data[0] else {
            panic!("{server}: {threads:?}");
        };
        let ids: usize = threads.iter().map(|thread| thread.ids().count()).sum();
        assert_eq!(ids, 8, "{server}");
        let sorted = client.raw("UID SORT (REVERSE SIZE) UTF-8 ALL").await;
        let sorted = sorted.unwrap();
        let Untagged::Sort(sorted) = &sorted.data[0] else {
            panic!("{server}: {sorted:?}");
        };
        assert_eq!((sorted.len(), sorted[0]), (8, 8), "{server}");
        let unknown = client.raw("XYZZY").await.unwrap();
        assert_eq!(unknown.reply.kind(), StatusKind::Bad, "{server}");
        client.logout().await.unwrap();
    }
}
