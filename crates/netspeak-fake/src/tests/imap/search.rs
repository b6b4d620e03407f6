//! What is looked for, and what is found.

use super::{Talk, two};

#[tokio::test]
async fn keys() {
    let fake = two()
        .message_in(
            "ops",
            "INBOX",
            &["\\Seen", "\\Flagged", "Work"],
            "Subject: three\r\nX-A: b\r\n\r\nlong body\r\n",
        )
        .build()
        .unwrap();
    let mut talk = Talk::open(&fake).await;
    for (keys, found) in [
        ("ALL", " 1 2 3"),
        ("SEEN", " 3"),
        ("UNSEEN", " 1 2"),
        ("NOT FLAGGED", " 1 2"),
        ("KEYWORD work", " 3"),
        ("UNKEYWORD Work", " 1 2"),
        ("RECENT", " 1 2 3"),
        ("OLD", ""),
        ("NEW", " 1 2"),
        ("2:*", " 2 3"),
        ("2:99", " 2 3"),
        ("99", ""),
        ("UID 1,3", " 1 3"),
        ("FROM ann", " 1"),
        ("SUBJECT \"CAF\u{c9}\"", " 2"),
        ("BODY second", " 2"),
        ("TEXT three", " 3"),
        ("HEADER X-A \"\"", " 3"),
        ("HEADER X-A c", ""),
        ("OR FROM ann FROM bob", " 1 2"),
        ("(SEEN FLAGGED) SUBJECT three", " 3"),
        ("LARGER 100", " 1"),
        ("SMALLER 60", " 3"),
        ("SENTON 1-Jan-2024", " 1"),
        ("SENTSINCE 2-Jan-2024", ""),
        ("SENTBEFORE \"2-Jan-2024\"", " 1"),
        ("SINCE 1-Jan-2020", " 1 2 3"),
        ("BEFORE 1-Jan-2020", ""),
        ("YOUNGER 3600", " 1 2 3"),
        ("OLDER 3600", ""),
        ("MODSEQ 4", " 3 (MODSEQ 4)"),
        ("CHARSET UTF-8 FROM bob", " 2"),
        ("EMAILID M2", " 2"),
    ] {
        assert_eq!(
            talk.data(&format!("SEARCH {keys}")).await,
            [format!("* SEARCH{found}")],
            "{keys}"
        );
    }
    for keys in [
        "FOO",
        "NOT",
        "OR SEEN",
        "HEADER a",
        "()",
        &"NOT ".repeat(10_000),
        "SINCE today",
    ] {
        assert_eq!(
            talk.last(&format!("SEARCH {keys}")).await,
            "BAD what do you mean?",
            "{keys}"
        );
    }
    assert_eq!(
        talk.last("SEARCH CHARSET KOI8-R ALL").await,
        "NO [BADCHARSET (US-ASCII UTF-8)] no such character set"
    );
}

#[tokio::test]
async fn extended_answers() {
    let fake = two().message("ops", "a\r\n").build().unwrap();
    let mut talk = Talk::open(&fake).await;
    talk.data("UID STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    talk.data("EXPUNGE").await;
    for (options, found) in [
        ("", " ALL 1:2"),
        ("MIN MAX COUNT", " MIN 1 MAX 2 COUNT 2"),
        ("PARTIAL -1:-1", " PARTIAL (-1:-1 2)"),
        ("PARTIAL 9:10", " PARTIAL (9:10 NIL)"),
    ] {
        let lines = talk.data(&format!("SEARCH RETURN ({options}) ALL")).await;
        let tag = talk.tags;
        assert_eq!(
            lines,
            [format!("* ESEARCH (TAG \"t{tag}\"){found}")],
            "{options}"
        );
    }
    let lines = talk.data("UID SEARCH RETURN (ALL) DELETED").await;
    assert_eq!(lines, [format!("* ESEARCH (TAG \"t{}\") UID", talk.tags)]);
}

#[tokio::test]
async fn a_result_is_saved() {
    let fake = two().build().unwrap();
    let mut talk = Talk::open(&fake).await;
    assert_eq!(talk.data("SEARCH RETURN (SAVE) FROM bob").await, [""; 0]);
    assert_eq!(talk.data("FETCH $ UID").await, ["* 2 FETCH (UID 2)"]);
    assert_eq!(talk.data("UID SEARCH $").await, ["* SEARCH 2"]);
    talk.data("SEARCH RETURN (SAVE MIN) ALL").await;
    assert_eq!(talk.data("UID FETCH $ UID").await, ["* 1 FETCH (UID 1)"]);
}
