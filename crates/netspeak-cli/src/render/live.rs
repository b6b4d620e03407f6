//! [`Live`]: what runs just now, on the terminal of somebody who waits.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use netspeak::core::Phase;

use crate::output;

/// So many lines of probes that run.
const LINES: usize = 6;

/// A probe that runs.
pub(crate) struct Running<'a> {
    pub(crate) since: Duration,
    pub(crate) phase: Option<Phase>,
    pub(crate) url: &'a str,
}

/// A line that counts, and one for each of the probes that have run longest; on standard error, and gone in the end.
pub(crate) struct Live {
    all: MultiProgress,
    count: Option<ProgressBar>,
    lines: Vec<ProgressBar>,
    total: u64,
    done: u64,
}

impl Live {
    /// For so many targets, if anybody is to see it.
    pub(crate) fn new(total: u64, wanted: bool) -> Self {
        let all = MultiProgress::new();
        let is_seen = wanted && output::stderr_is_terminal() && output::stdout_is_terminal();
        let line = |template: &str| {
            let line = all.add(ProgressBar::new(total));
            let style = ProgressStyle::with_template(template);
            line.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        };
        let (count, lines) = match is_seen {
            true => (
                Some(line("{bar:24} {pos}/{len}  {elapsed}  {msg}")),
                (0..LINES).map(|_| line("  {msg}")).collect(),
            ),
            false => (None, Vec::new()),
        };
        if let Some(count) = &count {
            count.enable_steady_tick(Duration::from_millis(250));
        }
        Self {
            all,
            count,
            lines,
            total,
            done: 0,
        }
    }

    /// Whether anybody sees it.
    pub(crate) fn is_seen(&self) -> bool {
        self.count.is_some()
    }

    /// One more is done.
    pub(crate) fn count(&mut self) {
        self.done = self.done.saturating_add(1).min(self.total);
    }

    /// These run.
    pub(crate) fn show<'a>(&self, running: impl Iterator<Item = Running<'a>>) {
        let Some(count) = &self.count else { return };
        count.set_position(self.done);
        let mut running: Vec<Running<'a>> = running.collect();
        running.sort_by_key(|probe| std::cmp::Reverse(probe.since));
        count.set_message(format!("{} running", running.len()));
        for (at, line) in self.lines.iter().enumerate() {
            line.set_message(match running.get(at) {
                Some(Running { phase, url, .. }) => {
                    let phase = phase.map(|phase| phase.to_string()).unwrap_or_default();
                    format!("{phase:<8} {url}")
                }
                None => String::new(),
            });
        }
    }

    /// Lets others print.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.count {
            Some(_) => self.all.suspend(print),
            None => print(),
        }
    }

    /// Nothing runs any more.
    pub(crate) fn end(&mut self) {
        for line in self.lines.drain(..).chain(self.count.take()) {
            line.finish_and_clear();
        }
    }
}
