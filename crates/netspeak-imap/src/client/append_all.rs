//! Several messages into a mailbox at once (MULTIAPPEND, RFC 3502), from pieces (CATENATE, RFC 4469), or in the place of
//! another (REPLACE, RFC 8508).

use netspeak_core::{Phase, Wire};

use super::{Appended, Client};
use crate::command::{Command, Draft};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{Code, Untagged};
use crate::types::Mailbox;

impl Client {
    /// APPEND of several messages in one command: all of them are there then, or none (MULTIAPPEND, RFC 3502). Where
    /// they are now, if the server tells.
    ///
    /// The messages are held in memory; for one that flows from a source there is
    /// [`append_from`](Self::append_from).
    ///
    /// # Errors
    /// [`Error::Usage`] for none, and for an empty message; `work.not_offered` if the server has no MULTIAPPEND, or
    /// no CATENATE for a message from pieces, or no BINARY for one with NUL in it: nothing is sent then; those of
    /// [`append`](Self::append). A server that refuses while one of several messages is on its way leaves the session
    /// of no use, unless it takes literals without being asked (LITERAL+).
    pub async fn append_all(
        &mut self,
        mailbox: &Mailbox,
        drafts: &[Draft<'_>],
    ) -> Result<Vec<Appended>> {
        if drafts.len() > 1 {
            self.needs_any(&["MULTIAPPEND"]).await?;
        }
        self.needs_for_drafts(drafts).await?;
        let command = Command::AppendAll(mailbox, drafts);
        let reply = self.ask_with_data(&command, Some).await?;
        Ok(reply.code().map_or_else(Vec::new, places))
    }

    /// UID REPLACE: puts a message into a mailbox, and removes another one from the open mailbox, in one step
    /// (RFC 8508). Where the new one is now, if the server tells.
    ///
    /// # Errors
    /// [`Error::Usage`] while no mailbox is open; `work.not_offered` if the server has no REPLACE: nothing is sent
    /// then; those of [`append_all`](Self::append_all). The old message is still there after all of them but those of
    /// the network.
    pub async fn replace(
        &mut self,
        uid: u32,
        mailbox: &Mailbox,
        draft: &Draft<'_>,
    ) -> Result<Option<Appended>> {
        let command = Command::Replace(uid, mailbox, draft);
        self.check_state(&command)?;
        self.needs_any(&["REPLACE"]).await?;
        self.needs_for_drafts(std::slice::from_ref(draft)).await?;
        let mut put = Vec::new();
        let reply = self
            .ask_with_data(&command, |untagged| match untagged {
                // Told before the old one goes (RFC 8508 section 3.3).
                Untagged::Status(status) => match &status.code {
                    Some(code @ Code::AppendUid { .. }) => {
                        put = places(code);
                        None
                    }
                    _ => Some(Untagged::Status(status)),
                },
                other => Some(other),
            })
            .await?;
        if let Some(code) = reply.code() {
            put.extend(places(code));
        }
        Ok(put.first().copied())
    }

    /// As [`ask`](Self::ask), for commands with messages in them: these may take their time as long as they flow, and
    /// a transcript has their size only.
    async fn ask_with_data(
        &mut self,
        command: &Command<'_>,
        mut take: impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<Reply> {
        self.begin(command, Phase::Work)?;
        let wires = self.register(command)?;
        let last = wires.len().saturating_sub(1);
        let mut early = None;
        for (at, wire) in wires.iter().enumerate() {
            let mut data = wire.bytes();
            if at == 0 {
                let end = memchr::memmem::find(data, b"\r\n").map_or(data.len(), |end| end + 2);
                let (line, rest) = data.split_at_checked(end).unwrap_or((data, &[]));
                let mut head = Wire::new();
                head.raw(line);
                self.conn.queue(&head);
                data = rest;
            } else if let Some(reply) = self.wait_to_go(&mut take).await? {
                return self.done(command.verb(), Phase::Work, reply);
            }
            self.conn.data_due();
            self.send_and_hear(&mut data, &mut early).await?;
            self.conn.reply_due();
            // Refused in the middle, and another literal is announced: nobody knows whether the server waits for it.
            // The command is not over, so that nothing else is said in this session.
            if let Some(reply) = early.take_if(|_| at < last) {
                return Err(Error::refused(command.verb(), Phase::Work, reply));
            }
        }
        let reply = match early {
            Some(reply) => reply,
            None => self.answer(Phase::Work, &mut take).await?,
        };
        self.done(command.verb(), Phase::Work, reply)
    }

    async fn needs_for_drafts(&mut self, drafts: &[Draft<'_>]) -> Result<()> {
        self.known_capabilities().await?;
        if drafts.iter().any(Draft::is_catenated) {
            self.needs_any(&["CATENATE"]).await?;
        }
        if drafts.iter().any(Draft::has_nul) {
            self.needs_any(&["BINARY", "IMAP4rev2"]).await?;
        }
        drafts
            .iter()
            .try_for_each(|draft| self.check_limit(draft.size()))
    }
}

/// Where messages were put.
pub(super) fn places(code: &Code) -> Vec<Appended> {
    let Code::AppendUid { validity, uids } = code else {
        return Vec::new();
    };
    let at = |uid| Appended {
        uid_validity: *validity,
        uid,
    };
    uids.iter().map(at).collect()
}
