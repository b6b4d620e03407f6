//! APPEND: literals that wait, that do not, and that are too large.

use super::*;

#[tokio::test]
async fn a_message_is_sent_when_the_server_is_ready() {
    let script = "
        C: A1 APPEND \"Sent\" (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {9}
        S: + Ready for literal data
        C: a: b
        C: 
        C: c
        S: * 4 EXISTS
        S: A1 OK [APPENDUID 38505 3955] done
    ";
    talk(script, async |client| {
        let how = Append::new()
            .flags([Flag::Seen])
            .date("17-Jul-1996 02:44:25 -0700".parse().unwrap());
        let put = client.append(&mailbox("Sent"), &how, b"a: b\n\nc").await;
        let appended = Appended {
            uid_validity: 38505,
            uid: 3955,
        };
        assert_eq!(put.unwrap(), Some(appended));
        assert_eq!(news(client), ["EXISTS 4"]);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_content_without_being_asked_is_not_asked() {
    let script = "
        C: A1 APPEND \"Sent\" {3+}
        C: abc
        S: A1 OK
        C: A2 APPEND \"Sent\" {4}
        S: + go, although nobody asked
        C: abcd
        S: + and again
        S: A2 OK
    ";
    let script = script.replace("{4}", "{4+}");
    // The second server says + all the same.
    let script = script.replace("        S: + go, although nobody asked\n", "");
    talk_with("IMAP4rev1 LITERAL+", &script, async |client| {
        let how = Append::new();
        let put = client.append(&mailbox("Sent"), &how, b"abc").await;
        assert_eq!(put.unwrap(), None);
        client
            .append(&mailbox("Sent"), &how, b"abcd")
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_refusal_before_the_message_costs_nothing() {
    let script = "
        C: A1 APPEND \"Gone\" {3}
        S: A1 NO [TRYCREATE] no such mailbox
        C: A2 NOOP
        S: A2 OK
    ";
    talk(script, async |client| {
        let put = client
            .append(&mailbox("Gone"), &Append::new(), b"abc")
            .await;
        assert_eq!(kind(put), "work.not_found");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_not_sent() {
    talk_with("IMAP4rev1 APPENDLIMIT=5", "", async |client| {
        let put = client
            .append(&mailbox("x"), &Append::new(), b"123456")
            .await;
        let error = put.unwrap_err();
        assert_eq!(error.kind().to_string(), "work.quota");
        assert!(error.to_string().contains("takes 5"), "{error}");
    })
    .await;
    let script = "C: A1 APPEND \"x\" {6}\nS: A1 NO [TOOBIG] 5 at most";
    talk(script, async |client| {
        let put = client
            .append(&mailbox("x"), &Append::new(), b"123456")
            .await;
        assert_eq!(kind(put), "work.quota");
    })
    .await;
}

#[tokio::test]
async fn nul_goes_only_where_it_may() {
    talk("", async |client| {
        let put = client.append(&mailbox("x"), &Append::new(), b"a\0").await;
        assert_eq!(kind(put), "usage");
    })
    .await;
    let script = "C: A1 APPEND \"x\" ~{2}\nS: + go\nC: *\nS: A1 OK";
    let script = format!("S: * PREAUTH [CAPABILITY IMAP4rev1 BINARY]\n{script}");
    dialogue(&script, async |conn| {
        let mut client = greeted(conn).await;
        client
            .append(&mailbox("x"), &Append::new(), b"a\0")
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn headers_in_utf8_are_announced_once_that_is_switched_on() {
    let script = "
        C: A1 ENABLE UTF8=ACCEPT
        S: * ENABLED UTF8=ACCEPT
        S: A1 OK
        C: A2 APPEND \"Grüße\" UTF8 (~{11}
        S: + go
        C: a: ü
        C: 
        C: ü)
        S: A2 OK
    ";
    let capabilities = "IMAP4rev1 ENABLE UTF8=ACCEPT";
    talk_with(capabilities, script, async |client| {
        client.enable(&["UTF8=ACCEPT"]).await.unwrap();
        let message = "a: ü\r\n\r\nü".as_bytes();
        client
            .append(&mailbox("Grüße"), &Append::new(), message)
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_source_is_sent_as_it_is_and_one_that_ends_early_poisons() {
    let script = "
        C: A1 APPEND \"x\" {4}
        S: + go
        C: a
        C: b
        S: A1 OK
        C: A2 APPEND \"x\" {9}
        S: + go
        ...
    ";
    talk(script, async |client| {
        let (x, how) = (mailbox("x"), Append::new());
        let mut source: &[u8] = b"a\r\nb";
        client.append_from(&x, &how, 4, &mut source).await.unwrap();
        let mut short: &[u8] = b"abc";
        let put = client.append_from(&x, &how, 9, &mut short).await;
        assert!(matches!(put, Err(Error::Local(_))));
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    })
    .await;
}
