//! Reports as metrics for Prometheus, in its text format: what an exporter's probe shows, with a label for the
//! target.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use netspeak::core::report::{CheckStatus, Report, Verdict};

/// A metric: its name, and what it is.
type Name = (&'static str, &'static str);

const SUCCESS: Name = ("probe_success", "1 if the target is as it should be");
const VERDICT: Name = ("probe_verdict", "0 ok, 1 warn, 2 fail, 3 unknown");
const DURATION: Name = ("probe_duration_seconds", "How long the probe took");
const PHASE: Name = ("probe_phase_duration_seconds", "How long each phase took");
const FAILURE: Name = (
    "probe_failure_info",
    "Why it failed: phase and kind are words of closed lists",
);
const IP: Name = ("probe_ip_protocol", "4 or 6: the address that was used");
const ADDRESS: Name = (
    "probe_address_success",
    "1 if an address of this family answered",
);
const EXPIRY: Name = (
    "probe_ssl_earliest_cert_expiry",
    "When the first certificate of the chain ends, in Unix time",
);
const TLS: Name = ("probe_tls_version_info", "The version of TLS");
const CIPHER: Name = ("probe_tls_cipher_info", "The cipher suite");
const VERIFIED: Name = ("probe_tls_verified", "1 if the certificate verifies");
const AUTH: Name = ("probe_auth_success", "1 if the login succeeded");
const MECHANISM: Name = ("probe_auth_mechanism_info", "How the login was done");
const CHECK: Name = ("probe_check_status", "0 ok or note, 1 warn, 2 fail");
const STATUS: Name = ("probe_http_status_code", "The status of the answer");
const TIME: Name = (
    "probe_timestamp_seconds",
    "When the probe began, in Unix time",
);

/// All reports; the lines of a metric stand together, as the format wants it.
pub(super) fn render(reports: &[Report]) -> String {
    let mut metrics = Metrics::default();
    for report in reports {
        metrics.add_report(report);
    }
    metrics
        .0
        .into_iter()
        .fold(String::new(), |mut text, (_, (help, name, lines))| {
            // Writing into a String cannot fail.
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{lines}");
            text
        })
}

/// By the place of a metric in the output.
#[derive(Default)]
struct Metrics(BTreeMap<&'static str, (&'static str, &'static str, String)>);

/// Labels and their values.
type Labels<'a> = Vec<(&'a str, &'a str)>;

impl Metrics {
    fn add_report(&mut self, report: &Report) {
        let target = &report.target;
        let mut own: Labels<'_> = vec![("target", &target.url), ("protocol", &target.protocol)];
        let address = report.addresses.iter().find(|address| address.used);
        let ip = address.map(|address| address.ip.to_string());
        let labels: Vec<(String, &str)> = target
            .labels
            .iter()
            .map(|(name, value)| (not_ours(name), value.as_str()))
            .collect();
        own.extend(labels.iter().map(|(name, value)| (name.as_str(), *value)));
        let mut add = |name, more: &[(&str, &str)], value: f64| {
            let labels = [own.as_slice(), more].concat();
            self.add(name, &labels, value);
        };
        let is_well = matches!(report.verdict, Verdict::Ok | Verdict::Warn);
        add(SUCCESS, &[], flag(is_well));
        add(VERDICT, &[], number(report.verdict));
        add(DURATION, &[], report.total_ms / 1000.0);
        add(TIME, &[], report.time.as_millisecond() as f64 / 1000.0);
        for (phase, ms) in report.times() {
            add(PHASE, &[("phase", phase.as_str())], ms / 1000.0);
        }
        if let Some(error) = &report.error {
            let kind = error.kind.to_string();
            let labels = [("phase", error.phase.as_str()), ("kind", kind.as_str())];
            add(FAILURE, &labels, 1.0);
        }
        if let (Some(address), Some(ip)) = (address, &ip) {
            add(IP, &[("ip", ip)], f64::from(address.family));
        }
        for family in [4, 6] {
            let of = report
                .addresses
                .iter()
                .filter(|found| found.family == family);
            let answers: Vec<bool> = of.filter_map(|found| found.ok).collect();
            if !answers.is_empty() {
                let family = family.to_string();
                add(
                    ADDRESS,
                    &[("family", &family)],
                    flag(answers.contains(&true)),
                );
            }
        }
        if let Some(tls) = &report.tls {
            let ends = tls.chain.iter().filter_map(|link| link.not_after).min();
            if let Some(end) = ends {
                add(EXPIRY, &[], end.as_second() as f64);
            }
            if let Some(version) = &tls.version {
                add(TLS, &[("version", version)], 1.0);
            }
            if let Some(cipher) = &tls.cipher {
                add(CIPHER, &[("cipher", cipher)], 1.0);
            }
            if let Some(verified) = tls.verified {
                add(VERIFIED, &[], flag(verified));
            }
        }
        if let Some(ok) = report.auth.ok {
            add(AUTH, &[], flag(ok));
        }
        if let Some(used) = &report.auth.used {
            add(MECHANISM, &[("mechanism", used)], 1.0);
        }
        let status = report.protocol_detail.get("status");
        if let Some(status) = status.and_then(serde_json::Value::as_f64) {
            add(STATUS, &[], status);
        }
        let mut seen = Vec::new();
        for check in &report.checks {
            // A line that is there twice makes the whole file invalid; the worst counts.
            let worst = report.checks.iter().filter(|other| other.id == check.id);
            let worst = worst
                .map(|other| severity(other.status))
                .fold(0.0, f64::max);
            if !seen.contains(&&check.id) {
                add(CHECK, &[("check", &check.id)], worst);
                seen.push(&check.id);
            }
        }
    }

    fn add(&mut self, (name, help): Name, labels: &[(&str, &str)], value: f64) {
        let (_, _, lines) = self
            .0
            .entry(name)
            .or_insert_with(|| (help, name, String::new()));
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{}=\"{}\"", label_name(name), escaped(value)))
            .collect();
        // Writing into a String cannot fail.
        let _ = writeln!(lines, "{name}{{{}}} {value}", labels.join(","));
    }
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn number(verdict: Verdict) -> f64 {
    match verdict {
        Verdict::Ok => 0.0,
        Verdict::Warn => 1.0,
        Verdict::Fail => 2.0,
        Verdict::Unknown => 3.0,
    }
}

fn severity(status: CheckStatus) -> f64 {
    match status {
        CheckStatus::Ok | CheckStatus::Note => 0.0,
        CheckStatus::Warn => 1.0,
        CheckStatus::Fail => 2.0,
    }
}

/// The caller's labels make room for our own, as Prometheus' own do.
fn not_ours(name: &str) -> String {
    const OURS: &[&str] = &[
        "target",
        "protocol",
        "phase",
        "kind",
        "ip",
        "family",
        "version",
        "cipher",
        "mechanism",
        "check",
    ];
    match OURS.contains(&name) {
        true => format!("exported_{name}"),
        false => name.to_owned(),
    }
}

/// Letters, digits and underscores.
fn label_name(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut name: String = name
        .chars()
        .map(|c| if fits(c) { c } else { '_' })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

fn escaped(value: &str) -> String {
    let value = value.replace('\\', r"\\").replace('"', "\\\"");
    value.replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use netspeak::core::report::{Check, TargetFacts};

    fn report(url: &str) -> Report {
        let mut facts = TargetFacts {
            url: url.to_owned(),
            ..TargetFacts::default()
        };
        facts
            .labels
            .insert("my-site".to_owned(), "a\"b\\c\n".to_owned());
        Report::new(facts)
    }

    #[test]
    fn the_lines_of_a_metric_stand_together_and_none_is_there_twice() {
        let mut first = report("imap://a:143");
        for status in [CheckStatus::Ok, CheckStatus::Fail] {
            first.checks.push(Check::new("expect", status, 1, "x"));
        }
        let text = render(&[first, report("imap://b:143")]);
        let lines: Vec<&str> = text.lines().collect();
        let of = |name: &str| {
            let is = |line: &&&str| line.starts_with(&format!("{name}{{"));
            lines.iter().filter(is).count()
        };
        assert_eq!((of("probe_success"), of("probe_check_status")), (2, 1));
        let helps = lines
            .iter()
            .filter(|line| line.starts_with("# HELP probe_success "));
        assert_eq!(helps.count(), 1);
        let expected = r#"probe_check_status{target="imap://a:143",protocol="",my_site="a\"b\\c\n",check="expect"} 2"#;
        assert!(lines.contains(&expected), "{text}");
    }
}
