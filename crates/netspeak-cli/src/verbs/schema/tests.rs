use netspeak::core::report::Verdict;
use netspeak::core::{ErrorKind, Phase, Reason};
use serde_json::Value;

use super::*;

fn document(name: &str) -> Value {
    serde_json::from_str(find(name).unwrap()).unwrap()
}

/// Words joined as a pattern has them.
fn any<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join("|")
}

/// Every schema in a document, its own one included, with the way to it.
fn all<'v>(value: &'v Value, way: &str, found: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(members) => {
            if members.contains_key("type") || members.contains_key("properties") {
                found.push((way.to_owned(), value));
            }
            for (key, value) in members {
                all(value, &format!("{way}/{key}"), found);
            }
        }
        Value::Array(values) => {
            for value in values {
                all(value, way, found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_schema_is_found_by_its_names() {
    assert_eq!(find("netspeak.probe/1"), find("probe"));
    assert_eq!(find("send.summary"), find("netspeak.send.summary/1"));
    assert_eq!(find("nonsense"), None);
    for (name, _, text) in SCHEMAS {
        let schema: Value = serde_json::from_str(text).unwrap();
        // What calls itself by a name calls itself by this one.
        let own = schema.pointer("/properties/schema/const");
        assert!(own.is_none_or(|own| own == name), "{name}");
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert!(text.ends_with("}\n"), "{name}");
    }
}

#[test]
fn closed_words_are_those_of_the_code() {
    let alone = ErrorKind::USAGE.phase();
    let stands_alone = [alone, Phase::Config, Phase::Internal];
    let phases = Phase::ALL
        .iter()
        .filter(|phase| !stands_alone.contains(phase));
    let kinds = format!(
        "^(?:{}|(?:{})\\.(?:{}))$",
        any(stands_alone.iter().map(|phase| phase.as_str())),
        any(phases.map(|phase| phase.as_str())),
        any(Reason::ALL.iter().map(|reason| reason.as_str())),
    );
    for name in ["probe", "tls", "send"] {
        assert_eq!(document(name)["$defs"]["kind"]["pattern"], *kinds, "{name}");
    }
    let every: Vec<_> = Phase::ALL.iter().map(|phase| phase.as_str()).collect();
    let (steps, _) = every.split_at(13);
    assert_eq!(steps.last(), Some(&Phase::Quit.as_str()));
    let verdicts = [Verdict::Ok, Verdict::Warn, Verdict::Fail, Verdict::Unknown];
    let verdicts = verdicts.map(Verdict::as_str);
    for name in ["probe", "tls"] {
        let words = |what: &str| document(name)["$defs"][what]["enum"].clone();
        assert_eq!(words("phase"), Value::from(every.clone()), "{name}");
        assert_eq!(words("step"), Value::from(steps.to_vec()), "{name}");
        assert_eq!(words("verdict"), Value::from(verdicts.to_vec()), "{name}");
    }
}

#[test]
fn what_two_schemas_have_in_common_is_the_same_in_both() {
    let (probe, tls, send) = (document("probe"), document("tls"), document("send"));
    for (name, definition) in tls["$defs"].as_object().unwrap() {
        assert_eq!(probe["$defs"][name], *definition, "{name}");
    }
    assert_eq!(probe["$defs"]["kind"], send["$defs"]["kind"]);
}

/// Objects whose keys are the protocol's or the caller's.
const OPEN: [&str; 3] = ["detail", "labels", "protocol_detail"];

#[test]
fn every_key_is_told_and_no_other_is_taken() {
    for (name, _, _) in SCHEMAS {
        let document = document(name);
        let mut found = Vec::new();
        all(&document, "", &mut found);
        assert!(!found.is_empty());
        for (way, schema) in found {
            let last = way.rsplit('/').next().unwrap();
            if let Some(properties) = schema.get("properties") {
                assert_eq!(schema["additionalProperties"], false, "{name}{way}");
                for (key, property) in properties.as_object().unwrap() {
                    let told = property.get("description").or(property.get("$ref"));
                    assert!(told.is_some(), "{name}{way}/{key}");
                }
            } else if schema["type"] == "object" {
                assert!(OPEN.contains(&last), "{name}{way} is open");
            }
            let is_time = last == "ms" || last.ends_with("_ms");
            if is_time {
                let told = schema["description"].as_str().unwrap();
                assert!(told.contains("Unit: milliseconds"), "{name}{way}");
            }
        }
    }
}
