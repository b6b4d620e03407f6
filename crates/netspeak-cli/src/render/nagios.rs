//! The output of a monitoring plugin: one line with a status word and performance data, then as much text as
//! there is to tell. A bar (`|`) stands only where performance data begin.

use std::fmt;
use std::net::SocketAddr;

use netspeak::core::Phase;
use netspeak::core::report::{CertDays, CheckStatus, Report, days_in_words};

use super::{notes, talk};
use crate::advice;
use crate::alarm::{Judgement, Range};

/// All of the first line.
const LINE: usize = 199;
/// Its text: as much as a pager shows, so that there is room for the values behind it.
const TEXT: usize = 90;

/// One of the performance data: `cert_days=68;21:;7:;0`.
struct Value {
    label: String,
    number: String,
    /// Thresholds and the like, with a semicolon before each.
    behind: String,
}

impl Value {
    /// What it takes at most, with the blank before it.
    fn room(&self) -> usize {
        const NUMBER: usize = " =123.456s".len();
        self.label.len() + NUMBER + self.behind.len()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}{}", self.label, self.number, self.behind)
    }
}

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
    // Of what was never begun there is nothing to measure.
    let is_begun = !report.phases.is_empty();
    let first = is_begun.then(|| time(judgement, limits));
    let last = judgement.days.filter(|_| is_begun);
    let last = last.map(|days| days_left(days, limits));
    let phases = times(report).into_iter().chain(size(report));
    // Which values stand in the first line does not change from one time to the next: each has the room that it takes
    // at most.
    let always: usize = first.iter().chain(&last).map(Value::room).sum();
    let most = TEXT.min(LINE.saturating_sub(always));
    let mut room = LINE.saturating_sub(most).saturating_sub(always);
    let mut beside: Vec<Value> = first.into_iter().collect();
    let mut behind = Vec::new();
    for value in phases {
        match room.checked_sub(value.room()) {
            Some(rest) if behind.is_empty() => {
                room = rest;
                beside.push(value);
            }
            _ => behind.push(value),
        }
    }
    beside.extend(last);
    let joined = |values: &[Value]| {
        let values: Vec<_> = values.iter().map(ToString::to_string).collect();
        values.join(" ")
    };
    let mut out = text(&name, report, judgement, most);
    if !beside.is_empty() {
        out.push_str(&format!(" |{}", joined(&beside)));
    }
    out.push('\n');
    let mut long = long_text(report);
    if !behind.is_empty() {
        let more = long.pop().unwrap_or_else(|| "the other times".to_owned());
        long.push(format!("{more} |{}", joined(&behind)));
    }
    for line in long {
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// What is wrong, and what is well as far as there is room for it.
fn text(name: &str, report: &Report, judgement: &Judgement, most: usize) -> String {
    let state = judgement.state.word();
    let head = format!("{name} {state} - {}", judgement.findings.join(", "));
    let mut text = cut(&plain(&head), most);
    let mut between = if judgement.findings.is_empty() {
        ""
    } else {
        ", "
    };
    let is_well = report.error.is_none() || judgement.findings.is_empty();
    let facts = is_well.then(|| facts(report, judgement));
    for fact in facts.into_iter().flatten() {
        let longer = format!("{text}{between}{}", plain(&fact));
        if longer.len() <= most {
            (text, between) = (longer, ", ");
        }
    }
    text
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
        // The first answer to whoever is let in asked for the login.
        let is_first = report.auth.ok.is_none();
        let is_answer = is_first && report.phases.iter().any(|phase| phase.name == Phase::Wait);
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
        facts.push(format!("certificate {}", days_in_words(days)));
    }
    facts
}

fn time(judgement: &Judgement, limits: &Limits<'_>) -> Value {
    let range = |range: Option<&Range>| range.map(ToString::to_string).unwrap_or_default();
    let (warning, critical) = (range(limits.warning), range(limits.critical));
    Value {
        label: "time".to_owned(),
        number: seconds(judgement.seconds),
        behind: format!(";{warning};{critical};0;{}", limits.total),
    }
}

fn days_left(days: i64, limits: &Limits<'_>) -> Value {
    Value {
        label: "cert_days".to_owned(),
        number: days.to_string(),
        behind: match limits.cert_days {
            Some(wanted) => {
                let (warn, fail) = (Range::at_least(wanted.warn), Range::at_least(wanted.fail));
                format!(";{warn};{fail};0")
            }
            None => ";;;0".to_owned(),
        },
    }
}

/// Each phase once: one that came twice is the sum.
fn times(report: &Report) -> Vec<Value> {
    let shown = |(name, ms): (Phase, f64)| Value {
        label: name.to_string(),
        number: seconds(ms / 1000.0),
        behind: String::new(),
    };
    report.times().into_iter().map(shown).collect()
}

/// How much was read, where that was measured.
fn size(report: &Report) -> Option<Value> {
    let work = report.work.as_ref();
    let work = work.and_then(|work| work.detail.get("bytes"));
    let bytes = work.or_else(|| report.protocol_detail.get("body_bytes"))?;
    Some(Value {
        label: "size".to_owned(),
        number: format!("{}B", bytes.as_u64()?),
        behind: ";;;0".to_owned(),
    })
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
        lines.push(format!("said: {}", notes::greeting(greeting)));
    }
    if let Some(tls) = &report.tls {
        let session = notes::session(tls);
        lines.extend((!session.is_empty()).then_some(session));
        if let Some(own) = tls.chain.first() {
            let end = own
                .not_after
                .map(|end| end.strftime("%Y-%m-%d").to_string());
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
    if report.transcript.is_some() {
        // By which the server's log has it.
        let (ip, port) = (report.local.ip, report.local.port);
        lines.extend(
            ip.zip(port)
                .map(|(ip, port)| format!("from: {}", SocketAddr::new(ip, port))),
        );
    }
    for entry in report.transcript.iter().flatten() {
        lines.push(talk::of_entry(entry));
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
