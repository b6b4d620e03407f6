//! SORT and THREAD: messages in an order, and in conversations (RFC 5256, RFC 5267, RFC 5957).

use netspeak_core::Phase;

use super::Client;
use super::mailbox::untold;
use super::search::needs_charset;
use crate::command::{Command, Returns, Search, Sort, Threading};
use crate::error::{Error, Result};
use crate::response::{Esearch, Thread, Untagged};

impl Client {
    /// UID SORT: the UIDs of the messages that fit, in order (RFC 5256).
    ///
    /// ```no_run
    /// # async fn example(client: &mut netspeak_imap::Client) -> netspeak_imap::Result<()> {
    /// use netspeak_imap::{Search, Sort};
    ///
    /// let newest_first = Sort::date().reverse();
    /// let unread = client.sort(&newest_first, &Search::unseen()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Usage`] while no mailbox is open; `work.not_offered` if the server has no SORT (SORT=DISPLAY, for
    /// names): nothing is sent then; `work.rejected`; [`Error::Limit`] for more messages than
    /// [`Limits::listing_entries`](crate::Limits); network errors.
    pub async fn sort(&mut self, sort: &Sort, search: &Search) -> Result<Vec<u32>> {
        self.needs_sort(sort).await?;
        let command = Command::Sort {
            uid: true,
            sort,
            search,
            returns: None,
        };
        let max = self.conn.limits().listing_entries;
        let mut found: Vec<u32> = Vec::new();
        let mut is_over = false;
        let asked = self
            .ask(&command, Phase::Work, |untagged| match untagged {
                Untagged::Sort(ids) => {
                    is_over |= found.len().saturating_add(ids.len()) > max;
                    if !is_over {
                        found.extend(ids);
                    }
                    None
                }
                other => Some(other),
            })
            .await;
        asked.map_err(needs_charset)?;
        match is_over {
            true => Err(Error::limit("messages in an order", max as u64)),
            false => Ok(found),
        }
    }

    /// UID SORT RETURN: lowest and highest place, count, or a page of the result (ESORT, RFC 5267). What is told as
    /// `ALL` and `PARTIAL` is in order.
    ///
    /// # Errors
    /// As [`sort`](Self::sort); `work.not_offered` also without ESORT (CONTEXT=SORT for a page, SEARCHRES to save).
    pub async fn sort_return(
        &mut self,
        sort: &Sort,
        search: &Search,
        returns: &Returns,
    ) -> Result<Esearch> {
        self.needs_sort(sort).await?;
        self.needs_any(&["ESORT"]).await?;
        if returns.pages() {
            self.needs_any(&["CONTEXT=SORT", "PARTIAL"]).await?;
        }
        if returns.saves() {
            self.needs_any(&["SEARCHRES", "IMAP4rev2"]).await?;
        }
        let command = Command::Sort {
            uid: true,
            sort,
            search,
            returns: Some(returns),
        };
        let mut told = None;
        let asked = self
            .ask(&command, Phase::Work, |untagged| match untagged {
                Untagged::Esearch(esearch) if told.is_none() => {
                    told = Some(*esearch);
                    None
                }
                other => Some(other),
            })
            .await;
        asked.map_err(needs_charset)?;
        match told {
            None if !returns.saves() => Err(untold("UID SORT RETURN")),
            told => Ok(told.unwrap_or_default()),
        }
    }

    /// UID THREAD: the messages that fit, in their conversations (RFC 5256).
    ///
    /// ```no_run
    /// # async fn example(client: &mut netspeak_imap::Client) -> netspeak_imap::Result<()> {
    /// use netspeak_imap::{Search, Threading};
    ///
    /// for thread in client.thread(&Threading::References, &Search::all()).await? {
    ///     for message in thread.messages() {
    ///         println!("{}{:?}", "  ".repeat(message.depth), message.id);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`sort`](Self::sort); `work.not_offered` if the server does not gather in this way (`THREAD=...`).
    pub async fn thread(&mut self, threading: &Threading, search: &Search) -> Result<Vec<Thread>> {
        let command = Command::Thread {
            uid: true,
            threading,
            search,
        };
        self.check_state(&command)?;
        let way = format!("THREAD={}", threading.name());
        self.needs_any(&[&way]).await?;
        let max = self.conn.limits().listing_entries;
        let (mut found, mut messages) = (Vec::new(), 0usize);
        let asked = self
            .ask(&command, Phase::Work, |untagged| match untagged {
                Untagged::Thread(threads) => {
                    let more = threads.iter().map(|thread| thread.messages().len());
                    messages = more.fold(messages, usize::saturating_add);
                    if messages <= max {
                        found.extend(threads);
                    }
                    None
                }
                other => Some(other),
            })
            .await;
        asked.map_err(needs_charset)?;
        match messages > max {
            true => Err(Error::limit("messages in conversations", max as u64)),
            false => Ok(found),
        }
    }

    async fn needs_sort(&mut self, sort: &Sort) -> Result<()> {
        self.check_state(&Command::Expunge)?;
        self.needs_any(&["SORT", "SORT=DISPLAY"]).await?;
        match sort.is_display() {
            true => self.needs_any(&["SORT=DISPLAY"]).await,
            false => Ok(()),
        }
    }
}
