//! What servers answer, well or badly: each row of `tests/cases/answers.jsonl` and `frames.jsonl`.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use http::Method;
use netspeak_core::Conn;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::cases::{self, Row};
use crate::{Client, Redirects, Response, Result, Versions};

/// Reads a request, or the preface of HTTP/2, says this and leaves; or stays and answers the next one.
async fn serve(mut stream: DuplexStream, answer: Vec<u8>, stays: bool) {
    let mut heard = Vec::new();
    while !is_whole(&heard) {
        if stream.read_buf(&mut heard).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let _ = stream.write_all(&answer).await;
    if stays {
        let mut next = [0; 1024];
        if stream.read(&mut next).await.unwrap_or(0) > 0 {
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                .await;
        }
    }
    if heard.starts_with(b"PRI") {
        // Whoever has refused a stream is told that it was understood.
        while stream.read_buf(&mut heard).await.unwrap_or(0) > 0 && heard.len() < 1 << 20 {}
    }
}

/// Whether this has a request in it: a head in text, or the frame of one.
fn is_whole(heard: &[u8]) -> bool {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const HEADERS: u8 = 1;
    if !heard.starts_with(b"PRI") {
        return heard.windows(4).any(|end| end == b"\r\n\r\n");
    }
    let mut rest = heard.get(PREFACE.len()..).unwrap_or_default();
    while let Some(&[a, b, c, kind, ..]) = rest.get(..9) {
        let size = 9 + u32::from_be_bytes([0, a, b, c]) as usize;
        if kind == HEADERS && rest.len() >= size {
            return true;
        }
        rest = rest.get(size..).unwrap_or_default();
    }
    false
}

/// What was made of an answer, in the words of the rows.
async fn made_of(row: &Row, versions: Versions) -> Value {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(serve(
        theirs,
        row.input.clone(),
        row.right.get("reusable").is_some(),
    ));
    let client = Client::builder()
        .versions(versions)
        .redirects(Redirects::None)
        .timeouts(short())
        .over(Conn::from_memory(ours))
        .unwrap();
    let info = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&info);
    let method: Method = row.given("method").parse().unwrap();
    let scheme = if versions == Versions::Http2 {
        "https"
    } else {
        "http"
    };
    let url = format!("{scheme}://h.test/");
    let asked = client
        .request(method, &url)
        .on_informational(move |status, _| noted.lock().unwrap().push(status.as_u16()));
    let mut found = match read(asked.send().await).await {
        Ok(found) => found,
        Err(error) => json!({"error": format!("{}: {error}", error.kind())}),
    };
    if !info.lock().unwrap().is_empty() {
        found["info"] = json!(*info.lock().unwrap());
    }
    // There is no other connection than this one.
    let again = client.get("http://h.test/").send();
    let again = tokio::time::timeout(std::time::Duration::from_secs(1), again).await;
    found["reusable"] =
        json!(!matches!(&again, Ok(Err(error)) if error.to_string().contains("there is no other")));
    server.abort();
    found
}

fn short() -> netspeak_core::Timeouts {
    let mut timeouts = netspeak_core::Timeouts::default();
    timeouts.reply = Some(std::time::Duration::from_secs(5));
    timeouts
}

async fn read(answer: Result<Response>) -> Result<Value> {
    let mut answer = answer?;
    let body = answer.bytes(1 << 20).await?;
    let pairs = |headers: &http::HeaderMap| -> Value {
        let pairs = headers
            .iter()
            .map(|(name, value)| json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())]));
        pairs.collect()
    };
    Ok(json!({
        "status": answer.status().as_u16(),
        "body": String::from_utf8_lossy(&body),
        "reason": String::from_utf8_lossy(answer.reason()),
        "headers": pairs(answer.headers()),
        "trailers": answer.trailers().map(pairs),
        "raw": answer.headers().iter().map(|(name, value)| (name.to_string(), base64::engine::general_purpose::STANDARD.encode(value.as_bytes()))).collect::<std::collections::BTreeMap<_, _>>(),
    }))
}

fn is_so(right: &Value, found: &Value) -> bool {
    right
        .as_object()
        .unwrap()
        .iter()
        .all(|(key, wanted)| match key.as_str() {
            "error" => found.get("error").is_some(),
            "note" | "retry_safe" => true,
            "headers" => wanted.as_array().unwrap().iter().all(|pair| {
                found["headers"]
                    .as_array()
                    .is_some_and(|all| all.contains(pair))
            }),
            "header_b64" => wanted
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, value)| found["raw"][name] == *value),
            key => found.get(key) == Some(wanted),
        })
}

#[tokio::test(start_paused = true)]
async fn each_answer_is_read_as_is_right() {
    let mut wrong = Vec::new();
    for row in cases::rows(include_str!("../../tests/cases/answers.jsonl")) {
        let found = made_of(&row, Versions::Http11).await;
        if !row.allows(|right| is_so(right, &found)) {
            wrong.push(format!("{}: {found}\n   not {}", row.id, row.right));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn each_row_of_frames_is_read_as_is_right() {
    let mut wrong = Vec::new();
    for row in cases::rows(include_str!("../../tests/cases/frames.jsonl")) {
        let found = made_of(&row, Versions::Http2).await;
        if !row.allows(|right| is_so(right, &found)) {
            wrong.push(format!("{}: {found}\n   not {}", row.id, row.right));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
