//! SEARCH, with and without ESEARCH.

use netspeak_core::{ErrorKind, Phase, Reason};

use super::Client;
use crate::command::{Command, Returns, Search};
use crate::error::{Error, Result};
use crate::response::{Esearch, Untagged};
use crate::types::IdSet;

/// Which ids a search tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tell {
    Uids,
    Numbers,
}

impl Client {
    /// UID SEARCH: the UIDs of the messages that fit (RFC 9051 section 6.4.4). Where the server can tell
    /// them as a set (ESEARCH), it is asked to.
    ///
    /// # Errors
    /// [`Error::Usage`] while no mailbox is open; `work.rejected`, network errors.
    pub async fn search(&mut self, search: &Search) -> Result<IdSet> {
        self.search_for(search, Tell::Uids).await
    }

    /// SEARCH: the same, as sequence numbers.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub async fn search_numbers(&mut self, search: &Search) -> Result<IdSet> {
        self.search_for(search, Tell::Numbers).await
    }

    /// UID SEARCH RETURN: lowest and highest id, count, a page of the result, or to be kept as `$`
    /// (RFC 4731, RFC 5182, RFC 9394).
    ///
    /// # Errors
    /// As [`search`](Self::search); `work.not_offered` if the server has no ESEARCH (SEARCHRES, PARTIAL).
    pub async fn search_return(&mut self, search: &Search, returns: &Returns) -> Result<Esearch> {
        self.needs_any(&["ESEARCH", "IMAP4rev2"]).await?;
        for (is_used, name) in [(returns.saves(), "SEARCHRES"), (returns.pages(), "PARTIAL")] {
            let is_rev2 = name == "SEARCHRES" && self.has_any(&["IMAP4rev2"]).await?;
            if is_used && !is_rev2 {
                self.needs_any(&[name]).await?;
            }
        }
        let command = Command::Search {
            uid: true,
            search,
            returns: Some(returns),
        };
        let mut told = None;
        self.ask(&command, Phase::Work, |untagged| match untagged {
            Untagged::Esearch(esearch) if told.is_none() => {
                told = Some(esearch);
                None
            }
            other => Some(other),
        })
        .await?;
        // A search that only saves need not tell anything.
        Ok(told.map_or_else(Esearch::default, |told| *told))
    }

    async fn search_for(&mut self, search: &Search, tell: Tell) -> Result<IdSet> {
        self.check_state(&Command::Expunge)?;
        let returns = Returns::new().all();
        let has_esearch = self.has_any(&["ESEARCH", "IMAP4rev2"]).await?;
        let command = Command::Search {
            uid: tell == Tell::Uids,
            search,
            returns: has_esearch.then_some(&returns),
        };
        let mut found = Vec::new();
        let mut sets = IdSet::default();
        let asked = self
            .ask(&command, Phase::Work, |untagged| match untagged {
                // Some servers tell in several lines, or in the old way what they were asked in the new.
                Untagged::Search(search) => {
                    found.extend(search.ids);
                    None
                }
                Untagged::Esearch(esearch) => {
                    if let Some(all) = esearch.all {
                        sets |= &all.to_set();
                    }
                    None
                }
                other => Some(other),
            })
            .await;
        asked.map_err(needs_charset)?;
        sets |= &found.into_iter().collect();
        Ok(sets)
    }
}

/// A server that does not know a character set cannot look for text in it.
pub(super) fn needs_charset(error: Error) -> Error {
    let code = error.reply().and_then(|reply| reply.code());
    match code {
        Some(crate::response::Code::BadCharset(_)) => Error::unsupported(
            "searching for text that is not ASCII",
            ErrorKind::new(Phase::Work, Reason::NotOffered),
        ),
        _ => error,
    }
}
