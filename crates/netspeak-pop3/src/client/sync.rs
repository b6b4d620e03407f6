//! Work by unique id: what is new, and deleting what is meant.

use std::collections::HashSet;

use super::Client;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::unique_id_of;
use crate::sync::{Maildrop, Place};
use crate::types::{MessageNumber, UniqueId, UniqueIdListing};

/// What became of a message that was to be deleted by its unique id.
#[derive(Debug)]
#[non_exhaustive]
pub enum Deletion {
    /// It is marked; [`quit`](Client::quit) deletes it.
    Marked(MessageNumber),
    /// It is not in the maildrop any more, or was marked before.
    Gone,
    /// Several messages have this id. None was marked.
    Ambiguous,
    /// The server refused to mark it, or could not confirm its id. Nothing was marked.
    Failed(Error),
}

impl Client {
    /// UIDL: which message is which in this session.
    ///
    /// # Errors
    /// `work.rejected` if the server has no unique ids, also where it announced them.
    pub async fn maildrop(&mut self) -> Result<Maildrop> {
        Ok(Maildrop::new(self.uidl().await?))
    }

    /// The messages whose unique ids are not known yet: what a client that leaves mail on the
    /// server has to fetch.
    ///
    /// # Errors
    /// As [`maildrop`](Self::maildrop).
    pub async fn new_messages(
        &mut self,
        known: &HashSet<UniqueId>,
    ) -> Result<Vec<UniqueIdListing>> {
        Ok(self.maildrop().await?.new_since(known).cloned().collect())
    }

    /// DELE by unique id: asks where the messages are, confirms each with `UIDL n`, and marks those
    /// that are what they should be. One outcome per id, in order; an id that is named twice is
    /// gone the second time.
    ///
    /// # Errors
    /// As [`maildrop`](Self::maildrop), and the connection's: it is not known which marks were set
    /// then.
    pub async fn dele_by_uid(&mut self, ids: &[UniqueId]) -> Result<Vec<Deletion>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let maildrop = self.maildrop().await?;
        let mut named = HashSet::new();
        let places: Vec<Place> = ids
            .iter()
            .map(|id| match maildrop.place(id) {
                Place::At(_) if !named.insert(id) => Place::Gone,
                place => place,
            })
            .collect();
        let at: Vec<MessageNumber> = places
            .iter()
            .filter_map(|place| match place {
                Place::At(number) => Some(*number),
                _ => None,
            })
            .collect();
        let confirmed = self
            .many(&at, |n| Command::Uidl(Some(n)), unique_id_of)
            .await?;
        let mut confirmed = confirmed.into_iter();
        // What to do with each, and what to mark.
        let mut outcomes = Vec::with_capacity(ids.len());
        let mut marks = Vec::new();
        for (id, place) in ids.iter().zip(places) {
            outcomes.push(match place {
                Place::Gone => Deletion::Gone,
                Place::Ambiguous => Deletion::Ambiguous,
                Place::At(number) => match confirmed.next() {
                    Some(Ok(found)) if found == *id => {
                        marks.push(number);
                        Deletion::Marked(number)
                    }
                    Some(Ok(found)) => Deletion::Failed(Error::malformed(
                        format!("the unique id {id} of message {number}"),
                        found.as_str().as_bytes(),
                    )),
                    Some(Err(error)) => Deletion::Failed(error),
                    None => Deletion::Gone,
                },
            });
        }
        let mut marked = self.dele_many(&marks).await?.into_iter();
        for outcome in &mut outcomes {
            if let Deletion::Marked(_) = outcome
                && let Some(Err(error)) = marked.next()
            {
                *outcome = Deletion::Failed(error);
            }
        }
        Ok(outcomes)
    }
}
