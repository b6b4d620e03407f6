//! What stands beside a phase.

use netspeak::core::Phase;
use netspeak::core::report::{PhaseFacts, Report, TlsReport, WorkFacts};

pub(super) fn of_phase(report: &Report, phase: &PhaseFacts, caps: usize) -> String {
    match phase.name {
        Phase::Tls if phase.ok => report.tls.as_ref().map(session).unwrap_or_default(),
        // What answers without having been greeted does so here.
        Phase::Greeting | Phase::Wait => report
            .greeting
            .as_ref()
            .map(|g| g.raw.clone())
            .unwrap_or_default(),
        Phase::Body => body_size(report).unwrap_or_default(),
        Phase::Caps => capabilities(report, caps),
        Phase::Auth => match (&report.auth.user, &report.auth.used) {
            (Some(user), Some(used)) => format!("{user} by {used}"),
            (Some(user), None) => user.clone(),
            _ => String::new(),
        },
        Phase::Work => report.work.as_ref().map(work).unwrap_or_default(),
        _ => String::new(),
    }
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

/// The first capabilities of the n-th answer, and how many more there are.
pub(super) fn capabilities(report: &Report, n: usize) -> String {
    let caps = &report.capabilities;
    let lines = match (n, &caps.before_tls, &caps.after_tls) {
        (1, Some(before), Some(_)) if report.tls.as_ref().is_some_and(|t| t.mode == "starttls") => {
            before
        }
        (_, _, Some(after)) => after,
        (_, Some(before), None) => before,
        _ => return String::new(),
    };
    // The software stands elsewhere.
    let greeting = report.greeting.as_ref();
    let software = greeting.and_then(|greeting| greeting.software.as_deref());
    let shown: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .filter(|line| !software.is_some_and(|software| line.contains(software)))
        .take(5)
        .collect();
    match lines.len() - shown.len() {
        0 => shown.join(" "),
        more => format!("{} +{more}", shown.join(" ")),
    }
}

pub(super) fn work(work: &WorkFacts) -> String {
    let detail: Vec<String> = work
        .detail
        .iter()
        .map(|(name, value)| format!("{value} {name}"))
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
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max - 1).collect::<String>() + "…"
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
    fn long_notes_are_cut() {
        assert_eq!(
            (cut("abc", 3).as_str(), cut("äbcd", 3).as_str()),
            ("abc", "äb…")
        );
    }
}
