//! Deletes from a mailbox what was fetched from it.

use netspeak::core::{Opening, Target};
use netspeak::imap::{Access, Client, Flag, FlagChange, IdSet, Mailbox, Search};

use crate::failure::Failure;
use crate::verbs::{mailbox, work_failed};

/// Deletes messages by their UIDs, in a session of its own: the mailbox is open for writing only now.
///
/// # Errors
/// Another UIDVALIDITY than they were fetched under; a mailbox that cannot be changed; without UIDPLUS, other
/// messages that are marked `\Deleted`: these are marked then, and not removed.
pub(in super::super) async fn remove(
    target: &Target,
    opening: Opening,
    name: &Mailbox,
    uid_validity: u32,
    uids: &IdSet,
) -> Result<(), Failure> {
    let builder = Client::builder();
    mailbox::session_by(builder, opening, target, async |client| {
        open(client, name, uid_validity).await?;
        let deleted = FlagChange::add([Flag::Deleted]).silent();
        client.store(uids, &deleted).await?;
        expunge(client, uids).await?;
        match left(client, uids).await? {
            0 => Ok(()),
            left => Err(work_failed(format!(
                "the server was to delete what was fetched, and still has {left} of it"
            ))),
        }
    })
    .await
}

async fn open(client: &mut Client, name: &Mailbox, uid_validity: u32) -> Result<(), Failure> {
    let opened = client.select(name).await?;
    if opened.uid_validity != Some(uid_validity) {
        return Err(work_failed(
            "the UIDVALIDITY of the mailbox has changed since the messages were fetched: nothing was deleted",
        ));
    }
    if opened.access == Access::ReadOnly {
        return Err(work_failed(
            "the server opens the mailbox to read only: nothing was deleted",
        ));
    }
    Ok(())
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
