//! [`Tally`]: what became of the mails, recipient by recipient.

use netspeak::core::text::printable;
use netspeak::smtp::{Outcome, Receipt, Refusal};

use crate::exit::{self, Code};
use crate::output;

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

/// Who got it, who did not, and why.
pub(super) fn show(receipt: &Receipt) {
    for delivery in &receipt.deliveries {
        let (word, why) = match &delivery.outcome {
            Outcome::Accepted(reply) => ("OK", reply.to_string()),
            Outcome::Refused(refusal) => ("FAIL", refusal.to_string()),
            Outcome::NotAttempted => ("FAIL", "not attempted".to_owned()),
            Outcome::InDoubt(doubt) => ("DOUBT", doubt.to_string()),
        };
        line(word, delivery.recipient.as_str(), &why);
    }
    if receipt
        .refused()
        .any(|(_, refusal)| knows_no_chunks(refusal))
    {
        output::say(
            "  try    --chunking off   sends by DATA; what is behind this server does not know BDAT",
        );
    }
    if let Some(id) = receipt.queue_id() {
        output::print(&format!("queued as {}\n", printable(id.as_bytes())));
    }
}

/// The command itself was refused, though it is offered.
fn knows_no_chunks(refusal: &Refusal) -> bool {
    refusal.verb == "BDAT" && (500..=504).contains(&refusal.reply.code())
}

pub(super) fn line(word: &str, recipient: &str, why: &str) {
    let (recipient, why) = (printable(recipient.as_bytes()), printable(why.as_bytes()));
    output::print(&format!("{word:<5} {recipient}   {why}\n"));
}
