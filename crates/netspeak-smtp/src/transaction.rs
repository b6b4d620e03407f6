//! [`Transaction`]: one mail from MAIL to the last answer, without I/O.
//!
//! It is asked for its [`turn`](Transaction::turn) and told what came of it: a command was
//! [said](Transaction::said), the text has been [queued](Transaction::text_said), a reply was
//! [heard](Transaction::heard). Commands form one walk over the envelope; what was said and is not
//! answered stands in a queue, and each reply belongs to its front (RFC 2920: replies come in the
//! order of the commands). Whether commands run ahead changes when they are said, and nothing else.

use std::collections::VecDeque;

use crate::codec::Asked;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::receipt::{Doubt, Receipt};
use crate::response::Reply;
use crate::types::{Envelope, MailParameters};
use netspeak_core::Phase;

/// Which of the two protocols is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// SMTP (RFC 5321): one answer for the mail.
    #[default]
    Smtp,
    /// LMTP (RFC 2033): one answer for each recipient.
    Lmtp,
}

/// Whether commands run ahead of the replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Each waits for the reply to the one before.
    OneByOne,
    /// They leave in groups.
    Ahead,
}

/// How the text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// DATA, up to a lone dot.
    Dots,
    /// BDAT, chunk by chunk, once the envelope is answered.
    Chunks,
    /// BDAT, in one chunk, which leaves with the envelope where commands run ahead.
    OneChunk,
}

/// How a mail is sent, as the server and the mail allow it.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    pub(crate) mode: Mode,
    pub(crate) pace: Pace,
    pub(crate) way: Way,
    /// Whether the text may hold any bytes (BINARYMIME); else it is lines.
    pub(crate) binary: bool,
    /// Whether the server has not said that it takes more than ASCII, and nobody else did.
    pub(crate) ascii_only: bool,
    pub(crate) parameters: MailParameters,
    /// So many recipients are tried (RFC 9422).
    pub(crate) most: usize,
}

/// What comes next.
#[derive(Debug, PartialEq)]
pub(crate) enum Turn<'t> {
    /// Say this.
    Say(Command<'t>),
    /// Send the text, or its next chunk.
    Text,
    /// Send a lone dot: the server waits for a text, and nobody is there to get it.
    LoneDot,
    /// Hear a reply.
    Hear,
    /// All is said and answered.
    Done,
}

/// The walk over the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Rset,
    Mail,
    Rcpt(usize),
    Data,
    Text,
    Nothing,
}

/// One mail on its way.
#[derive(Debug)]
pub(crate) struct Transaction {
    envelope: Envelope,
    manner: Manner,
    next: Next,
    /// Said, and not answered yet.
    asked: VecDeque<Asked>,
    receipt: Receipt,
    /// MAIL was refused: what else comes is about nothing.
    is_dead: bool,
    /// All of the text was handed over.
    is_said: bool,
    /// The recipients for whom the answer to the text has come (LMTP).
    answered: usize,
}

impl Transaction {
    /// `rset`: something may be left over on this connection.
    pub(crate) fn new(envelope: Envelope, manner: Manner, rset: bool) -> Self {
        Self {
            receipt: Receipt::new(envelope.recipients.iter().map(|to| &to.path)),
            envelope,
            manner,
            next: if rset { Next::Rset } else { Next::Mail },
            asked: VecDeque::new(),
            is_dead: false,
            is_said: false,
            answered: 0,
        }
    }

    pub(crate) fn manner(&self) -> &Manner {
        &self.manner
    }

    /// What comes next.
    pub(crate) fn turn(&self) -> Turn<'_> {
        let waits = !self.asked.is_empty() && self.manner.pace == Pace::OneByOne;
        match self.next {
            Next::Nothing if self.asked.is_empty() => Turn::Done,
            Next::Nothing => Turn::Hear,
            Next::Text => self.text_turn(),
            _ if waits => Turn::Hear,
            Next::Rset => Turn::Say(Command::Rset),
            Next::Mail => Turn::Say(Command::Mail {
                sender: &self.envelope.sender,
                parameters: &self.manner.parameters,
            }),
            Next::Rcpt(at) => match self.envelope.recipients.get(at) {
                Some(to) => Turn::Say(Command::Rcpt {
                    recipient: &to.path,
                    parameters: &to.parameters,
                }),
                None => Turn::Hear,
            },
            Next::Data => Turn::Say(Command::Data),
        }
    }

    fn text_turn(&self) -> Turn<'_> {
        let chunks = self
            .asked
            .iter()
            .filter(|asked| **asked == Asked::Chunk)
            .count();
        let ahead = match self.manner.pace {
            Pace::Ahead => 1,
            Pace::OneByOne => 0,
        };
        match self.manner.way {
            // Nobody has answered yet, and it is on its way all the same.
            Way::OneChunk if self.manner.pace == Pace::Ahead => Turn::Text,
            // The next chunk leaves while the answer to the one before is on its way.
            Way::Chunks if chunks == self.asked.len() && chunks <= ahead => Turn::Text,
            _ if !self.asked.is_empty() => Turn::Hear,
            Way::Dots if !self.has_recipients() => Turn::LoneDot,
            _ => Turn::Text,
        }
    }

    /// The command of this turn was queued.
    pub(crate) fn said(&mut self) {
        let (asked, next) = match self.next {
            Next::Rset => (Asked::Rset, Next::Mail),
            Next::Mail => (Asked::Mail, self.rcpt(0)),
            Next::Rcpt(at) => (Asked::Rcpt(at), self.rcpt(at.saturating_add(1))),
            Next::Data => (Asked::Data, Next::Text),
            Next::Text | Next::Nothing => return,
        };
        self.asked.push_back(asked);
        self.next = next;
    }

    fn rcpt(&self, at: usize) -> Next {
        if at < self.envelope.recipients.len().min(self.manner.most) {
            Next::Rcpt(at)
        } else if self.manner.way == Way::Dots {
            Next::Data
        } else {
            Next::Text
        }
    }

    /// A chunk was queued that is not the last.
    pub(crate) fn chunk_said(&mut self) {
        self.asked.push_back(Asked::Chunk);
    }

    /// The whole text was queued, with its dot, or its last chunk was.
    pub(crate) fn text_said(&mut self) {
        self.asked.push_back(match self.manner.way {
            Way::Dots => Asked::Dot,
            Way::Chunks | Way::OneChunk => Asked::LastChunk,
        });
        self.next = Next::Nothing;
        self.is_said = true;
    }

    /// What the next reply is the answer to.
    pub(crate) fn asked(&self) -> Option<Asked> {
        self.asked.front().copied()
    }

    /// Whether nothing is left to be said: the next mail may begin behind it.
    pub(crate) fn is_said(&self) -> bool {
        self.next == Next::Nothing
    }

    /// Whether what begins behind it needs RSET: only a dot ends a mail whatever the answer.
    pub(crate) fn needs_rset_behind(&self) -> bool {
        self.manner.way != Way::Dots || !self.is_said
    }

    fn has_recipients(&self) -> bool {
        self.receipt.accepted().next().is_some()
    }

    /// Takes the reply to what was asked first.
    ///
    /// # Errors
    /// [`Error::Refused`] if the server leaves (421) in the middle of the mail, or refuses RSET;
    /// [`Error::Malformed`] for a reply that cannot be meant.
    pub(crate) fn heard(&mut self, reply: Reply) -> Result<()> {
        let Some(asked) = self.asked.pop_front() else {
            return Err(out_of_turn(reply));
        };
        if reply.is_closing() && !matches!(asked, Asked::Dot | Asked::LastChunk) {
            return Err(Error::refused(verb(asked), Phase::Work, reply));
        }
        match asked {
            Asked::Rset if !reply.is_positive() => {
                return Err(Error::refused("RSET", Phase::Work, reply));
            }
            Asked::Mail => self.mail_heard(reply),
            Asked::Rcpt(at) => self.rcpt_heard(at, reply),
            Asked::Data => self.data_heard(reply)?,
            Asked::Chunk => self.chunk_heard(reply),
            Asked::Dot | Asked::LastChunk => self.text_heard(asked, reply),
            _ => {}
        }
        Ok(())
    }

    fn mail_heard(&mut self, reply: Reply) {
        if reply.is_positive() {
            self.receipt.hear(reply);
        } else {
            self.receipt.refuse("MAIL", reply);
            self.is_dead = true;
            self.stop_early();
        }
    }

    fn rcpt_heard(&mut self, at: usize, reply: Reply) {
        if !self.is_dead {
            self.receipt.note(at, "RCPT", reply);
        }
        let is_last = matches!(self.next, Next::Data | Next::Text) && self.asked.is_empty();
        if is_last && !self.has_recipients() {
            self.stop_early();
        }
    }

    /// Nothing more has to be said, if it has not left already.
    fn stop_early(&mut self) {
        if self.asked.is_empty() {
            self.next = Next::Nothing;
        }
    }

    fn data_heard(&mut self, reply: Reply) -> Result<()> {
        let wanted = self.has_recipients();
        match reply.code() {
            354 if wanted || self.manner.mode == Mode::Smtp => Ok(()),
            // There are as many answers as recipients: none, and no telling when they have come.
            354 => Err(Error::malformed("503 where nobody is there", b"354")),
            400.. => {
                self.next = Next::Nothing;
                if wanted {
                    self.receipt.refuse("DATA", reply);
                }
                Ok(())
            }
            _ => Err(Error::malformed(
                "354 or a refusal after DATA",
                reply.to_string().as_bytes(),
            )),
        }
    }

    fn chunk_heard(&mut self, reply: Reply) {
        if !reply.is_positive() && self.receipt.refusal().is_none() {
            // Those that have left already are swallowed by the server and refused as well.
            self.receipt.refuse("BDAT", reply);
            self.next = Next::Nothing;
        }
    }

    /// The answer to the whole mail: one, or in LMTP one for each recipient that was accepted.
    fn text_heard(&mut self, asked: Asked, reply: Reply) {
        let verb = verb(asked);
        if self.manner.mode == Mode::Smtp {
            match (self.has_recipients(), reply.is_positive()) {
                (false, _) => self.late_answer(reply),
                (true, true) => self.receipt.hear(reply),
                (true, false) => self.receipt.refuse(verb, reply),
            }
            return;
        }
        let accepted: Vec<usize> = self.receipt.accepted_at().skip(self.answered).collect();
        let Some((&first, others)) = accepted.split_first() else {
            self.late_answer(reply);
            return;
        };
        self.receipt.hear(reply.clone());
        if reply.is_closing() {
            // Said once, for all that are left. Those before are delivered.
            for at in accepted {
                self.receipt.note(at, verb, reply.clone());
            }
            return;
        }
        self.answered += usize::from(reply.is_positive());
        self.receipt.note(first, verb, reply);
        if !others.is_empty() {
            self.asked.push_front(asked);
        }
    }

    /// Nobody was left to get the mail: the answer to a lone dot, or to a last chunk behind a refused
    /// one. A server that takes the mail all the same is told as what it is.
    fn late_answer(&mut self, reply: Reply) {
        let refused_chunk = self
            .receipt
            .refusal()
            .is_some_and(|refusal| refusal.verb == "BDAT");
        if refused_chunk && reply.is_positive() {
            self.receipt.take_back(&reply);
        }
    }

    /// What became of it.
    pub(crate) fn receipt(self) -> Receipt {
        self.receipt
    }

    /// The envelope, of a mail that was not sent.
    pub(crate) fn into_envelope(self) -> Envelope {
        self.envelope
    }

    /// The connection is lost, and all that was said has left. If the server may have taken the mail,
    /// there is a receipt that says so; else the transaction comes back.
    ///
    /// # Errors
    /// The transaction.
    pub(crate) fn doubt(mut self, doubt: &Doubt) -> Result<Receipt, Box<Self>> {
        // The reply that could not be read was about the text as well.
        if !self.is_said || !self.may_have_recipients() {
            return Err(Box::new(self));
        }
        let unknown = self.asked.iter().filter_map(|asked| match asked {
            Asked::Rcpt(at) => Some(*at),
            _ => None,
        });
        let unknown: Vec<usize> = unknown.collect();
        let answered: Vec<usize> = self.receipt.accepted_at().take(self.answered).collect();
        self.receipt.doubt(&unknown, &answered, doubt);
        Ok(self.receipt)
    }

    /// Recipients that are accepted and have no answer to the text, or may be as far as is known.
    fn may_have_recipients(&self) -> bool {
        let is_unknown = |asked: &Asked| matches!(asked, Asked::Mail | Asked::Rcpt(_));
        self.asked.iter().any(is_unknown) || self.receipt.accepted_at().count() > self.answered
    }
}

/// The command that a reply is the answer to.
pub(crate) fn verb(asked: Asked) -> &'static str {
    match asked {
        Asked::Hello => "EHLO",
        Asked::Starttls => "STARTTLS",
        Asked::Mail => "MAIL",
        Asked::Rcpt(_) => "RCPT",
        Asked::Data | Asked::Dot => "DATA",
        Asked::Chunk | Asked::LastChunk => "BDAT",
        Asked::Rset => "RSET",
        Asked::Other => "the command",
    }
}

/// A reply where none is due.
pub(crate) fn out_of_turn(reply: Reply) -> Error {
    if reply.code() >= 400 {
        return Error::refused("the text", Phase::Work, reply);
    }
    Error::malformed(
        "no reply before the end of the text",
        reply.to_string().as_bytes(),
    )
}

#[cfg(test)]
mod tests;
