//! QUOTA, ACL and METADATA.

use netspeak_core::Limits;

use super::*;
use crate::response::Code;

#[tokio::test]
async fn quotas_are_told_by_root_and_by_mailbox() {
    let script = "
        C: A1 GETQUOTAROOT \"INBOX\"
        S: * QUOTAROOT INBOX \"\" #all
        S: * QUOTA \"\" (STORAGE 10 512 MESSAGE 3 18446744073709551615)
        S: * QUOTA #all ()
        S: * 4 EXISTS
        S: A1 OK
        C: A2 GETQUOTA \"\"
        S: * QUOTA #other (STORAGE 1 2)
        S: * QUOTA \"\" (STORAGE 10 512)
        S: A2 OK
        C: A3 SETQUOTA \"\" (STORAGE 1024 MESSAGE 7)
        S: * QUOTA \"\" (STORAGE 10 1024)
        S: A3 OK
        C: A4 GETQUOTA \"gone\"
        S: A4 NO [NONEXISTENT] no such root
    ";
    talk_with("IMAP4rev1 QUOTA", script, async |client| {
        let told = client.get_quota_root(&Mailbox::inbox()).await.unwrap();
        assert_eq!((told.roots.len(), told.quotas.len()), (2, 2));
        let storage = told.resource("storage").unwrap();
        assert_eq!((storage.used, storage.limit), (10, 512));
        assert_eq!(told.resource("MESSAGE").unwrap().limit, u64::MAX);
        assert_eq!(news(client), ["EXISTS 4"]);
        let told = client.get_quota("").await.unwrap();
        assert_eq!(told.resource("STORAGE").unwrap().limit, 512);
        let limits = [("STORAGE", 1024), ("MESSAGE", 7)];
        let set = client.set_quota("", &limits).await.unwrap().unwrap();
        assert_eq!(set.resource("STORAGE").unwrap().limit, 1024);
        assert_eq!(kind(client.get_quota("gone").await), "work.not_found");
    })
    .await;
}

#[tokio::test]
async fn a_quota_that_nobody_can_count_is_named_and_what_is_cut_is_no_quota() {
    for (line, expected) in [
        (
            "* QUOTA \"\" (STORAGE 18446744073709551616 1)",
            "proto.malformed",
        ),
        (
            "* QUOTA \"\" (STORAGE 1 99999999999999999999999999999)",
            "proto.malformed",
        ),
        ("* QUOTA \"\" (STORAGE -1 1)", "ok"),
        ("* QUOTA \"\" (STORAGE 1", "proto.malformed"),
        ("* QUOTA", "proto.malformed"),
        ("* OK nothing", "proto.malformed"),
    ] {
        let script = format!("C: A1 GETQUOTA \"\"\nS: {line}\nS: A1 OK\nC: A2 NOOP\nS: A2 OK");
        talk_with("IMAP4rev1 QUOTA", &script, async |client| {
            assert_eq!(kind(client.get_quota("").await), expected, "{line}");
            client.noop().await.unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn only_what_a_server_limits_can_be_set() {
    let offer = "IMAP4rev1 QUOTA=RES-STORAGE QUOTASET";
    talk_with(offer, "", async |client| {
        let set = client.set_quota("", &[("MESSAGE", 1)]).await;
        assert_eq!(kind(set), "work.not_offered");
        for limits in [("STORAGE", u64::MAX), ("STORAGE) (", 1)] {
            let set = client.set_quota("", &[limits]).await;
            assert_ne!(kind(set), "ok");
        }
    })
    .await;
    talk_with("IMAP4rev1 QUOTA=RES-STORAGE", "", async |client| {
        let set = client.set_quota("", &[("STORAGE", 1)]).await;
        assert_eq!(kind(set), "work.not_offered");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_offered_is_not_said() {
    talk("", async |client| {
        let inbox = Mailbox::inbox();
        let not_offered = "work.not_offered";
        assert_eq!(kind(client.get_quota("").await), not_offered);
        assert_eq!(kind(client.get_quota_root(&inbox).await), not_offered);
        assert_eq!(kind(client.set_quota("", &[]).await), not_offered);
        assert_eq!(kind(client.get_acl(&inbox).await), not_offered);
        assert_eq!(kind(client.my_rights(&inbox).await), not_offered);
        assert_eq!(kind(client.list_rights(&inbox, "x").await), not_offered);
        assert_eq!(kind(client.delete_acl(&inbox, "x").await), not_offered);
        let reach = MetadataReach::new();
        let got = client.get_metadata(None, &["/shared/x"], reach).await;
        assert_eq!(kind(got), not_offered);
        let set = client.set_metadata(Some(&inbox), &[("/shared/x", None)]);
        assert_eq!(kind(set.await), not_offered);
        assert_eq!(kind(client.notify_none().await), not_offered);
    })
    .await;
    // Notes on the server alone.
    let script = "C: A1 GETMETADATA \"\" (\"/shared/x\")\nS: A1 OK";
    talk_with("IMAP4rev1 METADATA-SERVER", script, async |client| {
        let (inbox, reach) = (Mailbox::inbox(), MetadataReach::new());
        let got = client
            .get_metadata(Some(&inbox), &["/shared/x"], reach)
            .await;
        assert_eq!(kind(got), "work.not_offered");
        let got = client.get_metadata(None, &["/shared/x"], reach).await;
        assert!(got.unwrap().entries.is_empty());
    })
    .await;
}

#[tokio::test]
async fn rights_are_told_given_and_taken() {
    let script = "
        C: A1 GETACL \"INBOX\"
        S: * ACL other ann l
        S: * ACL INBOX ann lrs \"-bob\" w
        S: A1 OK
        C: A2 SETACL \"INBOX\" \"ann\" \"+wi\"
        S: A2 OK
        C: A3 SETACL \"INBOX\" \"-bob\" \"\"
        S: A3 OK
        C: A4 DELETEACL \"INBOX\" \"ann\"
        S: A4 NO [NOPERM] no
        C: A5 LISTRIGHTS \"INBOX\" \"ann\"
        S: * LISTRIGHTS INBOX ann la r swicd
        S: A5 OK
        C: A6 MYRIGHTS \"INBOX\"
        S: * MYRIGHTS INBOX lrswipkxtea
        S: A6 OK
        C: A7 MYRIGHTS \"INBOX\"
        S: * MYRIGHTS
        S: A7 OK
    ";
    talk_with("IMAP4rev1 ACL RIGHTS=texk", script, async |client| {
        let inbox = Mailbox::inbox();
        let rights = |letters: &str| letters.parse::<Rights>().unwrap();
        let acl = client.get_acl(&inbox).await.unwrap();
        let expected = [("ann".into(), rights("lrs")), ("-bob".into(), rights("w"))];
        assert_eq!(acl.rights, expected);
        let more = RightsChange::Add(rights("iw"));
        client.set_acl(&inbox, "ann", more).await.unwrap();
        let none = RightsChange::Replace(Rights::NONE);
        client.set_acl(&inbox, "-bob", none).await.unwrap();
        let deleted = client.delete_acl(&inbox, "ann").await;
        assert_eq!(kind(deleted), "work.denied");
        let listed = client.list_rights(&inbox, "ann").await.unwrap();
        assert_eq!((listed.required, listed.optional.len()), (rights("la"), 2));
        let mine = client.my_rights(&inbox).await.unwrap();
        assert!(mine.has(Right::Administer) && !mine.has(Right::OldCreate));
        assert_eq!(kind(client.my_rights(&inbox).await), "proto.malformed");
        let set = client.set_acl(&inbox, "a\0", none).await;
        assert_eq!(kind(set), "usage");
        let nothing = RightsChange::Add(Rights::NONE);
        let set = client.set_acl(&inbox, "ann", nothing).await;
        assert_eq!(kind(set), "usage");
    })
    .await;
}

#[tokio::test]
async fn notes_are_kept_as_text_and_as_octets() {
    let script = "
        C: A1 GETMETADATA (MAXSIZE 1024 DEPTH infinity) \"INBOX\" (\"/private/a\" \"/shared\")
        S: * METADATA INBOX /shared/news
        S: * METADATA INBOX (/private/a \"x\" /private/a/b NIL)
        S- * METADATA INBOX (/shared/c {4}\\r\\n)\\r\\n\" /shared/d ~{1}\\r\\n\\0)\\r\\n
        S: A1 OK [METADATA LONGENTRIES 2199] there is more
        C: A2 SETMETADATA \"\" (\"/shared/a\" \"say \\\"x\\\"\" \"/shared/b\" NIL)
        S: A2 OK
        C: A3 SETMETADATA \"INBOX\" (\"/private/big\" \"x\")
        S: A3 NO [METADATA MAXSIZE 0] nothing fits
    ";
    talk_with("IMAP4rev1 METADATA", script, async |client| {
        let inbox = Mailbox::inbox();
        let reach = MetadataReach::new().max_size(1024).depth(Depth::Infinity);
        let wanted = ["/private/a", "/shared"];
        let notes = client.get_metadata(Some(&inbox), &wanted, reach).await;
        let notes = notes.unwrap();
        assert_eq!(notes.value("/PRIVATE/A").unwrap(), &"x");
        assert_eq!(notes.value("/private/a/b"), None);
        assert_eq!(notes.value("/shared/c").unwrap().as_bytes(), b")\r\n\"");
        assert_eq!(notes.value("/shared/d").unwrap().as_bytes(), b"\0");
        assert_eq!(notes.longest, Some(2199));
        assert!(client.news().is_some_and(|news| matches!(
            news,
            Untagged::Metadata(told) if told.changed == ["/shared/news"]
        )));
        let entries = [("/shared/a", Some(&b"say \"x\""[..])), ("/shared/b", None)];
        client.set_metadata(None, &entries).await.unwrap();
        let big = [("/private/big", Some(&b"x"[..]))];
        let set = client.set_metadata(Some(&inbox), &big).await.unwrap_err();
        assert_eq!(set.kind().to_string(), "work.quota");
        assert!(matches!(
            set.reply().unwrap().code(),
            Some(Code::Metadata(_))
        ));
        for bad in [
            "",
            "comment",
            "/other/x",
            "/shared//x",
            "/shared/",
            "/private/*",
            "/shared/\u{e9}",
        ] {
            let got = client.get_metadata(None, &[bad], reach).await;
            assert_eq!(kind(got), "usage", "{bad}");
        }
        assert_eq!(kind(client.get_metadata(None, &[], reach).await), "usage");
    })
    .await;
}

#[tokio::test]
async fn a_note_without_end_is_a_named_error() {
    let script = "
        S: * PREAUTH [CAPABILITY IMAP4rev1 METADATA] ready
        C: A1 GETMETADATA \"\" (\"/shared/x\")
        S: * METADATA \"\" (/shared/x {99999999999}
        ...
    ";
    dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        let got = client.get_metadata(None, &["/shared/x"], MetadataReach::new());
        assert_eq!(kind(got.await), "proto.too_large");
    })
    .await;
    let script = "
        S: * PREAUTH [CAPABILITY IMAP4rev1 METADATA] ready
        C: A1 GETMETADATA \"\" (\"/shared/x\")
        S- * METADATA \"\" (/shared/x {10}\\r\\nabc
    ";
    dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        let got = client.get_metadata(None, &["/shared/x"], MetadataReach::new());
        assert_eq!(kind(got.await), "proto.closed");
    })
    .await;
}

#[tokio::test]
async fn a_flood_of_notes_or_limits_is_a_named_error_and_the_session_goes_on() {
    let notes = "S: * METADATA \"\" (/shared/x \"0123456789\")\n".repeat(200);
    let quotas = "S: * QUOTA \"\" (STORAGE 1 2)\n".repeat(200);
    for (entries, bytes) in [(100, 1 << 20), (1 << 20, 1_000)] {
        let script = format!(
            "S: * PREAUTH [CAPABILITY IMAP4rev1 METADATA QUOTA] ready\n\
             C: A1 GETMETADATA \"\" (\"/shared/x\")\n{notes}S: A1 OK\n\
             C: A2 GETQUOTA \"\"\n{quotas}S: A2 OK\nC: A3 NOOP\nS: A3 OK"
        );
        dialogue(&script, async |conn: Conn| {
            let mut limits = Limits::default();
            (limits.listing_entries, limits.listing_bytes) = (entries, bytes);
            let mut client = greeted(conn.with_limits(limits)).await;
            let got = client.get_metadata(None, &["/shared/x"], MetadataReach::new());
            assert_eq!(kind(got.await), "proto.too_large");
            assert_eq!(kind(client.get_quota("").await), "proto.too_large");
            client.noop().await.unwrap();
        })
        .await;
    }
}
