//! The dialogues of `tests/vectors/dialogues.jsonl`, and what is right.

use serde_json::{Value, json};

use netspeak_core::sasl::Credentials;

use super::*;

const ROWS: &str = include_str!("../../tests/vectors/dialogues.jsonl");

/// What a session needs before the dialogue of a row begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The row has its own greeting.
    Nothing,
    Greeting(&'static str),
    Login(&'static str),
    /// INBOX is open.
    Open(&'static str),
}

fn before(id: &str) -> Before {
    match id {
        "imap-id-required" => Before::Nothing,
        "imap-authenticated-not-connected" | "imap-xoauth2-error" => {
            Before::Greeting("SASL-IR AUTH=XOAUTH2")
        }
        "imap-auth-login-prompts" => Before::Greeting("AUTH=LOGIN"),
        "imap-enable-no-untagged" => Before::Login("ENABLE QRESYNC"),
        "imap-list-special-use-bad" => Before::Login("LIST-EXTENDED SPECIAL-USE"),
        "imap-inbox-not-listed" | "imap-select-fails" | "imap-append-reply" => Before::Login(""),
        _ => Before::Open("IDLE"),
    }
}

/// The row as a script: whatever the client says is taken, and tags are those that it uses.
fn script(row: &Value) -> String {
    let mut script = String::new();
    let mut tag = 0;
    match before(row["id"].as_str().unwrap()) {
        Before::Nothing => {}
        Before::Greeting(offer) => script += &format!("S: * OK [CAPABILITY IMAP4rev1 {offer}]\n"),
        Before::Login(offer) => script += &format!("S: * PREAUTH [CAPABILITY IMAP4rev1 {offer}]\n"),
        Before::Open(offer) => {
            script += &format!("S: * PREAUTH [CAPABILITY IMAP4rev1 {offer}]\n{OPEN}\n");
            tag = 1;
        }
    }
    let mut theirs = String::new();
    for line in row["input"].as_str().unwrap().lines() {
        if let Some(said) = line.strip_prefix("C: ") {
            let word = said
                .trim_start_matches("(no DONE) ")
                .split(' ')
                .next()
                .unwrap();
            let is_tag = word
                .strip_prefix('A')
                .is_some_and(|digits| digits.parse::<u64>().is_ok());
            if is_tag {
                tag += 1;
                theirs = word.to_owned();
            }
            script += "C: *\n";
        } else if let Some(said) = line.strip_prefix("S: ") {
            for said in said.split_terminator("\\r\\n") {
                let said = match said.strip_prefix(&format!("{theirs} ")) {
                    Some(rest) if !theirs.is_empty() => format!("A{tag} {rest}"),
                    _ => said.to_owned(),
                };
                script += &format!("S: {said}\n");
            }
        } else if line == "X: stays open" {
            script += "...\n";
        }
    }
    script
}

/// Plays a row; what the client made of it, in the row's words.
async fn found(row: &Value) -> Value {
    let id = row["id"].as_str().unwrap();
    if id == "imap-descending-set" {
        return json!({"sent_set": IdSet::from([9, 3, 4, 5, 1]).to_string()});
    }
    let (found, said) = dialogue(&script(row), async |conn| {
        let mut client = greeted(conn).await;
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        if matches!(before(id), Before::Open(_)) {
            client.examine(&Mailbox::inbox()).await.unwrap();
        }
        act(id, &mut client).await
    })
    .await;
    match id {
        "imap-idle-ended-by-server" => {
            json!({"done_sent": said.iter().any(|line| line == "DONE")})
        }
        _ => found,
    }
}

fn uids(rows: &[response::Fetch]) -> Vec<u32> {
    rows.iter().filter_map(|row| row.uid).collect()
}

fn token() -> Credentials {
    Credentials::token("u", Secret::from("a-token")).with_mechanism("XOAUTH2")
}

async fn act(id: &str, client: &mut Client) -> Value {
    let inbox = Mailbox::inbox();
    let flags = Items::new().flags();
    match id {
        "imap-id-required" => {
            client
                .login(&Credentials::password("u", "p".into()))
                .await
                .unwrap();
            let opened = client.select(&inbox).await.unwrap();
            json!({"selected": true, "exists": opened.exists})
        }
        "imap-authenticated-not-connected" => {
            client.login(&token()).await.unwrap();
            let error = client.select(&inbox).await.unwrap_err();
            let reply = error.reply().unwrap();
            json!({
                "error": reply.kind().to_string(),
                "class_": error.kind().phase().to_string(),
                "text": reply.text(),
            })
        }
        "imap-throttled" => {
            let mut rows = client.fetch(1..=500, &flags).await.unwrap();
            let error = rows.next().await.unwrap_err();
            let reply = error.reply().unwrap();
            json!({
                "error": reply.kind().to_string(),
                "transient": error.is_temporary(),
                "retry_after_ms": reply.back_off().unwrap().unwrap().as_millis() as u64,
            })
        }
        "imap-idle-ended-by-server" => {
            let mut idle = client.idle().await.unwrap();
            assert!(idle.next().await.unwrap().is_none());
            idle.done().await.unwrap();
            client.noop().await.unwrap();
            Value::Null
        }
        "imap-idle-early-data" => {
            let mut idle = client.idle().await.unwrap();
            let Some(Untagged::Exists(count)) = idle.next().await.unwrap() else {
                panic!("no news");
            };
            idle.done().await.unwrap();
            json!({"events": [{"exists": count}]})
        }
        "imap-idle-bye" => {
            let error = client.idle().await.unwrap().done().await.unwrap_err();
            json!({"error": error.reply().unwrap().kind().to_string()})
        }
        "imap-bye-repeated" => {
            let rows = client.fetch(Ids::numbers(1), &flags).await.unwrap();
            let error = rows.all(9).await.unwrap_err();
            json!({"error": error.reply().unwrap().kind().to_string(), "quickly": true})
        }
        "imap-expunge-during-fetch" => {
            let rows = client.fetch(10..=12, &flags).await.unwrap();
            let rows = rows.all(9).await.unwrap();
            let Some(Untagged::Expunge(number)) = client.news() else {
                panic!("nothing was expunged");
            };
            json!({"uids": uids(&rows), "expunged": [number]})
        }
        "imap-unsolicited-in-between" => {
            let rows = client.fetch(7, &flags).await.unwrap();
            let rows = rows.all(9).await.unwrap();
            json!({"result_uids": uids(&rows), "events": news(client)})
        }
        "imap-search-several-lines" => {
            let found = client.search(&Search::all()).await.unwrap();
            json!({"uids": found.iter().collect::<Vec<_>>()})
        }
        "imap-enable-no-untagged" => {
            let enabled = client.enable(&["QRESYNC"]).await.unwrap();
            let refused = client.select(&inbox).await.is_err();
            json!({"qresync": !enabled.is_empty(), "error_or_fallback": refused})
        }
        "imap-list-special-use-bad" => {
            let listed = client
                .list(&ListQuery::new("*").special_use())
                .await
                .unwrap();
            let names: Vec<_> = listed.iter().map(|entry| entry.mailbox.name()).collect();
            json!({"mailboxes": names})
        }
        "imap-inbox-not-listed" => {
            client.list(&ListQuery::default()).await.unwrap();
            // Nothing is checked against the list.
            let select = Command::Select(&inbox, &Opened::Plain);
            let is_selectable = State::Authenticated.allows(&select);
            json!({"inbox": if is_selectable { "selectable" } else { "unknown" }})
        }
        "imap-select-fails" => {
            client.select(&inbox).await.unwrap();
            let error = client.select(&mailbox("Gone")).await.unwrap_err();
            let code = error.reply().unwrap().code().unwrap().name().into_owned();
            let selected = client.selected().map(|it| it.mailbox.name());
            json!({"selected": selected, "error": code})
        }
        "imap-auth-login-prompts" => {
            let credentials = Credentials::password("user", "pw".into()).with_mechanism("LOGIN");
            json!({"ok": client.login(&credentials).await.is_ok()})
        }
        "imap-xoauth2-error" => {
            let error = client.login(&token()).await.unwrap_err();
            let text = error.to_string();
            for word in ["400", "Bearer", "https://mail.example/"] {
                assert!(text.contains(word), "{text}");
            }
            json!({
                "error": error.kind().phase().to_string(),
                "detail": {"status": "400", "schemes": "Bearer", "scope": "https://mail.example/"},
            })
        }
        "imap-store-nothing" => {
            let copied = client.copy(99_999, &mailbox("Sent")).await.unwrap();
            json!({"ok": true, "copied": copied.uid_validity})
        }
        "imap-append-reply" => {
            let how = Append::new().flags([Flag::Seen]);
            let put = client
                .append(&mailbox("Sent"), &how, b"hello")
                .await
                .unwrap();
            let put = put.unwrap();
            json!({"appenduid": [put.uid_validity, put.uid], "bytes_after_literal": "\\r\\n once"})
        }
        "imap-fetch-partial-failure" => {
            let mut rows = client.fetch(Ids::numbers(1..=3), &flags).await.unwrap();
            let mut items = Vec::new();
            let error = loop {
                match rows.next().await {
                    Ok(row) => items.push(row.unwrap().number),
                    Err(error) => break error,
                }
            };
            let code = error.reply().unwrap().code().unwrap().name().into_owned();
            json!({"items": items, "code": code})
        }
        other => panic!("{other} has no test"),
    }
}

#[tokio::test(start_paused = true)]
async fn every_dialogue_of_the_cases_goes_as_it_should() {
    for line in ROWS.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        assert_eq!(found(&row).await, row["right"], "{}", row["id"]);
    }
}
