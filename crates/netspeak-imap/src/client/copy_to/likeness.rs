//! [`Likeness`]: by what a message is known again on another server, and which of two mailboxes' messages are alike.

use std::hash::{BuildHasher, Hash, RandomState};

use crate::response::Fetch;

/// By which a message is known when it has no Message-ID, and told from others that have the same one.
pub(super) const FIELDS: [&str; 6] = ["MESSAGE-ID", "DATE", "FROM", "TO", "CC", "SUBJECT"];

/// What is kept of a message to know it again: 24 octets, however long its header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Likeness {
    /// Of its Message-ID; without one, of all there is.
    id: [u64; 2],
    /// Of its size, its date and its header.
    exact: u64,
}

/// A message of the mailbox that is copied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) uid: u32,
    pub(super) size: u64,
    pub(super) likeness: Likeness,
}

/// Makes likenesses. Their keys are another one's each time, so that no message can be made to look like another.
pub(super) struct Eye([RandomState; 2]);

impl Eye {
    pub(super) fn new() -> Self {
        Self([RandomState::new(), RandomState::new()])
    }

    /// Of a row with size, date and [`FIELDS`].
    pub(super) fn look(&self, row: &Fetch) -> Likeness {
        let text = row.bodies.iter().find_map(|body| body.value.as_bytes());
        let mut fields = fields(text.unwrap_or_default());
        fields.sort_unstable();
        let id = fields
            .iter()
            .find(|(name, value)| name == b"message-id" && !matches!(&**value, b"" | b"<>"))
            .map(|(_, value)| value);
        let date = row.internal_date.map(|date| date.timestamp().as_second());
        let all = (row.size, date, &fields);
        Likeness {
            id: match id {
                Some(id) => self.hash(&("id", id)),
                None => self.hash(&("all", &all)),
            },
            exact: self.hash(&all)[0],
        }
    }

    fn hash(&self, what: &impl Hash) -> [u64; 2] {
        self.0.each_ref().map(|keys| keys.hash_one(what))
    }
}

/// The fields of a header: names in small letters, values with single blanks, as servers unfold them or do not.
fn fields(header: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in header.split(|byte| *byte == b'\n') {
        if line.first().is_some_and(u8::is_ascii_whitespace) {
            if let Some((_, value)) = fields.last_mut() {
                add_words(value, line);
            }
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            continue;
        };
        let (name, value) = line.split_at_checked(colon).unwrap_or_default();
        let mut words = Vec::new();
        add_words(&mut words, value.get(1..).unwrap_or_default());
        fields.push((name.trim_ascii().to_ascii_lowercase(), words));
    }
    fields
}

fn add_words(value: &mut Vec<u8>, text: &[u8]) {
    let words = text.split(u8::is_ascii_whitespace);
    for word in words.filter(|word| !word.is_empty()) {
        if !value.is_empty() {
            value.push(b' ');
        }
        value.extend_from_slice(word);
    }
}

/// Divides messages into those that are there and those that are not: `(there, missing)`, each in the order of UIDs.
///
/// Of messages with one Message-ID those that are alike in all else are there first; the others are there if as many
/// with that Message-ID are left, since some servers change what they are given. What has none is there if all is alike.
pub(super) fn divide(mut ours: Vec<Entry>, mut theirs: Vec<Likeness>) -> (Vec<Entry>, Vec<Entry>) {
    theirs.sort_unstable();
    ours.sort_unstable_by_key(|entry| (entry.likeness, entry.uid));
    let (mut there, mut missing) = (Vec::new(), Vec::new());
    let mut rest = theirs.as_slice();
    for group in ours.chunk_by(|one, next| one.likeness.id == next.likeness.id) {
        let Some(first) = group.first() else { continue };
        let id = first.likeness.id;
        let (_, from) = rest.split_at(rest.partition_point(|likeness| likeness.id < id));
        let (known, behind) = from.split_at(from.partition_point(|likeness| likeness.id == id));
        rest = behind;
        divide_group(group, known, &mut there, &mut missing);
    }
    for entries in [&mut there, &mut missing] {
        entries.sort_unstable_by_key(|entry| entry.uid);
    }
    (there, missing)
}

/// Both sorted, and all of one Message-ID.
fn divide_group(
    ours: &[Entry],
    known: &[Likeness],
    there: &mut Vec<Entry>,
    missing: &mut Vec<Entry>,
) {
    let mut unlike = Vec::new();
    let mut rest = known;
    let mut left = known.len();
    for entry in ours {
        let before = rest.partition_point(|likeness| likeness.exact < entry.likeness.exact);
        rest = rest.get(before..).unwrap_or_default();
        match rest.split_first() {
            Some((first, behind)) if first.exact == entry.likeness.exact => {
                rest = behind;
                left = left.saturating_sub(1);
                there.push(*entry);
            }
            _ => unlike.push(*entry),
        }
    }
    unlike.sort_unstable_by_key(|entry| entry.uid);
    let (alike_by_id, others) = unlike.split_at(left.min(unlike.len()));
    there.extend_from_slice(alike_by_id);
    missing.extend_from_slice(others);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::{Response, Untagged};

    /// A message with this header, size and second.
    fn row(header: &str, size: u64, second: u32) -> Fetch {
        let line = format!(
            "* 1 FETCH (RFC822.SIZE {size} INTERNALDATE \"17-Jul-1996 02:44:{second:02} -0700\" \
             BODY[HEADER.FIELDS (SUBJECT)] {{{}}}\r\n{header})",
            header.len()
        );
        match Response::parse(line.as_bytes()) {
            Response::Untagged(Untagged::Fetch(row)) => *row,
            other => panic!("{other:?}"),
        }
    }

    fn uids(entries: &[Entry]) -> Vec<u32> {
        entries.iter().map(|entry| entry.uid).collect()
    }

    /// Which of ours, numbered from 1, are missing among theirs.
    fn missing(ours: &[(&str, u64, u32)], theirs: &[(&str, u64, u32)]) -> Vec<u32> {
        let eye = Eye::new();
        let look = |(header, size, second): &(&str, u64, u32)| {
            eye.look(&row(&header.replace('/', "\r\n"), *size, *second))
        };
        let entries = (1..).zip(ours).map(|(uid, message)| Entry {
            uid,
            size: message.1,
            likeness: look(message),
        });
        let (there, missing) = divide(entries.collect(), theirs.iter().map(look).collect());
        assert_eq!(there.len() + missing.len(), ours.len());
        uids(&missing)
    }

    #[test]
    fn a_message_is_known_by_its_message_id() {
        let (a, b) = ("Message-ID: <a>//", "message-id:/ <b>//");
        assert_eq!(missing(&[(a, 1, 1), (b, 2, 2)], &[]), [1, 2]);
        assert_eq!(missing(&[(a, 1, 1), (b, 2, 2)], &[(b, 2, 2)]), [1]);
        // A server that changes what it is given, or the spelling of headers.
        let other = "MESSAGE-ID: <a>/Subject: added//";
        assert_eq!(missing(&[(a, 1, 1)], &[(other, 7, 9)]), [0; 0]);
        assert_eq!(missing(&[(a, 1, 1)], &[(a, 1, 1), (a, 1, 1)]), [0; 0]);
    }

    #[test]
    fn of_two_with_one_message_id_the_one_that_is_alike_is_there() {
        let (one, two) = (
            ("Message-ID: <a>/Subject: 1//", 5, 1),
            ("Message-ID: <a>/Subject: 2//", 9, 2),
        );
        assert_eq!(missing(&[one, two], &[two]), [1]);
        assert_eq!(missing(&[one, two], &[one]), [2]);
        assert_eq!(missing(&[one, one], &[one]), [2]);
        assert_eq!(missing(&[one, one], &[one, one]), [0; 0]);
        // Both were changed over there.
        let changed = |size| ("Message-ID: <a>//", size, 3);
        assert_eq!(missing(&[one, two], &[changed(6), changed(10)]), [0; 0]);
        assert_eq!(missing(&[one, two, one], &[changed(6), two]), [3]);
    }

    #[test]
    fn without_a_message_id_all_has_to_be_alike() {
        for none in [
            "Subject: x//",
            "Message-ID: <>/Subject: x//",
            "Message-ID:  /Subject: x//",
        ] {
            assert_eq!(missing(&[(none, 5, 1)], &[(none, 5, 1)]), [0; 0], "{none}");
            assert_eq!(missing(&[(none, 5, 1)], &[(none, 6, 1)]), [1], "{none}");
            assert_eq!(missing(&[(none, 5, 1)], &[(none, 5, 2)]), [1], "{none}");
            assert_eq!(missing(&[(none, 5, 1), (none, 5, 1)], &[(none, 5, 1)]), [2]);
        }
        assert_eq!(
            missing(&[("Subject: x//", 5, 1)], &[("Subject: y//", 5, 1)]),
            [1]
        );
        // Folding and the order of fields make no difference.
        let folded = ("From: a/Subject: one/\ttwo//", 5, 1);
        let plain = ("subject:one two/from:  a //", 5, 1);
        assert_eq!(missing(&[folded], &[plain]), [0; 0]);
    }
}
