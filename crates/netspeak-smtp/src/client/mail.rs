//! The verbs of a mail one by one: MAIL, RCPT, DATA.

use netspeak_core::Phase;

use super::receipt::{Delivery, Outcome, Receipt};
use super::transaction::Opened;
use super::{Body, Client};
use crate::codec::State;
use crate::command::Command;
use crate::error::{Error, Result, refused};
use crate::response::Reply;
use crate::types::{ForwardPath, MailParameters, RcptParameters, ReversePath};

impl Client {
    /// MAIL: a mail begins. For a talk step by step; [`send`](Self::send) does it all.
    ///
    /// # Errors
    /// `work.rejected`, [`Error::Usage`] if a mail is under way, network errors.
    pub async fn mail(
        &mut self,
        sender: &ReversePath,
        parameters: &MailParameters,
    ) -> Result<Reply> {
        self.ehlo_if_needed().await?;
        let command = Command::Mail { sender, parameters };
        let reply = self.simple(&command, Phase::Work).await?;
        self.mails = self.mails.saturating_add(1);
        self.state = State::Sender;
        Ok(reply)
    }

    /// RCPT: another recipient.
    ///
    /// # Errors
    /// `work.rejected`, [`Error::Usage`] before MAIL, network errors.
    pub async fn rcpt(
        &mut self,
        recipient: &ForwardPath,
        parameters: &RcptParameters,
    ) -> Result<Reply> {
        let command = Command::Rcpt {
            recipient,
            parameters,
        };
        let reply = self.simple(&command, Phase::Work).await?;
        self.state = State::Recipients;
        Ok(reply)
    }

    /// DATA and the text, in SMTP; the server's answer to the mail.
    ///
    /// # Errors
    /// `work.rejected` if the server refuses DATA or the text, [`Error::Usage`] before RCPT and in
    /// LMTP, [`Error::Local`] if the reader fails, network errors.
    pub async fn data<'b>(&mut self, body: impl Into<Body<'b>>) -> Result<Reply> {
        if self.mode == super::Mode::Lmtp {
            return Err(Error::usage("in LMTP a mail has many answers: use send"));
        }
        let body = body.into();
        let reply = self.ask(&Command::Data, Phase::Work).await?;
        if !reply.is_intermediate() {
            return Err(refused("DATA", Phase::Work, reply));
        }
        self.begin(Phase::Work)?;
        let opened = Opened {
            receipt: Receipt {
                deliveries: vec![Delivery {
                    recipient: ForwardPath::postmaster(),
                    outcome: Outcome::Accepted(reply),
                }],
                refusal: None,
                reply: None,
            },
            begun: true,
            open: true,
        };
        self.text(&opened, body).await?;
        let mut receipt = opened.receipt;
        self.conclude(&mut receipt, "DATA").await?;
        self.state = State::Ready;
        self.end_of_mail();
        match (receipt.refusal, receipt.reply) {
            (Some(refusal), _) => Err(refused("DATA", Phase::Work, refusal.reply)),
            (None, Some(reply)) => Ok(reply),
            (None, None) => Err(Error::Poisoned),
        }
    }
}
