//! Verbs about the maildrop: STAT, LIST, UIDL.

use netspeak_core::Phase;

use super::Client;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{scan_listing, stat, text_of, unique_id_listing};
use crate::types::{MessageNumber, ScanListing, Stat, UniqueId, UniqueIdListing};

impl Client {
    /// STAT: how many messages and octets?
    ///
    /// # Errors
    /// `work.rejected`, `proto.malformed` if the reply has no number of messages.
    pub async fn stat(&mut self) -> Result<Stat> {
        let reply = self.simple(&Command::Stat, Phase::Work).await?;
        Ok(stat(&reply)?)
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
        scan_listing(text_of(&reply))
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
        unique_id_listing(text_of(&reply))
            .filter(|listing| listing.number == number)
            .map(|listing| listing.id)
            .ok_or_else(|| Error::malformed("the message's number and unique id", reply.raw()))
    }

    async fn listing(&mut self, command: &Command<'_>, line: impl FnMut(&[u8])) -> Result<()> {
        self.send(command, Phase::Work).await?;
        self.codec
            .expect_listing(self.conn.limits().listing_entries);
        // A long list is bulk data: it may take its time as long as it flows.
        self.conn.data_due();
        self.lines(command.verb(), Phase::Work, line).await?;
        Ok(())
    }
}
