//! [`Maildrop`]: which message of this session is which, by unique id. Bytes stay out of it: what
//! UIDL said goes in, message numbers come out.

use std::collections::{HashMap, HashSet};

use crate::types::{MessageNumber, UniqueId, UniqueIdListing};

/// The messages of one session by their unique ids.
///
/// Message numbers mean nothing after a reconnect, unique ids do: keep those, and ask the new
/// session's maildrop where they are now.
///
/// ```
/// use std::collections::HashSet;
/// use netspeak_pop3::{Maildrop, Place, UniqueIdListing, response::unique_id_listing};
///
/// let lines = [&b"1 seen"[..], b"2 fresh", b"3 twin", b"4 twin"];
/// let maildrop = Maildrop::new(lines.into_iter().filter_map(unique_id_listing));
///
/// let seen = HashSet::from(["seen".parse().unwrap(), "gone".parse().unwrap()]);
/// let new: Vec<u32> = maildrop.new_since(&seen).map(|listing| listing.number.get()).collect();
/// assert_eq!(new, [2, 3, 4]);
/// assert_eq!(maildrop.place(&"gone".parse().unwrap()), Place::Gone);
/// assert_eq!(maildrop.place(&"twin".parse().unwrap()), Place::Ambiguous);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maildrop {
    listings: Vec<UniqueIdListing>,
    places: HashMap<UniqueId, Place>,
}

/// Stored as what UIDL said; the places follow from it.
#[cfg(feature = "serde")]
impl serde::Serialize for Maildrop {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.listings.serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Maildrop {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<UniqueIdListing>::deserialize(deserializer).map(Self::new)
    }
}

/// Where a message is in this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
pub enum Place {
    /// At this number.
    At(MessageNumber),
    /// Not in the maildrop any more, or marked as deleted.
    Gone,
    /// The id stands at several numbers, or its number has several ids. RFC 1939 lets identical
    /// copies share an id, so this is no error; but it cannot be told which one is meant.
    Ambiguous,
}

impl Maildrop {
    /// From what UIDL said.
    pub fn new(listings: impl IntoIterator<Item = UniqueIdListing>) -> Self {
        let listings: Vec<_> = listings.into_iter().collect();
        let mut times: HashMap<MessageNumber, usize> = HashMap::with_capacity(listings.len());
        for listing in &listings {
            *times.entry(listing.number).or_default() += 1;
        }
        let mut places = HashMap::with_capacity(listings.len());
        for listing in &listings {
            let is_clear = times.get(&listing.number) == Some(&1);
            places
                .entry(listing.id.clone())
                .and_modify(|place| *place = Place::Ambiguous)
                .or_insert(if is_clear {
                    Place::At(listing.number)
                } else {
                    Place::Ambiguous
                });
        }
        Self { listings, places }
    }

    /// Where the message with this id is.
    pub fn place(&self, id: &UniqueId) -> Place {
        self.places.get(id).copied().unwrap_or(Place::Gone)
    }

    /// The messages whose ids are not among those, in the server's order. Messages that share an id
    /// are all new, or all known.
    pub fn new_since(&self, known: &HashSet<UniqueId>) -> impl Iterator<Item = &UniqueIdListing> {
        self.listings
            .iter()
            .filter(|listing| !known.contains(&listing.id))
    }

    /// Those of the known ids that are not in the maildrop any more: they may be forgotten.
    pub fn gone<'a>(&self, known: &'a HashSet<UniqueId>) -> impl Iterator<Item = &'a UniqueId> {
        known.iter().filter(|id| !self.places.contains_key(*id))
    }

    /// The ids of which it cannot be told where they are, each once, in the server's order.
    pub fn ambiguous(&self) -> impl Iterator<Item = &UniqueId> {
        let mut told = HashSet::new();
        self.listings
            .iter()
            .map(|listing| &listing.id)
            .filter(|id| self.place(id) == Place::Ambiguous)
            .filter(move |id| told.insert(*id))
    }

    /// All messages, in the server's order.
    pub fn listings(&self) -> &[UniqueIdListing] {
        &self.listings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> UniqueId {
        text.parse().unwrap()
    }

    fn maildrop(listings: &[(u32, &str)]) -> Maildrop {
        Maildrop::new(listings.iter().map(|(number, text)| UniqueIdListing {
            number: MessageNumber::new(*number).unwrap(),
            id: id(text),
        }))
    }

    fn numbers<'a>(listings: impl Iterator<Item = &'a UniqueIdListing>) -> Vec<u32> {
        listings.map(|listing| listing.number.get()).collect()
    }

    #[test]
    fn what_is_not_known_is_new_and_what_is_not_there_is_gone() {
        let maildrop = maildrop(&[(1, "a"), (2, "b"), (4, "d")]);
        let known = HashSet::from([id("b"), id("x")]);
        assert_eq!(numbers(maildrop.new_since(&known)), [1, 4]);
        assert_eq!(maildrop.gone(&known).collect::<Vec<_>>(), [&id("x")]);
        assert_eq!(numbers(maildrop.new_since(&HashSet::new())), [1, 2, 4]);
        assert_eq!(
            maildrop.place(&id("d")),
            Place::At(MessageNumber::new(4).unwrap())
        );
    }

    #[test]
    fn what_is_not_clear_is_told_and_not_guessed() {
        let maildrop = maildrop(&[
            (1, "twin"),
            (2, "twin"),
            (3, "x"),
            (3, "y"),
            (5, "one"),
            (6, "twin"),
        ]);
        for (text, place) in [
            ("twin", Place::Ambiguous),
            ("x", Place::Ambiguous),
            ("y", Place::Ambiguous),
            ("one", Place::At(MessageNumber::new(5).unwrap())),
            ("none", Place::Gone),
        ] {
            assert_eq!(maildrop.place(&id(text)), place, "{text}");
        }
        let told: Vec<_> = maildrop.ambiguous().map(UniqueId::as_str).collect();
        assert_eq!(told, ["twin", "x", "y"]);
        // Nothing that is new is left out, and nothing that is known is fetched twice.
        assert_eq!(
            numbers(maildrop.new_since(&HashSet::from([id("one")]))),
            [1, 2, 3, 3, 6]
        );
        assert_eq!(
            numbers(maildrop.new_since(&HashSet::from([id("twin")]))),
            [3, 3, 5]
        );
    }

    #[cfg(feature = "serde")]
    #[test]
    fn what_is_kept_between_sessions_is_read_as_it_was_stored() {
        let kept = maildrop(&[(1, "a"), (2, "twin"), (3, "twin")]);
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(
            json,
            r#"[{"number":1,"id":"a"},{"number":2,"id":"twin"},{"number":3,"id":"twin"}]"#
        );
        let back: Maildrop = serde_json::from_str(&json).unwrap();
        assert_eq!(back, kept);
        assert_eq!(back.place(&id("twin")), Place::Ambiguous);

        let known = HashSet::from([id("a"), id("b")]);
        let json = serde_json::to_string(&known).unwrap();
        let back: HashSet<UniqueId> = serde_json::from_str(&json).unwrap();
        assert_eq!(back, known);
        let places = [Place::Gone, Place::At(MessageNumber::new(7).unwrap())];
        let json = serde_json::to_string(&places).unwrap();
        assert_eq!(json, r#"["gone",{"at":7}]"#);
        let back: [Place; 2] = serde_json::from_str(&json).unwrap();
        assert_eq!(back, places);

        // What a file holds is checked as what a server says.
        for bad in ["\"a b\"", "\"\"", "0"] {
            assert!(serde_json::from_str::<UniqueId>(bad).is_err(), "{bad}");
            assert!(serde_json::from_str::<MessageNumber>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn after_a_reconnect_an_id_has_another_number() {
        let (before, after) = (
            maildrop(&[(1, "a"), (2, "b")]),
            maildrop(&[(1, "b"), (2, "c")]),
        );
        let place = |maildrop: &Maildrop| maildrop.place(&id("b"));
        assert_eq!(place(&before), Place::At(MessageNumber::new(2).unwrap()));
        assert_eq!(place(&after), Place::At(MessageNumber::new(1).unwrap()));
    }
}
