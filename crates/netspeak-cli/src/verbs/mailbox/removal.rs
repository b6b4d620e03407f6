//! Removes messages from the mailbox that is open.

use netspeak::imap::{Access, Client, Flag, FlagChange, IdSet, Search};

use crate::failure::Failure;
use crate::verbs::work_failed;

/// Removes messages by their UIDs, and nobody else's.
///
/// # Errors
/// A mailbox that cannot be changed; without UIDPLUS, other messages that are marked `\Deleted`: these are marked
/// then, and not removed. Messages that are still there.
pub(in crate::verbs) async fn remove(client: &mut Client, uids: &IdSet) -> Result<(), Failure> {
    let is_read_only = |open: &netspeak::imap::Selected| open.access == Access::ReadOnly;
    if client.selected().is_some_and(is_read_only) {
        return Err(work_failed(
            "the server opens the mailbox to read only: nothing was deleted",
        ));
    }
    let deleted = FlagChange::add([Flag::Deleted]).silent();
    client.store(uids, &deleted).await?;
    expunge(client, uids).await?;
    match left(client, uids).await? {
        0 => Ok(()),
        left => Err(work_failed(format!(
            "the server was to delete messages, and still has {left} of them"
        ))),
    }
}

async fn expunge(client: &mut Client, uids: &IdSet) -> Result<(), Failure> {
    let offered = client.known_capabilities().await?;
    if offered.has("UIDPLUS") || offered.is_rev2() {
        client.uid_expunge(uids).await?;
        return Ok(());
    }
    let marked = client.search(&Search::deleted()).await?;
    let others = (&marked - uids).len();
    if others > 0 {
        return Err(work_failed(format!(
            "the messages are marked \\Deleted and not removed: {others} others are marked as well, and the server \
             cannot remove some only (UIDPLUS)"
        )));
    }
    client.expunge().await?;
    Ok(())
}

/// How many of them are still there.
async fn left(client: &mut Client, uids: &IdSet) -> Result<u64, Failure> {
    let is_empty = client.selected().is_some_and(|open| open.exists == 0);
    let (first, last) = (uids.iter().next(), uids.iter().next_back());
    let Some((first, last)) = first.zip(last).filter(|_| !is_empty) else {
        return Ok(0);
    };
    // The set itself may be longer than a line.
    let there = client.search(&Search::uid(first..=last)).await?;
    Ok(there.len() - (&there - uids).len())
}
