//! A maildrop: the INBOX of a user, as a session sees it while it holds the lock.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::mailstore::Mailstore;

/// One message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Its UID in the mailbox, by which QUIT finds it again.
    key: u32,
    pub(super) uid: String,
    pub(super) bytes: Arc<[u8]>,
}

/// A maildrop that a session has locked, as it was then. Dropping it unlocks and changes nothing.
#[derive(Debug)]
pub(super) struct Opened {
    store: Mailstore,
    user: String,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    message: Message,
    deleted: bool,
}

/// What is in a user's maildrop.
pub(super) fn messages(store: &Mailstore, user: &str) -> Vec<Vec<u8>> {
    store.account(user, |account| {
        let messages = account.inbox().messages();
        messages
            .map(|(_, message)| message.bytes.to_vec())
            .collect()
    })
}

impl Opened {
    /// Locks a user's maildrop. `None` if another session holds the lock.
    pub(super) fn open(store: &Mailstore, user: &str) -> Option<Self> {
        let entries = store.account(user, |account| {
            if std::mem::replace(&mut account.locked, true) {
                return None;
            }
            let messages = account.inbox().messages();
            let entries = messages.map(|(key, message)| Entry {
                message: Message {
                    key,
                    uid: message.uidl.clone(),
                    bytes: Arc::clone(&message.bytes),
                },
                deleted: false,
            });
            Some(entries.collect())
        })?;
        Some(Self {
            store: store.clone(),
            user: user.to_owned(),
            entries,
        })
    }

    /// The messages not marked as deleted, with their numbers.
    pub(super) fn list(&self) -> impl Iterator<Item = (usize, &Message)> {
        self.entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| !entry.deleted)
            .map(|(index, entry)| (index + 1, &entry.message))
    }

    pub(super) fn count(&self) -> usize {
        self.list().count()
    }

    pub(super) fn octets(&self) -> usize {
        self.list().map(|(_, message)| message.bytes.len()).sum()
    }

    /// The message of this number, unless it is marked as deleted.
    pub(super) fn get(&self, number: usize) -> Option<&Message> {
        let entry = self.entries.get(number.checked_sub(1)?)?;
        (!entry.deleted).then_some(&entry.message)
    }

    /// Marks this message as deleted.
    pub(super) fn delete(&mut self, number: usize) {
        if let Some(entry) = number
            .checked_sub(1)
            .and_then(|index| self.entries.get_mut(index))
        {
            entry.deleted = true;
        }
    }

    pub(super) fn reset(&mut self) {
        for entry in &mut self.entries {
            entry.deleted = false;
        }
    }

    /// The UPDATE state: removes what is marked. Tells how many messages remain of those that this session saw.
    pub(super) fn commit(&mut self) -> usize {
        let gone: BTreeSet<u32> = self
            .entries
            .iter()
            .filter(|entry| entry.deleted)
            .map(|entry| entry.message.key)
            .collect();
        self.store.account(&self.user, |account| {
            for key in &gone {
                account.inbox().remove(*key);
            }
        });
        self.store.changed();
        self.entries.retain(|entry| !entry.deleted);
        self.entries.len()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.store
            .account(&self.user, |account| account.locked = false);
    }
}
