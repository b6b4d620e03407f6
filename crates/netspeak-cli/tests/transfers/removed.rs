//! `rm` of messages.

use netspeak_fake::{Builder, Fault, Imap, Pop3, Server};

use super::*;

fn imap(lacks: &[&str]) -> Builder<Imap> {
    let mut builder = Imap::builder().user(USER, PASSWORD);
    for number in 1..=5 {
        builder = builder.message(USER, format!("Subject: {number}\r\n\r\n"));
    }
    let lacking = |builder: Builder<Imap>, name: &&str| builder.without_capability(name);
    lacks.iter().fold(builder, lacking)
}

fn uids(server: &Server<Imap>) -> Vec<u32> {
    let messages = server.mailbox(USER, "INBOX");
    messages.iter().map(|message| message.uid).collect()
}

#[tokio::test]
async fn messages_of_a_mailbox_go_by_their_uids() {
    let here = folder("rm-imap");
    let server = imap(&[]).start().await.unwrap();
    server.set_flags(USER, "INBOX", 3, &["\\Deleted"]);
    for (path, left) in [
        ("/INBOX;UID=2", &[1, 3, 4, 5][..]),
        ("/INBOX;UID=4:9,1", &[3]),
    ] {
        let output = netspeak(&here, &["rm", &url(&server, "imap", path)]).await;
        assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
        assert_eq!(uids(&server), left, "{path}");
    }
    let gone = netspeak(&here, &["rm", &url(&server, "imap", "/INBOX;UID=2")]).await;
    assert_eq!(code(&gone), Some(78));
    assert!(
        said(&gone).starts_with("error[work.not_found]: "),
        "{}",
        said(&gone)
    );
    for path in [
        "/INBOX",
        "/",
        "/INBOX?ALL",
        "/INBOX;UID=3?SEEN",
        "/INBOX;UID=3/;SECTION=1",
    ] {
        let output = netspeak(&here, &["rm", &url(&server, "imap", path)]).await;
        assert_eq!(code(&output), Some(2), "{path}: {}", said(&output));
    }
    assert_eq!(uids(&server), [3]);
    let other = url(&server, "imap", "/INBOX;UIDVALIDITY=7;UID=3");
    let output = netspeak(&here, &["rm", &other]).await;
    assert_eq!(code(&output), Some(2), "{}", said(&output));
    assert_eq!(uids(&server), [3]);
}

#[tokio::test]
async fn without_uidplus_nobody_elses_messages_are_removed() {
    let here = folder("rm-uidplus");
    let server = imap(&["UIDPLUS", "IMAP4rev2"]).start().await.unwrap();
    let remove = |uid: u32| url(&server, "imap", &format!("/INBOX;UID={uid}"));
    let output = netspeak(&here, &["rm", &remove(1)]).await;
    assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
    server.set_flags(USER, "INBOX", 3, &["\\Deleted"]);
    let output = netspeak(&here, &["rm", &remove(2)]).await;
    assert_eq!(code(&output), Some(78));
    assert!(said(&output).contains("UIDPLUS"), "{}", said(&output));
    assert_eq!(uids(&server), [2, 3, 4, 5]);
}

fn pop3() -> Builder<Pop3> {
    let mut builder = Pop3::builder().user(USER, PASSWORD);
    for number in 1..=5 {
        builder = builder.message(USER, format!("Subject: {number}\r\n\r\n"));
    }
    builder
}

#[tokio::test]
async fn messages_of_a_maildrop_go_by_their_numbers() {
    let here = folder("rm-pop3");
    let server = pop3().start().await.unwrap();
    for (path, left) in [("/2", 4), ("/2-3", 2), ("/2-99", 1)] {
        let output = netspeak(&here, &["rm", &url(&server, "pop3", path)]).await;
        assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
        server.idle().await;
        assert_eq!(server.maildrop(USER).len(), left, "{path}");
    }
    for (path, expected) in [("/7", 78), ("/", 2), ("/x", 2), ("/0", 2)] {
        let output = netspeak(&here, &["rm", &url(&server, "pop3", path)]).await;
        assert_eq!(code(&output), Some(expected), "{path}: {}", said(&output));
    }
    assert_eq!(server.maildrop(USER).len(), 1);
}

#[tokio::test]
async fn what_the_server_keeps_is_told_and_keeps_no_other() {
    let here = folder("rm-kept");
    let server = pop3().fault(Fault::reply("DELE", "-ERR locked\r\n").nth(2));
    let server = server.start().await.unwrap();
    let output = netspeak(&here, &["rm", &url(&server, "pop3", "/1-3")]).await;
    assert_eq!(code(&output), Some(78));
    assert!(
        said(&output).starts_with("message 2: "),
        "{}",
        said(&output)
    );
    server.idle().await;
    assert_eq!(server.maildrop(USER).len(), 3);
    let server = pop3().fault(Fault::reply("QUIT", "-ERR not removed\r\n"));
    let server = server.start().await.unwrap();
    let output = netspeak(&here, &["rm", &url(&server, "pop3", "/1")]).await;
    assert_ne!(code(&output), Some(0), "{}", said(&output));
}
