//! Golden JSON as it was before values were masked: with values that could have stood there.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// Every document of every golden file that is JSON: the name of the file, and the document.
pub(crate) fn golden_documents() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut documents = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let is_json = [".json.", ".ndjson."].iter().any(|end| name.contains(end));
        // What looks like it has to be it, whatever its name.
        if !is_json && !text.starts_with(['{', '[']) {
            continue;
        }
        let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        for value in values {
            let mut value = value.unwrap_or_else(|error| panic!("{name}: {error}"));
            unmask("", &mut value);
            documents.push((name.clone(), value));
        }
    }
    documents
}

/// Puts a value where `MASKED` or `HASH` stands.
pub(crate) fn unmask(key: &str, value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                unmask(key, value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| unmask(key, value)),
        Value::String(text) if text == "MASKED" || text == "HASH" => {
            *value = match key {
                "time" | "not_before" | "not_after" => json!("2026-01-02T03:04:05.678Z"),
                "id" => json!("01JGJVZ3ZEQ8N0WKMPXY5V7B2C"),
                "vantage" => json!("here"),
                "slowest_phase" => json!("tcp"),
                "sha256" | "spki_sha256" => json!("0".repeat(64)),
                "port" | "days_left" | "observed" => json!(68),
                "ms" | "start_ms" | "total_ms" | "gap_ms" => json!(1.5),
                other => panic!("{other} is masked: what could stand there?"),
            }
        }
        _ => {}
    }
}
