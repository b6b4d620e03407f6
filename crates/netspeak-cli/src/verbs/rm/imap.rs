//! `rm` over IMAP.

use netspeak::core::{ErrorKind, Phase, Reason};
use netspeak::imap::{Client, IdSet, ImapPath, Search};

use super::{Order, Rm};
use crate::failure::Failure;
use crate::verbs::mailbox::{self, removal};
use crate::verbs::row::Row;

pub(super) const ROW: Row<Rm> = Row {
    protocol: "imap",
    urls: &[
        ("imaps://host/INBOX;UID=7", "the message with this UID"),
        ("imaps://host/INBOX;UID=3:9,12", "messages with these UIDs"),
    ],
    run: |order| Box::pin(rm(order)),
};

async fn rm(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    args.data.refuse("imap")?;
    args.http.refuse("imap")?;
    if args.recursive {
        return Err(Failure::usage("-r is for folders: messages go by UID"));
    }
    let place = ImapPath::of(target)?;
    let uids = meant(&place)?;
    mailbox::session(target, &args.connect, async |client| {
        remove(client, &place, &uids).await
    })
    .await
}

/// The messages that are meant by name. What a search finds may be more than somebody thinks.
fn meant(place: &ImapPath) -> Result<IdSet, Failure> {
    if place.section.is_some() || place.partial.is_some() {
        return Err(Failure::usage(
            "messages are removed whole: leave out ;SECTION= and ;PARTIAL=",
        ));
    }
    match (&place.uids, &place.search) {
        (Some(uids), None) => Ok(uids.clone()),
        _ => Err(Failure::usage(
            "which messages? rm takes their UIDs, as in /INBOX;UID=3:9, which ls shows",
        )),
    }
}

async fn remove(client: &mut Client, place: &ImapPath, uids: &IdSet) -> Result<(), Failure> {
    let Some(mailbox) = &place.mailbox else {
        return Err(Failure::usage("which mailbox? ls lists them"));
    };
    let opened = client.select(mailbox).await?;
    place.check_uid_validity(opened.uid_validity)?;
    let there = match opened.exists {
        // Some servers call all of nothing an error.
        0 => IdSet::new(),
        _ => client.search(&Search::uid(uids.clone())).await?,
    };
    // A range says where to look: not each of its numbers has to be there.
    match there.is_empty() {
        true => Err(Failure::partial(
            ErrorKind::new(Phase::Work, Reason::NotFound),
            "no message there has this UID: nothing was removed",
        )),
        false => removal::remove(client, &there).await,
    }
}
