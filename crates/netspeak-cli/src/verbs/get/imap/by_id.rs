//! `get` over IMAP by UIDs: what is new, what is to be deleted.

use netspeak::core::text::printable;
use netspeak::imap::{Client, IdSet, ImapPath};

use super::super::messages::{Messages, Refused, to_folder, to_mbox, to_one};
use super::super::settle::{self, Keeping, Settlement, both, settle};
use super::super::{Got, Order, meter};
use super::{Fetched, builder, items};
use crate::failure::Failure;
use crate::output::{self, Place};
use crate::verbs::mailbox::{self, Holds, wanted};
use crate::verbs::work_failed;

pub(super) async fn get(order: Order<'_, '_>, path: &ImapPath) -> Result<Got, Failure> {
    let (target, args) = (order.target, order.args);
    let Some(name) = path.mailbox.clone() else {
        return Err(Failure::usage("which mailbox? ls lists them"));
    };
    let opening = mailbox::opening(&args.connect, target)?;
    let place = Place::of(target, &opening, Some(name.name()))?;
    let keeping = Keeping::new(target, opening, place, &args.mail)?;
    let known = keeping.seen().await?.of_mailbox(&keeping.place);
    let meter = meter(&order, None);
    let mut uid_validity = 0;
    let mut taken = IdSet::new();
    let opening = keeping.opening.clone();
    let fetched = mailbox::session_by(builder(args), opening, target, async |client| {
        let holds = mailbox::open(client, path).await?;
        uid_validity = lasting(client)?;
        let uids = new(client, path, holds, known, uid_validity).await?;
        if uids.is_empty() {
            return Ok(Got::Nothing);
        }
        let messages = Identified {
            fetched: Fetched::new(client.fetch(uids, &items(args)).await?),
            uid_validity,
            uid: None,
            taken: &mut taken,
        };
        let is_one = path.uids.as_ref().is_some_and(|uids| uids.len() == 1);
        match &args.dir {
            Some(dir) => to_folder(messages, dir, args.overwrite(), meter).await?,
            None if is_one => to_one(messages, order.sink, meter).await?,
            None => to_mbox(messages, order.sink, meter).await?,
        }
        Ok(Got::All)
    })
    .await;
    if taken.is_empty() {
        return fetched;
    }
    let settlement = Settlement {
        keeping,
        fetched: settle::Fetched::Mailbox {
            mailbox: name,
            uid_validity,
            uids: taken,
        },
    };
    if args.dir.is_some() {
        // What is in the folder is there, whatever became of the rest.
        let settled = settle(vec![settlement], &args.connect).await;
        return both(fetched, settled);
    }
    order.settlements.borrow_mut().push(settlement);
    fetched
}

/// Under which UIDVALIDITY the UIDs mean the same in another session.
fn lasting(client: &Client) -> Result<u32, Failure> {
    let open = client.selected().filter(|open| open.uids_last);
    open.and_then(|open| open.uid_validity).ok_or_else(|| {
        work_failed(
            "--new and --delete know messages by their UIDs, and the server does not tell how long these last \
             (UIDVALIDITY)",
        )
    })
}

/// What is meant and was not fetched before.
async fn new(
    client: &mut Client,
    path: &ImapPath,
    holds: Holds,
    known: Option<(u32, IdSet)>,
    uid_validity: u32,
) -> Result<IdSet, Failure> {
    let known = match known {
        Some((before, _)) if before != uid_validity => {
            let name = path.mailbox.as_ref().map_or("", |mailbox| mailbox.name());
            let name = printable(name.as_bytes());
            output::say(&format!(
                "the UIDVALIDITY of {name} is {uid_validity} now, and was {before}: all in it counts as new"
            ));
            IdSet::new()
        }
        known => known.map(|(_, uids)| uids).unwrap_or_default(),
    };
    // Some servers call all of nothing an error.
    if holds == Holds::Nothing {
        return Ok(IdSet::new());
    }
    let there = client.search(&wanted(path)?).await?;
    Ok(&there - &known)
}

/// Messages whose UIDs are told before they are.
struct Identified<'c> {
    fetched: Fetched<'c>,
    uid_validity: u32,
    uid: Option<u32>,
    taken: &'c mut IdSet,
}

impl Messages for Identified<'_> {
    async fn next(&mut self) -> Result<Option<Result<(), Refused>>, Failure> {
        let next = self.fetched.next().await?;
        let (Some(Ok(())), Some(row)) = (&next, self.fetched.row()) else {
            return Ok(next);
        };
        self.uid = row.uid;
        Ok(Some(match row.uid {
            Some(_) => Ok(()),
            None => {
                let untold = work_failed("the server tells its UID only behind it");
                Err(Refused::new(format!("message {}", row.number), untold))
            }
        }))
    }

    async fn chunk(&mut self) -> Result<Option<&[u8]>, Failure> {
        self.fetched.chunk().await
    }

    /// UIDs are other ones under another UIDVALIDITY, and in another mailbox.
    fn file_name(&self) -> String {
        let uid = self.uid.unwrap_or_default();
        format!("{:0>10}-{uid:0>10}.eml", self.uid_validity)
    }

    fn is_taken(&mut self) {
        self.taken.extend(self.uid.take());
    }
}
