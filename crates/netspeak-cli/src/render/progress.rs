//! [`Bar`]: how far a transfer is; [`Bars`]: how far several are.

use std::cell::OnceCell;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use indicatif::{ProgressBar, ProgressStyle};
use netspeak::core::text::printable;
use tokio::io::{AsyncRead, ReadBuf};

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

    /// Counts mails, of which nobody knows how many there will be.
    pub(crate) fn of_mails(name: &str, data: Data) -> Self {
        let bar = Self::new(name, 0, None, data);
        bar.line.set_style(style(MAILS));
        bar
    }

    /// So many bytes have moved by now, without those that were there.
    pub(crate) fn moved(&self, bytes: u64) {
        self.line.set_position(self.offset.saturating_add(bytes));
    }

    /// So many bytes, or mails, more have moved.
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

/// The bars of a verb: one for each transfer, or one for all where there are several.
#[derive(Default)]
pub(crate) struct Bars {
    are_many: bool,
    all: OnceCell<Arc<Bar>>,
}

impl Bars {
    /// For so many transfers.
    pub(crate) fn of(transfers: u64) -> Self {
        Self {
            are_many: transfers > 1,
            all: OnceCell::new(),
        }
    }

    /// Where the bytes of one transfer are counted, as [`Bar::new`] has it.
    pub(crate) fn meter(&self, name: &str, offset: u64, rest: Option<u64>, data: Data) -> Meter {
        let bar = match self.are_many {
            true => self
                .all
                .get_or_init(|| Arc::new(Bar::new("", 0, None, data))),
            false => &Arc::new(Bar::new(name, offset, rest, data)),
        };
        Meter {
            bar: Arc::clone(bar),
            moved: 0,
        }
    }

    /// Lets others say something.
    pub(crate) fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        match self.all.get() {
            Some(bar) => bar.aside(say),
            None => say(),
        }
    }
}

/// Counts the bytes of one transfer.
pub(crate) struct Meter {
    bar: Arc<Bar>,
    moved: u64,
}

impl Meter {
    /// So many bytes more have moved.
    pub(crate) fn add(&mut self, bytes: usize) {
        self.moved = self.moved.saturating_add(bytes as u64);
        self.bar.add(bytes);
    }

    /// So many bytes have moved by now, without those that were there.
    pub(crate) fn moved(&mut self, bytes: u64) {
        let more = bytes.saturating_sub(self.moved);
        self.moved = bytes;
        self.bar.add(usize::try_from(more).unwrap_or(usize::MAX));
    }

    /// Says something to the person who looks at it.
    pub(crate) fn say(&self, text: &str) {
        self.bar.say(text);
    }

    /// Counts what is read.
    pub(crate) fn reading<R>(self, reader: R) -> Metered<R> {
        Metered {
            reader,
            meter: self,
        }
    }
}

/// A reader whose bytes are counted.
pub(crate) struct Metered<R> {
    reader: R,
    meter: Meter,
}

impl<R: AsyncRead + Unpin> AsyncRead for Metered<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = room.filled().len();
        let read = Pin::new(&mut self.reader).poll_read(context, room);
        self.meter.add(room.filled().len().saturating_sub(before));
        read
    }
}

const KNOWN: &str =
    "{wide_msg} {bar:24} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}";
const MAILS: &str = "{wide_msg} {human_pos} mails {per_sec}";
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
        for template in [KNOWN, UNKNOWN, MAILS] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn the_bytes_of_all_transfers_add_up() {
        let bars = Bars::of(2);
        let meter = || bars.meter("name", 7, Some(9), Data::OnTerminal);
        let (mut one, mut other) = (meter(), meter());
        one.moved(10);
        other.add(3);
        one.moved(15);
        assert_eq!(other.bar.line.position(), 18);
        let alone = Bars::of(1);
        let mut meter = alone.meter("name", 7, Some(9), Data::OnTerminal);
        meter.moved(2);
        assert_eq!(meter.bar.line.position(), 2);
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
