//! Verbs about mailboxes: CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE, STATUS, NAMESPACE.

use netspeak_core::{ErrorKind, Phase, Reason};

use super::Client;
use crate::command::{Command, StatusItems};
use crate::error::{Error, Result};
use crate::response::{Code, MailboxStatus, Namespaces, Untagged};
use crate::types::{Flag, Mailbox, Text};

impl Client {
    /// CREATE (RFC 9051 section 6.3.4). Its id, if the server tells one (OBJECTID).
    ///
    /// # Errors
    /// `work.rejected` (it exists, `[ALREADYEXISTS]`), network errors.
    pub async fn create(&mut self, mailbox: &Mailbox) -> Result<Option<Text>> {
        self.create_with(mailbox, &[]).await
    }

    /// CREATE with a role, such as `\Archive` (CREATE-SPECIAL-USE, RFC 6154).
    ///
    /// # Errors
    /// As [`create`](Self::create); `work.not_offered` if the server cannot.
    pub async fn create_special(
        &mut self,
        mailbox: &Mailbox,
        roles: &[Flag],
    ) -> Result<Option<Text>> {
        self.needs_any(&["CREATE-SPECIAL-USE"]).await?;
        self.create_with(mailbox, roles).await
    }

    async fn create_with(&mut self, mailbox: &Mailbox, roles: &[Flag]) -> Result<Option<Text>> {
        let command = Command::Create(mailbox, roles);
        let reply = self.simple(&command, Phase::Work).await?;
        Ok(match reply.code() {
            Some(Code::MailboxId(id)) => Some(id.clone()),
            _ => None,
        })
    }

    /// DELETE: a mailbox and all that is in it (RFC 9051 section 6.3.5).
    ///
    /// # Errors
    /// `work.not_found`, `work.rejected`, network errors.
    pub async fn delete(&mut self, mailbox: &Mailbox) -> Result<()> {
        self.simple(&Command::Delete(mailbox), Phase::Work)
            .await
            .map(drop)
    }

    /// RENAME (RFC 9051 section 6.3.6). Renaming INBOX moves its messages.
    ///
    /// # Errors
    /// `work.not_found`, `work.rejected`, network errors.
    pub async fn rename(&mut self, from: &Mailbox, to: &Mailbox) -> Result<()> {
        self.simple(&Command::Rename(from, to), Phase::Work)
            .await
            .map(drop)
    }

    /// SUBSCRIBE (RFC 9051 section 6.3.7).
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn subscribe(&mut self, mailbox: &Mailbox) -> Result<()> {
        self.simple(&Command::Subscribe(mailbox), Phase::Work)
            .await
            .map(drop)
    }

    /// UNSUBSCRIBE (RFC 9051 section 6.3.8).
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn unsubscribe(&mut self, mailbox: &Mailbox) -> Result<()> {
        self.simple(&Command::Unsubscribe(mailbox), Phase::Work)
            .await
            .map(drop)
    }

    /// STATUS of a mailbox that need not be open (RFC 9051 section 6.3.11). Not for one that is open: what
    /// it tells then may be old.
    ///
    /// # Errors
    /// `work.not_found`, `work.rejected`; `proto.malformed` if the answer has no status in it.
    pub async fn status(
        &mut self,
        mailbox: &Mailbox,
        items: &StatusItems,
    ) -> Result<MailboxStatus> {
        let mut told = None;
        let command = Command::Status(mailbox, items);
        self.ask(&command, Phase::Work, |untagged| match untagged {
            Untagged::MailboxStatus(status) if status.mailbox == *mailbox => {
                told = Some(*status);
                None
            }
            other => Some(other),
        })
        .await?;
        told.ok_or_else(|| untold("STATUS"))
    }

    /// NAMESPACE: where mailboxes are, and how levels are told apart (RFC 9051 section 6.3.10).
    ///
    /// # Errors
    /// `work.not_offered`, `work.rejected`, network errors.
    pub async fn namespace(&mut self) -> Result<Namespaces> {
        self.needs_any(&["NAMESPACE", "IMAP4rev2"]).await?;
        let mut told = None;
        self.ask(
            &Command::Namespace,
            Phase::Work,
            |untagged| match untagged {
                Untagged::Namespace(namespaces) => {
                    told = Some(namespaces);
                    None
                }
                other => Some(other),
            },
        )
        .await?;
        told.ok_or_else(|| untold("NAMESPACE"))
    }
}

/// The server said yes and nothing else.
pub(super) fn untold(verb: &str) -> Error {
    Error::net(
        ErrorKind::new(Phase::Proto, Reason::Malformed),
        format!("the server said OK to {verb} and told nothing"),
    )
}
