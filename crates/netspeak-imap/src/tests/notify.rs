//! NOTIFY: what is told at any time.

use netspeak_core::Limits;

use super::*;
use crate::response::Code;

const OFFER: &str = "IMAP4rev1 IDLE NOTIFY";

fn watching() -> Notify {
    Notify::new()
        .watch(Watched::SelectedDelayed, Events::messages().flags())
        .watch(Watched::Personal, Events::messages())
}

const SET: &str = "NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange)) (personal (MessageNew MessageExpunge))";

#[tokio::test]
async fn other_mailboxes_are_told_of_as_status_and_the_open_one_as_ever() {
    let script = format!(
        "
        C: A2 {}
        S: * STATUS Sent (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 1)
        S: * 4 EXISTS
        S: A2 OK
        S: * STATUS Sent (MESSAGES 4 UIDNEXT 10 UIDVALIDITY 1)
        S: * 1 FETCH (UID 5 FLAGS (\\\\Seen))
        C: A3 IDLE
        S: + idling
        S: * LIST (\\\\NonExistent) \"/\" Old
        S: * STATUS \"a b\" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1)
        C: DONE
        S: A3 OK
        C: A4 NOTIFY NONE
        S: A4 OK
        ",
        SET.replace("SET", "SET STATUS")
    );
    open_with(OFFER, &script, async |client| {
        let told = client.notify(&watching().with_status()).await.unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].mailbox.name(), told[0].messages),
            ("Sent", Some(3))
        );
        assert!(client.is_notified());
        let mut idle = client.idle().await.unwrap();
        let mut heard = Vec::new();
        while heard.len() < 5 {
            heard.push(match idle.next().await.unwrap().unwrap() {
                Untagged::MailboxStatus(status) => format!("STATUS {}", status.mailbox),
                Untagged::List(listed) => format!("LIST {}", listed.mailbox),
                Untagged::Exists(count) => format!("EXISTS {count}"),
                Untagged::Fetch(row) => format!("FETCH {:?}", row.uid),
                other => panic!("{other:?}"),
            });
        }
        let expected = [
            "EXISTS 4",
            "STATUS Sent",
            "FETCH Some(5)",
            "LIST Old",
            "STATUS a b",
        ];
        assert_eq!(heard, expected);
        idle.done().await.unwrap();
        client.notify_none().await.unwrap();
        assert!(!client.is_notified());
    })
    .await;
}

#[tokio::test]
async fn too_much_for_the_server_has_a_name() {
    let script = format!(
        "
        C: A2 {SET}
        S: A2 OK
        C: A3 NOOP
        S: * OK [NOTIFICATIONOVERFLOW] too much happens
        S: A3 OK
        "
    );
    open_with(OFFER, &script, async |client| {
        client.notify(&watching()).await.unwrap();
        client.noop().await.unwrap();
        assert!(!client.is_notified());
        let Some(Untagged::Status(status)) = client.news() else {
            panic!("no news");
        };
        assert_eq!(status.code, Some(Code::NotificationOverflow));
    })
    .await;
}

#[tokio::test]
async fn a_flood_is_a_named_error_before_it_is_one_of_memory() {
    let flood = "S: * STATUS x (MESSAGES 1)\n".repeat(300);
    let during = format!("C: A2 {SET}\n{flood}S: A2 OK");
    let after = format!("C: A2 {SET}\nS: A2 OK\nC: A3 NOOP\n{flood}S: A3 OK");
    for (script, expected) in [
        // The status of a hundred mailboxes.
        (during, ("proto.too_large", "proto.closed")),
        (after, ("ok", "proto.too_large")),
    ] {
        let script = format!("S: * PREAUTH [CAPABILITY {OFFER}] ready\n{OPEN}{script}");
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(Script::new(&script).play_loosely(theirs));
        let mut limits = Limits::default();
        limits.listing_entries = 100;
        let mut client = greeted(Conn::from_memory(ours).with_limits(limits)).await;
        client.examine(&Mailbox::inbox()).await.unwrap();
        let notified = kind(client.notify(&watching()).await);
        let noop = kind(client.noop().await);
        assert_eq!((notified.as_str(), noop.as_str()), expected);
    }
}

#[tokio::test]
async fn events_that_a_server_does_not_know_are_told_with_those_that_it_does() {
    let script = format!("C: A2 {SET}\nS: A2 NO [BADEVENT (MessageNew MessageExpunge)] only these");
    open_with(OFFER, &script, async |client| {
        let error = client.notify(&watching()).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "work.rejected");
        let Some(Code::BadEvent(known)) = error.reply().unwrap().code() else {
            panic!("{error}");
        };
        assert_eq!(known, &["MessageNew", "MessageExpunge"]);
        assert!(!client.is_notified());
    })
    .await;
}

#[tokio::test]
async fn numbers_that_may_change_at_any_time_are_not_sent() {
    let script = "
        C: A2 NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge))
        S: A2 OK
        C: A3 UID FETCH 1 (UID FLAGS)
        S: * 1 FETCH (UID 1 FLAGS ())
        S: A3 OK
        C: A4 NOTIFY SET (selected-delayed (MessageNew MessageExpunge))
        S: A4 OK
        C: A5 SEARCH ALL
        S: * SEARCH 1
        S: A5 OK
    ";
    open_with(OFFER, script, async |client| {
        let items = Items::new().flags();
        let at_once = Events::messages().fetching(&items);
        let notify = Notify::new().watch(Watched::Selected, at_once);
        client.notify(&notify).await.unwrap();
        let fetched = client.fetch(Ids::numbers(1), &items).await;
        assert_eq!(kind(fetched.map(drop)), "usage");
        assert_eq!(kind(client.search_numbers(&Search::all()).await), "usage");
        let rows = client.fetch(1, &items).await.unwrap().all(9).await;
        assert_eq!(rows.unwrap().len(), 1);
        let later = Notify::new().watch(Watched::SelectedDelayed, Events::messages());
        client.notify(&later).await.unwrap();
        client.search_numbers(&Search::all()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn groups_that_make_no_sense_are_not_sent() {
    let items = Items::new();
    open_with(OFFER, "", async |client| {
        for notify in [
            Notify::new(),
            Notify::new().watch(Watched::Mailboxes(vec![]), Events::messages()),
            Notify::new().watch(Watched::Personal, Events::none().flags()),
            Notify::new().watch(Watched::Personal, Events::messages().fetching(&items)),
            Notify::new().watch(Watched::Selected, Events::messages().names()),
            Notify::new()
                .watch(Watched::Selected, Events::messages())
                .watch(Watched::SelectedDelayed, Events::messages()),
        ] {
            assert_eq!(kind(client.notify(&notify).await), "usage", "{notify:?}");
        }
    })
    .await;
    open_with("IMAP4rev1", "", async |client| {
        let notified = client.notify(&watching()).await;
        assert_eq!(kind(notified), "work.not_offered");
    })
    .await;
}
