//! Maildrops: who has which messages, who holds the lock, and what a session sees while it does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All maildrops of a server. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Maildrops {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    delivered: usize,
    drops: BTreeMap<String, Maildrop>,
}

#[derive(Debug, Default)]
struct Maildrop {
    messages: Vec<Message>,
    locked: bool,
}

/// One message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Its number among all that were ever delivered, by which QUIT finds it again.
    serial: usize,
    pub(super) uid: String,
    pub(super) bytes: Arc<[u8]>,
}

impl Maildrops {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn deliver(&self, user: &str, uid: Option<&str>, bytes: &[u8]) {
        let mut state = self.state();
        state.delivered += 1;
        let serial = state.delivered;
        let uid = uid.map_or_else(|| format!("{serial:08x}.fake"), str::to_owned);
        state
            .drops
            .entry(user.to_owned())
            .or_default()
            .messages
            .push(Message {
                serial,
                uid,
                bytes: bytes.into(),
            });
    }

    pub(super) fn messages(&self, user: &str) -> Vec<Vec<u8>> {
        let state = self.state();
        state
            .drops
            .get(user)
            .map(|drop| {
                drop.messages
                    .iter()
                    .map(|message| message.bytes.to_vec())
                    .collect()
            })
            .unwrap_or_default()
    }

    /// Locks a user's maildrop. `None` if another session holds the lock.
    pub(super) fn open(&self, user: &str) -> Option<Opened> {
        let mut state = self.state();
        let drop = state.drops.entry(user.to_owned()).or_default();
        if std::mem::replace(&mut drop.locked, true) {
            return None;
        }
        let entries = drop
            .messages
            .iter()
            .map(|message| Entry {
                message: message.clone(),
                deleted: false,
            })
            .collect();
        Some(Opened {
            all: self.clone(),
            user: user.to_owned(),
            entries,
        })
    }
}

/// A maildrop that a session has locked, as it was then. Dropping it unlocks and changes nothing.
#[derive(Debug)]
pub(super) struct Opened {
    all: Maildrops,
    user: String,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    message: Message,
    deleted: bool,
}

impl Opened {
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
        let gone: Vec<usize> = self
            .entries
            .iter()
            .filter(|entry| entry.deleted)
            .map(|entry| entry.message.serial)
            .collect();
        if let Some(drop) = self.all.state().drops.get_mut(&self.user) {
            drop.messages
                .retain(|message| !gone.contains(&message.serial));
        }
        self.entries.retain(|entry| !entry.deleted);
        self.entries.len()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(drop) = self.all.state().drops.get_mut(&self.user) {
            drop.locked = false;
        }
    }
}
