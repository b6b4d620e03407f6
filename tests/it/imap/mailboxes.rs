//! Mailboxes with all kinds of names: made, listed, renamed, subscribed, removed.

use netspeak::imap::response::{Attribute, Code, Listed};
use netspeak::imap::{Client, Error, Flag, ListQuery, Mailbox, StatusItems};

use crate::harness::{kind, user};
use crate::imap::{SERVERS, fresh, lacking, logged_in, mailbox, put};

async fn listed(client: &mut Client, query: &ListQuery) -> Vec<Listed> {
    client.list(query).await.unwrap()
}

async fn find(client: &mut Client, name: &Mailbox) -> Option<Listed> {
    let query = ListQuery::new("*")
        .with_subscribed()
        .with_children()
        .with_status(StatusItems::basic());
    let all = listed(client, &query).await;
    all.into_iter().find(|entry| entry.mailbox == *name)
}

async fn gone(client: &mut Client, names: &[&Mailbox]) {
    for name in names {
        match client.delete(name).await {
            Ok(()) | Err(Error::Refused { .. }) => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

/// From its making to its end.
async fn lives(client: &mut Client, name: &str, what: &str) {
    let what = format!("{what} {name:?}");
    let (here, there) = (mailbox(name), mailbox(&format!("{name} there")));
    gone(client, &[&here, &there]).await;
    client
        .create(&here)
        .await
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    let again = client.create(&here).await;
    assert_eq!(kind(&again), "work.rejected", "{what}");
    // Cyrus says so in words only.
    let error = again.unwrap_err();
    let code = error.reply().unwrap().code();
    let expected = (!what.starts_with("CYRUS")).then_some(&Code::AlreadyExists);
    assert_eq!(code, expected, "{what}");

    put(client, &here, &["one", "two"]).await;
    let entry = find(client, &here).await.expect(&what);
    assert!(entry.is_selectable() && entry.role().is_none(), "{what}");
    assert_eq!(entry.levels(), [name], "{what}");
    let status = entry.status.unwrap();
    assert_eq!((status.messages, status.unseen), (Some(2), Some(2)));
    let asked = client.status(&here, &StatusItems::basic()).await.unwrap();
    assert_eq!(asked, *status, "{what}");

    client.rename(&here, &there).await.unwrap();
    assert!(find(client, &here).await.is_none(), "{what}");
    client.subscribe(&there).await.unwrap();
    let entry = find(client, &there).await.expect(&what);
    assert!(entry.has(&Attribute::Subscribed), "{what}");
    let is_there = |entry: &Listed| entry.mailbox == there;
    let subscribed = client.lsub("", "*").await.unwrap();
    assert!(subscribed.iter().any(is_there), "{what}");
    client.unsubscribe(&there).await.unwrap();
    let subscribed = listed(client, &ListQuery::new("*").subscribed()).await;
    assert!(!subscribed.iter().any(is_there), "{what}");

    assert_eq!(client.select(&there).await.unwrap().exists, 2, "{what}");
    assert_eq!(client.selected().unwrap().mailbox, there, "{what}");
    client.unselect().await.unwrap();
    client.delete(&there).await.unwrap();
    assert!(find(client, &there).await.is_none(), "{what}");
    assert_eq!(
        kind(&client.delete(&there).await),
        "work.not_found",
        "{what}"
    );
    assert_eq!(
        kind(&client.select(&there).await.map(drop)),
        "work.not_found",
        "{what}"
    );
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_mailbox_lives_under_any_name() {
    // Cyrus 3.6 takes no quotes, no backslash and no braces, whatever the form.
    let everywhere = [
        "plain",
        "日本語",
        "Entwürfe für später",
        "R&D",
        "&",
        "(a)",
        "😀",
    ];
    let dovecot = [
        "say \"hi\"",
        "back\\slash",
        "\"",
        "&ZeVnLIqe-",
        "100% *",
        "{3}",
    ];
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_MAILBOXES).await;
        for name in everywhere {
            lives(&mut client, name, server).await;
        }
        if server == "DOVECOT" {
            for name in dovecot {
                lives(&mut client, name, server).await;
            }
        }
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn mailboxes_are_listed_also_without_the_extensions() {
    let (target, _proxy) = lacking(&["LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE"]).await;
    let builder = Client::builder().tls(netspeak::core::Tls::Off);
    let credentials = crate::harness::with_password(user::IMAP_MAILBOXES);
    let mut client = builder
        .credentials(credentials)
        .connect(&target)
        .await
        .unwrap();
    lives(&mut client, "altmodisch & 日本", "without extensions").await;
    client.logout().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn roles_are_told() {
    for (server, roles) in [
        (
            "DOVECOT",
            &[
                ("Drafts", Attribute::Drafts),
                ("Junk", Attribute::Junk),
                ("Sent", Attribute::Sent),
                ("Trash", Attribute::Trash),
            ][..],
        ),
        (
            "CYRUS",
            &[
                ("Drafts", Attribute::Drafts),
                ("Sent", Attribute::Sent),
                ("Trash", Attribute::Trash),
            ],
        ),
    ] {
        let mut client = logged_in(server, user::IMAP_READ).await;
        for query in [
            ListQuery::new("*").with_special_use(),
            ListQuery::new("%").special_use().with_special_use(),
        ] {
            let listed = listed(&mut client, &query).await;
            let mut found: Vec<(&str, Attribute)> = listed
                .iter()
                .filter_map(|entry| Some((entry.mailbox.name(), entry.role()?.clone())))
                .collect();
            found.sort_by(|one, other| one.0.cmp(other.0));
            assert_eq!(found, roles, "{server}");
        }
        client.logout().await.unwrap();

        let mut client = logged_in(server, user::IMAP_MAILBOXES).await;
        let kept = mailbox("Archive");
        gone(&mut client, &[&kept]).await;
        let archive: Flag = "\\Archive".parse().unwrap();
        let made = client.create_special(&kept, &[archive]).await;
        if server == "DOVECOT" {
            // It gives the role itself, by the name.
            assert_eq!(kind(&made), "work.not_offered");
            client.create(&kept).await.unwrap();
        } else if kind(&made) != "ok" {
            // Cyrus keeps what has a role, whoever wants to delete it: an earlier run has made it.
            let error = made.unwrap_err();
            assert_eq!(error.reply().unwrap().code(), Some(&Code::UseAttr));
        }
        let query = ListQuery::new("Arch%").with_special_use();
        let entry = listed(&mut client, &query).await.pop().unwrap();
        assert_eq!(entry.role(), Some(&Attribute::Archive), "{server}");
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn levels_are_told_apart() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_MAILBOXES).await;
        let (top, below) = (mailbox("oben"), mailbox("oben/unten & 下"));
        gone(&mut client, &[&below, &top]).await;
        client.create(&top).await.unwrap();
        client.create(&below).await.unwrap();
        let names = |listed: Vec<Listed>| -> Vec<Mailbox> {
            listed.into_iter().map(|entry| entry.mailbox).collect()
        };
        let on_top = names(listed(&mut client, &ListQuery::new("oben%")).await);
        assert_eq!(on_top, std::slice::from_ref(&top), "{server}");
        let query = ListQuery::new("%").below("oben/").with_children();
        let entries = listed(&mut client, &query).await;
        assert_eq!(entries[0].levels().len(), 2, "{server}");
        assert!(entries[0].has(&Attribute::HasNoChildren), "{server}");
        assert_eq!(names(entries), std::slice::from_ref(&below), "{server}");
        let query = ListQuery::new("oben").or("oben/*").with_children();
        let entries = listed(&mut client, &query).await;
        assert!(entries[0].has(&Attribute::HasChildren), "{server}");
        assert_eq!(names(entries), [top.clone(), below.clone()], "{server}");
        gone(&mut client, &[&below, &top]).await;
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn namespaces_tell_where_mailboxes_are() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_READ).await;
        let told = client.namespace().await.unwrap();
        let own = &told.personal[0];
        assert_eq!(
            (own.prefix.name(), own.delimiter),
            ("", Some('/')),
            "{server}"
        );
        assert_eq!(told.shared.is_empty(), server == "DOVECOT", "{told:?}");
        client.logout().await.unwrap();
    }
    let user = format!("{}@courier.test", user::IMAP_COURIER);
    let mut client = logged_in("DOVECOT", &user).await;
    let told = client.namespace().await.unwrap();
    let own = &told.personal[0];
    assert_eq!(
        (own.prefix.name(), own.delimiter),
        ("INBOX.", Some('.')),
        "{told:?}"
    );
    let query = ListQuery::new("*").with_special_use();
    let drafts = listed(&mut client, &query).await;
    let drafts = drafts
        .iter()
        .find(|entry| entry.role() == Some(&Attribute::Drafts));
    assert_eq!(drafts.unwrap().levels(), ["INBOX", "Drafts"]);
    assert_eq!(
        kind(&client.create(&mailbox("draußen")).await),
        "work.rejected"
    );
    let inside = fresh(&mut client, "INBOX.日本+語").await;
    let query = ListQuery::new("%").below("INBOX.");
    let listed = listed(&mut client, &query).await;
    let entry = listed.iter().find(|entry| entry.mailbox == inside);
    assert_eq!(entry.unwrap().levels(), ["INBOX", "日本+語"]);
    client.delete(&inside).await.unwrap();
    client.logout().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn the_inbox_is_the_same_in_any_case_and_stays() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_READ).await;
        for name in ["INBOX", "inbox", "Inbox"] {
            assert_eq!(
                client.examine(&mailbox(name)).await.unwrap().exists,
                8,
                "{server} {name}"
            );
        }
        assert_eq!(
            kind(&client.delete(&mailbox("inbox")).await),
            "work.rejected",
            "{server}"
        );
        client.logout().await.unwrap();
    }
}
