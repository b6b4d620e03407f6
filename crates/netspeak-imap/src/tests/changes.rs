//! STORE, COPY, MOVE, EXPUNGE, and the mailboxes themselves.

use super::*;

#[tokio::test]
async fn flags_change_and_are_told() {
    let script = "
        C: A2 UID STORE 1:2 +FLAGS (\\Flagged $Junk)
        S: * 1 FETCH (UID 1 FLAGS (\\\\Flagged $Junk))
        S: * 7 FETCH (FLAGS ())
        S: A2 OK
        C: A3 UID STORE 3 -FLAGS.SILENT (\\Seen)
        S: A3 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        let flags = [Flag::Flagged, "$Junk".parse().unwrap()];
        let stored = client.store(1..=2, &FlagChange::add(flags)).await.unwrap();
        assert_eq!(stored.messages.len(), 1);
        assert_eq!(news(client), ["FETCH 7"]);
        let silent = FlagChange::remove([Flag::Seen]).silent();
        assert_eq!(client.store(3, &silent).await.unwrap(), Stored::default());
    })
    .await;
}

#[tokio::test]
async fn what_had_changed_is_left_alone_and_named() {
    let opened = OPEN.replace("\"INBOX\"", "\"INBOX\" (CONDSTORE)");
    let script = "
        C: A2 UID STORE 1:9 (UNCHANGEDSINCE 12) FLAGS (\\Seen)
        S: A2 OK [MODIFIED 7,9] some had changed
    ";
    talk_with(
        "IMAP4rev1 CONDSTORE",
        &format!("{opened}{script}"),
        async |client| {
            client.examine(&Mailbox::inbox()).await.unwrap();
            let change = FlagChange::set([Flag::Seen]).unchanged_since(12);
            assert_eq!(
                client.store(1..=9, &change).await.unwrap().modified,
                ids("7,9")
            );
        },
    )
    .await;
}

#[tokio::test]
async fn copies_are_paired_with_what_they_are_copies_of() {
    let script = "
        C: A2 UID COPY 3:5 \"Sent\"
        S: A2 OK [COPYUID 38505 304,319:320 3956:3958] done
        C: A3 UID COPY 99999 \"Sent\"
        S: A3 OK nothing
        C: A4 UID COPY 1 \"x\"
        S: A4 NO [TRYCREATE] no such mailbox
    ";
    open_with("IMAP4rev1", script, async |client| {
        let copied = client.copy(3..=5, &mailbox("Sent")).await.unwrap();
        assert_eq!(copied.uid_validity, Some(38505));
        assert_eq!(copied.uids, [(304, 3956), (319, 3957), (320, 3958)]);
        let nothing = client.copy(99_999, &mailbox("Sent")).await.unwrap();
        assert_eq!(nothing, Copied::default());
        assert_eq!(kind(client.copy(1, &mailbox("x")).await), "work.not_found");
    })
    .await;
}

#[tokio::test]
async fn moves_by_the_server_tell_where_to_before_the_messages_go() {
    let script = "
        C: A2 UID MOVE 31 \"x\"
        S: * OK [COPYUID 55 31 6] moved
        S: * 1 EXPUNGE
        S: A2 OK done
    ";
    open_with("IMAP4rev1 MOVE", script, async |client| {
        let moved = client.move_to(31, &mailbox("x")).await.unwrap();
        assert_eq!((moved.uid_validity, moved.uids), (Some(55), vec![(31, 6)]));
        assert_eq!(news(client), ["EXPUNGE 1"]);
        assert_eq!(client.selected().unwrap().exists, 2);
    })
    .await;
}

#[tokio::test]
async fn moves_by_hand_remove_only_what_was_moved() {
    let script = "
        C: A2 UID COPY 31 \"x\"
        S: A2 OK [COPYUID 55 31 6]
        C: A3 UID STORE 31 +FLAGS.SILENT (\\Deleted)
        S: A3 OK
        C: A4 UID EXPUNGE 31
        S: * 1 EXPUNGE
        S: A4 OK
    ";
    open_with("IMAP4rev1 UIDPLUS", script, async |client| {
        let moved = client.move_to(31, &mailbox("x")).await.unwrap();
        assert_eq!(moved.uids, [(31, 6)]);
    })
    .await;
    // Without UIDPLUS nobody can remove one message alone.
    let script = "
        C: A2 UID COPY 31 \"x\"
        S: A2 OK
        C: A3 UID STORE 31 +FLAGS.SILENT (\\Deleted)
        S: A3 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        client.move_to(31, &mailbox("x")).await.unwrap();
        assert_eq!(
            kind(client.uid_expunge(&ids("31")).await),
            "work.not_offered"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_expunged_is_told_in_either_way() {
    let script = "
        C: A2 EXPUNGE
        S: * 3 EXPUNGE
        S: * 3 EXPUNGE
        S: A2 OK
        C: A3 EXPUNGE
        S: * VANISHED 405,407
        S: A3 OK
    ";
    open_with("IMAP4rev1", script, async |client| {
        assert_eq!(client.expunge().await.unwrap().numbers, [3, 3]);
        assert_eq!(client.expunge().await.unwrap().uids, ids("405,407"));
        assert!(client.news().is_none());
        assert_eq!(client.selected().unwrap().exists, 0);
    })
    .await;
}

#[tokio::test]
async fn mailboxes_are_made_and_renamed_and_removed() {
    let script = "
        C: A1 CREATE \"&ZeVnLIqe-\"
        S: A1 OK [MAILBOXID (F1)] done
        C: A2 CREATE \"Archive\" (USE (\\Archive))
        S: A2 OK
        C: A3 RENAME \"a \\\"b\\\\\" \"c&-d\"
        S: A3 OK
        C: A4 SUBSCRIBE \"x\"
        S: A4 OK
        C: A5 UNSUBSCRIBE \"x\"
        S: A5 OK
        C: A6 DELETE \"x\"
        S: A6 NO [INUSE] somebody else has it open
    ";
    talk_with("IMAP4rev1 CREATE-SPECIAL-USE", script, async |client| {
        let id = client.create(&mailbox("日本語")).await.unwrap();
        assert_eq!(id.unwrap(), "F1");
        let roles = ["\\Archive".parse().unwrap()];
        client
            .create_special(&mailbox("Archive"), &roles)
            .await
            .unwrap();
        client
            .rename(&mailbox("a \"b\\"), &mailbox("c&d"))
            .await
            .unwrap();
        client.subscribe(&mailbox("x")).await.unwrap();
        client.unsubscribe(&mailbox("x")).await.unwrap();
        let error = client.delete(&mailbox("x")).await.unwrap_err();
        assert!(error.is_temporary(), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_name_that_cannot_be_quoted_waits_for_the_server() {
    let long = "x".repeat(1200);
    let script = format!(
        "
        C: A1 CREATE {{1200}}
        S: + go
        C: {long}
        S: A1 OK
        C: A2 CREATE {{1200}}
        S: A2 NO too long
        C: A3 NOOP
        S: A3 OK
    "
    );
    talk(&script, async |client| {
        client.create(&mailbox(&long)).await.unwrap();
        assert_eq!(kind(client.create(&mailbox(&long)).await), "work.rejected");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_tells_of_itself_and_keeps_telling() {
    let script = "
        C: A1 SELECT \"INBOX\"
        S: * 172 EXISTS
        S: * 1 RECENT
        S: * OK [UNSEEN 12] Message 12 is first unseen
        S: * OK [UIDVALIDITY 3857529045] UIDs valid
        S: * OK [UIDNEXT 4392] Predicted next UID
        S: * FLAGS (\\\\Answered \\\\Flagged \\\\Deleted \\\\Seen \\\\Draft)
        S: * OK [PERMANENTFLAGS (\\\\Deleted \\\\Seen \\\\*)] Limited
        S: * OK [HIGHESTMODSEQ 715194045007]
        S: A1 OK [READ-WRITE] SELECT completed
        C: A2 NOOP
        S: * 173 EXISTS
        S: * 4 EXPUNGE
        S: A2 OK
        C: A3 SELECT \"Gone\"
        S: A3 NO [NONEXISTENT] Unknown Mailbox
        C: A4 EXAMINE \"x\"
        S: * 0 EXISTS
        S: A4 OK [READ-ONLY] done
        C: A5 CLOSE
        S: A5 OK
    ";
    talk(script, async |client| {
        let inbox = client.select(&Mailbox::inbox()).await.unwrap().clone();
        assert_eq!((inbox.exists, inbox.recent), (172, Some(1)));
        assert_eq!(inbox.access, Access::ReadWrite);
        assert_eq!(inbox.first_unseen, Some(12));
        assert_eq!(inbox.uid_validity, Some(3_857_529_045));
        assert_eq!(inbox.uid_next, Some(4392));
        assert_eq!(inbox.highest_modseq, Some(715_194_045_007));
        assert_eq!(inbox.flags.len(), 5);
        assert!(inbox.permanent_flags.unwrap().contains(&Flag::Any));
        client.noop().await.unwrap();
        assert_eq!(client.selected().unwrap().exists, 172);
        // A mailbox that is not opened closes the one before it.
        assert_eq!(
            kind(client.select(&mailbox("Gone")).await.map(drop)),
            "work.not_found"
        );
        assert!(client.selected().is_none());
        assert_eq!(client.state(), State::Authenticated);
        assert_eq!(kind(client.expunge().await), "usage");
        let opened = client.examine(&mailbox("x")).await.unwrap();
        assert_eq!(opened.access, Access::ReadOnly);
        client.close().await.unwrap();
        assert_eq!(client.state(), State::Authenticated);
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_is_left_as_it_is_also_by_old_servers() {
    let script = "C: A2 UNSELECT\nS: A2 OK";
    open_with("IMAP4rev1 UNSELECT", script, async |client| {
        client.unselect().await.unwrap();
        assert_eq!(client.state(), State::Authenticated);
    })
    .await;
    let script = "C: A2 EXAMINE \"netspeak-nowhere\"\nS: A2 NO [NONEXISTENT] there is none";
    open_with("IMAP4rev1", script, async |client| {
        client.unselect().await.unwrap();
        assert!(client.selected().is_none());
    })
    .await;
}

#[tokio::test]
async fn netease_is_told_who_we_are_before_a_mailbox_is_opened() {
    let script = "
        S: * OK IMAP4 ready
        C: A1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 ID X-CM-EXT-1
        S: A1 OK
        C: A2 LOGIN \"u\" \"p\"
        S: A2 OK LOGIN completed
        C: *
        S: * ID (\"name\" \"Coremail Imap\")
        S: A3 OK
        C: A4 SELECT \"INBOX\"
        S: * 3 EXISTS
        S: A4 OK [READ-WRITE] SELECT completed
    ";
    let (_, said) = dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        let credentials = sasl::Credentials::password("u", "p".into());
        client.login(&credentials).await.unwrap();
        assert_eq!(client.select(&Mailbox::inbox()).await.unwrap().exists, 3);
    })
    .await;
    assert!(
        said[2].starts_with("A3 ID (\"name\" \"netspeak\" \"version\" "),
        "{said:?}"
    );
    // One that does not say what it is refuses first.
    let script = "
        S: * PREAUTH [CAPABILITY IMAP4rev1 ID]
        C: A1 SELECT \"INBOX\"
        S: A1 NO SELECT Unsafe Login. Please contact kefu@188.com for help
        C: *
        S: A2 OK
        C: A3 SELECT \"INBOX\"
        S: A3 OK
    ";
    dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        client.select(&Mailbox::inbox()).await.unwrap();
    })
    .await;
}
