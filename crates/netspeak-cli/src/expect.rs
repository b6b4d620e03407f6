//! [`Expectation`]: what a report is to say, as `--expect` and `--reject` have it.

use std::cmp::Ordering;
use std::str::FromStr;

use netspeak::core::report::{Check, CheckStatus, ErrorFacts, Report};
use netspeak::core::{ErrorKind, Phase, Reason};
use regex::Regex;
use serde_json::Value;

use crate::place::{self, Place};

/// `tls.version >= 1.2`
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    text: String,
    place: Place,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    /// There is something, and it is not `false`.
    Is,
    Compare(Comparison, Literal),
    Match {
        pattern: Regex,
        wanted: bool,
    },
    Has {
        word: String,
        wanted: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq)]
enum Literal {
    Number(f64),
    Text(String),
}

/// The words between a path and a value, the longer ones first.
const OPERATORS: &[(&str, Comparison)] = &[
    ("==", Comparison::Equal),
    ("!=", Comparison::Unequal),
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    (">", Comparison::More),
    ("=", Comparison::Equal),
];

impl FromStr for Expectation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let end = text.find(|c: char| c.is_whitespace() || "=!<>~".contains(c));
        let (path, rest) = text.split_at(end.unwrap_or(text.len()));
        Ok(Self {
            text: text.to_owned(),
            place: Place::read(path)?,
            test: test(rest.trim()).ok_or_else(|| bad(rest))??,
        })
    }
}

fn bad(rest: &str) -> String {
    format!(
        "{:?} is none of == != < <= > >= VALUE, ~ /REGEX/, !~ /REGEX/, has WORD, lacks WORD",
        rest.trim()
    )
}

fn test(rest: &str) -> Option<Result<Test, String>> {
    if rest.is_empty() {
        return Some(Ok(Test::Is));
    }
    for (word, wanted) in [("has", true), ("lacks", false)] {
        if let Some(value) = rest.strip_prefix(word).and_then(|r| r.strip_prefix(' ')) {
            let word = unquoted(value.trim());
            return (!word.is_empty()).then(|| {
                Ok(Test::Has {
                    word: word.to_owned(),
                    wanted,
                })
            });
        }
    }
    for (word, wanted) in [("!~", false), ("~", true)] {
        if let Some(value) = rest.strip_prefix(word) {
            let value = value.trim();
            let inner = value
                .strip_prefix('/')
                .and_then(|rest| rest.strip_suffix('/'));
            let pattern = inner.unwrap_or_else(|| unquoted(value));
            let pattern = Regex::new(pattern).map_err(|error| error.to_string());
            return Some(pattern.map(|pattern| Test::Match { pattern, wanted }));
        }
    }
    let (value, comparison) = OPERATORS
        .iter()
        .find_map(|(word, comparison)| Some((rest.strip_prefix(word)?.trim(), comparison)))?;
    let literal = (!value.is_empty()).then(|| Literal::read(value))?;
    Some(Ok(Test::Compare(*comparison, literal)))
}

fn unquoted(text: &str) -> &str {
    let inner = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(text)
}

impl Literal {
    /// `21`, `300ms`, `2s`, `5m`, `21d`, `"text"`, `text`. Times are in milliseconds, as reports have them.
    fn read(text: &str) -> Self {
        const UNITS: &[(&str, f64)] = &[("ms", 1.0), ("s", 1000.0), ("m", 60_000.0), ("d", 1.0)];
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
        if let Some(number) = number(text) {
            return Self::Number(number);
        }
        let with_unit = UNITS.iter().find_map(|(unit, factor)| {
            let number = number(text.strip_suffix(unit)?.trim_end())?;
            Some(number * factor)
        });
        match with_unit {
            Some(number) => Self::Number(number),
            None => Self::Text(unquoted(text).to_owned()),
        }
    }

    fn compare(&self, value: &Value) -> Option<Ordering> {
        let as_text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(is) => Some(is.to_string()),
            _ => None,
        };
        match self {
            Self::Number(number) => {
                let read = || as_text(value)?.parse::<f64>().ok();
                value.as_f64().or_else(read)?.partial_cmp(number)
            }
            Self::Text(text) => Some(as_text(value)?.as_str().cmp(text)),
        }
    }
}

impl Test {
    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Is => !matches!(value, Value::Null | Value::Bool(false)),
            Self::Compare(comparison, literal) => {
                let order = literal.compare(value);
                match comparison {
                    Comparison::Equal => order == Some(Ordering::Equal),
                    Comparison::Unequal => order != Some(Ordering::Equal),
                    Comparison::Less => order == Some(Ordering::Less),
                    Comparison::AtMost => order.is_some_and(Ordering::is_le),
                    Comparison::More => order == Some(Ordering::Greater),
                    Comparison::AtLeast => order.is_some_and(Ordering::is_ge),
                }
            }
            Self::Match { pattern, wanted } => {
                let is_match = |text: &str| pattern.is_match(text);
                any_text(value, &is_match) == *wanted
            }
            Self::Has { word, wanted } => {
                let is_word = |text: &str| {
                    let mut words = text.split([' ', ',']).chain([text]);
                    words.any(|found| found.eq_ignore_ascii_case(word))
                };
                any_text(value, &is_word) == *wanted
            }
        }
    }
}

fn any_text(value: &Value, test: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => test(text),
        Value::Array(values) => values.iter().any(|value| any_text(value, test)),
        Value::Null | Value::Object(_) => false,
        other => test(&other.to_string()),
    }
}

impl Expectation {
    /// What comes of it for a report.
    fn check(&self, report: &Value, rejected: bool) -> Check {
        let observed = self.place.of(report);
        let is_well = self.test.holds(&observed) != rejected;
        let status = match is_well {
            true => CheckStatus::Ok,
            false => CheckStatus::Fail,
        };
        let (word, id) = match rejected {
            true => ("rejected", "reject"),
            false => ("expected", "expect"),
        };
        let message = match &observed {
            Value::Null => format!("{word} {}: there is none", self.text),
            observed => format!("{word} {}: it is {observed}", self.text),
        };
        let wanted = match rejected {
            true => format!("not: {}", self.text),
            false => self.text.clone(),
        };
        Check::new(id, status, observed, message).expecting(wanted)
    }
}

/// Checks a report against what is expected of it, and judges it anew. Of a probe that failed only what it found
/// is looked at.
pub(crate) fn judge<'e>(
    report: &mut Report,
    expected: impl Iterator<Item = &'e Expectation>,
    rejected: impl Iterator<Item = &'e Expectation>,
) {
    let expected = expected.map(|one| (one, false));
    let mut all = expected.chain(rejected.map(|one| (one, true))).peekable();
    if all.peek().is_none() {
        return;
    }
    let value = place::of_report(report);
    let has_failed = report.error.is_some();
    let checks: Vec<Check> = all
        .map(|(one, is_rejected)| one.check(&value, is_rejected))
        .filter(|check| !(has_failed && check.observed.is_null()))
        .collect();
    let first_failed = checks
        .iter()
        .find(|check| check.status == CheckStatus::Fail);
    if let (Some(check), None) = (first_failed, &report.error) {
        let kind = ErrorKind::new(Phase::Assert, Reason::Failed);
        report.error = Some(ErrorFacts::new(kind, &check.message));
    }
    report.checks.extend(checks);
    report.judge();
}

#[cfg(test)]
mod tests {
    use super::*;
    use netspeak::core::report::{TargetFacts, Verdict};
    use serde_json::json;

    fn holds(text: &str, value: Value) -> bool {
        let expectation: Expectation = text.parse().unwrap();
        expectation.test.holds(&value)
    }

    #[test]
    fn operators_mean_what_they_say() {
        for (text, value, expected) in [
            ("tls.version >= 1.2", json!("1.3"), true),
            ("tls.version>=1.3", json!("1.2"), false),
            ("cert.days >= 21d", json!(20), false),
            ("phases.auth < 300ms", json!(299.9), true),
            ("total < 2s", json!(2000.0), false),
            ("total <= 2s", json!(2000.0), true),
            ("total > 1m", json!(60_001), true),
            ("status == 200", json!(200), true),
            ("status = 200", json!(404), false),
            ("status != 200", Value::Null, true),
            ("verdict == ok", json!("ok"), true),
            ("verdict == \"not ok\"", json!("not ok"), true),
            ("auth.ok == true", json!(true), true),
            ("auth.ok", json!(true), true),
            ("auth.ok", json!(false), false),
            ("error", Value::Null, false),
            ("greeting ~ /Dove.ot/", json!("+OK Dovecot ready"), true),
            ("greeting !~ /Dovecot/", json!("+OK ready"), true),
            ("greeting ~ ready$", json!("+OK ready"), true),
            ("auth has plain", json!(["SCRAM-SHA-1", "PLAIN"]), true),
            ("auth has PLA", json!(["PLAIN"]), false),
            ("auth lacks LOGIN", json!(["PLAIN"]), true),
            ("caps has PLAIN", json!(["SASL PLAIN LOGIN"]), true),
            ("caps lacks X", Value::Null, true),
            ("total < 2s", Value::Null, false),
            ("total < 2s", json!("soon"), false),
        ] {
            assert_eq!(holds(text, value.clone()), expected, "{text} {value}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_what_there_is() {
        for bad in [
            "", "a b", "a ==", "a is 5", "a ~ /(/", "a has", "a has ", "== 5", "a % 5",
        ] {
            assert!(bad.parse::<Expectation>().is_err(), "{bad}");
        }
        let error = "tls.version is 1.2".parse::<Expectation>().unwrap_err();
        assert!(error.contains("\"is 1.2\" is none of =="), "{error}");
    }

    #[test]
    fn what_is_not_as_expected_fails_and_what_was_not_reached_is_left_alone() {
        let all = |texts: &[&str]| -> Vec<Expectation> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        let mut report = Report::new(TargetFacts::default());
        judge(
            &mut report,
            all(&["total < 2s"]).iter(),
            all(&["greeting ~ /x/"]).iter(),
        );
        assert_eq!((report.verdict, report.checks.len()), (Verdict::Ok, 2));
        judge(&mut report, [].iter(), all(&["total < 2s"]).iter());
        assert_eq!(report.verdict, Verdict::Fail);
        let error = report.error.clone().unwrap();
        assert_eq!(error.kind.to_string(), "assert.failed");
        assert_eq!(error.message, "rejected total < 2s: it is 0.0");
        let before = report.checks.len();
        judge(&mut report, all(&["tls.version >= 1.2"]).iter(), [].iter());
        assert_eq!(report.checks.len(), before, "TLS was not reached");
    }
}
