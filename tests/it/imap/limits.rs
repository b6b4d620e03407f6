//! QUOTA, ACL and METADATA.

use netspeak::imap::{Client, Depth, Mailbox, MetadataReach, Right, Rights, RightsChange};

use crate::harness::{kind, user};
use crate::imap::{SERVERS, fresh, logged_in};

fn rights(letters: &str) -> Rights {
    letters.parse().unwrap()
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn the_limits_of_a_mailbox_are_told_and_not_everybodys_to_set() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_LIMITED).await;
        let told = client.get_quota_root(&Mailbox::inbox()).await.unwrap();
        let storage = told.resource("STORAGE").unwrap();
        assert_eq!(storage.limit, 1_048_576, "{server}");
        assert!(
            (100..storage.limit).contains(&storage.used),
            "{server}: {storage:?}"
        );
        let root = told.roots[0].clone();
        let set = client.set_quota(root.clone(), &[("STORAGE", 10)]).await;
        assert_eq!(kind(&set), "work.rejected", "{server}");
        let gone = client.get_quota("no such root").await;
        assert!(gone.is_err(), "{server}");
        if server == "DOVECOT" {
            let again = client.get_quota(root).await.unwrap();
            assert_eq!(again.resource("storage"), Some(storage));
        } else {
            // Its roots are named as mailboxes, and only who rules over all of them may ask for one.
            assert_eq!(kind(&client.get_quota(root).await), "work.rejected");
        }
        client.noop().await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn rights_are_given_to_a_guest_and_taken_again() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_LIMITED).await;
        let there = fresh(&mut client, "shared").await;
        let mine = client.my_rights(&there).await.unwrap();
        assert!(
            mine.has(Right::Administer) && mine.has(Right::Insert),
            "{server}"
        );
        let guest = user::IMAP_SORTED;
        let of_guest = async |client: &mut Client| {
            let acl = client.get_acl(&there).await.unwrap();
            let found = acl.rights.into_iter().find(|(who, _)| who.is(guest));
            found.map(|(_, rights)| rights)
        };
        for (change, after) in [
            (RightsChange::Replace(rights("lr")), "lr"),
            (RightsChange::Add(rights("s")), "lrs"),
            (RightsChange::Remove(rights("r")), "ls"),
        ] {
            client.set_acl(&there, guest, change).await.unwrap();
            assert_eq!(of_guest(&mut client).await, Some(rights(after)), "{server}");
        }
        let listed = client.list_rights(&there, guest).await.unwrap();
        let can = |right| listed.optional.iter().any(|some| some.has(right));
        assert!(
            can(Right::Read) && can(Right::Administer),
            "{server}: {listed:?}"
        );
        client.delete_acl(&there, guest).await.unwrap();
        assert_eq!(of_guest(&mut client).await, None, "{server}");
        let gone = client.get_acl(&"nowhere".parse().unwrap()).await;
        assert!(gone.is_err(), "{server}");
        client.delete(&there).await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn notes_are_kept_on_mailboxes_and_on_the_server() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_LIMITED).await;
        let there = fresh(&mut client, "noted").await;
        let entry = "/private/comment";
        let text = "two\r\nlines, \"quoted\" \u{fc}".as_bytes();
        for place in [None, Some(&there)] {
            let what = format!("{server} {place:?}");
            let noted = client.set_metadata(place, &[(entry, Some(text))]).await;
            noted.unwrap_or_else(|error| panic!("{what}: {error}"));
            let all = MetadataReach::new();
            let notes = client
                .get_metadata(place, &[entry, "/shared/comment"], all)
                .await;
            let notes = notes.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(notes.value(entry).unwrap().as_bytes(), text, "{what}");
            assert_eq!(notes.value("/shared/comment"), None, "{what}");
            let removed = client.set_metadata(place, &[(entry, None)]).await;
            removed.unwrap_or_else(|error| panic!("{what}: {error}"));
            let notes = client.get_metadata(place, &[entry], all).await.unwrap();
            assert_eq!(notes.value(entry), None, "{what}");
        }
        let noted = [
            ("/private/comment", Some(text)),
            ("/shared/comment", Some(&b"x"[..])),
        ];
        client.set_metadata(Some(&there), &noted).await.unwrap();
        let reach = MetadataReach::new().depth(Depth::Infinity).max_size(10);
        let wanted = ["/private", "/shared"];
        let notes = client
            .get_metadata(Some(&there), &wanted, reach)
            .await
            .unwrap();
        assert_eq!(notes.value("/shared/comment").unwrap(), &"x", "{server}");
        assert_eq!(notes.value(entry), None, "{server}");
        // Cyrus has entries of its own.
        let longest = notes.longest.unwrap();
        assert!(longest >= text.len() as u64, "{server}: {longest}");
        client.delete(&there).await.unwrap();
        client.logout().await.unwrap();
    }
}
