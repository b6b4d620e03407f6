//! [`Outlet`]: where reports go, one after the other or all at the end.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use netspeak::core::Trace;
use netspeak::core::report::{Report, Verdict};
use serde_json::json;

use super::nagios::{self, Limits};
use super::{Detail, Look, human, prom, talk};
use crate::alarm::Judgement;
use crate::args::{ExitArgs, ExitCodes, Format, OutputArgs};
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::output::{self, Beginning, Sink};
use crate::place;
use crate::template::Template;

/// Reports as they were asked for: printed, kept, counted.
pub(crate) struct Outlet {
    format: Format,
    detail: Detail,
    look: Look,
    template: Option<Template>,
    /// Everything, where the format or a file wants all of it at once.
    kept: Option<Vec<Report>>,
    save: Option<PathBuf>,
    trace: Option<std::fs::File>,
    counts: Counts,
    wants_summary: bool,
    clock: Trace,
}

/// How many came out how.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    ok: u64,
    warn: u64,
    fail: u64,
    unknown: u64,
    /// The first code of curl's that is not 0.
    curl: Option<Code>,
}

impl Outlet {
    /// For one target or for several.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn new(
        args: &OutputArgs,
        detail: Detail,
        is_many: bool,
        wants_summary: bool,
    ) -> Result<Self, Failure> {
        let format = args.chosen();
        let is_late = format == Format::Prom || args.save.is_some();
        let create = |path: &PathBuf| {
            let file = std::fs::File::create(path);
            file.map_err(|error| Failure::from(error).about(&path.display()))
        };
        if let Some(path) = &args.save {
            check_folder(path)?;
        }
        let for_people = matches!(format, Format::Human | Format::Line) && args.write_out.is_none();
        Ok(Self {
            format,
            detail: match format {
                Format::Line => Detail::Line,
                _ => detail,
            },
            look: Look::new(args.look),
            template: args.write_out.clone(),
            kept: is_late.then(Vec::new),
            save: args.save.clone(),
            trace: args.trace.as_ref().map(create).transpose()?,
            counts: Counts::default(),
            wants_summary: wants_summary || (is_many && for_people),
            clock: Trace::new(),
        })
    }

    /// Whether people read it.
    pub(crate) fn is_for_people(&self) -> bool {
        matches!(self.format, Format::Human | Format::Line) && self.template.is_none()
    }

    /// Takes a report; whether anybody still reads.
    pub(crate) fn show(&mut self, report: &Report) -> bool {
        self.counts.add(report);
        self.note_talk(report);
        let text = match (&self.template, self.format) {
            (Some(template), _) => template.fill(&place::of_report(report)),
            (None, Format::Human | Format::Line) => human::render(report, self.detail, self.look),
            (None, Format::Json) => pretty(report),
            (None, Format::Ndjson) => line(report),
            (None, Format::Nagios) => nagios_line(report),
            (None, Format::Prom) => String::new(),
        };
        if let Some(kept) = &mut self.kept {
            kept.push(report.clone());
        }
        output::try_print(&text).is_ok()
    }

    /// All have come: prints what had to wait for it, and gives the code.
    pub(crate) fn end(mut self, exit: &ExitArgs) -> Code {
        let kept = self.kept.take().unwrap_or_default();
        let late = match self.format {
            _ if self.template.is_some() => String::new(),
            Format::Prom => prom::render(&kept),
            _ => String::new(),
        };
        let is_strict = exit.strict || self.format == Format::Nagios;
        let mut code = self.counts.code(exit, is_strict);
        if let Some(path) = &self.save {
            let text = match self.format {
                Format::Prom => late.clone(),
                _ => kept.iter().map(line).collect(),
            };
            if let Err(error) = save(path, &text) {
                let failure = Failure::from(error).about(&path.display());
                output::complain(&failure.kind.to_string(), &failure.to_string(), &[]);
                code = code.max(exit::UNKNOWN);
            }
        }
        if self.save.is_none() || self.format != Format::Prom {
            output::print(&late);
        }
        if self.wants_summary {
            self.print_summary();
        }
        code
    }

    fn print_summary(&self) {
        let counts = self.counts;
        let took = self.clock.elapsed();
        match self.format {
            Format::Json | Format::Ndjson => output::print(&format!("{}\n", counts.json(took))),
            Format::Human => {
                let text = self.look.plain(&counts.sentence(took));
                output::print(&format!("{text}\n"));
            }
            _ => output::say(&self.look.plain(&counts.sentence(took))),
        }
    }

    /// Lines of the talk, for the file that was named.
    fn note_talk(&mut self, report: &Report) {
        let Some(file) = &mut self.trace else { return };
        let mut text = format!("# {} {}\n", report.time, report.target.url);
        for entry in report.transcript.iter().flatten() {
            text.push_str(&talk::of_entry(entry));
            text.push('\n');
        }
        if let Err(error) = file.write_all(text.as_bytes()) {
            output::say(&format!("warning: the talk is not written: {error}"));
            self.trace = None;
        }
    }
}

impl Counts {
    fn add(&mut self, report: &Report) {
        match report.verdict {
            Verdict::Ok => self.ok += 1,
            Verdict::Warn => self.warn += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Unknown => self.unknown += 1,
        }
        let kind = report.error.as_ref().map(|error| error.kind);
        self.curl = self.curl.or(kind.map(exit::of_transfer));
    }

    /// A failure counts more than what could not be looked at.
    fn code(&self, exit: &ExitArgs, is_strict: bool) -> Code {
        if exit.exit_zero {
            return exit::OK;
        }
        if exit.exit == ExitCodes::Curl {
            return self.curl.unwrap_or(exit::OK);
        }
        match self {
            Self { fail: 1.., .. } => exit::FAIL,
            Self { unknown: 1.., .. } => exit::UNKNOWN,
            Self { warn: 1.., .. } if is_strict => exit::WARN,
            _ => exit::OK,
        }
    }

    fn total(&self) -> u64 {
        self.ok + self.warn + self.fail + self.unknown
    }

    /// `3 targets · 1 ok · 1 warn · 1 fail · 0.1 s`
    fn sentence(&self, took: Duration) -> String {
        let mut text = match self.total() {
            1 => "1 target".to_owned(),
            total => format!("{total} targets"),
        };
        for (count, word) in [
            (self.ok, "ok"),
            (self.warn, "warn"),
            (self.fail, "fail"),
            (self.unknown, "unknown"),
        ] {
            if count > 0 {
                // Writing into a String cannot fail.
                let _ = write!(text, " · {count} {word}");
            }
        }
        let _ = write!(text, " · {:.1} s", took.as_secs_f64());
        text
    }

    fn json(&self, took: Duration) -> serde_json::Value {
        json!({
            "schema": "netspeak.summary/1",
            "tool": concat!("netspeak ", env!("CARGO_PKG_VERSION")),
            "targets": self.total(),
            "ok": self.ok,
            "warn": self.warn,
            "fail": self.fail,
            "unknown": self.unknown,
            "total_ms": (took.as_secs_f64() * 1e6).round() / 1000.0,
        })
    }
}

fn nagios_line(report: &Report) -> String {
    let limits = Limits {
        warning: None,
        critical: None,
        cert_days: None,
        total: netspeak::core::protocol::PROBE_TOTAL.as_secs_f64(),
    };
    nagios::render(report, &Judgement::as_it_is(report), &limits)
}

fn pretty(report: &Report) -> String {
    whole(serde_json::to_string_pretty(report))
}

fn line(report: &Report) -> String {
    whole(serde_json::to_string(report))
}

fn whole(text: serde_json::Result<String>) -> String {
    // A report has no map keys that are not text, so this cannot fail; if it does, say so.
    text.unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}")) + "\n"
}

/// That nothing can be kept is better told before than after.
fn check_folder(path: &std::path::Path) -> Result<(), Failure> {
    let folder = folder_of(path);
    match folder.is_dir() {
        true => Ok(()),
        false => Err(Failure::usage(format!(
            "--save: there is no folder {}",
            folder.display()
        ))),
    }
}

fn folder_of(path: &std::path::Path) -> &std::path::Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => std::path::Path::new("."),
    }
}

/// Replaces a file by one that is whole: whoever reads it meanwhile reads the old one.
fn save(path: &std::path::Path, text: &str) -> io::Result<()> {
    let mut sink = Sink::named(path, Beginning::Anew)?;
    sink.write_all(text.as_bytes())?;
    sink.complete()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::tests::ends;

    #[test]
    fn a_failure_counts_more_than_what_is_not_known() {
        let counts = |ok, warn, fail, unknown| Counts {
            ok,
            warn,
            fail,
            unknown,
            curl: Some(exit::of_transfer("tcp.refused".parse().unwrap())),
        };
        for (counts, words, code) in [
            (counts(1, 0, 0, 0), "", exit::OK),
            (counts(1, 1, 0, 0), "", exit::OK),
            (counts(1, 1, 0, 0), "--strict", exit::WARN),
            (counts(1, 1, 1, 1), "", exit::FAIL),
            (counts(1, 1, 0, 1), "--strict", exit::UNKNOWN),
            (counts(1, 1, 1, 1), "--exit-zero", exit::OK),
        ] {
            let exit = ends(words);
            let is_strict = exit.strict;
            assert_eq!(counts.code(&exit, is_strict), code, "{counts:?} {words}");
        }
        let curl = counts(0, 0, 1, 0).code(&ends("--exit=curl"), false);
        assert_eq!(curl, exit::of_transfer("tcp.refused".parse().unwrap()));
    }

    #[test]
    fn the_summary_counts_what_there_is() {
        let counts = Counts {
            ok: 1,
            fail: 2,
            ..Counts::default()
        };
        let took = Duration::from_millis(120);
        assert_eq!(counts.sentence(took), "3 targets · 1 ok · 2 fail · 0.1 s");
        assert_eq!(counts.json(took)["targets"], 3);
    }
}
