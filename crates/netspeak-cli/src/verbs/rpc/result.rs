//! What came back, for people and as JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use netspeak::core::text::printable;
use netspeak::xmlrpc::Value;
use serde_json::{Map, Value as Json, json};

/// As one line of JSON: dates and large numbers are text, `base64` is its letters.
pub(super) fn json(value: &Value) -> String {
    format!("{}\n", of(value))
}

/// A scalar as it is, an array of scalars one a line, all else as JSON. Nothing in it moves a terminal.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Array(values) => match values.iter().map(scalar).collect::<Option<String>>() {
            Some(lines) => lines,
            None => pretty(value),
        },
        value => scalar(value).unwrap_or_else(|| pretty(value)),
    }
}

/// In lines of its own.
fn scalar(value: &Value) -> Option<String> {
    let text = match value {
        Value::Nil => "nil".to_owned(),
        Value::Array(_) | Value::Struct(_) => return None,
        other => match of(other) {
            Json::String(text) => text,
            other => other.to_string(),
        },
    };
    let lines = text.split('\n').map(|line| printable(line.as_bytes()));
    Some(lines.map(|line| format!("{line}\n")).collect())
}

fn pretty(value: &Value) -> String {
    let json = format!("{:#}", of(value));
    let lines = json.split('\n').map(|line| printable(line.as_bytes()));
    lines.map(|line| format!("{line}\n")).collect()
}

fn of(value: &Value) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Double(value) => json!(value),
        Value::String(text) | Value::BigInteger(text) | Value::BigDecimal(text) => json!(text),
        Value::DateTime(date) => json!(date.as_str()),
        Value::Base64(bytes) => json!(STANDARD.encode(bytes)),
        Value::Array(values) => values.iter().map(of).collect(),
        Value::Struct(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.to_owned(), of(value)));
            Json::Object(members.collect::<Map<_, _>>())
        }
        // Nil, and what a later version knows.
        _ => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use netspeak::xmlrpc::{Base64, DateTime, Struct};

    use super::*;

    #[test]
    fn results_are_shown_for_people_and_for_programs() {
        let members: Struct = [("a", Value::Int(1))].into_iter().collect();
        for (value, people, program) in [
            (Value::Nil, "nil\n", "null\n"),
            (Value::Int(7), "7\n", "7\n"),
            (Value::Double(0.5), "0.5\n", "0.5\n"),
            (
                "a\nb\x1b[2J".into(),
                "a\nb\\x1b[2J\n",
                "\"a\\nb\\u001b[2J\"\n",
            ),
            (DateTime::new("d").into(), "d\n", "\"d\"\n"),
            (
                Base64(b"abcd".to_vec()).into(),
                "YWJjZA==\n",
                "\"YWJjZA==\"\n",
            ),
            (
                Value::Array(vec![1.into(), "b".into()]),
                "1\nb\n",
                "[1,\"b\"]\n",
            ),
            (members.into(), "{\n  \"a\": 1\n}\n", "{\"a\":1}\n"),
        ] {
            assert_eq!(
                (text(&value).as_str(), json(&value).as_str()),
                (people, program)
            );
        }
    }
}
