//! [`Tally`]: what became of the mails, recipient by recipient.

use netspeak::smtp::{Outcome, Receipt};

use crate::exit::{self, Code};

/// How many recipients of all mails were taken.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) mails: u64,
    pub(super) accepted: u64,
    pub(super) refused: u64,
    /// Those of mails that may have been taken.
    pub(super) in_doubt: u64,
}

impl Tally {
    pub(super) fn count(&mut self, receipt: &Receipt) {
        self.mails += 1;
        for delivery in &receipt.deliveries {
            match delivery.outcome {
                Outcome::Accepted(_) => self.accepted += 1,
                Outcome::Refused(_) | Outcome::NotAttempted => self.refused += 1,
                Outcome::InDoubt(_) => self.in_doubt += 1,
            }
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.mails += other.mails;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.in_doubt += other.in_doubt;
    }

    /// 0: all were taken; 18: some, or nobody knows; 55: none.
    pub(super) fn code(self) -> Code {
        match (self.accepted, self.refused, self.in_doubt) {
            (_, 0, 0) => exit::OK,
            (0, _, 0) => exit::NOT_SENT,
            _ => exit::PARTLY_SENT,
        }
    }
}
