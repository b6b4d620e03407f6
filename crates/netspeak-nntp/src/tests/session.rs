//! Greeting, modes and the end.

use super::*;

#[tokio::test]
async fn another_protocol() {
    for greeting in ["220 mail.example ESMTP", "SSH-2.0-x", "+OK pop3", ""] {
        let script = format!("S: {greeting}\n...");
        let (opened, _) = dialogue(&script, Client::from_conn).await;
        assert_eq!(kind(opened), "greeting.other_protocol", "{greeting}");
    }
    for greeting in ["400 busy", "502 never", "500 Access Denied"] {
        let (opened, _) = dialogue(&format!("S: {greeting}\n..."), Client::from_conn).await;
        assert_eq!(kind(opened), "greeting.rejected", "{greeting}");
    }
}

#[tokio::test]
async fn a_one_line_command_with_lines_stays_in_step() {
    let script = "
        C: STAT 1
        S: 220 1 <a@b>
        S: Subject: x
        S: .
        C: DATE
        S: 111 20261125235959
        C: LIST ACTIVE
        S: 205 what?
        C: DATE
        S: 111 20261125235959
    ";
    talk(script, async |client| {
        assert_eq!(client.stat(1).await.unwrap().number, Some(1));
        client.date().await.unwrap();
        assert_eq!(kind(client.list_active(None).await), "proto.malformed");
        client.date().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_comes_unasked_is_an_error() {
    let script = "
        S: 111 20261125235959
    ";
    talk(script, async |client| {
        tokio::task::yield_now().await;
        assert_eq!(kind(client.date().await), "proto.malformed");
    })
    .await;
}

#[tokio::test]
async fn refusals_have_their_words() {
    for (code, expected) in [
        (400, "work.temporary"),
        (411, "work.not_found"),
        (412, "work.rejected"),
        (420, "work.not_found"),
        (423, "work.not_found"),
        (430, "work.not_found"),
        (436, "work.temporary"),
        (440, "work.denied"),
        (441, "work.rejected"),
        (480, "work.denied"),
        (483, "work.denied"),
        (500, "work.rejected"),
        (502, "work.denied"),
    ] {
        let script = format!("C: STAT 1\nS: {code} no\n");
        talk(&script, async |client| {
            let error = client.stat(1).await.unwrap_err();
            assert_eq!(error.kind().to_string(), expected, "{code}");
            assert_eq!(error.reply().unwrap().meaning(), Meaning::of(code));
        })
        .await;
    }
}
