//! LIST and its kin: NEWGROUPS, NEWNEWS.

use jiff::Timestamp;
use netspeak_core::text::printable;

use super::Client;
use crate::command::{Command, List};
use crate::error::Result;
use crate::response::{
    ActiveGroup, ActiveTime, Description, DistribPat, GroupCount, Moderator, active_group,
    active_time, description, distrib_pat, group_count, message_id, moderator,
};
use crate::types::{GroupName, MessageId};

/// A list: what could be read of it, and what could not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// Its entries, in the server's order.
    pub entries: Vec<T>,
    /// Lines that are no such entries, printable.
    pub unparsed: Vec<String>,
}

impl<T> IntoIterator for Listing<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl Client {
    /// LIST ACTIVE: the groups, all or those that the wildmat matches (RFC 3977 section 7.6.3).
    ///
    /// # Errors
    /// `work.rejected`, [`Error::Limit`](crate::Error::Limit) for a list without end. The same holds
    /// for the other lists; a server that does not keep one says `work.rejected`.
    pub async fn list_active(&mut self, wildmat: Option<&str>) -> Result<Listing<ActiveGroup>> {
        self.list(List::Active(wildmat), active_group).await
    }

    /// LIST COUNTS: the groups with how many articles they hold (RFC 6048 section 2.2).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn list_counts(&mut self, wildmat: Option<&str>) -> Result<Listing<GroupCount>> {
        self.list(List::Counts(wildmat), group_count).await
    }

    /// LIST ACTIVE.TIMES: when the groups were made, and by whom (RFC 3977 section 7.6.4).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn list_active_times(
        &mut self,
        wildmat: Option<&str>,
    ) -> Result<Listing<ActiveTime>> {
        self.list(List::ActiveTimes(wildmat), active_time).await
    }

    /// LIST NEWSGROUPS: what the groups are about (RFC 3977 section 7.6.6).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn list_newsgroups(&mut self, wildmat: Option<&str>) -> Result<Listing<Description>> {
        self.list(List::Newsgroups(wildmat), description).await
    }

    /// LIST SUBSCRIPTIONS: the groups that the server recommends (RFC 6048 section 2.6).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn list_subscriptions(
        &mut self,
        wildmat: Option<&str>,
    ) -> Result<Listing<GroupName>> {
        let name = |line: &[u8]| GroupName::from_bytes(line.trim_ascii());
        self.list(List::Subscriptions(wildmat), name).await
    }

    /// LIST HEADERS: which fields [`hdr`](Self::hdr) knows; `:` stands for all of them (RFC 3977
    /// section 8.6).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn list_headers(&mut self) -> Result<Listing<String>> {
        self.list(List::Headers, text).await
    }

    /// LIST DISTRIB.PATS: which distribution to suggest for which groups (RFC 3977 section 7.6.5).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn list_distrib_pats(&mut self) -> Result<Listing<DistribPat>> {
        self.list(List::DistribPats, distrib_pat).await
    }

    /// LIST DISTRIBUTIONS: the distributions and what they are, by their names (RFC 6048 section 2.3).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn list_distributions(&mut self) -> Result<Listing<(String, String)>> {
        let entry = |line: &[u8]| {
            let line = printable(line);
            let (name, about) = line.split_once(' ').unwrap_or((&line, ""));
            Some((name.to_owned(), about.trim_start().to_owned()))
        };
        self.list(List::Distributions, entry).await
    }

    /// LIST MODERATORS: where articles for moderated groups go (RFC 6048 section 2.4).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn list_moderators(&mut self) -> Result<Listing<Moderator>> {
        self.list(List::Moderators, moderator).await
    }

    /// LIST MOTD: the message of the day, line by line (RFC 6048 section 2.5).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn list_motd(&mut self) -> Result<Listing<String>> {
        self.list(List::Motd, text).await
    }

    /// NEWGROUPS: the groups that were made since then (RFC 3977 section 7.3).
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active).
    pub async fn newgroups(&mut self, since: Timestamp) -> Result<Listing<ActiveGroup>> {
        self.begun(&Command::NewGroups(since)).await?;
        self.rest_of_list(active_group).await
    }

    /// NEWNEWS: the articles that came since then to the groups that the wildmat matches (RFC 3977
    /// section 7.4). Many servers refuse it.
    ///
    /// # Errors
    /// As [`list_active`](Self::list_active); [`Error::Usage`](crate::Error::Usage) for a wildmat that
    /// is no word.
    pub async fn newnews(&mut self, wildmat: &str, since: Timestamp) -> Result<Listing<MessageId>> {
        self.begun(&Command::NewNews(wildmat, since)).await?;
        self.rest_of_list(message_id).await
    }

    async fn list<T>(
        &mut self,
        list: List<'_>,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Listing<T>> {
        self.begun(&Command::List(list)).await?;
        self.rest_of_list(read).await
    }

    pub(super) async fn rest_of_list<T>(
        &mut self,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Listing<T>> {
        let mut listing = Listing {
            entries: Vec::new(),
            unparsed: Vec::new(),
        };
        while let Some(line) = self.line().await? {
            let line = self.bytes_of(&line);
            match read(line) {
                Some(entry) => listing.entries.push(entry),
                None => listing.unparsed.push(printable(line)),
            }
        }
        Ok(listing)
    }
}

fn text(line: &[u8]) -> Option<String> {
    Some(printable(line))
}
