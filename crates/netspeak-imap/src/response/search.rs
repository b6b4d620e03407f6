//! [`Search`] and [`Esearch`]: what SEARCH and SORT found (RFC 9051 section 7.3.3, RFC 3501 section 7.2.5,
//! RFC 5256).

use crate::grammar::{self, Parsed, Upper, whole_id, whole_number};
use crate::types::{IdList, IdSet, Mailbox, Text};

/// `SEARCH`: what was found, as plain numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Search {
    /// UIDs or message numbers, whichever was asked for.
    pub ids: Vec<u32>,
    /// The highest modification sequence among them (RFC 7162).
    pub modseq: Option<u64>,
}

impl Search {
    /// ```text
    /// "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]
    /// ```
    pub(super) fn parse(input: &[u8]) -> Self {
        let (ids, rest) = numbers(input);
        let mut words = grammar::words(rest.strip_prefix(b"(").unwrap_or(rest));
        let is_modseq = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case(b"MODSEQ"));
        let value = words.next().filter(|_| is_modseq);
        let modseq = value.and_then(|word| whole_number(word.strip_suffix(b")").unwrap_or(word)));
        Self { ids, modseq }
    }
}

/// Ids with blanks between them; words that are none are skipped. What is left begins with a parenthesis.
pub(super) fn numbers(input: &[u8]) -> (Vec<u32>, &[u8]) {
    let mut ids = Vec::new();
    let mut rest = grammar::blanks(input);
    while let Ok((behind, word)) = grammar::word(rest) {
        ids.extend(whole_id(word));
        rest = grammar::blanks(behind);
    }
    (ids, rest)
}

/// `ESEARCH`: what was asked for about the messages that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Esearch {
    /// The tag of the command that asked.
    pub tag: Option<Text>,
    /// The mailbox that it is about, if several were searched (RFC 7377).
    pub mailbox: Option<Mailbox>,
    /// Its UIDVALIDITY (RFC 7377).
    pub uid_validity: Option<u32>,
    /// Whether the ids are UIDs.
    pub uid: bool,
    /// `MIN`: the lowest.
    pub min: Option<u32>,
    /// `MAX`: the highest.
    pub max: Option<u32>,
    /// `COUNT`: how many there are.
    pub count: Option<u32>,
    /// `ALL`: which; in order, if the command was a SORT (RFC 5267). `None` if there are none.
    pub all: Option<IdList>,
    /// `MODSEQ`: the highest modification sequence among them (RFC 7162).
    pub modseq: Option<u64>,
    /// `PARTIAL`: which of a range of the results (RFC 9394).
    pub partial: Option<Partial>,
    /// `ADDTO`: ids that are results from now on, and their places (RFC 5267).
    pub added: Vec<(u32, IdList)>,
    /// `REMOVEFROM`: ids that are results no longer, and their places (RFC 5267).
    pub removed: Vec<(u32, IdList)>,
    /// Other items: their names, and their values as they came.
    pub others: Vec<(Text, Text)>,
}

/// Some of the results (RFC 9394).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// Which ones, as they were asked for: `1:100`, `-1:-100`.
    pub range: Text,
    /// Their ids. `None` if there are none in that range.
    pub ids: Option<IdList>,
}

impl Esearch {
    /// ```text
    /// esearch-response = "ESEARCH" [SP "(" "TAG" SP tag-string ")"] [SP "UID"]
    ///                    *(SP search-return-data)
    /// ```
    pub(super) fn parse(input: &[u8]) -> Self {
        let mut found = Self::default();
        let mut rest = grammar::blanks(input);
        if let Ok((behind, correlator)) = grammar::any_value(rest)
            && let Some(inside) = correlator.strip_prefix(b"(")
        {
            found.correlate(inside);
            rest = behind;
        }
        loop {
            // (MODSEQ 5) for MODSEQ 5: servers put parentheses where SEARCH has them.
            rest = grammar::blanks(rest);
            rest = match rest.split_first() {
                None => return found,
                Some((b'(' | b')', behind)) => behind,
                Some(_) => match found.item(rest) {
                    Ok((behind, ())) => behind,
                    Err(_) => return found,
                },
            };
        }
    }

    /// `search-correlator`, with what RFC 7377 adds.
    fn correlate(&mut self, mut rest: &[u8]) {
        while let Ok((behind, name)) = grammar::word(grammar::blanks(rest)) {
            let Ok((behind, value)) = grammar::astring(behind) else {
                return;
            };
            match Upper::new(name).as_bytes() {
                b"TAG" => self.tag = Some(value.into()),
                b"MAILBOX" => self.mailbox = Some(Mailbox::from_wire(&value)),
                b"UIDVALIDITY" => self.uid_validity = whole_id(&value),
                _ => {}
            }
            rest = behind;
        }
    }

    fn item<'a>(&mut self, input: &'a [u8]) -> Parsed<'a, ()> {
        let (rest, name) = grammar::word(input)?;
        let name_in_capitals = Upper::new(name);
        if name_in_capitals.as_bytes() == b"UID" {
            self.uid = true;
            return Ok((rest, ()));
        }
        let (rest, value) = grammar::any_value(rest)?;
        let number = whole_number(value);
        match name_in_capitals.as_bytes() {
            b"MIN" => self.min = whole_id(value),
            b"MAX" => self.max = whole_id(value),
            b"COUNT" => self.count = number.and_then(|count| u32::try_from(count).ok()),
            b"ALL" => self.all = IdList::from_wire(value),
            b"MODSEQ" => self.modseq = number,
            b"PARTIAL" => self.partial = partial(value),
            b"ADDTO" => self.added.extend(places(value)),
            b"REMOVEFROM" => self.removed.extend(places(value)),
            _ => self.others.push((name.into(), value.into())),
        }
        Ok((rest, ()))
    }
}

/// `"(" partial-range SP (sequence-set / nil) ")"`
fn partial(value: &[u8]) -> Option<Partial> {
    let (_, words) = grammar::list(value, grammar::word).ok()?;
    let mut words = words.into_iter();
    Some(Partial {
        range: words.next()?.into(),
        ids: words.next().and_then(IdList::from_wire),
    })
}

/// `"(" context-position SP sequence-set *(SP context-position SP sequence-set) ")"`
fn places(value: &[u8]) -> Vec<(u32, IdList)> {
    let words = grammar::list(value, grammar::word).map(|(_, words)| words);
    let words = words.unwrap_or_default();
    let place = |pair: &[&[u8]]| match pair {
        [place, ids] => {
            let place = u32::try_from(whole_number(place)?).ok()?;
            Some((place, IdList::from_wire(ids)?))
        }
        _ => None,
    };
    words.chunks(2).filter_map(place).collect()
}

impl From<Esearch> for IdSet {
    /// The ids of `ALL`, sorted.
    fn from(found: Esearch) -> Self {
        found.all.map(Self::from).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Option<IdList> {
        IdList::from_wire(text.as_bytes())
    }

    #[test]
    fn plain_numbers() {
        for (text, found, modseq) in [
            (
                " 2 3 6 (MODSEQ 917162500)",
                &[2, 3, 6][..],
                Some(917_162_500),
            ),
            (" (modseq 5)", &[], Some(5)),
            ("  5  4 ", &[5, 4], None),
            ("", &[], None),
            (" 1 x 4294967296 -2 0 3", &[1, 3], None),
            (" 1 (", &[1], None),
        ] {
            let search = Search::parse(text.as_bytes());
            assert_eq!(
                (search.ids.as_slice(), search.modseq),
                (found, modseq),
                "{text}"
            );
        }
    }

    #[test]
    fn everything_that_can_be_returned() {
        let found = Esearch::parse(
            b" (TAG \"A1\" MAILBOX folder1 UIDVALIDITY 1) UID MIN 2 MAX 47 COUNT 25 ALL 9,2:4 \
              MODSEQ 12 PARTIAL (-1:-100 NIL) ADDTO (0 5,7 3 8) REMOVEFROM (1 9) X (y z) RELEVANCY (1 2)",
        );
        assert_eq!((found.tag, found.uid), (Some("A1".into()), true));
        assert_eq!(found.mailbox.unwrap().name(), "folder1");
        assert_eq!(
            (found.uid_validity, found.min, found.max),
            (Some(1), Some(2), Some(47))
        );
        assert_eq!((found.count, found.modseq), (Some(25), Some(12)));
        assert_eq!(found.all, ids("9,2:4"));
        let partial = found.partial.unwrap();
        assert_eq!((partial.range, partial.ids), ("-1:-100".into(), None));
        assert_eq!(
            found.added,
            [(0, ids("5,7").unwrap()), (3, ids("8").unwrap())]
        );
        assert_eq!(found.removed, [(1, ids("9").unwrap())]);
        assert_eq!(found.others.len(), 2);
        let short = Esearch::parse(b"COUNT 5 ALL");
        assert_eq!((short.tag, short.count, short.all), (None, Some(5), None));
    }
}
