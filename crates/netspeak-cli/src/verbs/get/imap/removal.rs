//! Deletes from a mailbox what was fetched from it.

use netspeak::core::{Opening, Target};
use netspeak::imap::{Client, IdSet, Mailbox};

use crate::failure::Failure;
use crate::verbs::{mailbox, work_failed};

/// Deletes messages by their UIDs, in a session of its own: the mailbox is open for writing only now.
///
/// # Errors
/// Another UIDVALIDITY than they were fetched under; those of [`mailbox::removal::remove`].
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
        mailbox::removal::remove(client, uids).await
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
    Ok(())
}
