//! Reports for people and for programs.

mod bars;
pub(crate) mod chain;
mod human;
pub(crate) mod nagios;
mod notes;
pub(crate) mod progress;
mod style;
pub(crate) mod talk;

use netspeak::core::report::Report;

use crate::args::{Format, LookArgs, ProbeArgs};
use crate::output;

pub(crate) use style::{Look, Paint};

/// How much is shown for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The verdict line.
    Line,
    /// Phases on one line.
    Compact,
    /// Phases as bars.
    Bars,
}

/// How reports are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Renderer {
    format: Format,
    detail: Detail,
    look: Look,
}

impl Renderer {
    /// From what was typed: bars for one target, one line of phases for several or for a pipe.
    pub(crate) fn new(args: &ProbeArgs) -> Self {
        let several = args.targets.len() > 1;
        let format = match (args.json, args.format) {
            (true, _) => Format::Json,
            (false, Some(format)) => format,
            (false, None) => Format::Human,
        };
        let detail = if args.quiet || format == Format::Line {
            Detail::Line
        } else if args.connect.verbose > 0 {
            Detail::Bars
        } else if args.compact || several || !output::stdout_is_terminal() {
            Detail::Compact
        } else {
            Detail::Bars
        };
        Self {
            format,
            detail,
            look: Look::new(args.look),
        }
    }

    /// For the demonstration: bars or lines as it pleases.
    pub(crate) fn for_people(detail: Detail, look: LookArgs) -> Self {
        Self {
            format: Format::Human,
            detail,
            look: Look::new(look),
        }
    }

    /// The report, whole lines.
    pub(crate) fn render(&self, report: &Report) -> String {
        match self.format {
            Format::Json => json(serde_json::to_string_pretty(report)),
            Format::Ndjson => json(serde_json::to_string(report)),
            Format::Human | Format::Line => human::render(report, self.detail, self.look),
        }
    }
}

fn json(text: serde_json::Result<String>) -> String {
    // A report has no map keys that are not text, so this cannot fail; if it does, say so.
    text.unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}")) + "\n"
}
