//! MULTIAPPEND, CATENATE and REPLACE.

use netspeak::imap::{Draft, DraftPart, Flag, InternalDate, Items};

use crate::harness::{kind, user};
use crate::imap::{ROOM, SERVERS, fresh, logged_in, small};

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn several_messages_are_kept_at_once_or_none() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_DRAFTED).await;
        let there = fresh(&mut client, "drafts").await;
        let texts: Vec<String> = (0..20).map(|n| small(&format!("number {n}"))).collect();
        let date: InternalDate = "17-Jul-1996 02:44:25 -0700".parse().unwrap();
        let drafts: Vec<Draft<'_>> = texts
            .iter()
            .map(|text| {
                Draft::new(text.as_bytes())
                    .flags([Flag::Flagged])
                    .date(date)
            })
            .collect();
        let put = client.append_all(&there, &drafts).await.unwrap();
        let uids: Vec<u32> = put.iter().map(|put| put.uid).collect();
        assert_eq!(uids, (1..=20).collect::<Vec<u32>>(), "{server}");
        client.examine(&there).await.unwrap();
        let items = Items::new().flags().internal_date();
        let rows = client
            .fetch(.., &items)
            .await
            .unwrap()
            .all(100)
            .await
            .unwrap();
        for row in &rows {
            assert!(
                row.flags.as_ref().unwrap().contains(&Flag::Flagged),
                "{server}"
            );
            let kept = row.internal_date.as_ref().unwrap();
            assert_eq!(kept.timestamp(), date.timestamp(), "{server}");
        }
        let mut last = client.message(20).await.unwrap();
        assert_eq!(
            last.bytes(ROOM).await.unwrap(),
            texts[19].as_bytes(),
            "{server}"
        );
        client.unselect().await.unwrap();
        let nowhere = "no/such/place".parse().unwrap();
        let put = client.append_all(&nowhere, &drafts).await;
        assert_eq!(kind(&put), "work.not_found", "{server}");
        client.noop().await.unwrap();
        client.delete(&there).await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_message_is_put_together_from_what_the_server_has() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_DRAFTED).await;
        let there = fresh(&mut client, "parts").await;
        let old = small("old");
        let kept = client
            .append_all(&there, &[Draft::new(old.as_bytes())])
            .await;
        let kept = kept.unwrap()[0];
        let url = format!(
            "/parts;UIDVALIDITY={}/;UID={}/;SECTION=TEXT",
            kept.uid_validity, kept.uid
        );
        let head = b"Subject: new\r\nMessage-ID: <new@x>\r\n\r\n";
        let parts = [
            DraftPart::Text(head),
            DraftPart::Url(&url),
            DraftPart::Text(b"end\r\n"),
        ];
        let put = client.append_all(&there, &[Draft::catenate(parts)]).await;
        let put = put.unwrap_or_else(|error| panic!("{server}: {error}"));
        client.examine(&there).await.unwrap();
        let mut new = client.message(put[0].uid).await.unwrap();
        let bytes = new.bytes(ROOM).await.unwrap();
        let body = old.split_once("\r\n\r\n").unwrap().1;
        let expected = format!("Subject: new\r\nMessage-ID: <new@x>\r\n\r\n{body}end\r\n");
        assert_eq!(String::from_utf8_lossy(&bytes), expected, "{server}");
        client.unselect().await.unwrap();
        let bad = [DraftPart::Text(head), DraftPart::Url("/parts;UID=999")];
        let refused = client.append_all(&there, &[Draft::catenate(bad)]).await;
        assert_eq!(kind(&refused), "work.rejected", "{server}");
        client.noop().await.unwrap();
        client.delete(&there).await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn replace_is_not_said_where_nobody_offers_it() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_DRAFTED).await;
        let inbox = "INBOX".parse().unwrap();
        client.select(&inbox).await.unwrap();
        let replaced = client
            .replace(1, &inbox, &Draft::new(b"Subject: x\n\n"))
            .await;
        assert_eq!(kind(&replaced), "work.not_offered", "{server}");
        client.logout().await.unwrap();
    }
}
