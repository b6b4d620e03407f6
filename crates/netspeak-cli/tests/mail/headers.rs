//! Headers alone.

use super::*;

const HEADS: [&str; 3] = [
    "Subject: one\r\n\r\n",
    "Subject: two\r\n\r\n",
    "Subject: three\r\n\r\n",
];

#[tokio::test]
async fn headers_come_alone_over_both_protocols() {
    let folder = folder("headers");
    let (maildrop, mailbox) = (maildrop(&[]).await, mailbox(&[]).await);
    let (pop3, imap) = (pop3_url(&maildrop), imap_url(&mailbox));
    for (url, one, files) in [
        (
            &pop3,
            format!("{pop3}2"),
            ["000001.eml", "000002.eml", "000003.eml"],
        ),
        (
            &imap,
            format!("{imap};UID=2"),
            ["0000000001.eml", "0000000002.eml", "0000000003.eml"],
        ),
    ] {
        let alone = get(&folder, &one, &["--headers"]).await;
        assert_eq!(run::stdout(&alone), HEADS[1]);
        let mbox = run::stdout(&get(&folder, url, &["--headers"]).await);
        assert_eq!(counts(&mbox), [1, 1, 1, 0]);
        assert!(
            !mbox.contains("first") && !mbox.contains("second"),
            "{mbox}"
        );
        let dir = if url == &pop3 { "p" } else { "i" };
        ended(&get(&folder, url, &["--headers", "--dir", dir]).await, 0);
        assert_eq!(names(&folder.join(dir)), files);
        for (name, head) in files.iter().zip(HEADS) {
            assert_eq!(read(&folder.join(dir), name), head);
        }
        let news = ["--headers", "--new", "state"];
        assert_eq!(
            counts(&run::stdout(&get(&folder, url, &news).await)),
            [1, 1, 1, 0]
        );
        assert_eq!(run::stdout(&get(&folder, url, &news).await), "");
    }
    assert_eq!(commands(&maildrop.said(), "RETR").len(), 0);
    assert!(
        mailbox
            .mailbox("ops", "INBOX")
            .iter()
            .all(|mail| mail.flags.is_empty())
    );
}

#[tokio::test]
async fn what_would_lose_the_rest_makes_no_sense() {
    let folder = folder("headers-usage");
    let (maildrop, mailbox) = (maildrop(&[]).await, mailbox(&[]).await);
    let words = ["--headers", "--delete", "--dir", "d"];
    for url in [pop3_url(&maildrop), imap_url(&mailbox)] {
        let told = ended(&get(&folder, &url, &words).await, 2);
        assert!(told.contains("cannot be used with"), "{told}");
    }
    let part = imap_url(&mailbox) + ";UID=1/;SECTION=TEXT";
    for flag in [&["--headers"][..], &["--new", "s"], &["--delete"]] {
        let told = ended(
            &get(&folder, &part, &[flag, &["--dir", "d"]].concat()).await,
            2,
        );
        assert!(told.contains("SECTION"), "{told}");
    }
    assert_eq!(maildrop.connections() + mailbox.connections(), 0);
}

#[tokio::test]
async fn a_server_that_does_not_know_top_is_told() {
    let folder = folder("no-top");
    let server = pop3(&[]).without_verb("TOP").start().await.unwrap();
    let url = pop3_url(&server);
    for words in [
        &["--headers"][..],
        &["--headers", "--new", "state", "--dir", "d"],
    ] {
        let told = ended(&get(&folder, &url, words).await, 78);
        assert!(told.contains("TOP"), "{told}");
    }
    ended(&get(&folder, &format!("{url}1"), &["--headers"]).await, 78);
    assert!(!folder.join("state").exists());
    assert_eq!(names(&folder.join("d")), [""; 0]);
}
