//! The rows of `tests/cases/documents.jsonl`: what servers send, and what is right.
//!
//! A row has an `id`, the `kind` and `class` of what is odd, the `input` (bytes, with `\r`, `\n`, `\t`, `\\` and `\xNN`),
//! maybe what is `given`, what is `right`, and under `or` what would be right as well.

use base64::Engine as _;
use netspeak_core::testing::unescape;
use serde_json::{Value as Json, json};

use super::*;
use crate::{Calls, Dialect, encode_call};

const ROWS: &str = include_str!("../../tests/cases/documents.jsonl");

fn rows(kind: &str) -> Vec<Json> {
    let rows = ROWS.lines().map(|line| serde_json::from_str(line).unwrap());
    let rows: Vec<Json> = rows.filter(|row: &Json| row["kind"] == kind).collect();
    assert!(!rows.is_empty(), "{kind}");
    rows
}

fn input(row: &Json) -> Vec<u8> {
    unescape(row["input"].as_str().unwrap())
}

/// A value in the words of the rows.
fn shown(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Bool(value) => json!({ "boolean": value }),
        Value::Int(value) => json!({ "int": value }),
        Value::Double(value) => json!({ "double": value }),
        Value::String(value) => json!({ "string": value }),
        Value::DateTime(value) => json!({ "dateTime": value.as_str() }),
        Value::Base64(value) => {
            json!({ "base64": base64::engine::general_purpose::STANDARD.encode(value) })
        }
        Value::Array(values) => values.iter().map(shown).collect(),
        Value::Struct(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.to_owned(), shown(value)));
            json!({ "struct": members.collect::<serde_json::Map<_, _>>() })
        }
        Value::BigInteger(value) => json!({ "biginteger": value }),
        Value::BigDecimal(value) => json!({ "bigdecimal": value }),
    }
}

fn shown_fault(fault: &Fault) -> Json {
    match &fault.code_text {
        Some(text) => json!({ "code": fault.code, "code_text": text, "string": fault.message }),
        None => json!({ "code": fault.code, "string": fault.message }),
    }
}

fn found(row: &Json, document: &[u8]) -> Json {
    match decode_response::<Value>(document) {
        Err(error) => json!({ "error": error.to_string() }),
        Ok(Err(fault)) => json!({ "fault": shown_fault(&fault) }),
        Ok(Ok(value)) => match row["given"]["calls"].as_u64() {
            None => json!({ "value": shown(&value) }),
            Some(calls) => {
                let mut all = Calls::new(Dialect::default());
                for _ in 0..calls {
                    all.push("m", &()).unwrap();
                }
                let answers = all
                    .answers(value)
                    .unwrap()
                    .into_iter()
                    .map(|answer| match answer {
                        Ok(value) => json!({ "ok": shown(&value) }),
                        Err(fault) => json!({ "fault": shown_fault(&fault) }),
                    });
                json!({ "multicall": answers.collect::<Vec<_>>() })
            }
        },
    }
}

/// The text of an error is not compared.
fn is_right(found: &Json, right: &Json) -> bool {
    match right.get("error") {
        Some(_) => found.get("error").is_some(),
        None => found == right,
    }
}

#[test]
fn each_answer_is_read_as_is_right() {
    for row in rows("response") {
        let found = found(&row, &input(&row));
        let or = row["or"].as_array().into_iter().flatten();
        let mut right = std::iter::once(&row["right"]).chain(or);
        assert!(
            right.any(|right| is_right(&found, right)),
            "{}: {found}",
            row["id"]
        );
    }
}

/// What is exactly right, where other outcomes are allowed as well.
#[test]
fn nearly_all_is_as_it_is_best() {
    let best = |row: &Json| is_right(&found(row, &input(row)), &row["right"]);
    let others: Vec<String> = rows("response")
        .iter()
        .filter(|row| !best(row))
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    // Control characters stay what they are.
    assert_eq!(others, ["xmlrpc-control-chars"]);
}

#[test]
fn each_value_is_written_as_is_right() {
    for row in rows("request") {
        let id = row["id"].as_str().unwrap();
        let input = String::from_utf8(input(&row)).unwrap();
        let dialect = Dialect::default();
        let written = match input.as_str() {
            "i64 4294967296, i8 not enabled" => encode_call("m", &(4_294_967_296_i64,), &dialect),
            "f64 1e21" => encode_call("m", &(1e21,), &dialect),
            "f64 NaN" => encode_call("m", &(f64::NAN,), &dialect),
            text => encode_call("m", &(text,), &dialect),
        };
        let right = &row["right"];
        if right.get("error").is_some() {
            assert_eq!(written.unwrap_err().kind().to_string(), "usage", "{id}");
            continue;
        }
        let written = written.unwrap();
        for part in right["must_contain"].as_array().into_iter().flatten() {
            assert!(written.contains(part.as_str().unwrap()), "{id}: {written}");
        }
        if let Some(text) = right["text"].as_str() {
            assert!(
                written.contains(&format!("<double>{text}</double>")),
                "{id}: {written}"
            );
        }
        if let Some(text) = right["xml_text_decodes_to"].as_str() {
            let call = crate::decode_call(written.as_bytes()).unwrap();
            assert_eq!(call.params, [text.into()], "{id}");
        }
    }
}

/// Rows that are answers of HTTP, and of CGI.
#[cfg(feature = "net")]
#[tokio::test]
async fn each_answer_of_a_server_is_read_as_is_right() {
    use netspeak_fake::{Fault, Http, Scgi, Xmlrpc};
    for row in rows("http") {
        let bytes = input(&row);
        let http = Http::builder().raw("/RPC2", &bytes).start().await.unwrap();
        let answer = String::from_utf8(bytes).unwrap();
        let scgi = Scgi::builder(Xmlrpc::new())
            .fault(Fault::reply("POST", &answer))
            .start()
            .await
            .unwrap();
        let url = match answer.starts_with("HTTP/") {
            true => http.url("http"),
            false => scgi.url("scgi"),
        };
        let found = crate::ServerProxy::new(&url)
            .unwrap()
            .call::<Value>("m", ())
            .await;
        let found = match found {
            Ok(value) => json!({ "value": shown(&value) }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        assert!(is_right(&found, &row["right"]), "{}: {found}", row["id"]);
    }
}
