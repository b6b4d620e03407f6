//! The report for people: no wider than their terminal, where the server's words allow it; in a pipe, nothing is cut.

use netspeak::core::Phase;
use netspeak::core::report::{
    AddressFacts, AddressOf, Check, CheckStatus, Report, Verdict, days_in_words,
};

use super::bars::{bar, width};
use super::page::Page;
use super::style::word_of;
use super::{Detail, Look, Paint, notes, talk};
use crate::advice::{self, Advice};

/// A reason that would be shorter is left out.
const SHORTEST: usize = 6;

/// What there is on a line of bars besides the bar and the note.
const BESIDES_BARS: usize = 19;

pub(super) fn render(report: &Report, detail: Detail, look: Look) -> String {
    let mut out = Page::new(look);
    out.verdict(report, detail);
    match detail {
        Detail::Line => return out.text,
        Detail::Compact => out.compact(report),
        Detail::Bars | Detail::Talk => out.bars(report),
    }
    out.certificate(report);
    out.auth(report);
    out.checks(report);
    if detail == Detail::Talk {
        out.transcript(report);
    }
    out.error(report);
    out.text
}

impl Page {
    /// `OK    imaps://mail.example.org:993        168 ms   192.0.2.25 (+1 not tried)`
    ///
    /// Where there is not enough room, blanks go first, then the address.
    fn verdict(&mut self, report: &Report, detail: Detail) {
        let (word, paint) = word_of(report.verdict);
        let url = self.look.plain(&report.target.url);
        let time = duration(report.total_ms);
        let address = address(report);
        let (mark, reason) = reason(report, detail);
        let room = self.width();
        let head = format!("{word:<5} {url:<34} {time:>9}");
        let fits = |texts: &[&str]| {
            let gaps = texts
                .iter()
                .filter(|text| !text.is_empty())
                .count()
                .saturating_mul(2);
            texts
                .iter()
                .map(|text| notes::columns(text))
                .sum::<usize>()
                .saturating_add(gaps)
                <= room
        };
        let (head, address) = if fits(&[&head, &address, &mark, &reason]) {
            (head, format!("   {address}"))
        } else {
            let head = format!("{word:<5} {url}  {time}");
            match fits(&[&head, &address, &mark, &reason]) {
                true => (head, format!("  {address}")),
                false => (head, String::new()),
            }
        };
        let used = [head.as_str(), &address, &mark]
            .map(notes::columns)
            .iter()
            .sum::<usize>();
        let mut line = head.replacen(word, &self.look.paint(paint, word), 1);
        line.push_str(address.trim_end());
        if !mark.is_empty() {
            line.push_str("  ");
            line.push_str(&self.look.paint(paint, &mark));
        }
        let left = room.saturating_sub(used).saturating_sub(4);
        if !reason.is_empty() && left >= SHORTEST {
            line.push_str("  ");
            line.push_str(&self.look.plain(&notes::cut(&reason, left)));
        }
        self.line(&line);
    }

    fn bars(&mut self, report: &Report) {
        let widest = width(self.look.width());
        let room = self
            .width()
            .saturating_sub(widest.saturating_add(BESIDES_BARS))
            .max(8);
        let mut caps = 0;
        for phase in &report.phases {
            let (from, marks) = bar(phase.start_ms, phase.ms, report.total_ms, widest);
            let drawn = self.look.paint(paint_of(phase.name), &"█".repeat(marks));
            let after = " ".repeat(widest.saturating_sub(from).saturating_sub(marks));
            if phase.name == Phase::Caps {
                caps += 1;
            }
            let failed = if phase.ok { "" } else { "x " };
            let room = room.saturating_sub(failed.len());
            let note = notes::cut(&notes::of_phase(report, phase, caps, room), room);
            let line = format!(
                "  {:<8} {:>5} |{}{drawn}{after} {failed}{}",
                phase.name,
                short(phase.ms),
                " ".repeat(from),
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
            self.phases(&phases);
        }
        let tls = report.tls.as_ref().map(notes::session).unwrap_or_default();
        let answer = report.greeting.as_ref().map(notes::greeting);
        match answer.filter(|answer| !answer.is_empty()) {
            Some(answer) if waited(report) => self.sentence("wait", &answer),
            Some(answer) => self.sentence("says", &answer),
            None => {}
        }
        let caps = notes::capabilities(report, 1);
        if !caps.is_empty() {
            self.wrapped("caps", &caps, " ");
        }
        if !tls.is_empty() {
            self.sentence("tls", &tls);
        }
        if let Some(work) = &report.work {
            self.sentence("work", &notes::work(work));
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
            Some(days) => days_in_words(days),
            None => "no date".to_owned(),
        };
        let verified = match (tls.verified, &tls.verify_error) {
            (Some(true), _) => "chain and name ok".to_owned(),
            (_, Some(error)) => error.kind.to_string(),
            _ => "not verified".to_owned(),
        };
        self.wrapped("cert", &[name, issuer, days, verified], " · ");
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
        self.sentence("auth", &format!("{}{before}", auth.offered.join(" ")));
    }

    /// What did not come out well, and what to try.
    pub(super) fn checks(&mut self, report: &Report) {
        let handshake_failed = report
            .error
            .as_ref()
            .is_some_and(|error| error.phase == Phase::Tls);
        for check in &report.checks {
            // The error below says it already.
            let is_error = report
                .error
                .as_ref()
                .is_some_and(|error| error.message == check.message);
            let is_told = is_error || (handshake_failed && check.id.starts_with("cert."));
            if check.status != CheckStatus::Ok && !is_told {
                self.check(report, check);
            }
        }
    }

    fn check(&mut self, report: &Report, check: &Check) {
        let (mark, paint) = match check.status {
            CheckStatus::Ok | CheckStatus::Note => ("- note:", Paint::Dim),
            CheckStatus::Warn => ("!", Paint::Attention),
            CheckStatus::Fail => ("!!", Paint::Bad),
        };
        let painted = self.look.paint(paint, mark);
        self.paragraph(
            &format!("  {mark} "),
            &format!("  {painted} "),
            &check.message,
        );
        if check.status == CheckStatus::Note {
            return;
        }
        for remedy in advice::for_check(report, check) {
            self.advice(&remedy);
        }
    }

    /// What to try; never cut, since it may be a command to paste.
    fn advice(&mut self, advice: &Advice) {
        const WORD: &str = "    try    ";
        self.paragraph(WORD, WORD, &advice.to_string());
    }

    fn transcript(&mut self, report: &Report) {
        for entry in report.transcript.iter().flatten() {
            let text = self.look.plain(&talk::of_entry(entry));
            self.line(&text);
        }
    }

    /// Why it failed, and what to try.
    pub(super) fn error(&mut self, report: &Report) {
        let Some(error) = &report.error else { return };
        let word = format!("error[{}]", error.kind);
        let painted = self.look.paint(Paint::Bad, &word);
        let head = format!("  {word}: ");
        self.hanging(&head, &format!("  {painted}: "), 4, &error.message);
        let place = where_it_was(report);
        if !place.is_empty() {
            self.paragraph("    where  ", "    where  ", &place);
        }
        for advice in advice::for_report(report) {
            self.advice(&advice);
        }
    }
}

/// What stands behind the address in the verdict line: a word, and for who sees nothing else the reason.
fn reason(report: &Report, detail: Detail) -> (String, String) {
    let alone = |text: &str| match detail {
        Detail::Line => text.to_owned(),
        Detail::Compact | Detail::Bars | Detail::Talk => String::new(),
    };
    if report.verdict == Verdict::Ok {
        return Default::default();
    }
    if let Some(error) = &report.error {
        return (error.kind.to_string(), alone(&error.message));
    }
    let slow = slow_phase(report).map(|phase| format!("slow: {phase}"));
    let wanted = match report.verdict {
        Verdict::Fail => CheckStatus::Fail,
        _ => CheckStatus::Warn,
    };
    let check = report.checks.iter().find(|check| check.status == wanted);
    let (id, message) = match check {
        Some(check) => (alone(&check.id), alone(&check.message)),
        None => Default::default(),
    };
    (slow.unwrap_or(id), message)
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
    if report.phases.is_empty() || error.phase == Phase::Assert {
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
