//! [`Seen`]: the unique ids of messages that were fetched, and how they are written (`netspeak.seen/1`).

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::io;

use netspeak::core::{Error, Opening, Result, Target, Transport};
use netspeak::imap::IdSet;
use netspeak::pop3::UniqueId;
use netspeak::registry;
use serde::{Deserialize, Serialize};

const SCHEMA: &str = "netspeak.seen/1";

/// The most ids of a maildrop, and the most ranges of ids of a mailbox.
const MOST: usize = 1_000_000;

/// A maildrop or a mailbox, whichever way it is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    protocol: String,
    user: String,
    host: String,
    /// `None` is any of those that the protocol's schemes mean.
    port: Option<u16>,
    mailbox: Option<String>,
}

/// What was fetched from where.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Seen(BTreeMap<Place, Ids>);

#[derive(Clone, Debug, PartialEq)]
enum Ids {
    Maildrop(HashSet<UniqueId>),
    Mailbox { uid_validity: u32, uids: IdSet },
}

impl Place {
    /// What belongs to whoever logs in at this target.
    pub(crate) fn of(target: &Target, opening: &Opening, mailbox: Option<&str>) -> Result<Self> {
        let protocol = target.scheme().and_then(registry::by_scheme);
        let protocol = protocol.ok_or_else(|| Error::usage("whose mailbox? write the scheme"))?;
        let port = target.port().map(|port| port.number(Transport::Tcp));
        let schemes = protocol.rules.schemes.iter();
        let usual: Vec<u16> = schemes.map(|scheme| scheme.port).collect();
        let user = opening.credentials.as_ref().map_or("", |credentials| {
            credentials.authzid().unwrap_or(credentials.user())
        });
        Ok(Self {
            protocol: protocol.name.to_owned(),
            user: user.to_owned(),
            host: target.host().to_string().to_ascii_lowercase(),
            port: port.transpose()?.filter(|port| !usual.contains(port)),
            mailbox: mailbox.map(|name| match name.eq_ignore_ascii_case("INBOX") {
                true => "INBOX".to_owned(),
                false => name.to_owned(),
            }),
        })
    }
}

impl Seen {
    /// The ids of what was fetched from a maildrop.
    pub(crate) fn of_maildrop(&self, place: &Place) -> HashSet<UniqueId> {
        match self.0.get(place) {
            Some(Ids::Maildrop(ids)) => ids.clone(),
            _ => HashSet::new(),
        }
    }

    /// The UIDs of what was fetched from a mailbox, and of which UIDVALIDITY they are.
    pub(crate) fn of_mailbox(&self, place: &Place) -> Option<(u32, IdSet)> {
        match self.0.get(place) {
            Some(Ids::Mailbox { uid_validity, uids }) => Some((*uid_validity, uids.clone())),
            _ => None,
        }
    }

    /// These were fetched from a maildrop, and those are not there any more.
    ///
    /// # Errors
    /// More ids than are kept.
    pub(crate) fn add_to_maildrop(
        &mut self,
        place: &Place,
        fetched: &[UniqueId],
        gone: &HashSet<UniqueId>,
    ) -> io::Result<()> {
        let mut ids = self.of_maildrop(place);
        ids.retain(|id| !gone.contains(id));
        ids.extend(fetched.iter().cloned());
        check_count(ids.len())?;
        self.0.insert(place.clone(), Ids::Maildrop(ids));
        Ok(())
    }

    /// These were fetched from a mailbox. UIDs of another UIDVALIDITY mean nothing any more.
    ///
    /// # Errors
    /// More ranges of ids than are kept.
    pub(crate) fn add_to_mailbox(
        &mut self,
        place: &Place,
        uid_validity: u32,
        fetched: &IdSet,
    ) -> io::Result<()> {
        let before = self.of_mailbox(place);
        let before = before.filter(|(validity, _)| *validity == uid_validity);
        let mut uids = before.map(|(_, uids)| uids).unwrap_or_default();
        uids |= fetched;
        check_count(uids.ranges().count())?;
        let ids = Ids::Mailbox { uid_validity, uids };
        self.0.insert(place.clone(), ids);
        Ok(())
    }

    /// What stands in a file.
    pub(super) fn of_json(json: &[u8]) -> io::Result<Self> {
        let head: Head = serde_json::from_slice(json).map_err(broken)?;
        if head.schema != SCHEMA {
            let schema = head.schema;
            return Err(broken(format!("its schema is {schema:?}, not {SCHEMA}")));
        }
        let document: Document = serde_json::from_slice(json).map_err(broken)?;
        let mut seen = Self::default();
        for record in document.seen {
            let (place, ids) = record.read()?;
            if seen.0.insert(place, ids).is_some() {
                return Err(broken("it has a mailbox twice"));
            }
        }
        Ok(seen)
    }

    pub(super) fn to_json(&self) -> io::Result<Vec<u8>> {
        let document = Document {
            schema: SCHEMA.to_owned(),
            seen: self.0.iter().map(Record::of).collect(),
        };
        let mut json = serde_json::to_vec_pretty(&document)?;
        json.push(b'\n');
        Ok(json)
    }
}

/// By which a file of another kind is known.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

/// Nothing else stands in it, or it would be lost when it is written anew.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: String,
    seen: Vec<Record>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    protocol: String,
    user: String,
    host: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mailbox: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uid_validity: Option<u32>,
    /// As IMAP writes sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uids: Option<String>,
    /// Of POP3, in their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ids: Option<Vec<String>>,
}

impl Record {
    fn of((place, ids): (&Place, &Ids)) -> Self {
        let place = place.clone();
        let mut record = Self {
            protocol: place.protocol,
            user: place.user,
            host: place.host,
            port: place.port,
            mailbox: place.mailbox,
            uid_validity: None,
            uids: None,
            ids: None,
        };
        match ids {
            Ids::Maildrop(ids) => {
                let mut ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                ids.sort_unstable();
                record.ids = Some(ids);
            }
            Ids::Mailbox { uid_validity, uids } => {
                record.uid_validity = Some(*uid_validity);
                record.uids = Some(uids.to_string());
            }
        }
        record
    }

    fn read(self) -> io::Result<(Place, Ids)> {
        let ids = match (self.uid_validity, self.uids, self.ids) {
            (None, None, Some(ids)) => {
                let ids = ids.into_iter().map(UniqueId::try_from);
                let ids: HashSet<UniqueId> = ids.collect::<Result<_>>().map_err(broken)?;
                check_count(ids.len())?;
                Ids::Maildrop(ids)
            }
            (Some(uid_validity), Some(uids), None) => {
                let uids: IdSet = match uids.as_str() {
                    "" => IdSet::new(),
                    uids => uids.parse().map_err(broken)?,
                };
                if uids.has_star() {
                    return Err(broken("a set of ids has no end"));
                }
                check_count(uids.ranges().count())?;
                Ids::Mailbox { uid_validity, uids }
            }
            _ => return Err(broken("a mailbox has either ids, or uid_validity and uids")),
        };
        let place = Place {
            protocol: self.protocol,
            user: self.user,
            host: self.host,
            port: self.port,
            mailbox: self.mailbox,
        };
        Ok((place, ids))
    }
}

fn broken(why: impl Display) -> io::Error {
    let why = format!("it is no list of messages that were fetched: {why}");
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Whether so many ids are kept.
pub(crate) fn check_count(count: usize) -> io::Result<()> {
    match count {
        0..=MOST => Ok(()),
        _ => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it holds {MOST} ids of a mailbox at most"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use netspeak::core::Secret;
    use netspeak::core::sasl::Credentials;

    use super::*;

    fn place(url: &str) -> Place {
        let target: Target = url.parse().unwrap();
        let mut opening = Opening::default();
        opening.credentials = Some(Credentials::password("ops", Secret::from("hunter2")));
        let mailbox = target.path().strip_prefix('/');
        Place::of(&target, &opening, mailbox).unwrap()
    }

    fn ids(texts: &[&str]) -> Vec<UniqueId> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_place_is_the_same_by_whichever_way() {
        assert_eq!(place("pop3://H.test"), place("pop3s://h.test:995"));
        assert_eq!(place("imap://h:143/INBOX"), place("imaps://h/inbox"));
        assert_ne!(place("imap://h/Sent"), place("imap://h/sent"));
        assert_ne!(place("pop3://h"), place("imap://h"));
        assert_ne!(place("pop3://h"), place("pop3://h:1110"));
        assert_ne!(place("pop3://h"), place("pop3://g"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut seen = Seen::default();
        let (drop, mailbox) = (place("pop3://h:1110"), place("imap://h"));
        seen.add_to_maildrop(&drop, &ids(&["b", "a\"<"]), &HashSet::new())
            .unwrap();
        seen.add_to_mailbox(&mailbox, 7, &IdSet::from([1, 2, 9]))
            .unwrap();
        let json = seen.to_json().unwrap();
        assert_eq!(Seen::of_json(&json).unwrap(), seen);
        let text = String::from_utf8(json).unwrap();
        assert!(text.contains(r#""uids": "1:2,9""#), "{text}");
        assert!(text.contains(r#""port": 1110"#), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        let nothing = Seen::default().to_json().unwrap();
        assert_eq!(Seen::of_json(&nothing).unwrap(), Seen::default());
    }

    #[test]
    fn what_is_gone_is_forgotten_and_what_another_run_noted_is_kept() {
        let mut seen = Seen::default();
        let drop = place("pop3://h");
        let gone: HashSet<UniqueId> = ids(&["old"]).into_iter().collect();
        seen.add_to_maildrop(&drop, &ids(&["old", "theirs"]), &HashSet::new())
            .unwrap();
        seen.add_to_maildrop(&drop, &ids(&["ours"]), &gone).unwrap();
        let kept: HashSet<UniqueId> = ids(&["theirs", "ours"]).into_iter().collect();
        assert_eq!(seen.of_maildrop(&drop), kept);
    }

    #[test]
    fn another_uidvalidity_begins_anew() {
        let mut seen = Seen::default();
        let mailbox = place("imap://h");
        for (validity, uid, kept) in [(7, 1, "1"), (7, 2, "1:2"), (8, 1, "1")] {
            seen.add_to_mailbox(&mailbox, validity, &IdSet::from(uid))
                .unwrap();
            let (now, uids) = seen.of_mailbox(&mailbox).unwrap();
            assert_eq!((now, uids.to_string().as_str()), (validity, kept));
        }
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let mut seen = Seen::default();
        let mailbox = place("imap://h");
        let gaps: IdSet = (1..=1_000_001).map(|id| id * 2).collect();
        assert!(seen.add_to_mailbox(&mailbox, 7, &gaps).is_err());
        assert_eq!(seen.of_mailbox(&mailbox), None);
        // A range counts once, however long.
        let all = IdSet::from(1..=u32::MAX);
        assert!(seen.add_to_mailbox(&mailbox, 7, &all).is_ok());
        assert!(check_count(MOST).is_ok() && check_count(MOST + 1).is_err());
    }
}
