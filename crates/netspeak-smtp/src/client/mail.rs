//! The verbs of a mail one by one: MAIL, RCPT, DATA.

use netspeak_core::Phase;

use super::{Body, Client};
use crate::codec::{Asked, State};
use crate::command::Command;
use crate::error::{Error, Result};
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
        if self.state == State::Abandoned {
            self.rset().await?;
        }
        let command = Command::Mail { sender, parameters };
        let reply = self.simple(&command, Asked::Mail, Phase::Work).await?;
        self.mails = self.mails.saturating_add(1);
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
        self.simple(&command, Asked::Rcpt(0), Phase::Work).await
    }

    /// DATA and the text, in SMTP; the server's answer to the mail.
    ///
    /// # Errors
    /// `work.rejected` if the server refuses DATA or the text; `work.in_doubt` if the connection ends
    /// when all of it has left; [`Error::Usage`] before RCPT and in LMTP, [`Error::Local`] if the
    /// reader fails, network errors.
    pub async fn data<'b>(&mut self, body: impl Into<Body<'b>>) -> Result<Reply> {
        if self.mode == super::Mode::Lmtp {
            return Err(Error::usage(
                "LMTP gives an answer for each recipient: use send",
            ));
        }
        let reply = self.ask(&Command::Data, Asked::Data, Phase::Work).await?;
        match self.state {
            State::Text => {}
            _ if reply.code() >= 400 => return Err(Error::refused("DATA", Phase::Work, reply)),
            _ => {
                let came = reply.to_string();
                return Err(Error::malformed(
                    "354 or a refusal after DATA",
                    came.as_bytes(),
                ));
            }
        }
        self.begin(Phase::Work).await?;
        let reply = self.text_of(&mut body.into()).await?;
        self.end_of_mail();
        if reply.is_positive() {
            Ok(reply)
        } else {
            Err(Error::refused("DATA", Phase::Work, reply))
        }
    }
}
