//! LIST and LSUB, with what only some servers know made up for.

use std::collections::{HashMap, HashSet};

use netspeak_core::Phase;

use super::Client;
use super::pipeline::Part;
use crate::command::{Command, ListQuery, StatusItems};
use crate::error::{Error, Result};
use crate::response::{Attribute, Listed, MailboxStatus, Untagged};
use crate::types::Mailbox;

impl Client {
    /// LIST: which mailboxes there are (RFC 9051 section 6.3.9), with their status where that is asked for.
    ///
    /// Servers without LIST-EXTENDED or LIST-STATUS are asked in plain words, and the rest is made up for:
    /// subscriptions by LSUB, status by STATUS of each mailbox, several at once. INBOX exists even where the
    /// server does not list it.
    ///
    /// # Errors
    /// `work.rejected`; [`Error::Limit`] for more mailboxes than [`Limits::listing_entries`](crate::Limits);
    /// network errors.
    pub async fn list(&mut self, query: &ListQuery) -> Result<Vec<Listed>> {
        if !query.is_extended() {
            return self.ask_list(query).await;
        }
        let is_rev2 = self.known_capabilities().await?.is_rev2();
        let is_extended = is_rev2 || self.has_any(&["LIST-EXTENDED"]).await?;
        let has_status = is_rev2 || self.has_any(&["LIST-STATUS"]).await?;
        let mut listed = if is_extended && (has_status || query.status().is_none()) {
            match self.ask_list(query).await {
                Err(error) if is_bad(&error) => self.list_plainly(query).await?,
                listed => return listed,
            }
        } else if is_extended {
            self.ask_list(&query.without_status()).await?
        } else {
            self.list_plainly(query).await?
        };
        if let Some(items) = query.status() {
            self.fill_in(&mut listed, items).await?;
        }
        Ok(listed)
    }

    /// LSUB: which mailboxes are subscribed (RFC 3501 section 6.3.9).
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub async fn lsub(&mut self, reference: &str, pattern: &str) -> Result<Vec<Listed>> {
        let command = Command::Lsub(reference, pattern);
        self.gather_list(&command).await
    }

    async fn ask_list(&mut self, query: &ListQuery) -> Result<Vec<Listed>> {
        self.gather_list(&Command::List(query)).await
    }

    async fn gather_list(&mut self, command: &Command<'_>) -> Result<Vec<Listed>> {
        let max = self.conn.limits().listing_entries;
        let (mut listed, mut told) = (Vec::<Listed>::new(), Vec::new());
        let wants_status = matches!(command, Command::List(query) if query.status().is_some());
        self.ask(command, Phase::Work, |untagged| match untagged {
            Untagged::List(entry) | Untagged::Lsub(entry) if listed.len() < max => {
                listed.push(entry);
                None
            }
            Untagged::MailboxStatus(status) if wants_status && told.len() < max => {
                told.push(*status);
                None
            }
            other => Some(other),
        })
        .await?;
        place(&mut listed, told);
        Ok(listed)
    }

    /// Without LIST-EXTENDED: all names, then those that are wanted.
    async fn list_plainly(&mut self, query: &ListQuery) -> Result<Vec<Listed>> {
        let mut listed = Vec::new();
        for plain in query.plain() {
            if query.wants_subscribed() {
                let (reference, pattern) = plain.parts();
                listed.extend(self.lsub(reference, pattern).await?);
            } else {
                listed.extend(self.ask_list(&plain).await?);
            }
        }
        if query.wants_special_use() {
            listed.retain(|entry| entry.role().is_some());
        }
        if query.tells_subscribed() {
            self.mark_subscribed(query, &mut listed).await?;
        }
        Ok(listed)
    }

    async fn mark_subscribed(&mut self, query: &ListQuery, listed: &mut [Listed]) -> Result<()> {
        let mut subscribed = HashSet::new();
        for plain in query.plain() {
            let (reference, pattern) = plain.parts();
            let told = self.lsub(reference, pattern).await?;
            subscribed.extend(told.into_iter().map(|entry| entry.mailbox));
        }
        for entry in listed {
            if subscribed.contains(&entry.mailbox) && !entry.has(&Attribute::Subscribed) {
                entry.attributes.push(Attribute::Subscribed);
            }
        }
        Ok(())
    }

    /// The status of each mailbox that can have one.
    async fn fill_in(&mut self, listed: &mut [Listed], items: &StatusItems) -> Result<()> {
        let names: Vec<Mailbox> = listed
            .iter()
            .filter(|entry| entry.is_selectable() && entry.status.is_none())
            .map(|entry| entry.mailbox.clone())
            .collect();
        let commands: Vec<_> = names
            .iter()
            .map(|name| Command::Status(name, items))
            .collect();
        let mut told = Vec::new();
        self.run(&commands, |_, part| {
            if let Part::Data(Untagged::MailboxStatus(status)) = part {
                told.push(*status);
            }
        })
        .await?;
        place(listed, told);
        Ok(())
    }
}

/// Puts each status to its mailbox.
fn place(listed: &mut [Listed], told: Vec<MailboxStatus>) {
    let mut places: HashMap<Mailbox, usize> = HashMap::new();
    for (at, entry) in listed.iter().enumerate() {
        places.entry(entry.mailbox.clone()).or_insert(at);
    }
    for status in told {
        let place = places
            .get(&status.mailbox)
            .and_then(|at| listed.get_mut(*at));
        if let Some(entry) = place {
            entry.status = Some(Box::new(status));
        }
    }
}

/// Some servers do not know what they offer (Proton Bridge).
fn is_bad(error: &Error) -> bool {
    error
        .reply()
        .is_some_and(|reply| reply.kind() == crate::response::StatusKind::Bad)
}
