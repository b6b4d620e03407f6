//! [`Bar`]: how far a transfer is.

use indicatif::{ProgressBar, ProgressStyle};
use netspeak::core::text::printable;

use crate::output;

/// Where the data go that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    /// To the person at the terminal, who sees them come.
    OnTerminal,
    Elsewhere,
}

/// A line on standard error that tells how far a transfer is, if a person is there to see it. It goes
/// away with its owner.
pub(crate) struct Bar {
    line: ProgressBar,
    offset: u64,
}

impl Bar {
    /// For this file, of which `offset` bytes are there already, and `rest` are to come if that is known.
    pub(crate) fn new(name: &str, offset: u64, rest: Option<u64>, data: Data) -> Self {
        if data == Data::OnTerminal || !output::stderr_is_terminal() {
            let line = ProgressBar::hidden();
            return Self { line, offset };
        }
        let line = match rest {
            Some(rest) => ProgressBar::new(offset.saturating_add(rest)).with_style(style(KNOWN)),
            None => ProgressBar::no_length().with_style(style(UNKNOWN)),
        };
        let line = line.with_message(printable(name.as_bytes()));
        line.set_position(offset);
        // What came before tells nothing about the speed.
        line.reset_eta();
        Self { line, offset }
    }

    /// So many bytes have moved by now, without those that were there.
    pub(crate) fn moved(&self, bytes: u64) {
        self.line.set_position(self.offset.saturating_add(bytes));
    }

    /// So many bytes more have moved.
    pub(crate) fn add(&self, bytes: usize) {
        self.line.inc(bytes as u64);
    }

    /// Says something to the person who looks at it.
    pub(crate) fn say(&self, text: &str) {
        self.aside(|| output::say(text));
    }

    /// Lets others say something.
    pub(crate) fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        self.line.suspend(say)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.line.finish_and_clear();
    }
}

const KNOWN: &str =
    "{wide_msg} {bar:24} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}";
const UNKNOWN: &str = "{wide_msg} {binary_bytes} {binary_bytes_per_sec}";

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_understood() {
        for template in [KNOWN, UNKNOWN] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn a_bar_counts_what_was_there_before() {
        let bar = Bar {
            line: ProgressBar::hidden(),
            offset: 100,
        };
        bar.moved(50);
        assert_eq!(bar.line.position(), 150);
    }
}
