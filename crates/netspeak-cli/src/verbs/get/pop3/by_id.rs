//! `get` over POP3 by unique ids: what is new, what is to be deleted.

use std::collections::{HashMap, HashSet};

use netspeak::pop3::{Batch, Client, Maildrop, MessageNumber, Pop3Path, UniqueId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::messages::{Messages, Refused, to_folder, to_mbox, to_one};
use super::super::settle::{Fetched, Keeping, Settlement, both, settle};
use super::super::{Got, Order, meter};
use crate::failure::Failure;
use crate::output::{Place, check_count};
use crate::verbs::maildrop;

/// What stands as it is in the name of a file.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The longest name of a file that is made of an id, in bytes. The ids of RFC 1939 fit however they are written.
const LONGEST: usize = 220;

pub(super) async fn get(order: Order<'_, '_>, selection: Pop3Path) -> Result<Got, Failure> {
    let (target, args) = (order.target, order.args);
    let opening = maildrop::opening(&args.connect, target)?;
    let place = Place::of(target, &opening, None)?;
    let keeping = Keeping::new(target, opening, place, &args.mail)?;
    let known = keeping.seen().await?.of_maildrop(&keeping.place);
    let meter = meter(&order, None);
    let mut maildrop = Maildrop::default();
    let mut taken = HashSet::new();
    let opening = keeping.opening.clone();
    let fetched = maildrop::session_by(opening, target, async |client| {
        maildrop = unique_ids(client).await?;
        let numbers = wanted(&maildrop, &known, selection)?;
        if numbers.is_empty() {
            return Ok(Got::Nothing);
        }
        let messages = Identified {
            batch: client.fetch(numbers, super::part(&args.mail))?,
            names: args.dir.as_ref().map(|_| names(&maildrop)),
            current: None,
            taken: &mut taken,
        };
        match (&args.dir, selection) {
            (Some(dir), _) => to_folder(messages, dir, args.overwrite(), meter).await?,
            (None, Pop3Path::One(_)) => to_one(messages, order.sink, meter).await?,
            (None, _) => to_mbox(messages, order.sink, meter).await?,
        }
        Ok(Got::All)
    })
    .await;
    if taken.is_empty() {
        return fetched;
    }
    let settlement = Settlement {
        keeping,
        fetched: Fetched::Maildrop {
            ids: whole(&maildrop, &taken),
            gone: maildrop.gone(&known).cloned().collect(),
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

async fn unique_ids(client: &mut Client) -> Result<Maildrop, Failure> {
    client.maildrop().await.map_err(|error| {
        let why =
            "--new and --delete know messages by their unique ids, which the server does not tell";
        Failure::from(error).about(&why)
    })
}

/// The numbers of what is to be fetched, each once.
fn wanted(
    maildrop: &Maildrop,
    known: &HashSet<UniqueId>,
    selection: Pop3Path,
) -> Result<Vec<MessageNumber>, Failure> {
    let new = maildrop.new_since(known).map(|listing| listing.number);
    let mut numbers = selection.of_those(new);
    let mut told = HashSet::new();
    numbers.retain(|number| told.insert(*number));
    let gone = maildrop.gone(known).count();
    let kept = known.len().saturating_sub(gone);
    check_count(kept.saturating_add(numbers.len()))?;
    Ok(numbers)
}

/// The ids all of whose messages were taken: several may share one.
fn whole(maildrop: &Maildrop, taken: &HashSet<MessageNumber>) -> Vec<UniqueId> {
    let listings = maildrop.listings();
    let left = listings
        .iter()
        .filter(|listing| !taken.contains(&listing.number))
        .map(|listing| &listing.id);
    let mut done: HashSet<&UniqueId> = left.collect();
    let ids = listings.iter().map(|listing| &listing.id);
    ids.filter(|id| done.insert(id)).cloned().collect()
}

/// Each message's file by its id; `None` if that is too long.
fn names(maildrop: &Maildrop) -> HashMap<MessageNumber, Option<String>> {
    let listings = maildrop.listings().iter();
    let named = listings.map(|listing| (listing.number, file_name(&listing.id)));
    named.collect()
}

fn file_name(id: &UniqueId) -> Option<String> {
    let name = utf8_percent_encode(id.as_str(), NAME).to_string();
    // It would be hidden.
    let name = match name.strip_prefix('.') {
        Some(rest) => format!("%2E{rest}.eml"),
        None => format!("{name}.eml"),
    };
    Some(name).filter(|name| name.len() <= LONGEST)
}

/// Messages with their unique ids.
struct Identified<'c> {
    batch: Batch<'c>,
    /// Of their files, if they have such.
    names: Option<HashMap<MessageNumber, Option<String>>>,
    current: Option<(MessageNumber, String)>,
    taken: &'c mut HashSet<MessageNumber>,
}

impl Messages for Identified<'_> {
    async fn next(&mut self) -> Result<Option<Result<(), Refused>>, Failure> {
        let Some((number, answer)) = self.batch.next().await? else {
            return Ok(None);
        };
        let which = format!("message {number}");
        if let Err(error) = answer {
            return Ok(Some(Err(Refused::new(which, error))));
        }
        let name = match &mut self.names {
            Some(names) => names.remove(&number).flatten(),
            None => Some(String::new()),
        };
        let Some(name) = name else {
            let long = Failure::usage("its unique id is too long for the name of a file");
            return Ok(Some(Err(Refused::new(which, long))));
        };
        self.current = Some((number, name));
        Ok(Some(Ok(())))
    }

    async fn chunk(&mut self) -> Result<Option<&[u8]>, Failure> {
        Ok(self.batch.chunk().await?)
    }

    fn file_name(&self) -> String {
        let name = self.current.as_ref().map(|(_, name)| name.clone());
        name.unwrap_or_default()
    }

    fn is_taken(&mut self) {
        self.taken
            .extend(self.current.take().map(|(number, _)| number));
    }
}

#[cfg(test)]
mod tests {
    use netspeak::pop3::UniqueIdListing;

    use super::*;

    fn maildrop(listings: &[(u32, &str)]) -> Maildrop {
        Maildrop::new(listings.iter().map(|(number, id)| UniqueIdListing {
            number: MessageNumber::new(*number).unwrap(),
            id: id.parse().unwrap(),
        }))
    }

    #[test]
    fn ids_are_names_of_files_and_no_two_are_the_same() {
        for (id, name) in [
            ("0000000b5f1c2d3e", Some("0000000b5f1c2d3e.eml")),
            ("a/../b", Some("a%2F..%2Fb.eml")),
            ("..", Some("%2E..eml")),
            (".a", Some("%2Ea.eml")),
            ("%2Ea", Some("%252Ea.eml")),
            ("UID-1_2:3", Some("UID-1_2%3A3.eml")),
            (&"/".repeat(70), Some(&*("%2F".repeat(70) + ".eml"))),
            (&"x".repeat(217), None),
        ] {
            assert_eq!(file_name(&id.parse().unwrap()).as_deref(), name, "{id}");
        }
    }

    #[test]
    fn an_id_of_several_messages_is_taken_with_the_last_of_them() {
        let maildrop = maildrop(&[(1, "a"), (2, "twin"), (3, "twin"), (4, "b")]);
        let ids = |numbers: &[u32]| {
            let numbers = numbers.iter().copied().filter_map(MessageNumber::new);
            let whole = whole(&maildrop, &numbers.collect());
            whole.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(ids(&[1, 2]), ["a"]);
        assert_eq!(ids(&[2, 3]), ["twin"]);
        assert_eq!(ids(&[]), [""; 0]);
    }
}
