//! The output of a monitoring plugin: one line with a status word and performance data, then as much text as
//! there is to tell. A bar (`|`) stands only where performance data begin.

use netspeak::core::report::{CertDays, CheckStatus, Report};
use netspeak::core::{Phase, Side};

use super::{notes, talk};
use crate::advice;
use crate::verbs::check::{Judgement, Range};

/// All of the first line.
const LINE: usize = 199;
/// Its text, so that there is room for the times behind it.
const TEXT: usize = 110;

/// What was asked for, as it stands in the performance data.
pub(crate) struct Limits<'a> {
    pub(crate) warning: Option<&'a Range>,
    pub(crate) critical: Option<&'a Range>,
    pub(crate) cert_days: Option<CertDays>,
    /// Seconds that it could have taken.
    pub(crate) total: f64,
}

/// `IMAP OK - login ok, 168 ms, TLS 1.3, certificate 68 days left |time=0.168s;1;3;0;30 ...`, and the rest.
pub(crate) fn render(report: &Report, judgement: &Judgement, limits: &Limits<'_>) -> String {
    let name = match report.target.protocol.as_str() {
        "" => "CHECK".to_owned(),
        name => name.to_ascii_uppercase(),
    };
    let mut parts = judgement.findings.clone();
    if report.error.is_none() {
        parts.extend(facts(report, judgement));
    }
    let state = judgement.state.word();
    let text = cut(&plain(&format!("{name} {state} - {}", parts.join(", "))), TEXT);
    // Of what was never begun there is nothing to measure.
    let (first, phases, last) = match report.phases.is_empty() {
        true => (None, Vec::new(), None),
        false => (
            Some(time(judgement, limits)),
            times(report),
            judgement.days.map(|days| days_left(days, limits)),
        ),
    };
    let mut room = LINE.saturating_sub(text.len() + 1);
    for always in first.iter().chain(&last) {
        room = room.saturating_sub(always.len() + 1);
    }
    let mut beside: Vec<String> = first.into_iter().collect();
    let mut behind = Vec::new();
    for value in phases.into_iter().chain(size(report)) {
        match room.checked_sub(value.len() + 1).filter(|_| behind.is_empty()) {
            Some(rest) => {
                room = rest;
                beside.push(value);
            }
            None => behind.push(value),
        }
    }
    beside.extend(last);
    let mut out = text;
    if !beside.is_empty() {
        out.push_str(&format!(" |{}", beside.join(" ")));
    }
    out.push('\n');
    let mut long = long_text(report);
    if !behind.is_empty() {
        let more = long.pop().unwrap_or_else(|| "the other times".to_owned());
        long.push(format!("{more} |{}", behind.join(" ")));
    }
    for line in long {
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// What could not be checked at all, in one line.
pub(crate) fn unknown(name: &str, why: &str) -> String {
    let text = plain(&format!("{name} UNKNOWN - {why}"));
    cut(&text, LINE) + "\n"
}

/// What is well.
fn facts(report: &Report, judgement: &Judgement) -> Vec<String> {
    let mut facts = Vec::new();
    if report.auth.ok == Some(true) {
        facts.push("login ok".to_owned());
    }
    if let Some(work) = report.work.as_ref().filter(|work| work.ok) {
        facts.push(format!("{} ok", work.name));
    }
    if let Some(code) = report.greeting.as_ref().and_then(|said| said.code.as_ref()) {
        let is_answer = report.phases.iter().any(|phase| phase.name == Phase::Wait);
        facts.extend(is_answer.then(|| format!("status {code}")));
    }
    facts.push(match judgement.seconds {
        seconds if seconds < 9.9995 => format!("{:.0} ms", seconds * 1000.0),
        seconds => format!("{seconds:.2} s"),
    });
    if let Some(version) = report.tls.as_ref().and_then(|tls| tls.version.as_ref()) {
        facts.push(format!("TLS {version}"));
    }
    let named = judgement.findings.iter().any(|text| text.contains(" left"));
    if let Some(days) = judgement.days.filter(|days| *days >= 0 && !named) {
        facts.push(format!("certificate {}", left(days)));
    }
    facts
}

fn left(days: i64) -> String {
    match days {
        1 => "1 day left".to_owned(),
        days if days < 0 => format!("{days} days"),
        days => format!("{days} days left"),
    }
}

fn time(judgement: &Judgement, limits: &Limits<'_>) -> String {
    let range = |range: Option<&Range>| range.map(ToString::to_string).unwrap_or_default();
    let (warning, critical) = (range(limits.warning), range(limits.critical));
    let total = limits.total;
    format!("time={};{warning};{critical};0;{total}", seconds(judgement.seconds))
}

fn days_left(days: i64, limits: &Limits<'_>) -> String {
    match limits.cert_days {
        Some(wanted) => {
            let (warn, fail) = (Range::at_least(wanted.warn), Range::at_least(wanted.fail));
            format!("cert_days={days};{warn};{fail};0")
        }
        None => format!("cert_days={days};;;0"),
    }
}

/// Each phase once: one that came twice is the sum.
fn times(report: &Report) -> Vec<String> {
    let mut sums: Vec<(Phase, f64)> = Vec::new();
    for phase in &report.phases {
        match sums.iter_mut().find(|(name, _)| *name == phase.name) {
            Some((_, ms)) => *ms += phase.ms,
            None => sums.push((phase.name, phase.ms)),
        }
    }
    let shown = |(name, ms): (Phase, f64)| format!("{name}={}", seconds(ms / 1000.0));
    sums.into_iter().map(shown).collect()
}

fn size(report: &Report) -> Option<String> {
    let bytes = report.protocol_detail.get("body_bytes")?.as_u64()?;
    Some(format!("size={bytes}B;;;0"))
}

/// Milliseconds, and a tenth where that is much.
fn seconds(seconds: f64) -> String {
    match seconds {
        short if short < 0.1 => format!("{short:.4}s"),
        long => format!("{long:.3}s"),
    }
}

fn long_text(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(error) = &report.error {
        lines.push(format!("error[{}]: {}", error.kind, error.message));
        for advice in advice::for_report(report) {
            lines.push(format!("try {advice}"));
        }
    }
    for check in &report.checks {
        let mark = match check.status {
            CheckStatus::Ok => continue,
            CheckStatus::Note => "note",
            CheckStatus::Warn => "warning",
            CheckStatus::Fail => "failure",
        };
        lines.push(format!("{mark}: {}", check.message));
    }
    if let Some(greeting) = &report.greeting {
        lines.push(format!("said: {}", greeting.raw));
    }
    if let Some(tls) = &report.tls {
        let session = notes::session(tls);
        lines.extend((!session.is_empty()).then_some(session));
        if let Some(own) = tls.chain.first() {
            let end = own.not_after.map(|end| end.strftime("%Y-%m-%d").to_string());
            let end = end.unwrap_or_else(|| "no date".to_owned());
            let verified = match (tls.verified, &tls.verify_error) {
                (Some(true), _) => "chain and name ok".to_owned(),
                (_, Some(error)) => error.kind.to_string(),
                _ => "not verified".to_owned(),
            };
            let (subject, issuer) = (&own.subject, &own.issuer);
            lines.push(format!(
                "certificate: {subject}, signed by {issuer}, until {end}, {verified}"
            ));
        }
    }
    for entry in report.transcript.iter().flatten() {
        let line = talk::line(entry.ms, entry.side == Side::Server, entry.tls, &entry.text);
        lines.push(line);
    }
    lines.iter().map(|line| plain(line)).collect()
}

/// Without what means something else to whoever reads it.
fn plain(text: &str) -> String {
    let plain = |c: char| match c {
        '|' => '/',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().map(plain).collect()
}

/// At most so many bytes, and a mark if there were more.
fn cut(text: &str, most: usize) -> String {
    const MARK: &str = "...";
    if text.len() <= most {
        return text.to_owned();
    }
    let mut end = most.saturating_sub(MARK.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or_default();
    format!("{}{MARK}", head.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_checked_is_one_short_line() {
        let line = unknown("CHECK", &format!("a|b\nc{}", "ä".repeat(200)));
        assert!(line.starts_with("CHECK UNKNOWN - a/b cää"), "{line}");
        assert!(line.len() <= LINE + 1 && line.ends_with("...\n"), "{line}");
        assert_eq!(line.lines().count(), 1);
    }

    #[test]
    fn a_cut_is_between_characters() {
        for most in 3..12 {
            let cut = cut("ääääää|", most);
            assert!(cut.len() <= most && cut.ends_with("..."), "{cut}");
        }
        assert_eq!(cut("short", 5), "short");
    }

    #[test]
    fn short_times_have_a_tenth_of_a_millisecond() {
        assert_eq!(seconds(0.0), "0.0000s");
        assert_eq!(seconds(0.01234), "0.0123s");
        assert_eq!(seconds(1.2345), "1.234s");
    }
}
