//! What mail servers keep: the mailboxes of their users. Servers that are told so share one store, so that what one delivers is read from
//! another.

mod mailbox;
mod message;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub(crate) use crate::mailstore::mailbox::{Change, Mailbox, What};
pub(crate) use crate::mailstore::message::{Draft, Message, Received, has_flag};
use crate::server::Fake;

/// The mailbox that everybody has, and that mail is delivered to.
pub(crate) const INBOX: &str = "INBOX";

/// A server that keeps mail: POP3 and IMAP.
pub trait KeepsMail: Keeper {}

impl<P: Keeper> KeepsMail for P {}

/// Where a server keeps its mail; for this crate only.
pub trait Keeper {
    /// The store, which clones share.
    fn mailstore(&self) -> &Mailstore;
}

impl<P: Keeper> Fake<P> {
    /// The store of this server, for another one to share.
    pub(crate) fn mailstore(&self) -> &Mailstore {
        self.protocol().mailstore()
    }
}

/// The mail of all users. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Mailstore {
    state: Arc<Mutex<State>>,
    /// Counts the changes, for those who wait for one.
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    /// How many messages there have been.
    serial: u64,
    accounts: BTreeMap<String, Account>,
}

/// What one user has.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) mailboxes: BTreeMap<String, Mailbox>,
    pub(crate) subscribed: BTreeSet<String>,
    /// How many KiB of messages fit in.
    pub(crate) quota: Option<u64>,
    /// What is noted about the server as a whole, by entry.
    pub(crate) metadata: BTreeMap<String, Vec<u8>>,
    /// Whether a POP3 session holds the lock of the maildrop.
    pub(crate) locked: bool,
    /// How many mailboxes there have been.
    made: u32,
}

impl Default for Account {
    fn default() -> Self {
        let mut account = Self {
            mailboxes: BTreeMap::new(),
            subscribed: BTreeSet::from([INBOX.to_owned()]),
            quota: None,
            metadata: BTreeMap::new(),
            locked: false,
            made: 0,
        };
        account.create(INBOX);
        account
    }
}

impl Account {
    /// The mailbox of this name, made if there is none.
    pub(crate) fn create(&mut self, name: &str) -> &mut Mailbox {
        let made = &mut self.made;
        self.mailboxes.entry(name.to_owned()).or_insert_with(|| {
            *made += 1;
            Mailbox::new(*made)
        })
    }

    /// Removes names that hold no messages and have nothing below them any more.
    pub(crate) fn prune(&mut self, separator: char) {
        let bare: Vec<String> = self
            .mailboxes
            .iter()
            .filter(|(_, mailbox)| !mailbox.selectable)
            .map(|(name, _)| name.clone())
            .collect();
        // The deepest first: it may be all that another one has.
        for name in bare.into_iter().rev() {
            let below = format!("{name}{separator}");
            if !self.mailboxes.keys().any(|key| key.starts_with(&below)) {
                self.mailboxes.remove(&name);
            }
        }
    }

    /// How many octets there are in all mailboxes.
    pub(crate) fn octets(&self) -> u64 {
        let mailboxes = self.mailboxes.values();
        mailboxes.map(Mailbox::octets).sum()
    }

    /// Whether so many more octets find room.
    pub(crate) fn has_room(&self, octets: usize) -> bool {
        let Some(quota) = self.quota else { return true };
        let more = u64::try_from(octets).unwrap_or(u64::MAX);
        self.octets().saturating_add(more) <= quota.saturating_mul(1024)
    }

    /// Everybody's mailbox.
    pub(crate) fn inbox(&mut self) -> &mut Mailbox {
        self.create(INBOX)
    }

    /// The mailbox of this identity, whatever it is called by now.
    pub(crate) fn by_id(&mut self, id: u32) -> Option<&mut Mailbox> {
        self.mailboxes
            .values_mut()
            .find(|mailbox| mailbox.id() == id)
    }
}

impl Mailstore {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at what a user has, or changes it. Whoever changes it says so with [`Mailstore::changed`].
    pub(crate) fn account<T>(&self, user: &str, look: impl FnOnce(&mut Account) -> T) -> T {
        let mut state = self.state();
        look(state.accounts.entry(user.to_owned()).or_default())
    }

    /// A number that no other message has.
    pub(crate) fn serial(&self) -> u64 {
        let mut state = self.state();
        state.serial += 1;
        state.serial
    }

    /// Puts a message into a user's INBOX.
    pub(crate) fn deliver(&self, user: &str, uidl: Option<&str>, bytes: &[u8]) {
        let mut draft = Draft::new(bytes);
        draft.uidl = uidl.map(str::to_owned);
        self.put(user, INBOX, draft);
    }

    /// Puts a message into a user's mailbox of this name, which is made if there is none. Tells its UID.
    pub(crate) fn put(&self, user: &str, mailbox: &str, draft: Draft) -> u32 {
        let serial = self.serial();
        let uid = self.account(user, |account| account.create(mailbox).add(draft, serial));
        self.changed();
        uid
    }

    /// Wakes those who wait for changes.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// To wait for changes.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}
