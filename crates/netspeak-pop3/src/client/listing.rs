//! Verbs about the maildrop: STAT, LIST, UIDL.

use netspeak_core::Phase;

use super::Client;
use crate::command::Command;
use crate::error::Result;
use crate::response::{scan_listing, scan_listing_of, stat, unique_id_listing, unique_id_of};
use crate::types::{MessageNumber, ScanListing, Stat, UniqueId, UniqueIdListing};

impl Client {
    /// STAT: how many messages and octets?
    ///
    /// # Errors
    /// `work.rejected`, `proto.malformed` if the reply has no number of messages.
    pub async fn stat(&mut self) -> Result<Stat> {
        Ok(stat(&self.simple(&Command::Stat, Phase::Work).await?)?)
    }

    /// LIST: the size of every message that is not marked. Lines that make no sense are left out.
    ///
    /// # Errors
    /// `work.rejected`, [`Error::Limit`](crate::Error::Limit) for a list without end.
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
        let command = Command::List(Some(number));
        let reply = self.simple(&command, Phase::Work).await?;
        Ok(scan_listing_of(number, &reply)?)
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
        let command = Command::Uidl(Some(number));
        let reply = self.simple(&command, Phase::Work).await?;
        Ok(unique_id_of(number, &reply)?)
    }

    async fn listing(&mut self, command: &Command<'_>, line: impl FnMut(&[u8])) -> Result<()> {
        self.send(command, Phase::Work).await?;
        self.codec.expect_listing();
        self.begun(command.verb(), Phase::Work).await?;
        // A long list is bulk data: it may take its time as long as it flows.
        self.conn.data_due();
        self.lines(line).await
    }
}
