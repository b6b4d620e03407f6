//! Folders with all that is in them.

use netspeak::core::Target;
use netspeak::ftp::mirror::{Event, Failure as Missed, Mirror, Report, SkipReason, Step};

use super::builder;
use crate::args::{ConnectArgs, DataArgs, PaceArgs};
use crate::failure::Failure;
use crate::output;
use crate::render::progress::{Bar, Data};
use crate::render::talk;

/// Mirrors over several sessions, and tells what happens.
pub(in crate::verbs) async fn mirror(
    mirror: Mirror,
    target: &Target,
    pace: &PaceArgs,
    data: &DataArgs,
    connect: &ConnectArgs,
) -> Result<Report, Failure> {
    if pace.limit_rate.is_some() {
        return Err(Failure::usage("--limit-rate is for files, not for folders"));
    }
    let mut opening = connect.opening(target)?;
    if connect.verbose == 0 {
        opening.trace = None;
    }
    let trace = opening.trace.clone();
    let bar = Bar::new(target.path(), 0, None, Data::Elsewhere);
    let done = mirror
        .jobs(pace.jobs)
        .on_event(move |event| tell(&event, &bar))
        .run(&builder(opening, data), target)
        .await;
    for line in trace.iter().flat_map(talk::lines) {
        output::say(&line);
    }
    Ok(done?)
}

/// Tells what came of a mirror.
pub(in crate::verbs) fn summed_up(report: &Report) -> Result<(), Failure> {
    output::say(&format!(
        "{} transferred ({} bytes), {} unchanged, {} deleted, {} left out, {} failed",
        report.transferred,
        report.bytes,
        report.unchanged,
        report.deleted,
        report.skipped,
        report.failed
    ));
    judged(report)
}

/// What was not done is a failure.
pub(in crate::verbs) fn judged(report: &Report) -> Result<(), Failure> {
    if let Some(error) = &report.broken_off {
        let message = format!("the rest was not tried: {error}");
        return Err(Failure::partial(error.kind(), message));
    }
    match report.failures.first() {
        None => Ok(()),
        Some(first) => Err(Failure::partial(
            first.error.kind(),
            format!(
                "{} of them failed; the first: {}",
                report.failed,
                failed(first)
            ),
        )),
    }
}

/// What went wrong with one file or folder.
pub(in crate::verbs) fn failed(missed: &Missed) -> String {
    format!("{}: {}", missed.path, missed.error)
}

fn tell(event: &Event<'_>, bar: &Bar) {
    match event {
        Event::Planned(step) => output::print(&planned(step)),
        Event::Skipped { path, reason } if **reason != SkipReason::Unchanged => {
            bar.say(&format!("{path}: left out: {}", why(reason)));
        }
        Event::Moved { all, .. } => bar.moved(*all),
        Event::Failed(missed) => bar.say(&failed(missed)),
        _ => {}
    }
}

/// A step of a dry run, as a line.
fn planned(step: &Step) -> String {
    match step {
        Step::MakeFolder { path } => format!("make      {path}/\n"),
        Step::Transfer { path, .. } => format!("transfer  {path}\n"),
        Step::Delete { path, .. } => format!("delete    {path}\n"),
        _ => String::new(),
    }
}

fn why(reason: &SkipReason) -> String {
    match reason {
        SkipReason::Link => "it is a symbolic link".to_owned(),
        SkipReason::NoFile => "it is neither a file nor a folder".to_owned(),
        SkipReason::OtherKind(_) => "something of another kind has its name".to_owned(),
        SkipReason::Name(fault) => fault.to_string(),
        SkipReason::Collides(other) => format!("it would be the same here as {other}"),
        SkipReason::Duplicate => "the folder has the name twice".to_owned(),
        SkipReason::TooDeep => "it lies too deep".to_owned(),
        SkipReason::Unclear => "not all of its folder is known".to_owned(),
        SkipReason::Unlisted => "its folder could not be listed".to_owned(),
        _ => "it is not needed".to_owned(),
    }
}
