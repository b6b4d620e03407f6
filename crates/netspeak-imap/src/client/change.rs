//! Verbs that change messages: STORE, COPY, MOVE, EXPUNGE.

use netspeak_core::Phase;

use super::Client;
use crate::command::{Command, FlagChange};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{Code, Fetch, Untagged};
use crate::types::{Flag, IdSet, Ids, Mailbox};

/// As for FETCH: no command is longer than servers take.
const LONGEST_SET: usize = 7_000;

/// What STORE did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The flags that messages have now, where the server tells.
    pub messages: Vec<Fetch>,
    /// Messages that were left alone, since they had changed (UNCHANGEDSINCE, RFC 7162): UIDs, or numbers if
    /// these were given.
    pub modified: IdSet,
}

/// Where messages were copied or moved to (UIDPLUS, RFC 4315). Without data if the server does not tell, or if
/// there was nothing to copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// The UIDVALIDITY of the mailbox they are in now.
    pub uid_validity: Option<u32>,
    /// Their UIDs there and before: pairs in this order.
    pub uids: Vec<(u32, u32)>,
}

/// What EXPUNGE removed, in the form in which the server tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expunged {
    /// Sequence numbers, each as it was when its message went.
    pub numbers: Vec<u32>,
    /// UIDs (QRESYNC).
    pub uids: IdSet,
}

impl Client {
    /// STORE: changes flags (RFC 9051 section 6.4.6).
    ///
    /// # Errors
    /// [`Error::Usage`] while no mailbox is open, or for an empty set; `work.not_offered` for a conditional
    /// change without CONDSTORE; `work.rejected`, network errors.
    pub async fn store(&mut self, ids: impl Into<Ids>, change: &FlagChange) -> Result<Stored> {
        let ids = ids.into();
        if change.is_conditional() {
            self.needs_any(&["CONDSTORE", "QRESYNC"]).await?;
        }
        let mut stored = Stored::default();
        for ids in split(ids)? {
            let rows = self.rows(&ids);
            let command = Command::Store(&ids, change);
            let reply = self
                .ask(&command, Phase::Work, |untagged| match untagged {
                    Untagged::Fetch(row) if rows.hold(&row) => {
                        stored.messages.push(*row);
                        None
                    }
                    other => Some(other),
                })
                .await?;
            if let Some(Code::Modified(set)) = reply.code() {
                stored.modified |= set;
            }
        }
        Ok(stored)
    }

    /// COPY (RFC 9051 section 6.4.7). A UID that does not exist is no error; it is not in the answer.
    ///
    /// # Errors
    /// `work.not_found` if there is no such mailbox (`[TRYCREATE]`), `work.quota`, `work.rejected`; network
    /// errors.
    pub async fn copy(&mut self, ids: impl Into<Ids>, to: &Mailbox) -> Result<Copied> {
        let mut copied = Copied::default();
        for ids in split(ids.into())? {
            let reply = self.simple(&Command::Copy(&ids, to), Phase::Work).await?;
            copied.add(&reply);
        }
        Ok(copied)
    }

    /// MOVE (RFC 6851). Where the server cannot: COPY, `\Deleted`, and UID EXPUNGE; without UIDPLUS the
    /// messages stay marked, since EXPUNGE would take others along.
    ///
    /// # Errors
    /// As [`copy`](Self::copy).
    pub async fn move_to(&mut self, ids: impl Into<Ids>, to: &Mailbox) -> Result<Copied> {
        let ids = ids.into();
        if !self.has_any(&["MOVE", "IMAP4rev2"]).await? {
            return self.move_by_hand(ids, to).await;
        }
        let mut moved = Copied::default();
        for ids in split(ids)? {
            let command = Command::Move(&ids, to);
            let reply = self
                .ask(&command, Phase::Work, |untagged| match untagged {
                    // Told before the messages go (RFC 6851 section 4.3).
                    Untagged::Status(status) if moved.add_code(status.code.as_ref()) => None,
                    other => Some(other),
                })
                .await?;
            moved.add(&reply);
        }
        Ok(moved)
    }

    async fn move_by_hand(&mut self, ids: Ids, to: &Mailbox) -> Result<Copied> {
        let copied = self.copy(ids.clone(), to).await?;
        let deleted = FlagChange::add([Flag::Deleted]).silent();
        self.store(ids.clone(), &deleted).await?;
        if let Ids::Uid(set) = &ids
            && self.has_any(&["UIDPLUS", "IMAP4rev2"]).await?
        {
            self.uid_expunge(set).await?;
        }
        Ok(copied)
    }

    /// EXPUNGE: removes all that is marked `\Deleted` (RFC 9051 section 6.4.3), by whomever.
    ///
    /// # Errors
    /// [`Error::Usage`] while no mailbox is open; `work.rejected`, network errors.
    pub async fn expunge(&mut self) -> Result<Expunged> {
        self.ask_expunge(&Command::Expunge).await
    }

    /// UID EXPUNGE: removes what is marked `\Deleted` among these (UIDPLUS, RFC 4315).
    ///
    /// # Errors
    /// As [`expunge`](Self::expunge); `work.not_offered` without UIDPLUS: nothing is removed then.
    pub async fn uid_expunge(&mut self, uids: &IdSet) -> Result<Expunged> {
        self.needs_any(&["UIDPLUS", "IMAP4rev2"]).await?;
        let mut all = Expunged::default();
        for set in uids.split(LONGEST_SET) {
            let one = self.ask_expunge(&Command::UidExpunge(&set)).await?;
            all.numbers.extend(one.numbers);
            all.uids |= &one.uids;
        }
        Ok(all)
    }

    async fn ask_expunge(&mut self, command: &Command<'_>) -> Result<Expunged> {
        let mut gone = Expunged::default();
        self.ask(command, Phase::Work, |untagged| match untagged {
            Untagged::Expunge(number) => {
                gone.numbers.push(number);
                None
            }
            Untagged::Vanished { uids, .. } => {
                gone.uids |= &uids;
                None
            }
            other => Some(other),
        })
        .await?;
        Ok(gone)
    }
}

impl Copied {
    fn add(&mut self, reply: &Reply) {
        self.add_code(reply.code());
    }

    /// Whether the code tells where to.
    fn add_code(&mut self, code: Option<&Code>) -> bool {
        let Some(Code::CopyUid(copied)) = code else {
            return false;
        };
        self.uid_validity = Some(copied.validity);
        self.uids.extend(copied.pairs());
        true
    }
}

fn split(ids: Ids) -> Result<Vec<Ids>> {
    if ids.set().is_empty() {
        return Err(Error::usage(
            "the set of messages is empty; nothing was sent",
        ));
    }
    Ok(ids.split(LONGEST_SET).collect())
}
