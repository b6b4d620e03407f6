//! [`Rows`]: which rows answer a command, and which are told of other messages.

use crate::response::Fetch;
use crate::types::{IdSet, Ids};

/// The messages that a command is about.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    ids: Ids,
    /// The number of the last message when it was asked: `*` means that one, whatever stands before it.
    last: u32,
}

impl Rows {
    pub(super) fn new(ids: Ids, last: u32) -> Self {
        Self { ids, last }
    }

    /// Whether a row is about one of them.
    pub(super) fn hold(&self, row: &Fetch) -> bool {
        are_about(&self.ids, self.last, row)
    }
}

/// Whether a row is about one of these messages, the last of which has this number. A server tells of others when it
/// likes, without the UID or with another one.
pub(super) fn are_about(ids: &Ids, last: u32, row: &Fetch) -> bool {
    let is_last = |set: &IdSet| set.has_star() && row.number >= last;
    match ids {
        Ids::Uid(set) => row.uid.is_some_and(|uid| set.contains(uid) || is_last(set)),
        Ids::Number(set) => set.contains(row.number) || is_last(set),
    }
}
