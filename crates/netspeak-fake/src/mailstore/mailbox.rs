//! One mailbox: its messages by UID, and the journal of what became of them, from which sessions tell what is new.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use crate::mailstore::message::{Draft, Message, Received, has_flag};

/// A mailbox.
#[derive(Debug)]
pub(crate) struct Mailbox {
    id: u32,
    pub(crate) uid_validity: u32,
    uid_next: u32,
    modseq: u64,
    messages: BTreeMap<u32, Message>,
    journal: Vec<Change>,
    keywords: Vec<String>,
    /// Attributes such as `\Sent`.
    pub(crate) special_use: Vec<String>,
    /// Whether it holds messages, and is not just a name above others.
    pub(crate) selectable: bool,
    /// Who else may do what (RFC 4314).
    pub(crate) rights: BTreeMap<String, String>,
    /// What is noted about it, by entry (RFC 5464).
    pub(crate) metadata: BTreeMap<String, Vec<u8>>,
    /// The first UID that no session has been told of as recent.
    pub(crate) recent_from: u32,
}

/// Something that became of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) modseq: u64,
    pub(crate) uid: u32,
    pub(crate) what: What,
    /// The connection that did it and knows it already.
    pub(crate) by: Option<usize>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Added,
    Flagged,
    Removed,
}

impl Mailbox {
    pub(super) fn new(id: u32) -> Self {
        Self {
            id,
            uid_validity: 1_700_000_000 + id,
            uid_next: 1,
            modseq: 1,
            messages: BTreeMap::new(),
            journal: Vec::new(),
            keywords: Vec::new(),
            special_use: Vec::new(),
            selectable: true,
            rights: BTreeMap::new(),
            metadata: BTreeMap::new(),
            recent_from: 1,
        }
    }

    /// What stays the same when it is renamed.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// The UID of the next message.
    pub(crate) fn uid_next(&self) -> u32 {
        self.uid_next
    }

    /// Leaves out UIDs up to this one.
    pub(crate) fn skip_to(&mut self, uid: u32) {
        self.uid_next = self.uid_next.max(uid);
    }

    /// The highest modification sequence.
    pub(crate) fn modseq(&self) -> u64 {
        self.modseq
    }

    /// How many octets its messages have.
    pub(crate) fn octets(&self) -> u64 {
        let sizes = self.messages.values().map(|message| message.bytes.len());
        u64::try_from(sizes.sum::<usize>()).unwrap_or(u64::MAX)
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// The messages in the order of their UIDs.
    pub(crate) fn messages(&self) -> impl DoubleEndedIterator<Item = (u32, &Message)> {
        self.messages.iter().map(|(uid, message)| (*uid, message))
    }

    /// The messages with UIDs in this range.
    pub(crate) fn within(
        &self,
        uids: impl RangeBounds<u32>,
    ) -> impl Iterator<Item = (u32, &Message)> {
        let found = self.messages.range(uids);
        found.map(|(uid, message)| (*uid, message))
    }

    pub(crate) fn get(&self, uid: u32) -> Option<&Message> {
        self.messages.get(&uid)
    }

    /// Adds a message and tells its UID.
    pub(crate) fn add(&mut self, draft: Draft, serial: u64) -> u32 {
        let uidl = draft.uidl.unwrap_or_else(|| format!("{serial:08x}.fake"));
        self.insert(Message {
            bytes: draft.bytes,
            flags: draft.flags,
            received: draft.received,
            saved: Received::now(),
            modseq: 0,
            serial,
            uidl,
            labels: Vec::new(),
        })
    }

    /// Adds what another mailbox has, and tells its UID here.
    pub(crate) fn adopt(&mut self, message: &Message) -> u32 {
        self.insert(Message {
            saved: Received::now(),
            ..message.clone()
        })
    }

    fn insert(&mut self, mut message: Message) -> u32 {
        let uid = self.uid_next;
        self.uid_next = self.uid_next.saturating_add(1);
        message.modseq = self.note(uid, What::Added, None);
        note_keywords(&mut self.keywords, &message.flags);
        self.messages.insert(uid, message);
        uid
    }

    /// Changes a message's flags or labels, and its modification sequence with them.
    pub(crate) fn change(
        &mut self,
        uid: u32,
        by: Option<usize>,
        change: impl FnOnce(&mut Message),
    ) {
        if !self.messages.contains_key(&uid) {
            return;
        }
        let modseq = self.note(uid, What::Flagged, by);
        if let Some(message) = self.messages.get_mut(&uid) {
            message.modseq = modseq;
            change(message);
            note_keywords(&mut self.keywords, &message.flags);
        }
    }

    /// Removes a message. Tells whether it was there.
    pub(crate) fn remove(&mut self, uid: u32) -> bool {
        let was_there = self.messages.remove(&uid).is_some();
        if was_there {
            self.note(uid, What::Removed, None);
        }
        was_there
    }

    fn note(&mut self, uid: u32, what: What, by: Option<usize>) -> u64 {
        self.modseq += 1;
        self.journal.push(Change {
            modseq: self.modseq,
            uid,
            what,
            by,
        });
        self.modseq
    }

    /// The keywords that any message has had, in the order of their coming.
    pub(crate) fn keywords(&self) -> &[String] {
        &self.keywords
    }

    /// What became of messages, from the first on.
    pub(crate) fn journal(&self) -> &[Change] {
        &self.journal
    }

    /// The UIDs of those that were removed after this modification sequence, in rising order.
    pub(crate) fn vanished_since(&self, modseq: u64) -> Vec<u32> {
        let from = self
            .journal
            .partition_point(|change| change.modseq <= modseq);
        let recent = self.journal.get(from..).unwrap_or_default();
        let mut uids: Vec<u32> = recent
            .iter()
            .filter(|change| change.what == What::Removed)
            .map(|change| change.uid)
            .collect();
        uids.sort_unstable();
        uids
    }
}

fn note_keywords(known: &mut Vec<String>, flags: &[String]) {
    for flag in flags {
        if !flag.starts_with('\\') && !has_flag(known, flag) {
            known.push(flag.clone());
        }
    }
}
