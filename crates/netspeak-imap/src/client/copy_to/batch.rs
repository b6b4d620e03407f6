//! [`Batch`]: small messages that go in one command (MULTIAPPEND, RFC 3502).

use netspeak_core::Wire;

use super::appender::About;
use crate::types::Literals;

/// So many messages go together.
const MOST: usize = 32;
/// And so many octets.
const MOST_OCTETS: usize = 128 * 1024;

/// A small message that is kept until it is answered: if one of a batch is refused all are, and each is sent alone then.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) about: About,
    pub(super) text: Vec<u8>,
}

/// Messages that wait for others to go along.
#[derive(Debug, Default)]
pub(super) struct Batch {
    kept: Vec<Kept>,
    octets: usize,
}

impl Batch {
    pub(super) fn push(&mut self, kept: Kept) {
        self.octets = self.octets.saturating_add(kept.text.len());
        self.kept.push(kept);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.kept.len() >= MOST || self.octets >= MOST_OCTETS
    }

    pub(super) fn take(&mut self) -> Vec<Kept> {
        self.octets = 0;
        std::mem::take(&mut self.kept)
    }
}

/// The largest message that goes along with others, where the server takes several at once and does not want to be asked
/// before each.
pub(super) fn largest(literals: Literals) -> u64 {
    match literals {
        Literals::Plus => 16 * 1024,
        Literals::Minus => 4096,
        Literals::Synchronising => 0,
    }
}

/// What stands before the text of a message that is not the first one of its command. Flags were checked before.
pub(super) fn announce(about: &About, size: usize) -> Wire {
    let mut text = String::new();
    if !about.flags.is_empty() {
        let flags: Vec<String> = about.flags.iter().map(ToString::to_string).collect();
        text += &format!(" ({})", flags.join(" "));
    }
    if let Some(date) = &about.date {
        text += &format!(" \"{date}\"");
    }
    text += &format!(" {{{size}+}}\r\n");
    let mut wire = Wire::new();
    wire.raw(text.as_bytes());
    wire
}
