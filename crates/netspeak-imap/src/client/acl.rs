//! Who may do what: GETACL, SETACL, DELETEACL, LISTRIGHTS, MYRIGHTS (RFC 4314).

use netspeak_core::Phase;

use super::Client;
use super::mailbox::untold;
use crate::command::{AclCommand, Command, RightsChange};
use crate::error::Result;
use crate::response::{Acl, ListRights, Untagged};
use crate::types::{Mailbox, Rights};

impl Client {
    /// GETACL: who has which rights (RFC 4314 section 3.3).
    ///
    /// # Errors
    /// `work.not_offered` if the server has no ACL: nothing is sent then; `work.not_found`, `work.denied`,
    /// `work.rejected`; network errors.
    pub async fn get_acl(&mut self, mailbox: &Mailbox) -> Result<Acl> {
        let command = AclCommand::Get(mailbox);
        self.ask_acl(&command, |untagged| match untagged {
            Untagged::Acl(acl) if acl.mailbox == *mailbox => Some(acl.clone()),
            _ => None,
        })
        .await
    }

    /// SETACL: gives somebody rights, or takes them (RFC 4314 section 3.1). A `-` before the name is about rights
    /// that are denied; `anyone` is everybody.
    ///
    /// # Errors
    /// As [`get_acl`](Self::get_acl); [`Error::Usage`](crate::Error::Usage) for a name with NUL in it.
    pub async fn set_acl(
        &mut self,
        mailbox: &Mailbox,
        identifier: &str,
        change: RightsChange,
    ) -> Result<()> {
        self.change_acl(AclCommand::Set(mailbox, identifier, change))
            .await
    }

    /// DELETEACL: somebody has no rights of their own any more (RFC 4314 section 3.2).
    ///
    /// # Errors
    /// As [`set_acl`](Self::set_acl).
    pub async fn delete_acl(&mut self, mailbox: &Mailbox, identifier: &str) -> Result<()> {
        self.change_acl(AclCommand::Delete(mailbox, identifier))
            .await
    }

    /// LISTRIGHTS: which rights somebody can have (RFC 4314 section 3.4).
    ///
    /// # Errors
    /// As [`set_acl`](Self::set_acl).
    pub async fn list_rights(&mut self, mailbox: &Mailbox, identifier: &str) -> Result<ListRights> {
        let command = AclCommand::ListRights(mailbox, identifier);
        self.ask_acl(&command, |untagged| match untagged {
            Untagged::ListRights(rights) if rights.mailbox == *mailbox => Some(rights.clone()),
            _ => None,
        })
        .await
    }

    /// MYRIGHTS: what the user may do (RFC 4314 section 3.5).
    ///
    /// # Errors
    /// As [`get_acl`](Self::get_acl).
    pub async fn my_rights(&mut self, mailbox: &Mailbox) -> Result<Rights> {
        let command = AclCommand::MyRights(mailbox);
        self.ask_acl(&command, |untagged| match untagged {
            Untagged::MyRights(mine) if mine.mailbox == *mailbox => Some(mine.rights),
            _ => None,
        })
        .await
    }

    async fn change_acl(&mut self, command: AclCommand<'_>) -> Result<()> {
        self.needs_any(&["ACL"]).await?;
        let command = Command::Acl(command);
        self.simple(&command, Phase::Work).await.map(drop)
    }

    /// Asks for what `find` finds.
    async fn ask_acl<T>(
        &mut self,
        command: &AclCommand<'_>,
        find: impl Fn(&Untagged) -> Option<T>,
    ) -> Result<T> {
        self.needs_any(&["ACL"]).await?;
        let mut told = None;
        let asked = Command::Acl(command.clone());
        self.ask(&asked, Phase::Work, |untagged| match find(&untagged) {
            Some(found) => {
                told = Some(found);
                None
            }
            None => Some(untagged),
        })
        .await?;
        told.ok_or_else(|| untold(asked.verb()))
    }
}
