//! What stands beside a phase.

use netspeak::core::Phase;
use netspeak::core::report::{GreetingFacts, PhaseFacts, Report, TlsReport, WorkFacts};
use serde_json::Value;

pub(super) fn of_phase(report: &Report, phase: &PhaseFacts, caps: usize, width: usize) -> String {
    match phase.name {
        Phase::Tls if phase.ok => report.tls.as_ref().map(session).unwrap_or_default(),
        // What answers without having been greeted does so here.
        Phase::Greeting | Phase::Wait => report.greeting.as_ref().map(greeting).unwrap_or_default(),
        Phase::Body => body_size(report).unwrap_or_default(),
        Phase::Caps => as_many_as_fit(&capabilities(report, caps), width.min(MOST_OF_CAPS)),
        Phase::Auth => match (&report.auth.user, &report.auth.used) {
            (Some(user), Some(used)) => format!("{user} by {used}"),
            (Some(user), None) => user.clone(),
            _ => String::new(),
        },
        Phase::Work => report.work.as_ref().map(work).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Columns of capabilities beside a bar, however wide it may be.
const MOST_OF_CAPS: usize = 60;

/// The greeting, without the capabilities that some servers tell in it: they stand elsewhere.
pub(super) fn greeting(facts: &GreetingFacts) -> String {
    const LONGEST: usize = 40;
    let code = facts.raw.split_once('[').and_then(|(head, rest)| {
        let (code, tail) = rest.split_once(']')?;
        (code.len() > LONGEST).then(|| format!("{head}[…]{tail}"))
    });
    code.unwrap_or_else(|| facts.raw.clone())
}

pub(super) fn session(tls: &TlsReport) -> String {
    let Some(version) = &tls.version else {
        return String::new();
    };
    let cipher = tls
        .cipher
        .as_deref()
        .unwrap_or_default()
        .trim_start_matches("TLS_");
    format!(
        "TLS {version}  {cipher}  {}",
        tls.group.as_deref().unwrap_or_default()
    )
}

/// The capabilities of the n-th answer.
pub(super) fn capabilities(report: &Report, n: usize) -> Vec<String> {
    let caps = &report.capabilities;
    let lines = match (n, &caps.before_tls, &caps.after_tls) {
        (1, Some(before), Some(_)) if report.tls.as_ref().is_some_and(|t| t.mode == "starttls") => {
            before
        }
        (_, _, Some(after)) => after,
        (_, Some(before), None) => before,
        _ => return Vec::new(),
    };
    // The software stands elsewhere.
    let greeting = report.greeting.as_ref();
    let software = greeting.and_then(|greeting| greeting.software.as_deref());
    let lines = lines.iter().map(String::as_str);
    lines
        .filter(|line| !software.is_some_and(|software| line.contains(software)))
        .map(as_one_word)
        .collect()
}

/// `SASL PLAIN LOGIN` becomes `SASL(PLAIN LOGIN)`.
fn as_one_word(line: &str) -> String {
    match line.split_once(' ') {
        Some((name, arguments)) => format!("{name}({})", arguments.trim()),
        None => line.to_owned(),
    }
}

/// As many words as there is room for, and how many more there are.
pub(super) fn as_many_as_fit(words: &[String], width: usize) -> String {
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        let more = words.len().saturating_sub(at).saturating_sub(1);
        let mark = match more {
            0 => String::new(),
            more => format!(" +{more}"),
        };
        let gap = usize::from(!text.is_empty());
        let needed = [text.as_str(), word, &mark]
            .map(columns)
            .iter()
            .sum::<usize>();
        if !text.is_empty() && needed.saturating_add(gap) > width {
            return format!("{text} +{}", more.saturating_add(1));
        }
        if gap > 0 {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// How many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// `3 messages`, `final dot`, `no final dot`.
fn fact(name: &str, value: &Value) -> String {
    match value {
        Value::Bool(true) => name.to_owned(),
        Value::Bool(false) => format!("no {name}"),
        value => format!("{value} {name}"),
    }
}

pub(super) fn work(work: &WorkFacts) -> String {
    let detail: Vec<String> = work
        .detail
        .iter()
        .map(|(name, value)| fact(&name.replace('_', " "), value))
        .collect();
    match detail.is_empty() {
        true => work.name.clone(),
        false => format!("{}: {}", work.name, detail.join(", ")),
    }
}

/// How large a body was, as far as it was read: `18 kB`.
pub(super) fn body_size(report: &Report) -> Option<String> {
    let bytes = report.protocol_detail.get("body_bytes")?.as_u64()?;
    Some(size(bytes))
}

/// Two or three digits, in powers of 1000.
fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    let mut unit = "B";
    for larger in ["kB", "MB", "GB", "TB"] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    match unit {
        "B" => format!("{bytes} B"),
        unit if value < 9.95 => format!("{value:.1} {unit}"),
        unit => format!("{value:.0} {unit}"),
    }
}

/// The text, and a mark if it was longer.
pub(super) fn cut(text: &str, max: usize) -> String {
    if columns(text) <= max {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).collect::<String>() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (18_432, "18 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(size(bytes), shown);
        }
    }

    #[test]
    fn words_that_do_not_fit_are_counted() {
        let words = ["AAAA", "BB", "CCC"].map(str::to_owned);
        for (width, text) in [
            (11, "AAAA BB CCC"),
            (10, "AAAA BB +1"),
            (9, "AAAA +2"),
            (1, "AAAA +2"),
        ] {
            assert_eq!(as_many_as_fit(&words, width), text, "{width}");
        }
        assert_eq!(as_many_as_fit(&[], 5), "");
    }

    #[test]
    fn a_fact_is_said_in_words() {
        for (name, value, told) in [
            ("messages", Value::from(3), "3 messages"),
            ("final dot", Value::from(true), "final dot"),
            ("final dot", Value::from(false), "no final dot"),
        ] {
            assert_eq!(fact(name, &value), told);
        }
    }

    #[test]
    fn a_greeting_is_told_without_its_capabilities() {
        let told = |raw: &str| {
            let facts = GreetingFacts {
                raw: raw.to_owned(),
                ..GreetingFacts::default()
            };
            greeting(&facts)
        };
        let long = format!("* OK [CAPABILITY IMAP4rev1{}] ready", " X".repeat(20));
        assert_eq!(told(&long), "* OK […] ready");
        for short in [
            "* OK [ALERT] ready",
            "220 mail [192.0.2.1] ESMTP",
            "+OK",
            "a [b",
        ] {
            assert_eq!(told(short), short);
        }
    }

    #[test]
    fn long_notes_are_cut() {
        assert_eq!(
            (cut("abc", 3).as_str(), cut("äbcd", 3).as_str()),
            ("abc", "äb…")
        );
    }
}
