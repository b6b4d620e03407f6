//! [`Template`]: what `--write-out` prints for each target.

use std::fmt::Write as _;
use std::str::FromStr;

use netspeak::core::text::printable;
use serde_json::Value;

use crate::place::Place;

/// Text with `%{PATH}` in it; `\n`, `\t`, `\r` and `\\` as in curl, `%%` for a percent sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(Place),
}

impl FromStr for Template {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("%{") {
                let (path, after) = after
                    .split_once('}')
                    .ok_or_else(|| format!("{rest:?} has no }}"))?;
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Value(Place::read(path)?));
                rest = after;
                continue;
            }
            let escapes = [
                ("%%", '%'),
                (r"\n", '\n'),
                (r"\t", '\t'),
                (r"\r", '\r'),
                (r"\\", '\\'),
            ];
            let escape = escapes
                .into_iter()
                .find_map(|(escape, means)| Some((rest.strip_prefix(escape)?, means)));
            let (after, means) = escape.unwrap_or_else(|| {
                let mut chars = rest.chars();
                chars.next();
                (chars.as_str(), c)
            });
            plain.push(means);
            rest = after;
        }
        pieces.push(Piece::Text(plain));
        Ok(Self(pieces))
    }
}

impl Template {
    /// Filled in for a report.
    pub(crate) fn fill(&self, report: &Value) -> String {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Value(place) => push(&mut filled, &place.of(report)),
            }
        }
        filled
    }
}

/// Lists are joined by blanks; what is not there is empty.
fn push(filled: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::String(text) => filled.push_str(&printable(text.as_bytes())),
        Value::Array(values) if !values.iter().any(Value::is_object) => {
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    filled.push(' ');
                }
                push(filled, value);
            }
        }
        other => {
            // Writing into a String cannot fail.
            let _ = write!(filled, "{other}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn templates_are_filled_in() {
        let report = json!({
            "verdict": "ok",
            "total_ms": 1.5,
            "auth": {"offered": ["PLAIN", "LOGIN"]},
            "tls": null,
        });
        for (template, filled) in [
            (r"%{verdict} %{total}\n", "ok 1.5\n"),
            (r"%{auth}\t%{tls.version}|", "PLAIN LOGIN\t|"),
            (r"100%% \\ %{auth.offered.1} 5% {x}", "100% \\ LOGIN 5% {x}"),
            ("", ""),
        ] {
            let template: Template = template.parse().unwrap();
            assert_eq!(template.fill(&report), filled);
        }
        for bad in ["%{verdict", "%{}", "%{a b}"] {
            assert!(bad.parse::<Template>().is_err(), "{bad}");
        }
    }
}
