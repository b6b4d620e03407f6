//! [`Receipt`]: what became of a mail, recipient by recipient.

use std::fmt;

use netspeak_core::{ErrorKind, Phase, Reason};

use crate::error::{Error, Result};
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
    refusal: Option<Refusal>,
    reply: Option<Reply>,
}

/// What became of a mail for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The recipient.
    pub recipient: ForwardPath,
    /// The result.
    pub outcome: Outcome,
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.recipient, self.outcome)
    }
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
    /// The connection ended when all of the mail had left and the answer had not come: the server may
    /// have taken it. Sending it again may deliver it twice.
    InDoubt(Doubt),
}

/// Why it is not known whether a mail was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The stable word for what ended the connection.
    pub kind: ErrorKind,
    /// What happened.
    pub message: String,
}

impl Doubt {
    pub(crate) fn of(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            message: error.message(),
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it is not known whether the mail was taken: {}",
            self.message
        )
    }
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

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted(_) => f.write_str("accepted"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NotAttempted => f.write_str("not attempted"),
            Self::InDoubt(doubt) => doubt.fmt(f),
        }
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

/// What became of it for each: `a@example.net: accepted; b@example.net: RCPT refused: 550 no`.
impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, delivery) in self.deliveries.iter().enumerate() {
            let between = if at == 0 { "" } else { "; " };
            write!(f, "{between}{delivery}")?;
        }
        Ok(())
    }
}

impl Receipt {
    /// Nothing has been tried so far.
    pub(crate) fn new<'r>(recipients: impl IntoIterator<Item = &'r ForwardPath>) -> Self {
        let untried = |recipient: &ForwardPath| Delivery {
            recipient: recipient.clone(),
            outcome: Outcome::NotAttempted,
        };
        Self {
            deliveries: recipients.into_iter().map(untried).collect(),
            refusal: None,
            reply: None,
        }
    }

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

    /// The recipients for whom it is not known whether it was taken, and why not.
    pub fn in_doubt(&self) -> impl Iterator<Item = (&ForwardPath, &Doubt)> {
        self.deliveries
            .iter()
            .filter_map(|delivery| match &delivery.outcome {
                Outcome::InDoubt(doubt) => Some((&delivery.recipient, doubt)),
                _ => None,
            })
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
    /// `work.in_doubt` if it is not known for some, which is not for trying again without a thought;
    /// [`Error::Refused`] with the first refusal; [`Error::Unsupported`] if recipients were left out
    /// because the server takes no more of them at once. Each names the first of the recipients that it
    /// is about, and says how many more there are.
    pub fn complete(self) -> Result<Self> {
        if self.is_complete() {
            return Ok(self);
        }
        if let Some((_, doubt)) = self.in_doubt().next() {
            let kind = ErrorKind::new(Phase::Work, Reason::InDoubt);
            let whose = self.named(|outcome| matches!(outcome, Outcome::InDoubt(_)));
            return Err(Error::net(kind, format!("{whose}: {doubt}")));
        }
        let mut refusals = self.deliveries.iter().filter_map(|d| d.outcome.refusal());
        if let Some(first) = self.refusal.as_ref().or(refusals.next()) {
            let Refusal { verb, reply } = first;
            let whose = self.named(|outcome| match outcome {
                // Where the sender is refused, nobody is tried.
                Outcome::NotAttempted => *verb == "MAIL",
                outcome => outcome.refusal() == Some(first),
            });
            let asked = format!("{verb} for {whose}");
            return Err(Error::refused(asked, Phase::Work, reply.clone()));
        }
        let left_out = self.named(|outcome| *outcome == Outcome::NotAttempted);
        Err(Error::unsupported(
            format!("as many recipients of one mail (left out: {left_out})"),
            ErrorKind::new(Phase::Work, Reason::TooLarge),
        ))
    }

    /// The first recipient of whom this holds, and how many more there are.
    fn named(&self, holds: impl Fn(&Outcome) -> bool) -> String {
        let found = self.deliveries.iter().filter(|d| holds(&d.outcome));
        let mut found = found.map(|delivery| &delivery.recipient);
        match (found.next(), found.count()) {
            (None, _) => "nobody".to_owned(),
            (Some(first), 0) => first.to_string(),
            (Some(first), more) => format!("{first} and {more} more"),
        }
    }

    /// The answer about one recipient.
    pub(crate) fn note(&mut self, at: usize, verb: &'static str, reply: Reply) {
        if let Some(delivery) = self.deliveries.get_mut(at) {
            delivery.outcome = if reply.is_positive() {
                Outcome::Accepted(reply)
            } else {
                Outcome::Refused(Refusal { verb, reply })
            };
        }
    }

    /// Which recipients are accepted so far.
    pub(crate) fn accepted_at(&self) -> impl Iterator<Item = usize> {
        let deliveries = self.deliveries.iter().enumerate();
        deliveries.filter_map(|(at, delivery)| delivery.outcome.is_accepted().then_some(at))
    }

    /// The server's last word so far.
    pub(crate) fn hear(&mut self, reply: Reply) {
        self.reply = Some(reply);
    }

    /// The mail as a whole is refused; so it is for all who were accepted before.
    pub(crate) fn refuse(&mut self, verb: &'static str, reply: Reply) {
        self.reply = Some(reply.clone());
        let refusal = Refusal { verb, reply };
        for delivery in &mut self.deliveries {
            if delivery.outcome.is_accepted() {
                delivery.outcome = Outcome::Refused(refusal.clone());
            }
        }
        self.refusal = Some(refusal);
    }

    /// A chunk was refused, and the mail is taken all the same.
    pub(crate) fn take_back(&mut self, reply: &Reply) {
        let Some(refusal) = self.refusal.take() else {
            return;
        };
        self.reply = Some(reply.clone());
        for delivery in &mut self.deliveries {
            if delivery.outcome.refusal() == Some(&refusal) {
                delivery.outcome = Outcome::Accepted(reply.clone());
            }
        }
    }

    /// The answer will not come any more: not to these RCPTs, and not to the text, but for those for
    /// whom it has come.
    pub(crate) fn doubt(&mut self, unknown: &[usize], answered: &[usize], doubt: &Doubt) {
        for (at, delivery) in self.deliveries.iter_mut().enumerate() {
            let is_accepted = delivery.outcome.is_accepted() && !answered.contains(&at);
            if is_accepted || unknown.contains(&at) {
                delivery.outcome = Outcome::InDoubt(doubt.clone());
            }
        }
    }
}
