//! The rows of `tests/cases`: what servers send, and what is right.
//!
//! A row has an `id`, the `class` of what is odd, the `input` (bytes, with `\r`, `\n`, `\t`, `\\` and
//! `\xNN`), what is `given`, what is `right`, and under `or` what would be right as well.

use netspeak_core::testing::unescape;
use serde_json::Value;

pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) class: String,
    pub(crate) input: Vec<u8>,
    pub(crate) given: Value,
    pub(crate) right: Value,
    pub(crate) or: Vec<Value>,
}

impl Row {
    /// Input that is text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.input).unwrap()
    }

    pub(crate) fn given(&self, key: &str) -> &str {
        self.given[key].as_str().unwrap()
    }

    /// Whether this is right, by the row or one of its alternatives.
    pub(crate) fn allows(&self, is_right: impl Fn(&Value) -> bool) -> bool {
        std::iter::once(&self.right).chain(&self.or).any(is_right)
    }

    pub(crate) fn wants_error(&self) -> bool {
        self.right.get("error").is_some()
    }
}

pub(crate) fn rows(text: &str) -> Vec<Row> {
    let rows: Vec<Row> = text.lines().map(row).collect();
    assert!(!rows.is_empty());
    rows
}

fn row(line: &str) -> Row {
    let value: Value = serde_json::from_str(line).unwrap();
    let text = |key: &str| value[key].as_str().unwrap().to_owned();
    Row {
        id: text("id"),
        class: text("class"),
        input: unescape(&text("input")),
        given: value["given"].clone(),
        right: value["right"].clone(),
        or: value["or"].as_array().cloned().unwrap_or_default(),
    }
}
