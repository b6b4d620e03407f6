//! States that are none: nothing is fetched then, and they stay as they are.

use super::*;

#[tokio::test]
async fn a_state_that_cannot_be_understood_is_an_error_and_stays() {
    let folder = folder("broken");
    let server = maildrop(&[]).await;
    let url = pop3_url(&server);
    let owner = r#""protocol":"pop3","user":"ops","host":"h""#;
    let of = |record: &str| format!(r#"{{"schema":"netspeak.seen/1","seen":[{record}]}}"#);
    let twice = format!(r#"{{{owner},"ids":[]}},{{{owner},"ids":[]}}"#);
    for (text, says) in [
        (String::new(), "EOF"),
        ("[]".to_owned(), "no list of messages"),
        (
            "{\"schema\":\"netspeak.seen/1\",\"seen\":[".to_owned(),
            "EOF",
        ),
        (
            r#"{"schema":"netspeak.seen/2","seen":[]}"#.to_owned(),
            "netspeak.seen/2",
        ),
        (
            r#"{"schema":"netspeak.seen/1","seen":[],"more":1}"#.to_owned(),
            "more",
        ),
        (of(&format!("{{{owner}}}")), "either ids, or"),
        (
            of(&format!(r#"{{{owner},"ids":["a b"]}}"#)),
            "visible ASCII",
        ),
        (
            of(&format!(r#"{{{owner},"uid_validity":1,"uids":"1:*"}}"#)),
            "no end",
        ),
        (
            of(&format!(r#"{{{owner},"uid_validity":1,"uids":"0"}}"#)),
            "set of ids",
        ),
        (of(&twice), "twice"),
    ] {
        std::fs::write(folder.join("state"), &text).unwrap();
        let told = ended(
            &get(&folder, &url, &["--new", "state", "--dir", "d"]).await,
            23,
        );
        assert!(
            told.contains("state: ") && told.contains(says),
            "{text}: {told}"
        );
        assert_eq!(read(&folder, "state"), text);
    }
    std::fs::write(folder.join("state"), " ".repeat((64 << 20) + 1)).unwrap();
    let told = ended(
        &get(&folder, &url, &["--new", "state", "--dir", "d"]).await,
        23,
    );
    assert!(told.contains("larger than 64 MiB"), "{told}");
    std::fs::remove_file(folder.join("state")).unwrap();
    std::fs::create_dir(folder.join("state")).unwrap();
    ended(
        &get(&folder, &url, &["--new", "state", "--dir", "d"]).await,
        23,
    );
    ended(
        &get(&folder, &url, &["--new", "no/such/state", "--dir", "d"]).await,
        23,
    );
    assert_eq!(server.connections(), 0);
    assert!(!folder.join("d").exists());
}

#[tokio::test]
async fn more_ids_than_are_kept_are_an_error_before_anything_is_fetched() {
    let folder = folder("full");
    let server = maildrop(&[]).await;
    ended(
        &get(&folder, &pop3_url(&server), &["--new", "state", "-o", "m"]).await,
        0,
    );
    let mut noted = state(&folder);
    // All of them are there still: one is new, and there is no room for it.
    let ids: Vec<String> = (0..1_000_001).map(|id| id.to_string()).collect();
    noted["seen"][0]["ids"] = ids.into();
    std::fs::write(folder.join("state"), noted.to_string()).unwrap();
    let told = ended(
        &get(&folder, &pop3_url(&server), &["--new", "state", "-o", "n"]).await,
        23,
    );
    assert!(told.contains("1000000 ids"), "{told}");
    assert_eq!(server.connections(), 1);
}
