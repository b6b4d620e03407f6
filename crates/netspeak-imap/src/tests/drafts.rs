//! MULTIAPPEND, CATENATE and REPLACE.

use netspeak_core::Trace;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

#[tokio::test]
async fn several_messages_go_in_one_command() {
    let script = "
        C: A1 APPEND \"x\" (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {4}
        S: + go
        C: a
        C: b {3}
        S: + go
        C: cde
        S: A1 OK [APPENDUID 7 12,15] done
    ";
    talk_with("IMAP4rev1 MULTIAPPEND", script, async |client| {
        let date = "17-Jul-1996 02:44:25 -0700".parse().unwrap();
        let drafts = [
            Draft::new(b"a\nb").flags([Flag::Seen]).date(date),
            Draft::new(b"cde"),
        ];
        let put = client.append_all(&mailbox("x"), &drafts).await.unwrap();
        let uids: Vec<_> = put.iter().map(|put| (put.uid_validity, put.uid)).collect();
        assert_eq!(uids, [(7, 12), (7, 15)]);
    })
    .await;
    let script = "
        C: A1 APPEND \"x\" {1+}
        C: a {1+}
        C: b
        S: A1 NO [TRYCREATE] no such mailbox
        C: A2 NOOP
        S: A2 OK
    ";
    talk_with("IMAP4rev1 LITERAL+ MULTIAPPEND", script, async |client| {
        let drafts = [Draft::new(b"a"), Draft::new(b"b")];
        let put = client.append_all(&mailbox("x"), &drafts).await;
        assert_eq!(kind(put), "work.not_found");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_refusal_in_the_middle_ends_the_command() {
    let script = "
        C: A1 APPEND \"x\" {1}
        S: + go
        C: a {2}
        S: A1 NO [TOOBIG] enough
        C: A2 NOOP
        S: A2 OK
    ";
    talk_with("IMAP4rev1 MULTIAPPEND", script, async |client| {
        let drafts = [Draft::new(b"a"), Draft::new(b"bb")];
        let put = client.append_all(&mailbox("x"), &drafts).await;
        assert_eq!(kind(put), "work.quota");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_refusal_while_a_message_is_sent_leaves_nothing_to_be_said() {
    let (ours, mut peer) = tokio::io::duplex(1 << 10);
    let offer = b"* PREAUTH [CAPABILITY IMAP4rev1 MULTIAPPEND] ready\r\n";
    peer.write_all(offer).await.unwrap();
    let mut client = greeted(Conn::from_memory(ours)).await;
    let long = vec![b'x'; 1 << 14];
    let drafts = [Draft::new(&long), Draft::new(b"b")];
    let playing = async {
        let mut room = vec![0; 1 << 10];
        let count = peer.read(&mut room).await.unwrap();
        assert!(room[..count].ends_with(b"{16384}\r\n"));
        peer.write_all(b"+ go\r\nA1 NO [OVERQUOTA] full\r\n")
            .await
            .unwrap();
        let mut came = 0;
        while came < 1 << 14 {
            came += peer.read(&mut room).await.unwrap();
        }
        peer
    };
    let x = mailbox("x");
    let (_peer, put) = tokio::join!(playing, client.append_all(&x, &drafts));
    assert_eq!(kind(put), "work.quota");
    assert_eq!(kind(client.noop().await), "conn.poisoned");
}

#[tokio::test]
async fn a_transcript_has_the_size_of_messages_only() {
    let script = "
        S: * PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ MULTIAPPEND] ready
        C: A1 APPEND \"x\" {9+}
        C: my letter {5+}
        C: other
        S: A1 OK
    ";
    let trace = Trace::with_transcript();
    let told = trace.clone();
    dialogue(script, async |conn: Conn| {
        let mut client = greeted(conn.with_trace(trace)).await;
        let drafts = [Draft::new(b"my letter"), Draft::new(b"other")];
        client.append_all(&mailbox("x"), &drafts).await.unwrap();
    })
    .await;
    let told: Vec<String> = told
        .transcript()
        .into_iter()
        .map(|line| line.text)
        .collect();
    let told = told.join("|");
    assert!(
        told.contains("APPEND \"x\" {9+}") && !told.contains("letter"),
        "{told}"
    );
}

#[tokio::test]
async fn a_message_is_put_together_by_the_server() {
    let script = "
        C: A1 APPEND \"x\" (\\Draft) CATENATE (TEXT {4+}
        C: a:
        C:  URL \"/INBOX;UID=20/;SECTION=1\" TEXT {1+}
        C: z)
        S: A1 NO [BADURL \"/INBOX;UID=20/;SECTION=1\"] nothing there
    ";
    talk_with("IMAP4rev1 LITERAL+ CATENATE", script, async |client| {
        let parts = [
            DraftPart::Text(b"a:\r\n"),
            DraftPart::Url("/INBOX;UID=20/;SECTION=1"),
            DraftPart::Text(b"z"),
        ];
        let draft = Draft::catenate(parts).flags([Flag::Draft]);
        let put = client
            .append_all(&mailbox("x"), &[draft])
            .await
            .unwrap_err();
        let code = put.reply().unwrap().code();
        assert!(matches!(code, Some(response::Code::BadUrl(_))), "{code:?}");
    })
    .await;
}

#[tokio::test]
async fn one_message_takes_the_place_of_another() {
    let script = "
        C: A2 UID REPLACE 2 \"INBOX\" (\\Draft) {3+}
        C: new
        S: * OK [APPENDUID 7 9] kept
        S: * 4 EXISTS
        S: * 2 EXPUNGE
        S: A2 OK
        C: A3 UID REPLACE 2 \"INBOX\" {3+}
        C: new
        S: A3 NO [NONEXISTENT] it is gone
    ";
    open_with("IMAP4rev1 LITERAL+ REPLACE", script, async |client| {
        let draft = Draft::new(b"new").flags([Flag::Draft]);
        let inbox = Mailbox::inbox();
        let put = client.replace(2, &inbox, &draft).await.unwrap().unwrap();
        assert_eq!((put.uid_validity, put.uid), (7, 9));
        assert_eq!(news(client), ["EXISTS 4", "EXPUNGE 2"]);
        assert_eq!(client.selected().unwrap().exists, 3);
        let again = client.replace(2, &inbox, &Draft::new(b"new")).await;
        assert_eq!(kind(again), "work.not_found");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_sent() {
    let x = mailbox("x");
    talk_with("IMAP4rev1 APPENDLIMIT=3", "", async |client| {
        for (drafts, expected) in [
            (vec![], "usage"),
            (vec![Draft::new(b"")], "usage"),
            (vec![Draft::new(b"a"), Draft::new(b"b")], "work.not_offered"),
            (
                vec![Draft::catenate([DraftPart::Url("/x")])],
                "work.not_offered",
            ),
            (vec![Draft::new(b"a\0")], "work.not_offered"),
            (vec![Draft::new(b"abcd")], "work.quota"),
        ] {
            let put = client.append_all(&x, &drafts).await;
            assert_eq!(kind(put), expected, "{drafts:?}");
        }
        let put = client.replace(1, &x, &Draft::new(b"a")).await;
        assert_eq!(kind(put), "usage");
    })
    .await;
    open_with("IMAP4rev1 CATENATE", "", async |client| {
        let draft = Draft::new(b"a");
        assert_eq!(
            kind(client.replace(1, &x, &draft).await),
            "work.not_offered"
        );
        let bad = Draft::catenate([DraftPart::Url("/x\r\nA9 LOGOUT")]);
        assert_eq!(kind(client.append_all(&x, &[bad]).await), "usage");
    })
    .await;
}
