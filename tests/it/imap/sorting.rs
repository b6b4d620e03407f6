//! SORT and THREAD.

use netspeak::imap::{Append, Client, Mailbox, Returns, Search, Sort, Threading};

use crate::harness::{kind, user};
use crate::imap::{SERVERS, fresh, logged_in};

/// Four messages: the third answers the first, the fourth the third.
async fn filled(client: &mut Client) -> Mailbox {
    let there = fresh(client, "sorted").await;
    for (id, from, subject, second, references) in [
        (1, "Zoe <a@example.org>", "question", 40, ""),
        (2, "Ann <b@example.org>", "another", 10, ""),
        (3, "c@example.org", "Re: question", 30, "<1@x>"),
        (4, "Bob <d@example.org>", "Re: question", 20, "<1@x> <3@x>"),
    ] {
        let message = format!(
            "From: {from}\r\nTo: x@example.org\r\nDate: Thu, 01 Jan 2026 00:00:{second} +0000\r\n\
             Subject: {subject}\r\nMessage-ID: <{id}@x>\r\nReferences: {references}\r\n\r\n{}\r\n",
            "x".repeat(100 * (5 - id))
        );
        let message = message.replace("References: \r\n", "");
        let put = client
            .append(&there, &Append::new(), message.as_bytes())
            .await;
        put.unwrap();
    }
    client.examine(&there).await.unwrap();
    there
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn messages_are_brought_into_order() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_SORTED).await;
        filled(&mut client).await;
        let all = Search::all();
        for (sort, order) in [
            (Sort::arrival(), [1, 2, 3, 4]),
            (Sort::date(), [2, 4, 3, 1]),
            (Sort::date().reverse(), [1, 3, 4, 2]),
            (Sort::size(), [4, 3, 2, 1]),
            (Sort::subject().then(Sort::date()), [2, 4, 3, 1]),
            (Sort::from().reverse(), [4, 3, 2, 1]),
            (Sort::display_from(), [2, 4, 3, 1]),
        ] {
            let found = client.sort(&sort, &all).await.unwrap();
            assert_eq!(found, order, "{server} {sort}");
        }
        let few = Search::subject("question");
        assert_eq!(client.sort(&Sort::date(), &few).await.unwrap(), [4, 3, 1]);
        let none = Search::subject("Grüße");
        assert!(client.sort(&Sort::date(), &none).await.unwrap().is_empty());
        let returns = Returns::new().count().all();
        let told = client
            .sort_return(&Sort::date(), &all, &returns)
            .await
            .unwrap();
        assert_eq!(told.count, Some(4), "{server}");
        let order = told.all.unwrap();
        assert_eq!(order.iter().collect::<Vec<_>>(), [2, 4, 3, 1], "{server}");
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn messages_are_gathered_in_conversations() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_SORTED).await;
        let there = filled(&mut client).await;
        let all = Search::all();
        for (way, depths) in [
            (Threading::References, [(1, 0), (2, 0), (3, 1), (4, 2)]),
            (Threading::OrderedSubject, [(1, 1), (2, 0), (3, 1), (4, 0)]),
        ] {
            let threads = client.thread(&way, &all).await.unwrap();
            let mut told: Vec<(u32, usize)> = threads
                .iter()
                .flat_map(|thread| thread.messages())
                .map(|message| (message.id.unwrap(), message.depth))
                .collect();
            told.sort_unstable();
            assert_eq!(told, depths, "{server} {way:?}");
        }
        let unknown = Threading::Other("NONSENSE".to_owned());
        let asked = client.thread(&unknown, &all).await;
        assert_eq!(kind(&asked), "work.not_offered", "{server}");
        client.unselect().await.unwrap();
        client.delete(&there).await.unwrap();
        client.logout().await.unwrap();
    }
}
