//! The report for people, at most 80 columns where the server's words allow it.

use netspeak::core::report::{AddressFacts, AddressOf, CheckStatus, Report, Verdict};
use netspeak::core::{Phase, Side};

use super::bars::{bar, width};
use super::{Detail, Look, Paint, notes, talk};
use crate::advice;

/// Notes beside a bar are cut here.
const NOTE: usize = 40;

pub(super) fn render(report: &Report, detail: Detail, look: Look) -> String {
    let mut out = Lines {
        look,
        text: String::new(),
    };
    out.verdict(report);
    match detail {
        Detail::Line => return out.text,
        Detail::Compact => out.compact(report),
        Detail::Bars => out.bars(report),
    }
    out.certificate(report);
    out.auth(report);
    out.checks(report);
    out.transcript(report);
    out.error(report);
    out.text
}

struct Lines {
    look: Look,
    text: String,
}

impl Lines {
    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn dim(&self, text: &str) -> String {
        self.look.paint(Paint::Dim, text)
    }

    /// `OK    imaps://mail.example.org:993        168 ms   192.0.2.25 (+1 not tried)`
    fn verdict(&mut self, report: &Report) {
        let (word, paint) = match report.verdict {
            Verdict::Ok => ("OK", Paint::Good),
            Verdict::Warn => ("WARN", Paint::Attention),
            Verdict::Fail => ("FAIL", Paint::Bad),
            Verdict::Unknown => ("UNKNOWN", Paint::Bad),
        };
        let word = self.look.paint(paint, word) + &" ".repeat(5_usize.saturating_sub(word.len()));
        let url = self.look.plain(&report.target.url);
        let time = duration(report.total_ms);
        let mut line = format!("{word} {url:<34} {time:>9}   {}", address(report));
        if report.verdict != Verdict::Ok {
            if let Some(error) = &report.error {
                line = format!(
                    "{}  {}",
                    line.trim_end(),
                    self.look.paint(Paint::Bad, &error.kind.to_string())
                );
            } else if let Some(phase) = slow_phase(report) {
                line = format!("{}  slow: {phase}", line.trim_end());
            }
        }
        self.line(&line);
    }

    fn bars(&mut self, report: &Report) {
        let mut caps = 0;
        for phase in &report.phases {
            let (from, marks) = bar(phase.start_ms, phase.ms, report.total_ms);
            let drawn = self.look.paint(paint_of(phase.name), &"█".repeat(marks));
            let after = " ".repeat(width() - from - marks);
            if phase.name == Phase::Caps {
                caps += 1;
            }
            let note = notes::cut(&notes::of_phase(report, phase, caps), NOTE);
            let line = format!(
                "  {:<8} {:>5} |{}{drawn}{after} {}{}",
                phase.name,
                short(phase.ms),
                " ".repeat(from),
                if phase.ok { "" } else { "x " },
                self.dim(&note),
            );
            self.line(&line);
        }
    }

    fn compact(&mut self, report: &Report) {
        let phases: Vec<String> = report
            .phases
            .iter()
            .map(|phase| {
                let size = notes::body_size(report).filter(|_| phase.name == Phase::Body);
                format!(
                    "{} {}{}{}",
                    phase.name,
                    short(phase.ms),
                    size.map(|size| format!(" ({size})")).unwrap_or_default(),
                    if phase.ok { "" } else { " x" }
                )
            })
            .collect();
        if !phases.is_empty() {
            let text = self.look.plain(&format!("  {}", phases.join(" · ")));
            self.line(&text);
        }
        let caps = notes::capabilities(report, 1);
        let tls = report.tls.as_ref().map(notes::session).unwrap_or_default();
        let answer = report.greeting.as_ref().filter(|_| waited(report));
        if let Some(answer) = answer {
            let line = format!("  wait  {}   {tls}", notes::cut(&answer.raw, NOTE));
            let line = self.look.plain(&line);
            self.line(&line);
        } else if !caps.is_empty() || !tls.is_empty() {
            let line = format!("  caps  {caps}   {tls}");
            self.line(&line);
        }
        if let Some(work) = &report.work {
            let line = format!("  work  {}", notes::work(work));
            self.line(&line);
        }
    }

    /// `  cert  mail.example.org · Let's Encrypt R11 · 68 days left · chain and name ok`
    fn certificate(&mut self, report: &Report) {
        let Some(tls) = &report.tls else { return };
        let Some(own) = tls.chain.first() else { return };
        let name = own
            .san
            .first()
            .cloned()
            .unwrap_or_else(|| common_name(&own.subject));
        let issuer = if own.issuer == own.subject {
            "self-signed".to_owned()
        } else {
            common_name(&own.issuer)
        };
        let days = match tls.days_left {
            Some(-1) => "expired 1 day ago".to_owned(),
            Some(days) if days < 0 => format!("expired {} days ago", -days),
            Some(days) => format!("{days} days left"),
            None => "no date".to_owned(),
        };
        let verified = match (tls.verified, &tls.verify_error) {
            (Some(true), _) => "chain and name ok".to_owned(),
            (_, Some(error)) => error.kind.to_string(),
            _ => "not verified".to_owned(),
        };
        let text = self
            .look
            .plain(&format!("  cert  {name} · {issuer} · {days} · {verified}"));
        self.line(&text);
    }

    fn auth(&mut self, report: &Report) {
        let auth = &report.auth;
        if auth.offered.is_empty() {
            return;
        }
        let before = match (&report.tls, auth.offered_before_tls.as_slice()) {
            (None, _) => String::new(),
            (Some(tls), _) if tls.mode == "implicit" => String::new(),
            (Some(_), []) => " (none of them before TLS)".to_owned(),
            (Some(_), before) => format!(" (before TLS: {})", before.join(" ")),
        };
        let line = format!("  auth  {}{before}", auth.offered.join(" "));
        self.line(&line);
    }

    fn checks(&mut self, report: &Report) {
        let handshake_failed = report
            .error
            .as_ref()
            .is_some_and(|error| error.phase == Phase::Tls);
        for check in &report.checks {
            let (mark, paint) = match check.status {
                CheckStatus::Ok => continue,
                // The error below says it already.
                _ if handshake_failed && check.id.starts_with("cert.") => continue,
                CheckStatus::Note => ("- note:", Paint::Dim),
                CheckStatus::Warn => ("!", Paint::Attention),
                CheckStatus::Fail => ("!!", Paint::Bad),
            };
            let line = format!(
                "  {} {}",
                self.look.paint(paint, mark),
                self.look.plain(&check.message)
            );
            self.line(&line);
        }
    }

    fn transcript(&mut self, report: &Report) {
        for entry in report.transcript.iter().flatten() {
            let text = talk::line(entry.ms, entry.side == Side::Server, entry.tls, &entry.text);
            let text = self.look.plain(&text);
            self.line(&text);
        }
    }

    fn error(&mut self, report: &Report) {
        let Some(error) = &report.error else { return };
        let head = self
            .look
            .paint(Paint::Bad, &format!("error[{}]", error.kind));
        let text = format!("  {head}: {}", self.look.plain(&error.message));
        self.line(&text);
        let place = where_it_was(report);
        if !place.is_empty() {
            self.line(&format!("    where  {place}"));
        }
        for advice in advice::for_report(report) {
            let text = self.look.plain(&format!("    try    {advice}"));
            self.line(&text);
        }
    }
}

/// Whether the server says nothing before it is asked.
fn waited(report: &Report) -> bool {
    report.phases.iter().any(|phase| phase.name == Phase::Wait)
}

fn address(report: &Report) -> String {
    let used = report
        .addresses
        .iter()
        .find(|a| a.used)
        .or(report.addresses.first());
    let Some(used) = used else {
        return String::new();
    };
    let shown = shown(used);
    let untried = report.addresses.iter().filter(|a| !a.tried).count();
    match untried {
        0 => shown,
        n if report.addresses.iter().all(|a| !a.tried) => format!("{shown} ({n} found)"),
        n => format!("{shown} (+{n} not tried)"),
    }
}

fn shown(address: &AddressFacts) -> String {
    match address.of {
        AddressOf::Target => address.ip.to_string(),
        AddressOf::Proxy => format!("proxy {}", address.ip),
    }
}

/// A phase that took more than half of a time worth talking about.
fn slow_phase(report: &Report) -> Option<Phase> {
    let slowest = report.slowest_phase?;
    let ms = report
        .phases
        .iter()
        .find(|p| p.name == slowest)
        .map(|p| p.ms)?;
    (ms > report.total_ms / 2.0 && ms > 1000.0).then_some(slowest)
}

fn where_it_was(report: &Report) -> String {
    let Some(error) = &report.error else {
        return String::new();
    };
    if report.phases.is_empty() {
        return String::new();
    }
    let at = report
        .addresses
        .iter()
        .find(|a| a.used)
        .map(|a| format!(", connected to {}", shown(a)));
    let after = report
        .phases
        .iter()
        .rfind(|p| !p.ok)
        .map(|p| format!(" after {}", duration(p.ms)));
    format!(
        "{}{}{}",
        error.phase,
        after.unwrap_or_default(),
        at.unwrap_or_default()
    )
}

fn paint_of(phase: Phase) -> Paint {
    match phase {
        Phase::Dns | Phase::Tcp | Phase::Proxy => Paint::Network,
        Phase::Tls | Phase::Starttls => Paint::Encryption,
        Phase::Auth => Paint::Login,
        _ => Paint::Server,
    }
}

/// `CN=` of a distinguished name, or all of it.
fn common_name(name: &str) -> String {
    name.split(", ")
        .find_map(|part| part.strip_prefix("CN="))
        .unwrap_or(name)
        .to_owned()
}

fn short(ms: f64) -> String {
    if ms < 9.95 {
        format!("{ms:.1}")
    } else {
        format!("{ms:.0}")
    }
}

fn duration(ms: f64) -> String {
    if ms < 9999.5 {
        format!("{} ms", short(ms))
    } else {
        format!("{:.2} s", ms / 1000.0)
    }
}
