//! [`Judgement`]: a report, judged by what was asked for.

use netspeak::core::report::{CheckStatus, Report, Verdict};
use netspeak::core::text::printable;
use netspeak::core::{Phase, Reason};

use super::Range;
use crate::args::{Alarm, CheckArgs, OnRedirect};
use crate::exit::{self, Code};

/// What a monitoring system knows, the worst last: what is known to fail is worse than what nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Ok,
    Warning,
    Unknown,
    Critical,
}

impl State {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }

    pub(crate) const fn code(self) -> Code {
        match self {
            Self::Ok => exit::OK,
            Self::Warning => exit::WARN,
            Self::Critical => exit::FAIL,
            Self::Unknown => exit::UNKNOWN,
        }
    }
}

impl From<Alarm> for State {
    fn from(alarm: Alarm) -> Self {
        match alarm {
            Alarm::Ok => Self::Ok,
            Alarm::Warn => Self::Warning,
            Alarm::Crit => Self::Critical,
        }
    }
}

/// What a report means.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) state: State,
    /// What is wrong, the worst first.
    pub(crate) findings: Vec<String>,
    /// How long it took, in seconds: up to the failure, where there is one.
    pub(crate) seconds: f64,
    /// The days that the first certificate to end has left.
    pub(crate) days: Option<i64>,
}

impl Judgement {
    pub(crate) fn of(report: &Report, args: &CheckArgs) -> Self {
        let mut judge = Judge {
            report,
            args,
            found: Vec::new(),
            has_failed: false,
        };
        judge.error();
        judge.expectation();
        judge.certificate(days(report));
        judge.others();
        // What failed took as long as it did.
        if !judge.has_failed {
            judge.time(seconds(report));
        }
        Self::by(report, judge.found)
    }

    /// What the probe itself has judged.
    pub(crate) fn as_it_is(report: &Report) -> Self {
        let error = report.error.as_ref().map(|error| {
            let state = match report.verdict {
                Verdict::Unknown => State::Unknown,
                _ => State::Critical,
            };
            (state, format!("{}: {}", error.kind, error.message))
        });
        let checks = report.checks.iter();
        let checks = checks.map(|check| (of_check(check.status), check.message.clone()));
        let found = error.into_iter().chain(checks);
        let found = found.filter(|(state, _)| *state != State::Ok);
        Self::by(report, found.collect())
    }

    /// By what was found; the order within a state stays.
    fn by(report: &Report, mut found: Vec<(State, String)>) -> Self {
        found.sort_by_key(|(state, _)| std::cmp::Reverse(*state));
        Self {
            state: found.first().map_or(State::Ok, |(state, _)| *state),
            findings: found.into_iter().map(|(_, text)| text).collect(),
            seconds: seconds(report),
            days: days(report),
        }
    }
}

struct Judge<'a> {
    report: &'a Report,
    args: &'a CheckArgs,
    found: Vec<(State, String)>,
    /// Whether there is an error that counts.
    has_failed: bool,
}

impl Judge<'_> {
    fn find(&mut self, state: State, text: String) {
        self.found.push((state, text));
    }

    fn error(&mut self) {
        let Some(error) = &self.report.error else {
            return;
        };
        let state = match (error.kind.phase(), error.kind.reason()) {
            (Phase::Usage | Phase::Config | Phase::Internal, _) => State::Unknown,
            (Phase::Tcp, Reason::Refused) => self.args.refuse.into(),
            // Whoever says what the status has to be has judged it.
            _ if self.is_status() && self.expected() == Some(true) => return,
            _ if self.is_status() && self.status().starts_with('4') => {
                self.args.client_error.into()
            }
            _ => State::Critical,
        };
        self.has_failed = state != State::Ok;
        // Even if it is no alarm, nobody is to believe that it is there.
        self.find(state, format!("{}: {}", error.kind, error.message));
    }

    /// Whether it is the server's first answer that says no.
    fn is_status(&self) -> bool {
        let error = self.report.error.as_ref();
        let code = error.and_then(|error| error.code.as_deref());
        code.is_some() && code == self.first_code()
    }

    fn first_code(&self) -> Option<&str> {
        self.report.greeting.as_ref()?.code.as_deref()
    }

    fn status(&self) -> &str {
        self.first_code().unwrap_or_default()
    }

    /// Whether the first words are as expected; `None` if nothing was expected, or nothing said.
    fn expected(&self) -> Option<bool> {
        let said = &self.report.greeting.as_ref()?.raw;
        let mut expected = self.args.expect.iter();
        let is_said = |text: &String| said.contains(text.as_str());
        match (self.args.expect.is_empty(), self.args.all) {
            (true, _) => None,
            (false, true) => Some(expected.all(is_said)),
            (false, false) => Some(expected.any(is_said)),
        }
    }

    fn expectation(&mut self) {
        let is_silent = self.report.greeting.is_none() && self.report.error.is_none();
        let was_asked = !self.args.expect.is_empty();
        if self.expected() == Some(false) || is_silent && was_asked {
            let expected = self.args.expect.iter();
            let expected: Vec<String> = expected
                .map(|text| format!("\"{}\"", printable(text.as_bytes())))
                .collect();
            let joint = if self.args.all { " and " } else { " or " };
            let said = self.report.greeting.as_ref().map(|said| said.raw.as_str());
            let said = said.unwrap_or_default();
            let text = format!("expected {}, got \"{said}\"", expected.join(joint));
            self.find(self.args.mismatch.into(), text);
        }
    }

    fn certificate(&mut self, days: Option<i64>) {
        let check = self
            .report
            .checks
            .iter()
            .find(|check| check.id == "cert.days");
        let (Some(days), Some(check)) = (days, check) else {
            return;
        };
        let failed_in = self.report.error.as_ref().map(|error| error.phase);
        let state = match self.args.cert_days {
            // The error says it already.
            _ if days < 0 && failed_in == Some(Phase::Tls) => State::Ok,
            Some(wanted) if days < 0 || days < wanted.fail => State::Critical,
            Some(wanted) if days < wanted.warn => State::Warning,
            None if !self.args.only_asked => of_check(check.status),
            _ => State::Ok,
        };
        if state != State::Ok {
            self.find(state, check.message.clone());
        }
    }

    /// What else the probe looked at.
    fn others(&mut self) {
        for check in &self.report.checks {
            let state = match check.id.as_ref() {
                "cert.days" => continue,
                id if id.ends_with(".redirect") => match self.args.on_redirect {
                    OnRedirect::Ok | OnRedirect::Follow => State::Ok,
                    OnRedirect::Warn => State::Warning,
                    OnRedirect::Crit => State::Critical,
                },
                // Nobody wanted to know.
                "cert.verified" if self.args.connect.insecure => State::Ok,
                _ if self.args.only_asked => State::Ok,
                _ => of_check(check.status),
            };
            if state != State::Ok {
                self.find(state, check.message.clone());
            }
        }
    }

    fn time(&mut self, seconds: f64) {
        let limits = [
            (State::Critical, &self.args.critical),
            (State::Warning, &self.args.warning),
        ];
        let alarm = limits.into_iter().find_map(|(state, range)| {
            alarming(range.as_ref(), seconds).map(|range| (state, range))
        });
        if let Some((state, range)) = alarm {
            self.find(state, format!("{seconds:.3} s is outside {range}"));
        }
    }
}

fn alarming(range: Option<&Range>, value: f64) -> Option<&Range> {
    range.filter(|range| range.alarms(value))
}

fn of_check(status: CheckStatus) -> State {
    match status {
        CheckStatus::Ok | CheckStatus::Note => State::Ok,
        CheckStatus::Warn => State::Warning,
        CheckStatus::Fail => State::Critical,
    }
}

/// How long it took. What comes after a failure, such as a goodbye, does not count.
fn seconds(report: &Report) -> f64 {
    let has_failed = report.error.is_some();
    let failed = report
        .phases
        .iter()
        .rfind(|phase| has_failed && !phase.ok && phase.name != Phase::Quit);
    let ms = failed.map_or(report.total_ms, |phase| phase.start_ms + phase.ms);
    ms / 1000.0
}

/// The days of the certificate that ends first, of those that are needed.
fn days(report: &Report) -> Option<i64> {
    let check = report.checks.iter().find(|check| check.id == "cert.days");
    let observed = check.and_then(|check| check.observed.as_i64());
    observed.or_else(|| report.tls.as_ref()?.days_left)
}
