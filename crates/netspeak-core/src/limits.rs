//! [`Limits`]: how much a peer may send before it is an error. Every buffer has one. [`Budget`]: how
//! much of a limit is left.

use crate::error::{Error, Result};

/// Bounds on what a peer may send. All can be set; each has a named error
/// ([`Error::Limit`](crate::Error::Limit)).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// One line, in bytes without its line end. `None`: as the protocol has it, or 64 KiB.
    pub line: Option<usize>,
    /// Lines of one reply that is held in memory. Default 1,000.
    pub reply_lines: usize,
    /// Bytes of one reply that is held in memory. Default 1 MiB.
    pub reply_bytes: usize,
    /// Entries of a listing (messages of a maildrop, articles of a group). Default 1,000,000.
    pub listing_entries: usize,
    /// Bytes of a listing that is held in memory, 32 more counted for each entry. Default 24 MiB.
    pub listing_bytes: usize,
    /// Bytes of one literal that is held in memory (IMAP). Default 8 MiB.
    pub literal: usize,
    /// Rounds of one SASL exchange. Default 16.
    pub sasl_rounds: usize,
    /// Fewest SCRAM iterations a server may ask for. Default 4,096 (RFC 7677).
    pub scram_min_iterations: u32,
    /// Most SCRAM iterations a server may ask for. Default 1,000,000.
    pub scram_max_iterations: u32,
    /// Most bytes that may come out of each compressed one, on average and past the first MiB.
    /// Default 100.
    pub inflate_ratio: u32,
    /// Commands that are under way at once, at most: those that were sent and not answered. Protocols have
    /// windows of their own below it. 1 sends one after the other, to servers that cannot what they offer.
    /// Default: no limit.
    pub ahead: usize,
}

impl Limits {
    /// How many commands may be under way at once, where the protocol's own window is this one.
    pub fn window(&self, own: usize) -> usize {
        self.ahead.clamp(1, own.max(1))
    }

    /// The longest line, where the protocol's own limit is this one.
    pub fn line_or(&self, own: usize) -> usize {
        self.line.unwrap_or(own)
    }

    /// The longest line of a protocol that has no limit of its own: 64 KiB.
    pub fn longest_line(&self) -> usize {
        self.line_or(64 * 1024)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: None,
            reply_lines: 1_000,
            reply_bytes: 1024 * 1024,
            listing_entries: 1_000_000,
            listing_bytes: 24 * 1024 * 1024,
            literal: 8 * 1024 * 1024,
            sasl_rounds: 16,
            scram_min_iterations: 4_096,
            scram_max_iterations: 1_000_000,
            inflate_ratio: 100,
            ahead: usize::MAX,
        }
    }
}

/// What is left of the lines and bytes that one answer may have.
///
/// ```
/// use netspeak_core::{Budget, Limits};
///
/// let mut limits = Limits::default();
/// limits.reply_lines = 2;
/// let mut budget = Budget::of_reply(&limits);
/// assert!(budget.spend(10).is_ok() && budget.spend(10).is_ok());
/// assert_eq!(budget.spend(10).unwrap_err().to_string(), "the server exceeded the limit of 2 lines in a reply");
/// ```
#[derive(Clone, Debug)]
pub struct Budget {
    lines: Allowance,
    bytes: Allowance,
    /// What a line costs besides its text.
    per_line: usize,
}

#[derive(Clone, Copy, Debug)]
struct Allowance {
    what: &'static str,
    max: usize,
    left: usize,
}

impl Budget {
    /// For a reply.
    pub fn of_reply(limits: &Limits) -> Self {
        Self {
            lines: Allowance::new("lines in a reply", limits.reply_lines),
            bytes: Allowance::new("bytes in a reply", limits.reply_bytes),
            per_line: 0,
        }
    }

    /// For a listing, which may be much longer.
    pub fn of_listing(limits: &Limits) -> Self {
        Self {
            lines: Allowance::new("entries in a listing", limits.listing_entries),
            bytes: Allowance::new("bytes in a listing", limits.listing_bytes),
            per_line: 32,
        }
    }

    /// A line of so many bytes has come.
    ///
    /// # Errors
    /// [`Error::Limit`] if that is more than there may be.
    pub fn spend(&mut self, bytes: usize) -> Result<()> {
        self.lines.spend(1)?;
        self.bytes.spend(bytes.saturating_add(self.per_line))
    }

    /// The next answer may have as much.
    pub fn renew(&mut self) {
        self.lines.left = self.lines.max;
        self.bytes.left = self.bytes.max;
    }
}

impl Allowance {
    fn new(what: &'static str, max: usize) -> Self {
        Self {
            what,
            max,
            left: max,
        }
    }

    fn spend(&mut self, count: usize) -> Result<()> {
        let left = self.left.checked_sub(count);
        self.left = left.ok_or_else(|| Error::limit(self.what, self.max as u64))?;
        Ok(())
    }
}
