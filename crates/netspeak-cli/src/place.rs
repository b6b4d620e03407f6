//! [`Place`]: a value in a report by its path, for expectations and templates.

use netspeak::core::report::Report;
use serde_json::Value;

/// A path into a report's JSON: `tls.version`, `phases.auth`, `work.detail.messages`.
///
/// Some have short names: `cert.days` is `tls.days_left`, `caps` are the last ones that were told, `auth` where
/// something is looked for in it are the mechanisms, `greeting` is its text, `total` is `total_ms`. `phases.NAME` is how long
/// that phase took, `checks.ID` how that check came out. What is no key of every report is looked for among
/// what only its protocol has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place(Vec<String>);

impl Place {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let is_word = |word: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
            !word.is_empty() && word.chars().all(fits)
        };
        let words: Vec<String> = text.split('.').map(str::to_owned).collect();
        match words.iter().all(|word| is_word(word)) {
            true => Ok(Self(words)),
            false => Err(format!("{text:?} is no path like tls.version")),
        }
    }

    /// What stands there; null if nothing does.
    pub(crate) fn of(&self, report: &Value) -> Value {
        let words: Vec<&str> = self.0.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["total"] => report.get("total_ms").cloned(),
            ["cert", "days"] => deep(report, &["tls", "days_left"]),
            ["cert", rest @ ..] => deep(report, &["tls"]).and_then(|tls| deep(&tls, rest)),
            ["greeting"] => deep(report, &["greeting", "raw"]),
            ["auth"] => deep(report, &["auth", "offered"]),
            ["caps"] => last_capabilities(report),
            ["caps", rest @ ..] => {
                deep(report, &["capabilities"]).and_then(|caps| deep(&caps, rest))
            }
            ["phases", name] | ["phases", name, "ms"] => phase(report, name),
            ["checks", id @ ..] if !id.is_empty() => check(report, &id.join(".")),
            ["error"] => deep(report, &["error", "kind"]),
            ["address"] => used_address(report),
            [first, ..] if report.get(first).is_some() => deep(report, &words),
            words => deep(report, &["protocol_detail"])
                .and_then(|detail| deep(&detail, words))
                .or_else(|| {
                    deep(report, &["work", "detail"]).and_then(|detail| deep(&detail, words))
                }),
        }
        .unwrap_or(Value::Null)
    }
}

/// A report as its paths see it.
pub(crate) fn of_report(report: &Report) -> Value {
    // A report has no map keys that are not text, so this cannot fail; null has no places.
    serde_json::to_value(report).unwrap_or(Value::Null)
}

fn deep(value: &Value, words: &[&str]) -> Option<Value> {
    let mut value = value;
    for word in words {
        value = match word.parse::<usize>() {
            Ok(index) if value.is_array() => value.get(index)?,
            _ => value.get(word)?,
        };
    }
    Some(value.clone())
}

fn last_capabilities(report: &Value) -> Option<Value> {
    let told = ["after_auth", "after_tls", "before_tls"].into_iter();
    let mut told = told.filter_map(|when| deep(report, &["capabilities", when]));
    told.find(|caps| !caps.is_null())
}

/// A phase may come twice, and counts as one.
fn phase(report: &Value, name: &str) -> Option<Value> {
    let phases = report.get("phases")?.as_array()?.iter();
    let of_name = phases.filter(|phase| phase.get("name").and_then(Value::as_str) == Some(name));
    let took: Vec<f64> = of_name
        .filter_map(|phase| phase.get("ms")?.as_f64())
        .collect();
    (!took.is_empty()).then(|| took.iter().sum::<f64>().into())
}

fn check(report: &Value, id: &str) -> Option<Value> {
    let mut checks = report.get("checks")?.as_array()?.iter();
    let found = checks.find(|check| check.get("id").and_then(Value::as_str) == Some(id))?;
    found.get("status").cloned()
}

fn used_address(report: &Value) -> Option<Value> {
    let mut addresses = report.get("addresses")?.as_array()?.iter();
    let used = addresses.find(|address| address.get("used") == Some(&Value::Bool(true)))?;
    used.get("ip").cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_found_by_their_names_and_by_short_ones() {
        let report = json!({
            "total_ms": 12.5,
            "tls": {"version": "1.3", "days_left": 68, "chain": [{"subject": "CN=a"}]},
            "greeting": {"raw": "+OK ready"},
            "auth": {"offered": ["PLAIN"], "ok": true},
            "capabilities": {"before_tls": ["A"], "after_tls": ["B"], "after_auth": null},
            "phases": [{"name": "caps", "ms": 1.5}, {"name": "tls", "ms": 3.0}, {"name": "caps", "ms": 2.0}],
            "checks": [{"id": "cert.days", "status": "ok"}],
            "addresses": [{"ip": "192.0.2.1", "used": false}, {"ip": "192.0.2.2", "used": true}],
            "error": null,
            "protocol_detail": {"status": 200},
            "work": {"detail": {"messages": 3}},
        });
        for (path, value) in [
            ("total", json!(12.5)),
            ("total_ms", json!(12.5)),
            ("tls.version", json!("1.3")),
            ("cert.days", json!(68)),
            ("cert.chain.0.subject", json!("CN=a")),
            ("tls.chain.7.subject", Value::Null),
            ("greeting", json!("+OK ready")),
            ("auth", json!(["PLAIN"])),
            ("auth.ok", json!(true)),
            ("caps", json!(["B"])),
            ("caps.before_tls", json!(["A"])),
            ("phases.caps", json!(3.5)),
            ("phases.tls.ms", json!(3.0)),
            ("phases.auth", Value::Null),
            ("checks.cert.days", json!("ok")),
            ("checks.none", Value::Null),
            ("address", json!("192.0.2.2")),
            ("error", Value::Null),
            ("status", json!(200)),
            ("messages", json!(3)),
            ("nonsense", Value::Null),
        ] {
            assert_eq!(Place::read(path).unwrap().of(&report), value, "{path}");
        }
        for bad in ["", ".", "a.", "a b", "a..b", "é"] {
            assert!(Place::read(bad).is_err(), "{bad}");
        }
    }
}
