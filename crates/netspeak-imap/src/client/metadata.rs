//! Notes on mailboxes and on the server: GETMETADATA, SETMETADATA (RFC 5464).

use netspeak_core::{Budget, Phase};

use super::Client;
use crate::command::{Command, MetadataCommand, MetadataReach};
use crate::error::Result;
use crate::response::{Code, MetadataCode, Untagged};
use crate::types::{Mailbox, Text};

/// What GETMETADATA tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Entries and their values; `None` for one that is not set, where the server tells that.
    pub entries: Vec<(Text, Option<Text>)>,
    /// The size of the largest value that was left out, where there is one (MAXSIZE).
    pub longest: Option<u64>,
}

impl Notes {
    /// The value of an entry, by its name in any case.
    pub fn value(&self, name: &str) -> Option<&Text> {
        let mut entries = self.entries.iter();
        entries.find(|(entry, _)| entry.is(name))?.1.as_ref()
    }
}

impl Client {
    /// GETMETADATA: notes on a mailbox, or on the server where none is named (RFC 5464 section 4.2). Entries are
    /// named `/private/...`, which only the user sees, and `/shared/...`.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) for a name that is none; `work.not_offered` if the server has no METADATA (METADATA-SERVER is
    /// enough for notes on the server): nothing is sent then; `work.not_found`, `work.rejected`; [`Error::Limit`](crate::Error::Limit) for
    /// values that are too large to be held; network errors.
    pub async fn get_metadata(
        &mut self,
        mailbox: Option<&Mailbox>,
        entries: &[&str],
        reach: MetadataReach,
    ) -> Result<Notes> {
        self.needs_metadata(mailbox).await?;
        let command = Command::Metadata(MetadataCommand::Get {
            mailbox,
            entries,
            reach,
        });
        let mut budget = Budget::of_listing(self.conn.limits());
        let (mut notes, mut over) = (Notes::default(), None);
        let reply = self
            .ask(&command, Phase::Work, |untagged| match untagged {
                // Names without values are news: somebody changed something.
                Untagged::Metadata(told)
                    if told.changed.is_empty() && is_about(&told.mailbox, mailbox) =>
                {
                    for (name, value) in told.entries {
                        let size = value.as_ref().map_or(0, Text::len);
                        match budget.spend(name.len().saturating_add(size)) {
                            Ok(()) => notes.entries.push((name, value)),
                            Err(error) => over = Some(error),
                        }
                    }
                    None
                }
                other => Some(other),
            })
            .await?;
        if let Some(error) = over {
            return Err(error.into());
        }
        if let Some(Code::Metadata(MetadataCode::LongEntries(size))) = reply.code() {
            notes.longest = Some(*size);
        }
        Ok(notes)
    }

    /// SETMETADATA: notes something on a mailbox, or on the server; `None` removes an entry (RFC 5464 section 4.3).
    ///
    /// # Errors
    /// As [`get_metadata`](Self::get_metadata); `work.quota` if a value is too large or there are too many
    /// ([`Code::Metadata`]).
    pub async fn set_metadata(
        &mut self,
        mailbox: Option<&Mailbox>,
        entries: &[(&str, Option<&[u8]>)],
    ) -> Result<()> {
        self.needs_metadata(mailbox).await?;
        let command = Command::Metadata(MetadataCommand::Set { mailbox, entries });
        self.simple(&command, Phase::Work).await.map(drop)
    }

    async fn needs_metadata(&mut self, mailbox: Option<&Mailbox>) -> Result<()> {
        match mailbox {
            Some(_) => self.needs_any(&["METADATA"]).await,
            None => self.needs_any(&["METADATA", "METADATA-SERVER"]).await,
        }
    }
}

fn is_about(told: &Mailbox, asked: Option<&Mailbox>) -> bool {
    match asked {
        Some(mailbox) => told == mailbox,
        None => told.name().is_empty(),
    }
}
