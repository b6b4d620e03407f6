//! The mailbox that is open, as the client knows it: numbers for messages, and how far it has been told what happened.

use std::collections::BTreeSet;

use crate::imap::arguments::Arg;
use crate::imap::fault::ImapFault;
use crate::imap::fetch::By;
use crate::imap::reply::{Verdict, bad, no, syntax};
use crate::imap::session::Session;
use crate::imap::sets::{Set, members};
use crate::mailstore::Mailbox;

/// The open mailbox.
#[derive(Debug)]
pub(super) struct Selected {
    /// Which mailbox it is, whatever it is called by now.
    pub(super) id: u32,
    pub(super) access: Access,
    /// The UIDs by message number, the first being that of message 1.
    pub(super) uids: Vec<u32>,
    /// How much of the mailbox's journal the client knows.
    pub(super) known: usize,
    /// Those that this session was the first to be told of.
    pub(super) recent: BTreeSet<u32>,
    /// How many keywords of the mailbox the client knows.
    pub(super) keywords: usize,
    /// What the last search has saved.
    pub(super) saved: Vec<u32>,
}

/// What may be done with an open mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    ReadWrite,
    ReadOnly,
}

impl Selected {
    /// The number of this message, if the client knows it.
    pub(super) fn number(&self, uid: u32) -> Option<usize> {
        Some(self.uids.binary_search(&uid).ok()? + 1)
    }

    fn exists(&self) -> u32 {
        u32::try_from(self.uids.len()).unwrap_or(u32::MAX)
    }

    /// Whether there are messages of all these numbers.
    fn holds(&self, set: &Set) -> bool {
        let exists = self.exists();
        if exists == 0 && set.reaches_the_last() {
            return true;
        }
        let ranges = set.ranges(exists);
        ranges.iter().all(|(from, to)| *from > 0 && *to <= exists)
    }

    /// The UIDs of a set, as far as it is there.
    fn resolve(&self, set: &Set, by: By) -> Vec<u32> {
        let exists = self.exists();
        let found: Vec<usize> = match (set, by) {
            (Set::Saved, _) => {
                let saved = self.saved.iter();
                saved
                    .filter_map(|uid| self.uids.binary_search(uid).ok())
                    .collect()
            }
            (_, By::Uid) => {
                let last = self.uids.last().copied().unwrap_or_default();
                members(&self.uids, &set.ranges(last))
            }
            (_, By::Number) => {
                let numbers: Vec<u32> = (1..=exists).collect();
                members(&numbers, &set.ranges(exists))
            }
        };
        found
            .into_iter()
            .filter_map(|index| self.uids.get(index).copied())
            .collect()
    }
}

impl Session<'_> {
    /// The UIDs of the messages in this set, in rising order. Numbers that no message has are refused.
    pub(super) fn set(&self, arg: &Arg, by: By) -> Result<Vec<u32>, Verdict> {
        let (set, selected) = self.said_set(arg)?;
        match by == By::Uid || selected.holds(&set) {
            true => Ok(selected.resolve(&set, by)),
            false => Err(bad("there are fewer messages")),
        }
    }

    /// As [`Session::set`], where numbers that no message has are no mistake.
    pub(super) fn searched(&self, arg: &Arg, by: By) -> Result<Vec<u32>, Verdict> {
        let (set, selected) = self.said_set(arg)?;
        if self.enabled.uid_only && by == By::Number && set != Set::Saved {
            return Err(bad("UIDs only").code("UIDREQUIRED"));
        }
        Ok(selected.resolve(&set, by))
    }

    fn said_set(&self, arg: &Arg) -> Result<(Set, &Selected), Verdict> {
        let set = arg.atom().and_then(Set::parse).ok_or_else(syntax)?;
        if set == Set::Saved {
            self.needs("SEARCHRES")?;
        }
        if self.fails_by(&ImapFault::RisingSetsOnly) && !set.rises() {
            return Err(bad("invalid messageset"));
        }
        let selected = self.selected.as_ref().ok_or_else(nothing_selected)?;
        Ok((set, selected))
    }

    /// Keeps only as many of these as are dealt with at once, the last ones, and makes the code that says so (RFC 9738).
    pub(super) fn limit(&self, uids: &mut Vec<u32>) -> Option<String> {
        let most = self.imap.message_limit?;
        let begin = uids.len().checked_sub(most).filter(|begin| *begin > 0)?;
        uids.drain(..begin);
        let reached = uids.first()?;
        self.code("MESSAGELIMIT", &format!("{most} {reached}"))
    }

    /// The open mailbox, if changes are allowed.
    pub(super) fn writable(&self) -> Result<(), Verdict> {
        match self.selected.as_ref().map(|selected| selected.access) {
            Some(Access::ReadWrite) => Ok(()),
            Some(Access::ReadOnly) => Err(no("this mailbox is read-only")),
            None => Err(nothing_selected()),
        }
    }

    /// Looks at the open mailbox, or changes it.
    pub(super) fn in_mailbox<T>(
        &mut self,
        look: impl FnOnce(&mut Mailbox, &mut Selected) -> T,
    ) -> Result<T, Verdict> {
        let user = self.user.as_deref().ok_or_else(nothing_selected)?;
        let selected = self.selected.as_mut().ok_or_else(nothing_selected)?;
        self.imap
            .mail
            .account(user, |account| match account.by_id(selected.id) {
                Some(mailbox) => Ok(look(mailbox, selected)),
                None => Err(no("the mailbox is gone")),
            })
    }

    /// By whom changes are made, so that this session is not told of its own.
    pub(super) fn me(&self) -> Option<usize> {
        Some(self.wire.number())
    }
}

fn nothing_selected() -> Verdict {
    bad("select a mailbox first")
}
