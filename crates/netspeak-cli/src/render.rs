//! Reports for people and for programs.

mod bars;
pub(crate) mod chain;
pub(crate) mod columns;
mod human;
pub(crate) mod live;
pub(crate) mod nagios;
mod notes;
pub(crate) mod outlet;
mod page;
pub(crate) mod progress;
mod prom;
mod style;
pub(crate) mod talk;

use netspeak::core::report::Report;

use crate::args::LookArgs;

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
    /// And what was said.
    Talk,
}

/// The report for people, whole lines.
pub(crate) fn for_people(report: &Report, detail: Detail, look: LookArgs) -> String {
    human::render(report, detail, Look::new(look))
}
