//! [`Receipt`]: what became of a mail, recipient by recipient.

use std::fmt;

use netspeak_core::Phase;

use crate::error::{Error, Result, refused};
use crate::response::{Reply, queue_id};
use crate::types::ForwardPath;

/// What became of a mail: one result for each recipient of the envelope, in its order.
///
/// That there is a receipt says only that the talk came to its end: look at the results, or ask
/// [`complete`](Self::complete).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a receipt may hold refusals"]
pub struct Receipt {
    /// One for each recipient.
    pub deliveries: Vec<Delivery>,
    pub(super) refusal: Option<Refusal>,
    pub(super) reply: Option<Reply>,
}

/// What became of a mail for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The recipient.
    pub recipient: ForwardPath,
    /// The result.
    pub outcome: Outcome,
}

/// The result for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server has taken the mail for this recipient. In SMTP this is the reply to RCPT, in LMTP
    /// the one after the text.
    Accepted(Reply),
    /// It has not.
    Refused(Refusal),
    /// Nothing was tried: the sender was refused, or the server takes no more recipients at once.
    NotAttempted,
}

/// A negative reply and what it is the reply to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The command: `MAIL`, `RCPT`, `DATA`, `BDAT`.
    pub verb: &'static str,
    /// The answer: code, enhanced code, text.
    pub reply: Reply,
}

impl Refusal {
    /// Whether a later attempt may succeed.
    pub fn is_temporary(&self) -> bool {
        self.reply.is_temporary()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} refused: {}", self.verb, self.reply)
    }
}

impl Outcome {
    /// Whether the mail was taken.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// The refusal, if it was refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Receipt {
    /// The recipients for whom the mail was taken.
    pub fn accepted(&self) -> impl Iterator<Item = &ForwardPath> {
        self.deliveries
            .iter()
            .filter(|delivery| delivery.outcome.is_accepted())
            .map(|delivery| &delivery.recipient)
    }

    /// The recipients for whom it was refused, and why.
    pub fn refused(&self) -> impl Iterator<Item = (&ForwardPath, &Refusal)> {
        self.deliveries
            .iter()
            .filter_map(|delivery| Some((&delivery.recipient, delivery.outcome.refusal()?)))
    }

    /// Whether it was taken for every recipient.
    pub fn is_complete(&self) -> bool {
        self.deliveries
            .iter()
            .all(|delivery| delivery.outcome.is_accepted())
    }

    /// Why the mail as a whole was refused: the reply to MAIL, DATA, or the text.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// The server's last word about the mail.
    pub fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    /// The id under which the server keeps it, if it says so in words that are known.
    pub fn queue_id(&self) -> Option<String> {
        self.reply.as_ref().and_then(queue_id)
    }

    /// The receipt, if every recipient was accepted.
    ///
    /// # Errors
    /// [`Error::Refused`] with the first refusal; [`Error::Unsupported`] if recipients were left
    /// out because the server takes no more of them at once.
    pub fn complete(self) -> Result<Self> {
        if self.is_complete() {
            return Ok(self);
        }
        let first = self
            .refusal
            .clone()
            .or_else(|| self.refused().next().map(|(_, refusal)| refusal.clone()));
        Err(match first {
            Some(refusal) => refused(refusal.verb, Phase::Work, refusal.reply),
            None => Error::Unsupported {
                feature: "as many recipients of one mail".into(),
                kind: netspeak_core::ErrorKind::new(Phase::Work, netspeak_core::Reason::TooLarge),
            },
        })
    }

    /// The mail as a whole is refused; so it is for all who were accepted before.
    pub(super) fn refuse(&mut self, verb: &'static str, reply: Reply) {
        let refusal = Refusal { verb, reply };
        for delivery in &mut self.deliveries {
            if delivery.outcome.is_accepted() {
                delivery.outcome = Outcome::Refused(refusal.clone());
            }
        }
        self.refusal = Some(refusal);
    }
}
