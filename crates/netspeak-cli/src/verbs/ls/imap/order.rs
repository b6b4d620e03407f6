//! Messages in the order of `--sort`, or in the conversations of `--thread`.

use std::collections::HashMap;

use netspeak::imap::response::{Fetch, Thread};
use netspeak::imap::{Client, IdSet, Items, Search, Threading};

use crate::args::OrderArgs;
use crate::failure::Failure;

/// So many are asked for at once: they come in the order of the mailbox, and are held until their turn.
const AT_ONCE: usize = 500;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    uid: u32,
    /// In a conversation: how deep, and below which message.
    pub(super) thread: Option<InThread>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InThread {
    pub(super) depth: usize,
    pub(super) answers: Option<u32>,
}

/// Shows the messages that a search finds, each with its place.
pub(super) async fn each(
    client: &mut Client,
    search: &Search,
    order: &OrderArgs,
    items: &Items,
    mut show: impl FnMut(&Fetch, Place) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let places = match &order.sort {
        Some(sort) => {
            let uids = client.sort(sort, search).await?;
            let place = |uid| Place { uid, thread: None };
            uids.into_iter().map(place).collect()
        }
        None => {
            let threads = client.thread(&Threading::References, search).await?;
            threads.iter().flat_map(of_thread).collect::<Vec<_>>()
        }
    };
    for some in places.chunks(AT_ONCE) {
        let uids: IdSet = some.iter().map(|place| place.uid).collect();
        let mut fetching = client.fetch(uids, items).await?;
        let mut rows = HashMap::new();
        while let Some(row) = fetching.next().await? {
            if let Some(uid) = row.uid {
                rows.insert(uid, row);
            }
        }
        // What has gone meanwhile is left out.
        for place in some {
            if let Some(row) = rows.get(&place.uid) {
                show(row, *place)?;
            }
        }
    }
    Ok(())
}

/// The messages of a conversation that are here.
fn of_thread(thread: &Thread) -> impl Iterator<Item = Place> + '_ {
    let messages = thread.messages();
    messages.iter().filter_map(|message| {
        let above = message.parent.and_then(|at| messages.get(at));
        Some(Place {
            uid: message.id?,
            thread: Some(InThread {
                depth: message.depth,
                answers: above.and_then(|above| above.id),
            }),
        })
    })
}
