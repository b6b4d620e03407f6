//! SEARCH and ESEARCH.

use super::*;

#[tokio::test]
async fn what_fits_is_told_in_one_line_or_in_several_or_in_none() {
    let script = "
        C: A2 UID SEARCH UNSEEN FROM \"a\"
        S: * SEARCH 9 1
        S: * SEARCH 3 
        S: * 4 EXISTS
        S: A2 OK
        C: A3 SEARCH ALL
        S: * SEARCH
        S: A3 OK
        C: A4 UID SEARCH ALL
        S: A4 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let wanted = Search::unseen().and(Search::from("a"));
        assert_eq!(client.search(&wanted).await.unwrap(), ids("1,3,9"));
        assert_eq!(news(client), ["EXISTS 4"]);
        let numbers = client.search_numbers(&Search::all()).await.unwrap();
        assert!(numbers.is_empty());
        assert!(client.search(&Search::all()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_set_is_asked_for_where_the_server_can_tell_one() {
    let script = "
        C: A2 UID SEARCH RETURN (ALL) ALL
        S: * ESEARCH (TAG \"A2\") UID ALL 1:3,7
        S: A2 OK
        C: A3 UID SEARCH RETURN (MIN COUNT) SEEN
        S: * ESEARCH (TAG \"A3\") UID MIN 2 COUNT 40
        S: A3 OK
    ";
    open_with("IMAP4rev1 ESEARCH", script, async |client| {
        assert_eq!(client.search(&Search::all()).await.unwrap(), ids("1:3,7"));
        let returns = Returns::new().min().count();
        let found = client
            .search_return(&Search::seen(), &returns)
            .await
            .unwrap();
        assert_eq!((found.min, found.count), (Some(2), Some(40)));
        for returns in [Returns::new().partial(1, 10), Returns::new().save()] {
            let asked = client.search_return(&Search::seen(), &returns).await;
            assert_eq!(kind(asked), "work.not_offered");
        }
    })
    .await;
    open_with("IMAP4rev1", "", async |client| {
        let lowest = Returns::new().min();
        let asked = client.search_return(&Search::seen(), &lowest).await;
        assert_eq!(kind(asked), "work.not_offered");
    })
    .await;
}

#[tokio::test]
async fn text_that_is_not_ascii_names_its_character_set() {
    let script = "
        C: A2 UID SEARCH CHARSET UTF-8 SUBJECT {7}
        S: + go
        C: Grüße
        S: A2 NO [BADCHARSET (US-ASCII)] cannot
    ";
    open_with("IMAP4rev1", script, async |client| {
        let asked = client.search(&Search::subject("Grüße")).await;
        assert_eq!(kind(asked), "work.not_offered");
    })
    .await;
}

#[tokio::test]
async fn a_saved_result_is_used_by_its_name() {
    let script = "
        C: A2 UID SEARCH RETURN (SAVE) FLAGGED
        S: A2 OK
        C: A3 UID SEARCH RETURN (ALL) $ UNSEEN
        S: * ESEARCH (TAG \"A3\") UID
        S: A3 OK
    ";
    open_with("IMAP4rev1 ESEARCH SEARCHRES", script, async |client| {
        let save = Returns::new().save();
        client
            .search_return(&Search::flagged(), &save)
            .await
            .unwrap();
        let both = Search::saved().and(Search::unseen());
        assert!(client.search(&both).await.unwrap().is_empty());
    })
    .await;
}
