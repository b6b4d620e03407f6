//! FETCH: rows, bodies, what comes between.

use super::*;
use crate::response::Value;

#[tokio::test]
async fn rows_as_they_come() {
    let script = "
        C: A2 UID FETCH 1:3 (UID FLAGS RFC822.SIZE)
        S: * 1 FETCH (UID 1 FLAGS (\\\\Seen) RFC822.SIZE 100)
        S: * 2 FETCH (UID 3 FLAGS () RFC822.SIZE 5000000000)
        S: A2 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let items = Items::new().flags().size();
        let mut rows = client.fetch(1..=3, &items).await.unwrap();
        let first = rows.next().await.unwrap().unwrap();
        assert_eq!((first.uid, first.size), (Some(1), Some(100)));
        assert_eq!(first.flags.as_deref(), Some(&[Flag::Seen][..]));
        let second = rows.next().await.unwrap().unwrap();
        assert_eq!(second.size, Some(5_000_000_000));
        assert!(rows.next().await.unwrap().is_none());
        assert!(rows.next().await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn what_is_told_of_other_messages_is_news() {
    let script = "
        C: A2 UID FETCH 7 (UID FLAGS)
        S: * 9 EXISTS
        S: * 1 RECENT
        S: * 3 FETCH (FLAGS (\\\\Seen))
        S: * 5 FETCH (UID 7 FLAGS ())
        S: * 4 FETCH (UID 6 FLAGS ())
        S: A2 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let rows = client.fetch(7, &Items::new().flags()).await.unwrap();
        let rows = rows.all(10).await.unwrap();
        assert_eq!(
            rows.iter().map(|row| row.uid).collect::<Vec<_>>(),
            [Some(7)]
        );
        assert_eq!(news(client), ["EXISTS 9", "RECENT 1", "FETCH 3", "FETCH 4"]);
        assert_eq!(client.selected().unwrap().exists, 9);
    })
    .await;
}

#[tokio::test]
async fn bodies_flow_and_are_kept_apart() {
    let script = "
        C: A2 UID FETCH 1:2 (UID BODY.PEEK[HEADER] BODY.PEEK[1])
        S: * 1 FETCH (UID 1 BODY[HEADER] {5}
        S- a: b\\n BODY[1] {3}\\r\\n
        S- one)\\r\\n
        S: * 2 FETCH (BODY[HEADER] \"c: d\" BODY[1] NIL UID 2)
        S: A2 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let items = Items::new().header().section(&Section::part(&[1]));
        let mut fetching = client.fetch(1..=2, &items).await.unwrap();
        let mut seen = Vec::new();
        while let Some(piece) = fetching.piece().await.unwrap() {
            match piece {
                Piece::Body(body) => {
                    let section = body.message.bodies.last().unwrap().section.clone();
                    let mut text = Vec::new();
                    while let Some(chunk) = fetching.chunk().await.unwrap() {
                        text.extend_from_slice(chunk);
                    }
                    assert_eq!(text.len() as u64, body.size);
                    let text = String::from_utf8(text).unwrap();
                    seen.push(format!("{:?} {section} {text:?}", body.message.uid));
                }
                Piece::Message(row) => seen.push(format!("{:?} {}", row.uid, row.bodies.len())),
            }
        }
        assert_eq!(
            seen,
            [
                "Some(1) HEADER \"a: b\\n\"",
                "Some(1) 1 \"one\"",
                "Some(1) 2",
                "Some(2) 2",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_row_takes_its_bodies_along() {
    let script = "
        C: A2 UID FETCH 1 (UID BODY.PEEK[])
        S: * 1 FETCH (UID 1 BODY[] {5}
        S- hello)\\r\\n
        S: A2 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let items = Items::new().message();
        let rows = client.fetch(1, &items).await.unwrap().all(9).await.unwrap();
        assert_eq!(rows[0].bodies[0].value, Value::Literal("hello".into()));
    })
    .await;
}

#[tokio::test]
async fn one_message_as_it_flows() {
    let script = "
        C: A2 UID FETCH 7 (UID BODY.PEEK[])
        S: * 4 FETCH (FLAGS ())
        S: * 2 FETCH (UID 7 BODY[] {11}
        S- hello\\r\\nA2 O FLAGS (\\\\Seen))\\r\\n
        S: A2 OK
        C: A3 UID FETCH 7 (UID BODY.PEEK[TEXT])
        S: * 2 FETCH (UID 7 BODY[TEXT] \"short\")
        S: A3 OK
        C: A4 UID FETCH 8 (UID BODY.PEEK[]<10.5>)
        S: A4 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let mut message = client.message(7).await.unwrap();
        assert_eq!((message.size(), message.fetched().uid), (11, Some(7)));
        assert_eq!(message.bytes(100).await.unwrap(), b"hello\r\nA2 O");
        let mut text = client.section(7, &Section::text()).await.unwrap();
        let mut copied = Vec::new();
        assert_eq!(text.copy_to(&mut copied).await.unwrap(), 5);
        assert_eq!(copied, b"short");
        let none = client.partial(8, &Section::whole(), 10, 5).await;
        assert_eq!(kind(none.map(drop)), "work.not_found");
        assert_eq!(news(client), ["FETCH 4"]);
    })
    .await;
}

#[tokio::test]
async fn what_came_before_a_refusal_is_kept() {
    let script = "
        C: A2 FETCH 1:3 (UID FLAGS)
        S: * 1 FETCH (UID 1 FLAGS ())
        S: * 3 FETCH (UID 3 FLAGS ())
        S: A2 NO [EXPUNGEISSUED] Some of the requested messages no longer exist
        C: A3 NOOP
        S: A3 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let numbers = Ids::numbers(1..=3);
        let mut rows = client.fetch(numbers, &Items::new().flags()).await.unwrap();
        assert_eq!(rows.next().await.unwrap().unwrap().number, 1);
        assert_eq!(rows.next().await.unwrap().unwrap().number, 3);
        let error = rows.next().await.unwrap_err();
        assert!(error.to_string().contains("EXPUNGEISSUED"), "{error}");
        assert!(rows.next().await.unwrap().is_none());
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_does_not_empty_the_mailbox() {
    let script = "
        C: A2 UID FETCH 1:2 (UID ENVELOPE)
        S: * 1 FETCH (UID 1 ENVELOPE ((((
        S: * 2 FETCH (UID 2 ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))
        S: A2 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let items = Items::new().envelope();
        let rows = client
            .fetch(1..=2, &items)
            .await
            .unwrap()
            .all(9)
            .await
            .unwrap();
        assert_eq!(rows.last().unwrap().uid, Some(2));
        // Whatever the first line was worth, it is not lost.
        assert_eq!(rows.len() + news(client).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_long_set_goes_out_in_several_commands_that_run_ahead() {
    let all: IdSet = (1..=20_000u32).step_by(2).collect();
    let capacity = all.split(7_000).count();
    assert!(capacity > 4);
    let mut script = String::new();
    let sets: Vec<IdSet> = all.split(7_000).collect();
    for (at, set) in sets.iter().enumerate().take(4) {
        script += &format!("C: A{} UID FETCH {set} (UID)\n", at + 2);
    }
    for at in 0..sets.len() {
        script += &format!("S: A{} OK\n", at + 2);
        if let Some(set) = sets.get(at + 4) {
            script += &format!("C: A{} UID FETCH {set} (UID)\n", at + 6);
        }
    }
    open_with("IMAP4rev1", &script, async |client| {
        let rows = client.fetch(all, &Items::new()).await.unwrap();
        assert!(rows.all(1).await.unwrap().is_empty());
        assert!(!client.conn().is_busy());
    })
    .await;
}

#[tokio::test]
async fn a_body_too_large_to_be_held_is_an_error_and_flows_all_the_same() {
    let script = "
        C: A2 UID FETCH 1 (UID BODY.PEEK[])
        S: * 1 FETCH (UID 1 BODY[] {500000000}
        ...
    ";
    open_with("IMAP4rev1", script, async |client| {
        let mut rows = client.fetch(1, &Items::new().message()).await.unwrap();
        let error = rows.next().await.unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.too_large");
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_ends_inside_a_body_says_so() {
    let script = "
        C: A2 UID FETCH 1 (UID BODY.PEEK[])
        S: * 1 FETCH (UID 1 BODY[] {50}
        S- half
    ";
    open_with("IMAP4rev1", script, async |client| {
        let mut message = client.message(1).await.unwrap();
        let error = message.bytes(100).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.closed");
        assert!(error.to_string().contains("middle of a literal"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn only_what_changed_since_and_only_where_that_is_known() {
    let script = "
        C: A2 UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 12)
        S: * 1 FETCH (UID 4 FLAGS () MODSEQ (20))
        S: A2 OK
    ";
    let open = script;
    let capabilities = "IMAP4rev1";
    open_with(capabilities, "", async |client| {
        let asked = client.fetch_changed(IdSet::all(), &Items::new(), 1).await;
        assert_eq!(kind(asked.map(drop)), "work.not_offered");
    })
    .await;
    let opened = OPEN.replace("\"INBOX\"", "\"INBOX\" (CONDSTORE)");
    talk_with(
        "IMAP4rev1 CONDSTORE",
        &format!("{opened}{open}"),
        async |client| {
            client.examine(&Mailbox::inbox()).await.unwrap();
            let items = Items::new().flags().modseq();
            let rows = client
                .fetch_changed(IdSet::all(), &items, 12)
                .await
                .unwrap();
            assert_eq!(rows.all(9).await.unwrap()[0].modseq, Some(20));
        },
    )
    .await;
}

#[tokio::test]
async fn a_star_is_the_last_message_whatever_its_number() {
    let script = "
        C: A2 FETCH * (UID FLAGS)
        S: * 3 FETCH (UID 9 FLAGS ())
        S: * 1 FETCH (FLAGS ())
        S: A2 OK
        C: A3 UID FETCH 7000:* (UID FLAGS)
        S: * 3 FETCH (UID 9 FLAGS ())
        S: * 2 FETCH (UID 5 FLAGS ())
        S: A3 OK
        C: A4 UID STORE * +FLAGS (\\Seen)
        S: * 3 FETCH (UID 9 FLAGS (\\\\Seen))
        S: A4 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let items = Items::new().flags();
        let last = client
            .fetch(Ids::numbers(IdSet::last()), &items)
            .await
            .unwrap();
        assert_eq!(last.all(9).await.unwrap().len(), 1);
        assert_eq!(news(client), ["FETCH 1"]);
        let last = client.fetch(IdSet::from(7000..), &items).await.unwrap();
        assert_eq!(last.all(9).await.unwrap()[0].uid, Some(9));
        assert_eq!(news(client), ["FETCH 2"]);
        let seen = FlagChange::add([Flag::Seen]);
        let stored = client.store(IdSet::last(), &seen).await.unwrap();
        assert_eq!(stored.messages.len(), 1);
    })
    .await;
}
