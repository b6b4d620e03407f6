//! What real servers send, row by row of `tests/vectors/replies.jsonl`, and what is right.
//!
//! A row's name is in every message of a test that fails.

use netspeak_core::sasl::Credentials;
use netspeak_core::testing::unescape;
use serde_json::{Value, json};

use super::*;
use crate::response::{self, HeaderRow, Headers, RowKey};

const ROWS: &str = include_str!("../../tests/vectors/replies.jsonl");

/// The rows that are dialogues with more than one turn: each has a test of its own below, or beside.
const DIALOGUES: &[&str] = &[
    "nntp-auth-then-repeat",
    "nntp-auth-short",
    "nntp-mode-reader-closes",
    "nntp-pipeline-430",
    "nntp-wrong-article",
    "nntp-compress-gzip",
    "nntp-post-441",
    "nntp-idle-close",
    "nntp-count-differs",
];

fn rows() -> impl Iterator<Item = Value> {
    ROWS.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn input(row: &Value) -> Vec<u8> {
    unescape(row["input"].as_str().unwrap())
}

/// The client reads a reply that is in memory.
async fn answered<T>(reply: &[u8], ask: impl AsyncFnOnce(&mut Client) -> T) -> T {
    use tokio::io::AsyncWriteExt as _;
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    theirs.write_all(b"200 ready\r\n").await.unwrap();
    let mut client = greeted(Conn::from_memory(ours)).await;
    let mut asked = [0; 1024];
    let serve = async {
        use tokio::io::AsyncReadExt as _;
        assert!(theirs.read(&mut asked).await.unwrap() > 0);
        theirs.write_all(reply).await.unwrap();
    };
    tokio::join!(ask(&mut client), serve).0
}

/// What was found, in the words of the rows.
async fn found(row: &Value) -> Value {
    let bytes = input(row);
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let article = async |bytes: &[u8]| {
        answered(bytes, async |client| {
            let mut text = client.article(Which::Current).await.unwrap();
            text.bytes(1 << 20).await.unwrap()
        })
        .await
    };
    match row["class"].as_str().unwrap() {
        "code-meaning" => {
            let reply = Reply::parse(line).unwrap();
            let class = match reply.meaning().unwrap() {
                Meaning::NoSuchArticle => "not found",
                _ if reply.is_temporary() => "temporary",
                _ => "permanent",
            };
            let mut found = json!({"code": reply.code(), "class_": class});
            if reply.is_temporary() {
                found["what"] = json!(reply.text().to_lowercase());
                found["retry_later"] = json!(true);
            }
            found
        }
        "greeting" => {
            let script = format!("S: {}", text(line));
            let open = async |conn| Client::from_conn(conn).await.map(|client| client.posting());
            match dialogue(&script, open).await.0 {
                Ok(posting) => json!({"posting": posting == Posting::Allowed}),
                Err(Error::Refused { reply, .. }) => {
                    json!({"error": "refused", "code": reply.code()})
                }
                Err(error) => panic!("{error}"),
            }
        }
        "capabilities-unknown" => {
            answered(&bytes, async |client| {
                let capabilities = client.ask_capabilities().await.unwrap().map(|_| ());
                let session = if client.conn().is_busy() { "over" } else { "usable" };
                json!({"capabilities": capabilities, "session": session})
            })
            .await
        }
        "other-success-code" | "dot-stuffing" => {
            answered(&bytes, async |client| {
                let mut body = client.body(Which::Current).await.unwrap();
                json!({"body": text(&body.bytes(1 << 20).await.unwrap())})
            })
            .await
        }
        "group-reply" => {
            let group = response::group(&Reply::parse(line).unwrap()).unwrap();
            let name = group.name.map(|name| name.to_string());
            json!({"count": group.count, "low": group.low, "high": group.high, "group": name})
        }
        "article-reply" => {
            let found = response::found(&Reply::parse(line).unwrap());
            let mut found = json!({"number": found.number, "id": found.id.map(|id| id.to_string())});
            if bytes.starts_with(b"222") {
                found["body"] = json!(text(&article(&bytes).await));
            }
            found
        }
        "date" => match response::date(&Reply::parse(line).unwrap()) {
            Ok(date) => json!({"date": date.to_string()}),
            Err(_) => json!({"error": "bad date"}),
        },
        "status-line-bad" => {
            answered(&bytes, async |client| {
                assert_eq!(kind(client.date().await), "proto.malformed");
                assert!(matches!(client.date().await, Err(Error::Poisoned)));
                json!({"error": "not a reply", "connection": "closed"})
            })
            .await
        }
        "block-no-body" | "header-odd" => {
            let article = article(&bytes).await;
            let (headers, body) = Headers::parse(&article);
            let fields = headers.iter().map(|(name, value)| (name.to_lowercase(), json!(text(value))));
            let mut found = json!({"headers": fields.collect::<serde_json::Map<_, _>>()});
            if bytes.starts_with(b"220") {
                found["body"] = json!(text(body));
            }
            found
        }
        "list-active" => {
            answered(&bytes, async |client| {
                let list = client.list_active(None).await.unwrap();
                let group = |group: response::ActiveGroup| {
                    json!({"name": group.name.as_str(), "high": group.high, "low": group.low,
                        "status": group.status.to_string()})
                };
                let bad = list.unparsed.clone();
                json!({"groups": list.into_iter().map(group).collect::<Vec<_>>(), "bad_lines": bad})
            })
            .await
        }
        "list-newsgroups" => {
            answered(&bytes, async |client| {
                let list = client.list_newsgroups(None).await.unwrap();
                let pairs = list.into_iter().map(|about| json!([about.name.as_str(), about.text]));
                json!({"descriptions": pairs.collect::<Vec<_>>()})
            })
            .await
        }
        "overview-fmt" | "overview-fmt-broken" => {
            answered(&bytes, async |client| {
                let format = client.overview_format().await.unwrap();
                let names: Vec<&str> = format.names().collect();
                let full: Vec<&str> = format.full().collect();
                let mut found = json!({"schema": names});
                if !full.is_empty() {
                    found["full"] = json!(full);
                }
                found
            })
            .await
        }
        "over-none" => {
            answered(&bytes, async |client| {
                let mut rows = client.over(5..=9).await.unwrap();
                json!({"rows": rows.all().await.unwrap().iter().map(|row| row.number).collect::<Vec<_>>()})
            })
            .await
        }
        "hdr-rows" => {
            answered(&bytes, async |client| {
                let pair = |row: HeaderRow| match row.key {
                    RowKey::Number(number) => json!([number.to_string(), row.text()]),
                    RowKey::Id(ref id) => json!([id.to_string(), row.text()]),
                };
                let list = client.hdr("Subject", 1..).await.unwrap();
                json!({"rows": list.into_iter().map(pair).collect::<Vec<_>>()})
            })
            .await
        }
        _ if row["kind"] == "overview" => overview(line, &row["right"]),
        class => panic!("nobody tests {class}"),
    }
}

/// The fields that the row asks for.
fn overview(line: &[u8], asked: &Value) -> Value {
    let row = OverviewRow::parse(line).unwrap();
    let decoded = |field: Option<&[u8]>| field.map(encoded_word::decode);
    let format = OverviewFormat::from_lines([&b"Xref:full"[..]; 8]);
    let fields = asked.as_object().unwrap().keys().map(|key| {
        let value = match key.as_str() {
            "number" => json!(row.number()),
            "subject" => json!(decoded(row.subject())),
            "from" => json!(decoded(row.from())),
            "date" => json!(decoded(row.date())),
            "message_id" => json!(decoded(row.message_id())),
            "references" => json!(decoded(row.references())),
            "references_count" => json!(Overview::from(row).references.len()),
            "bytes" => json!(row.bytes()),
            "lines" => json!(row.lines()),
            "xref" => json!(decoded(row.field("xref", &format))),
            key => panic!("nobody knows {key}"),
        };
        (key.clone(), value)
    });
    Value::Object(fields.collect())
}

#[tokio::test]
async fn every_reply_of_a_real_server_means_what_it_should() {
    let mut tested = 0;
    for row in rows().filter(|row| row["kind"] != "dialogue") {
        let found = found(&row).await;
        assert_eq!(found, row["right"], "{}", row["id"]);
        tested += 1;
    }
    assert_eq!(tested, 32);
}

#[test]
fn every_dialogue_has_its_test() {
    let rows = rows().filter(|row| row["kind"] == "dialogue");
    let ids: Vec<String> = rows
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, DIALOGUES);
}

#[tokio::test]
async fn who_is_asked_for_a_login_logs_in_and_asks_again() {
    let script = "
        C: GROUP alt.a
        S: 480 Authentication required
        C: CAPABILITIES
        S: 500 what?
        C: AUTHINFO USER u
        S: 381 more
        C: AUTHINFO PASS p
        S: 281 ok
        C: GROUP alt.a
        S: 211 1 1 1 alt.a
    ";
    talk(script, async |client| {
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        client.set_credentials(Credentials::password("u", "p".into()));
        let group = client.group(&name("alt.a")).await.unwrap();
        assert_eq!((group.count, group.name), (1, Some(name("alt.a"))));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_content_with_the_name_gets_no_password() {
    let script = "
        C: AUTHINFO USER u
        S: 281 Ok
    ";
    talk(script, async |client| {
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        client.user_pass("u", &"p".into()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn mode_reader_may_change_who_may_post() {
    let script = "
        S: 201 transit
        C: MODE READER
        S: 200 reader, posting ok
        C: MODE READER
        S: 502 no
    ";
    dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        assert_eq!(client.posting(), Posting::Forbidden);
        assert_eq!(client.mode_reader().await.unwrap(), Posting::Allowed);
        assert_eq!(kind(client.mode_reader().await), "work.denied");
    })
    .await;
}

#[tokio::test]
async fn the_wrong_article_is_not_used_and_the_session_goes_on() {
    let script = "
        C: BODY <a@x.test>
        S: 222 0 <other@x.test>
        S: z
        S: .
        C: DATE
        S: 111 20261125235959
    ";
    talk(script, async |client| {
        assert_eq!(kind(client.body(id("a@x.test")).await), "proto.malformed");
        client.date().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_duplicate_is_told_from_other_refusals() {
    let script = "
        C: POST
        S: 340 Ok, recommended ID <n1@x.test>
        C: Subject: a
        C: ..
        C: .
        S: 441 435 Duplicate
        C: POST
        S: 440 nobody posts
        C: POST
        S: 340 go on
        C: a
        C: .
        S: 240 thanks
    ";
    talk(script, async |client| {
        let error = client.post(b"Subject: a\n.\n").await.unwrap_err();
        assert_eq!(error.kind().to_string(), "work.rejected");
        assert!(error.reply().unwrap().is_duplicate());
        assert_eq!(kind(client.post(b"a").await), "work.denied");
        assert_eq!(client.post(b"a").await.unwrap().recommended, None);
    })
    .await;
}

#[tokio::test]
async fn what_a_server_said_while_nobody_spoke_is_the_answer() {
    let script = "
        S: 400 Idle time exceeded
    ";
    talk(script, async |client| {
        tokio::task::yield_now().await;
        let error = client.group(&name("alt.a")).await.unwrap_err();
        assert_eq!(error.reply().unwrap().code(), 400);
        assert!(error.is_temporary());
        assert!(matches!(client.date().await, Err(Error::Poisoned)));
    })
    .await;
}

#[tokio::test]
async fn a_count_is_an_estimate() {
    let script = "
        C: GROUP g
        S: 211 1000 1 1000 g
        C: OVER 1-1000
        S: 224 x
        S: 5\ts\ta\td\t<5@x.test>\t\t1\t1
        S: .
    ";
    talk(script, async |client| {
        let group = client.group(&name("g")).await.unwrap();
        let rows = client
            .over(group.low..=group.high)
            .await
            .unwrap()
            .all()
            .await
            .unwrap();
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [5]);
    })
    .await;
}
