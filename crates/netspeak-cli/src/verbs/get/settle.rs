//! [`Settlement`]: what is to be done about messages once they are safely where they go.

use std::collections::HashSet;

use netspeak::core::{Opening, Target};
use netspeak::imap::{IdSet, Mailbox};
use netspeak::pop3::UniqueId;

use super::{Got, imap, pop3};
use crate::args::{ConnectArgs, MailArgs};
use crate::failure::Failure;
use crate::output::{Place, Seen, SeenFile};

/// Messages of a maildrop or a mailbox that were fetched by unique id.
#[derive(Debug)]
pub(super) struct Settlement {
    pub(super) keeping: Keeping,
    pub(super) fetched: Fetched,
}

/// Which messages.
#[derive(Debug)]
pub(super) enum Fetched {
    Maildrop {
        ids: Vec<UniqueId>,
        /// What is noted and was not in the maildrop any more.
        gone: HashSet<UniqueId>,
    },
    Mailbox {
        mailbox: Mailbox,
        uid_validity: u32,
        uids: IdSet,
    },
}

/// Whose messages they are, where that they were fetched is noted, and whether they are deleted.
#[derive(Clone, Debug)]
pub(super) struct Keeping {
    pub(super) target: Target,
    pub(super) opening: Opening,
    pub(super) place: Place,
    state: Option<SeenFile>,
    deletes: bool,
}

impl Keeping {
    pub(super) fn new(
        target: &Target,
        opening: Opening,
        place: Place,
        args: &MailArgs,
    ) -> Result<Self, Failure> {
        Ok(Self {
            target: target.clone(),
            opening,
            place,
            state: args.new.as_deref().map(SeenFile::new).transpose()?,
            deletes: args.delete,
        })
    }

    /// What was fetched before, if only what is new is wanted.
    pub(super) async fn seen(&self) -> Result<Seen, Failure> {
        match &self.state {
            Some(state) => state.read().await,
            None => Ok(Seen::default()),
        }
    }
}

/// Notes what was fetched, then deletes it if that is wanted. What is wrong with one keeps no other back.
///
/// # Errors
/// The first.
pub(super) async fn settle(
    settlements: Vec<Settlement>,
    connect: &ConnectArgs,
) -> Result<(), Failure> {
    let mut all = Ok(());
    for settlement in settlements {
        let settled = settlement.settle(connect).await;
        match (&all, settled) {
            (Ok(()), settled) => all = settled,
            (Err(_), Err(failure)) => {
                crate::verbs::failed(&failure);
            }
            (Err(_), Ok(())) => {}
        }
    }
    all
}

/// What came of the fetching, if nothing was wrong behind it; both faults are told.
pub(super) fn both(
    fetched: Result<Got, Failure>,
    settled: Result<(), Failure>,
) -> Result<Got, Failure> {
    match (fetched, settled) {
        (Err(fetched), Err(settled)) => {
            crate::verbs::failed(&settled);
            Err(fetched)
        }
        (fetched, settled) => settled.and(fetched),
    }
}

impl Settlement {
    async fn settle(self, connect: &ConnectArgs) -> Result<(), Failure> {
        let Self { keeping, fetched } = self;
        if let Some(state) = &keeping.state {
            let place = &keeping.place;
            let noted = state.change(|seen| match &fetched {
                Fetched::Maildrop { ids, gone } => seen.add_to_maildrop(place, ids, gone),
                Fetched::Mailbox {
                    uid_validity, uids, ..
                } => seen.add_to_mailbox(place, *uid_validity, uids),
            });
            noted.await?;
        }
        if !keeping.deletes {
            return Ok(());
        }
        let opening = connect.once_more(keeping.opening);
        match fetched {
            Fetched::Maildrop { ids, .. } => {
                pop3::removal::remove(&keeping.target, opening, &ids).await
            }
            Fetched::Mailbox {
                mailbox,
                uid_validity,
                uids,
            } => {
                imap::removal::remove(&keeping.target, opening, &mailbox, uid_validity, &uids).await
            }
        }
    }
}
