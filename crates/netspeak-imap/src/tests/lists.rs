//! LIST, LSUB, STATUS, NAMESPACE.

use super::*;
use crate::response::{Attribute, Listed};

fn names(listed: &[Listed]) -> Vec<&str> {
    listed.iter().map(|entry| entry.mailbox.name()).collect()
}

#[tokio::test]
async fn mailboxes_are_listed_with_their_roles_and_levels() {
    let script = "
        C: A1 LIST \"\" \"*\"
        S: * LIST (\\\\HasNoChildren) \"/\" INBOX
        S: * LIST (\\\\Sent \\\\HasNoChildren) \"/\" {5}
        S: &AOk-
        S: * LIST (\\\\Noselect) NIL \"&ZeVnLIqe-\"
        S: A1 OK
        C: A2 LSUB \"\" \"%\"
        S: * LSUB () \".\" \"INBOX.Sent\"
        S: A2 OK
    ";
    talk(script, async |client| {
        let listed = client.list(&ListQuery::default()).await.unwrap();
        assert_eq!(names(&listed), ["INBOX", "é", "日本語"]);
        assert_eq!(listed[1].role().unwrap().to_string(), "\\Sent");
        assert!(listed[0].is_selectable() && !listed[2].is_selectable());
        assert_eq!(names(&client.lsub("", "%").await.unwrap()), ["INBOX.Sent"]);
    })
    .await;
}

#[tokio::test]
async fn status_comes_along_where_the_server_can() {
    let script = "
        C: A1 LIST \"\" \"*\" RETURN (STATUS (MESSAGES UNSEEN))
        S: * LIST () \"/\" INBOX
        S: * STATUS INBOX (MESSAGES 17 UNSEEN 2)
        S: * LIST (\\\\Noselect) \"/\" a
        S: A1 OK
    ";
    let query = ListQuery::new("*").with_status(StatusItems::new().messages().unseen());
    talk_with(
        "IMAP4rev1 LIST-EXTENDED LIST-STATUS",
        script,
        async |client| {
            let listed = client.list(&query).await.unwrap();
            assert_eq!(listed[0].status.as_ref().unwrap().messages, Some(17));
            assert!(listed[1].status.is_none());
        },
    )
    .await;
    // Elsewhere it is asked for, of all mailboxes at once.
    let script = "
        C: A1 LIST \"\" \"*\"
        S: * LIST () \"/\" INBOX
        S: * LIST (\\\\Noselect) \"/\" a
        S: * LIST () \"/\" b
        S: A1 OK
        C: A2 STATUS \"INBOX\" (MESSAGES UNSEEN)
        C: A3 STATUS \"b\" (MESSAGES UNSEEN)
        S: * STATUS \"INBOX\" (MESSAGES 17 UNSEEN 2)
        S: A2 OK
        S: A3 NO [NOPERM] not yours
    ";
    talk(script, async |client| {
        let listed = client.list(&query).await.unwrap();
        assert_eq!(listed[0].status.as_ref().unwrap().unseen, Some(2));
        assert!(listed[2].status.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_server_that_does_not_know_what_it_offers_is_asked_plainly() {
    let script = "
        C: A1 LIST (SPECIAL-USE) \"\" \"*\"
        S: A1 BAD parse error
        C: A2 LIST \"\" \"*\"
        S: * LIST (\\\\Sent) \"/\" Sent
        S: * LIST () \"/\" Other
        S: A2 OK
    ";
    talk_with(
        "IMAP4rev1 LIST-EXTENDED SPECIAL-USE",
        script,
        async |client| {
            let listed = client
                .list(&ListQuery::new("*").special_use())
                .await
                .unwrap();
            assert_eq!(names(&listed), ["Sent"]);
        },
    )
    .await;
    let script = "C: A1 LSUB \"\" \"*\"\nS: * LSUB () \"/\" x\nS: A1 OK";
    talk(script, async |client| {
        let listed = client
            .list(&ListQuery::new("*").subscribed())
            .await
            .unwrap();
        assert_eq!(names(&listed), ["x"]);
    })
    .await;
}

#[tokio::test]
async fn subscriptions_are_told_also_where_lsub_has_to_tell_them() {
    let script = "
        C: A1 LIST \"\" \"*\"
        S: * LIST () \"/\" INBOX
        S: * LIST () \"/\" &ZeVnLIqe-
        S: A1 OK
        C: A2 LSUB \"\" \"*\"
        S: * LSUB () \"/\" gone
        S: * LSUB () \"/\" &ZeVnLIqe-
        S: A2 OK
    ";
    talk(script, async |client| {
        let query = ListQuery::new("*").with_subscribed();
        let listed = client.list(&query).await.unwrap();
        assert_eq!(names(&listed), ["INBOX", "日本語"]);
        assert!(!listed[0].has(&Attribute::Subscribed));
        assert!(listed[1].has(&Attribute::Subscribed));
    })
    .await;
}

#[tokio::test]
async fn the_status_of_a_mailbox() {
    let script = "
        C: A1 STATUS \"x\" (MESSAGES SIZE HIGHESTMODSEQ)
        S: * STATUS y (MESSAGES 1)
        S: * STATUS \"x\" (MESSAGES 231 SIZE 5000000000 HIGHESTMODSEQ 7) 
        S: A1 OK
        C: A2 STATUS \"x\" (MESSAGES)
        S: A2 OK
    ";
    talk(script, async |client| {
        let items = StatusItems::new().messages().size().highest_modseq();
        let status = client.status(&mailbox("x"), &items).await.unwrap();
        assert_eq!(
            (status.messages, status.size),
            (Some(231), Some(5_000_000_000))
        );
        let messages = StatusItems::new().messages();
        let nothing = client.status(&mailbox("x"), &messages).await;
        assert_eq!(kind(nothing), "proto.malformed");
    })
    .await;
}

#[tokio::test]
async fn namespaces_are_told() {
    let script = "
        C: A1 NAMESPACE
        S: * NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"#shared/\" \"/\"))
        S: A1 OK
    ";
    talk_with("IMAP4rev1 NAMESPACE", script, async |client| {
        let namespaces = client.namespace().await.unwrap();
        assert_eq!(namespaces.personal.len(), 1);
        assert!(namespaces.others.is_empty());
        assert_eq!(namespaces.shared.len(), 1);
    })
    .await;
}
