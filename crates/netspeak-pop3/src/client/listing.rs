//! Verbs about the maildrop: STAT, LIST, UIDL.

use netspeak_core::Phase;

use super::Client;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Reply, scan_listing, stat, text_of, unique_id_listing};
use crate::types::{MessageNumber, ScanListing, Stat, UniqueId, UniqueIdListing};

impl Client {
    /// STAT: how many messages and octets?
    ///
    /// # Errors
    /// `work.rejected`, `proto.malformed` if the reply has no number of messages.
    pub async fn stat(&mut self) -> Result<Stat> {
        let reply = self.simple(&Command::Stat, Phase::Work).await?;
        stat(&self.as_it_came()?).map_err(|_| Error::malformed("a number of messages", reply.raw()))
    }

    /// LIST: the size of every message that is not marked. Lines that make no sense are left out.
    ///
    /// # Errors
    /// `work.rejected`, [`Error::Limit`] for a list without end.
    pub async fn list(&mut self) -> Result<Vec<ScanListing>> {
        let mut found = Vec::new();
        self.listing(&Command::List(None), |line| {
            found.extend(scan_listing(line))
        })
        .await?;
        Ok(found)
    }

    /// LIST of one message.
    ///
    /// # Errors
    /// `work.rejected` if there is no such message.
    pub async fn list_one(&mut self, number: MessageNumber) -> Result<ScanListing> {
        let reply = self
            .simple(&Command::List(Some(number)), Phase::Work)
            .await?;
        scan_listing(text_of(&self.as_it_came()?))
            .filter(|listing| listing.number == number)
            .ok_or_else(|| Error::malformed("the message's number and size", reply.raw()))
    }

    /// UIDL: the unique id of every message that is not marked. Lines that make no sense are left
    /// out.
    ///
    /// # Errors
    /// `work.rejected` if the server has no unique ids, also where it announced them.
    pub async fn uidl(&mut self) -> Result<Vec<UniqueIdListing>> {
        let mut found = Vec::new();
        self.listing(&Command::Uidl(None), |line| {
            found.extend(unique_id_listing(line))
        })
        .await?;
        Ok(found)
    }

    /// UIDL of one message.
    ///
    /// # Errors
    /// `work.rejected` if there is no such message.
    pub async fn uidl_one(&mut self, number: MessageNumber) -> Result<UniqueId> {
        let reply = self
            .simple(&Command::Uidl(Some(number)), Phase::Work)
            .await?;
        self.unique_id(number, &reply)
    }

    /// The unique id in the reply to `UIDL n` that has just come; `shown` is the same reply.
    pub(super) fn unique_id(&self, number: MessageNumber, shown: &Reply) -> Result<UniqueId> {
        unique_id_listing(text_of(&self.as_it_came()?))
            .filter(|listing| listing.number == number)
            .map(|listing| listing.id)
            .ok_or_else(|| Error::malformed("the message's number and unique id", shown.raw()))
    }

    async fn listing(&mut self, command: &Command<'_>, line: impl FnMut(&[u8])) -> Result<()> {
        self.send(command, Phase::Work).await?;
        self.codec.expect_listing();
        self.begun(command.verb(), Phase::Work).await?;
        // A long list is bulk data: it may take its time as long as it flows.
        self.conn.data_due();
        self.lines(line).await
    }

    /// The last status line with whatever stands in it, for its numbers and ids: a reply to show
    /// has no part that looks like a secret.
    fn as_it_came(&self) -> Result<Reply> {
        Ok(Reply::parse(self.conn.event_bytes().trim_ascii_end())?)
    }
}
