//! FETCH (RFC 9051 section 6.4.5 and its extensions): which messages, which items, and what becomes of them by it.

mod item;
mod section;
mod write;

use crate::imap::arguments::Arg;
use crate::imap::fault::ImapFault;
use crate::imap::fetch::item::Item;
pub(super) use crate::imap::fetch::write::labels;
use crate::imap::fetch::write::{Context, write};
use crate::imap::reply::{Done, Verdict, bad, no, ok, syntax};
use crate::imap::selected::Access;
use crate::imap::session::Session;
use crate::imap::sets::{Set, compact, members};

/// How messages are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Uid,
    Number,
}

/// What is in parentheses behind the items (RFC 7162 sections 3.1.4 and 3.2.6).
#[derive(Default)]
struct Modifiers {
    changed_since: Option<u64>,
    vanished: bool,
    /// `PARTIAL`: which of the messages, counted from the first or from the last.
    partial: Option<(i64, i64)>,
}

impl Modifiers {
    fn parse(list: &[Arg]) -> Option<Self> {
        let mut modifiers = Self::default();
        let mut list = list.iter();
        while let Some(word) = list.next() {
            match word.word()?.as_str() {
                "CHANGEDSINCE" => modifiers.changed_since = Some(list.next()?.number()?),
                "VANISHED" => modifiers.vanished = true,
                "PARTIAL" => modifiers.partial = Some(range(list.next()?.atom()?)?),
                _ => return None,
            }
        }
        Some(modifiers)
    }
}

/// `1:10`, or `-1:-10` from the end (RFC 9394).
pub(super) fn range(text: &str) -> Option<(i64, i64)> {
    let (from, to) = text.split_once(':')?;
    let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
    (from != 0 && to != 0 && (from > 0) == (to > 0)).then_some((from, to))
}

/// Those of these that a range names.
pub(super) fn within(uids: &[u32], (from, to): (i64, i64)) -> Vec<u32> {
    let count = i64::try_from(uids.len()).unwrap_or(i64::MAX);
    let place = |at: i64| {
        if at > 0 {
            at - 1
        } else {
            count.saturating_add(at)
        }
    };
    let (from, to) = (place(from).min(place(to)), place(from).max(place(to)));
    let kept = uids.iter().zip(0_i64..);
    kept.filter(|(_, at)| (from..=to).contains(at))
        .map(|(uid, _)| *uid)
        .collect()
}

impl Session<'_> {
    pub(super) fn fetch(&mut self, by: By, set: &Arg, rest: &[Arg]) -> Done {
        let (items, modifiers) = match rest {
            [items] => (items, Modifiers::default()),
            [items, Arg::List(list)] => (items, Modifiers::parse(list).ok_or_else(syntax)?),
            _ => return Err(syntax()),
        };
        let mut items = item::items(items).ok_or_else(syntax)?;
        for item in &items {
            if let Some(capability) = item.capability() {
                self.needs(capability)?;
            }
        }
        let mut uids = self.set(set, by)?;
        self.modify(&modifiers, by, set)?;
        if let Some(range) = modifiers.partial {
            uids = within(&uids, range);
        }
        if by == By::Uid && !self.enabled.uid_only && !items.contains(&Item::Uid) {
            items.insert(0, Item::Uid);
        }
        if modifiers.changed_since.is_some() && !items.contains(&Item::ModSeq) {
            items.push(Item::ModSeq);
        }
        if items.contains(&Item::ModSeq) {
            self.enabled.condstore = true;
        }
        let limit = self.limit(&mut uids);
        self.fetch_each(&uids, &items, modifiers.changed_since)?;
        match self.fails_by(&ImapFault::SomeAreGone) {
            true => Err(no("some of them are gone").code("EXPUNGEISSUED")),
            false => Ok(ok("that is all").code_if(limit)),
        }
    }

    /// Checks the modifiers, and tells what has vanished.
    fn modify(&mut self, modifiers: &Modifiers, by: By, set: &Arg) -> Result<(), Verdict> {
        if modifiers.partial.is_some() {
            self.needs("PARTIAL")?;
        }
        let Some(since) = modifiers.changed_since else {
            return match modifiers.vanished {
                true => Err(bad("VANISHED wants CHANGEDSINCE")),
                false => Ok(()),
            };
        };
        self.needs("CONDSTORE")?;
        if !modifiers.vanished {
            return Ok(());
        }
        if !self.enabled.qresync || by == By::Number {
            return Err(bad("VANISHED wants QRESYNC and UID FETCH"));
        }
        let set = set.atom().and_then(Set::parse).ok_or_else(syntax)?;
        let gone = self.in_mailbox(|mailbox, _| mailbox.vanished_since(since))?;
        let asked = members(&gone, &set.ranges(u32::MAX));
        let gone: Vec<u32> = asked
            .into_iter()
            .filter_map(|index| gone.get(index).copied())
            .collect();
        if !gone.is_empty() {
            self.data
                .line(&format!("VANISHED (EARLIER) {}", compact(&gone)));
        }
        Ok(())
    }

    fn fetch_each(
        &mut self,
        uids: &[u32],
        items: &[Item],
        changed_since: Option<u64>,
    ) -> Result<(), Verdict> {
        let me = self.me();
        let mut between = self.data.faults.iter().find_map(|fault| match fault {
            ImapFault::ExpungeBetween(number) => Some(*number),
            _ => None,
        });
        let mut lines = self.data.faults.iter().find_map(|fault| match fault {
            ImapFault::Between(lines) => Some(lines.clone()),
            _ => None,
        });
        let context = Context {
            enabled: self.enabled,
            user: self.user.clone().unwrap_or_default(),
        };
        let mut data = std::mem::take(&mut self.data);
        let sees = items.iter().any(Item::sets_seen);
        let fetched = self.in_mailbox(|mailbox, selected| {
            let sees = sees && selected.access == Access::ReadWrite;
            for &uid in uids {
                let (Some(number), Some(message)) = (selected.number(uid), mailbox.get(uid)) else {
                    continue;
                };
                if changed_since.is_some_and(|since| message.modseq <= since) {
                    continue;
                }
                let newly_seen = sees && !message.has_flag("\\Seen");
                if newly_seen {
                    mailbox.change(uid, me, |message| message.flags.push("\\Seen".to_owned()));
                }
                let Some(message) = mailbox.get(uid) else {
                    continue;
                };
                let mut items = items.to_vec();
                if newly_seen && !items.contains(&Item::Flags) {
                    items.push(Item::Flags);
                }
                let recent = selected.recent.contains(&uid);
                let begin = data.bytes.len();
                if let Err(refusal) =
                    write(&mut data, &context, (number, uid), message, recent, &items)
                {
                    // Half a line is none.
                    data.bytes.truncate(begin);
                    return Err(refusal);
                }
                data.bytes.extend(lines.take().unwrap_or_default());
                if let Some(gone) = between.take().and_then(|number| number.checked_sub(1))
                    && gone < selected.uids.len()
                {
                    // Told here, so that the journal's own telling finds nothing left to do.
                    mailbox.remove(selected.uids.remove(gone));
                    data.line(&format!("{} EXPUNGE", gone + 1));
                }
            }
            Ok(sees)
        });
        self.data = data;
        if fetched?? {
            self.imap.mail.changed();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_count_from_either_end() {
        let uids = [2, 3, 5, 8];
        for (text, found) in [
            ("1:2", &[2, 3][..]),
            ("2:1", &[2, 3]),
            ("-1:-2", &[5, 8]),
            ("3:99", &[5, 8]),
            ("-99:-3", &[2, 3]),
            ("9:10", &[]),
        ] {
            assert_eq!(within(&uids, range(text).unwrap()), found, "{text}");
        }
        for text in ["0:1", "1:-1", "1", "a:b", ""] {
            assert_eq!(range(text), None, "{text}");
        }
    }
}
