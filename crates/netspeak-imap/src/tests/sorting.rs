//! SORT and THREAD.

use netspeak_core::Limits;

use super::*;

const OFFER: &str = "IMAP4rev1 SORT THREAD=REFERENCES";

#[tokio::test]
async fn messages_come_in_order_and_in_conversations() {
    let script = "
        C: A2 UID SORT (SUBJECT REVERSE DATE) US-ASCII UNSEEN
        S: * SORT 9 3 5 
        S: * 4 EXISTS
        S: * SORT 1
        S: A2 OK
        C: A3 UID SORT (ARRIVAL) US-ASCII ALL
        S: * SORT
        S: A3 OK
        C: A4 UID THREAD REFERENCES US-ASCII ALL
        S: * THREAD (2)(3 6 (4 23)(44 7 96))
        S: * THREAD ((5)(8))
        S: A4 OK
    ";
    open_with(OFFER, script, async |client| {
        let sort = Sort::subject().then(Sort::date().reverse());
        let found = client.sort(&sort, &Search::unseen()).await.unwrap();
        assert_eq!(found, [9, 3, 5, 1]);
        assert_eq!(news(client), ["EXISTS 4"]);
        let none = client.sort(&Sort::arrival(), &Search::all()).await.unwrap();
        assert!(none.is_empty());
        let way = Threading::References;
        let threads = client.thread(&way, &Search::all()).await.unwrap();
        let sizes: Vec<_> = threads
            .iter()
            .map(|thread| thread.messages().len())
            .collect();
        assert_eq!(sizes, [1, 7, 3]);
        assert_eq!(threads[2].messages()[0].id, None);
    })
    .await;
}

#[tokio::test]
async fn words_in_a_search_name_their_character_set() {
    let script = "
        C: A2 UID SORT (DATE) UTF-8 SUBJECT {7}
        S: + go
        C: Grüße
        S: * SORT 2
        S: A2 OK
        C: A3 UID THREAD ORDEREDSUBJECT UTF-8 SUBJECT {7}
        S: + go
        C: Grüße
        S: A3 NO [BADCHARSET (US-ASCII)] cannot
    ";
    let offer = "IMAP4rev1 SORT THREAD=ORDEREDSUBJECT";
    open_with(offer, script, async |client| {
        let search = Search::subject("Grüße");
        assert_eq!(client.sort(&Sort::date(), &search).await.unwrap(), [2]);
        let asked = client.thread(&Threading::OrderedSubject, &search).await;
        assert_eq!(kind(asked), "work.not_offered");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_offered_is_not_asked() {
    let all = Search::all();
    open_with("IMAP4rev1", "", async |client| {
        assert_eq!(
            kind(client.sort(&Sort::date(), &all).await),
            "work.not_offered"
        );
        let asked = client.thread(&Threading::References, &all).await;
        assert_eq!(kind(asked), "work.not_offered");
    })
    .await;
    open_with(OFFER, "", async |client| {
        let by_name = Sort::date().then(Sort::display_from());
        assert_eq!(kind(client.sort(&by_name, &all).await), "work.not_offered");
        let count = Returns::new().count();
        let asked = client.sort_return(&Sort::date(), &all, &count).await;
        assert_eq!(kind(asked), "work.not_offered");
        let refs = Threading::Other("REFS".into());
        assert_eq!(kind(client.thread(&refs, &all).await), "work.not_offered");
    })
    .await;
    talk_with(OFFER, "", async |client| {
        assert_eq!(kind(client.sort(&Sort::date(), &all).await), "usage");
        let asked = client.thread(&Threading::References, &all).await;
        assert_eq!(kind(asked), "usage");
    })
    .await;
}

#[tokio::test]
async fn a_page_of_an_order_is_told_in_order() {
    let script = "
        C: A2 UID SORT RETURN (COUNT PARTIAL 1:3) (DISPLAYFROM) US-ASCII ALL
        S: * ESEARCH (TAG \"A2\") UID COUNT 9 PARTIAL (1:3 7,2,4)
        S: A2 OK
        C: A3 UID SORT RETURN (ALL) (SIZE) US-ASCII ALL
        S: * ESEARCH (TAG \"A3\") UID ALL 5,1:2,9
        S: A3 OK
        C: A4 UID SORT RETURN (COUNT) (SIZE) US-ASCII ALL
        S: A4 OK
    ";
    let offer = "IMAP4rev1 SORT SORT=DISPLAY ESORT CONTEXT=SORT";
    open_with(offer, script, async |client| {
        let all = Search::all();
        let page = Returns::new().count().partial(1, 3);
        let told = client.sort_return(&Sort::display_from(), &all, &page).await;
        let told = told.unwrap();
        assert_eq!(told.count, Some(9));
        assert_eq!(told.partial.unwrap().ids.unwrap().to_string(), "7,2,4");
        let (sort, order) = (Sort::size(), Returns::new().all());
        let told = client.sort_return(&sort, &all, &order);
        let order = told.await.unwrap().all.unwrap();
        assert_eq!(order.iter().collect::<Vec<_>>(), [5, 1, 2, 9]);
        let count = Returns::new().count();
        let told = client.sort_return(&sort, &all, &count);
        assert_eq!(kind(told.await), "proto.malformed");
    })
    .await;
}

/// What a server says to UID SORT and to UID THREAD, to a client that takes ten messages.
async fn flooded(lines: &str) -> (String, String) {
    let mut kinds = Vec::new();
    for command in [
        "UID SORT (DATE) US-ASCII ALL",
        "UID THREAD REFERENCES US-ASCII ALL",
    ] {
        let script = format!(
            "S: * PREAUTH [CAPABILITY {OFFER}] ready\n{OPEN}C: A2 {command}\n{lines}\nS: A2 OK\nC: A3 NOOP\nS: A3 OK"
        );
        let (found, _) = dialogue(&script, async |conn: Conn| {
            let mut limits = Limits::default();
            limits.listing_entries = 10;
            let mut client = greeted(conn.with_limits(limits)).await;
            client.examine(&Mailbox::inbox()).await.unwrap();
            let all = Search::all();
            let found = match command.contains("SORT") {
                true => kind(client.sort(&Sort::date(), &all).await),
                false => kind(client.thread(&Threading::References, &all).await),
            };
            // The session goes on.
            client.noop().await.unwrap();
            found
        })
        .await;
        kinds.push(found);
    }
    (kinds[0].clone(), kinds[1].clone())
}

#[tokio::test]
async fn more_than_is_held_is_a_named_error_and_rubbish_is_none() {
    let named = ("proto.too_large".to_owned(), "proto.too_large".to_owned());
    let many: String = (1..=9)
        .map(|n| format!("S: * SORT {n} {n}\nS: * THREAD ({n} {n})\n"))
        .collect();
    // What one of them is not asked for is news, of which there may be as much.
    assert_eq!(flooded(&many).await, named);
    let ok = ("ok".to_owned(), "ok".to_owned());
    for lines in [
        "S: * SORT x 4294967296 -1 0",
        "S: * THREAD ((((",
        "S: * THREAD (1 (2",
        "S: * THREAD )1(",
        "S: * SORT 1 (2",
    ] {
        assert_eq!(flooded(lines).await, ok, "{lines}");
    }
    let deep = format!(
        "S: * THREAD {}1{}",
        "(2 ".repeat(20_000),
        ")".repeat(20_000)
    );
    assert_eq!(flooded(&deep).await.1, "proto.too_large");
    let empty = format!("S: * THREAD {}1{}", "(".repeat(20_000), ")".repeat(20_000));
    assert_eq!(flooded(&empty).await.1, "ok");
}
