//! [`MailboxStatus`]: what STATUS tells of a mailbox that need not be open (RFC 9051 section 7.3.4).

use crate::grammar::{self, Parsed, Upper, no, whole_id, whole_number};
use crate::types::{Mailbox, Text};

/// What was asked about a mailbox. What is missing was not asked, or is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailboxStatus {
    /// Which one.
    pub mailbox: Mailbox,
    /// `MESSAGES`: how many there are.
    pub messages: Option<u32>,
    /// `RECENT` (RFC 3501)
    pub recent: Option<u32>,
    /// `UNSEEN`: how many nobody read.
    pub unseen: Option<u32>,
    /// `DELETED`: how many are marked so.
    pub deleted: Option<u32>,
    /// `UIDNEXT`: the UID that the next message gets, or a lower one.
    pub uid_next: Option<u32>,
    /// `UIDVALIDITY`: another value than before means that all UIDs are new.
    pub uid_validity: Option<u32>,
    /// `SIZE`: of all messages, in octets (RFC 8438).
    pub size: Option<u64>,
    /// `DELETED-STORAGE`: what EXPUNGE would set free (RFC 9208).
    pub deleted_storage: Option<u64>,
    /// `HIGHESTMODSEQ` (RFC 7162)
    pub highest_modseq: Option<u64>,
    /// `APPENDLIMIT`: how large a message may be, in octets (RFC 7889).
    pub append_limit: Option<u64>,
    /// `MAILBOXID` (RFC 8474)
    pub mailbox_id: Option<Text>,
    /// Other items: their names, and their values as they came.
    pub others: Vec<(Text, Text)>,
}

impl MailboxStatus {
    fn new(mailbox: Mailbox) -> Self {
        Self {
            mailbox,
            messages: None,
            recent: None,
            unseen: None,
            deleted: None,
            uid_next: None,
            uid_validity: None,
            size: None,
            deleted_storage: None,
            highest_modseq: None,
            append_limit: None,
            mailbox_id: None,
            others: Vec::new(),
        }
    }

    /// ```text
    /// "STATUS" SP mailbox SP "(" [status-att-list] ")"
    /// status-att-list = status-att-val *(SP status-att-val)
    /// ```
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, mailbox) = name(grammar::blanks(input))?;
        let mut status = Self::new(mailbox);
        let (rest, items) = grammar::list(rest, |input| {
            let (rest, name) = grammar::word(input)?;
            match grammar::any_value(rest) {
                Ok((rest, value)) => Ok((rest, (name, value))),
                // A name without a value, at the end.
                Err(_) => Ok((rest, (name, &b""[..]))),
            }
        })?;
        for (name, value) in items {
            status.item(name, value);
        }
        Ok((rest, status))
    }

    fn item(&mut self, name: &[u8], value: &[u8]) {
        let number = whole_number(value);
        let count = number.and_then(|number| u32::try_from(number).ok());
        match Upper::new(name).as_bytes() {
            b"MESSAGES" => self.messages = count,
            b"RECENT" => self.recent = count,
            b"UNSEEN" => self.unseen = count,
            b"DELETED" => self.deleted = count,
            b"UIDNEXT" => self.uid_next = whole_id(value),
            b"UIDVALIDITY" => self.uid_validity = whole_id(value),
            b"SIZE" => self.size = number,
            b"DELETED-STORAGE" => self.deleted_storage = number,
            b"HIGHESTMODSEQ" => self.highest_modseq = number,
            b"APPENDLIMIT" => self.append_limit = number,
            b"MAILBOXID" => {
                let ids = grammar::list(value, super::text).map(|(_, ids)| ids);
                self.mailbox_id = ids.ok().and_then(|ids| ids.into_iter().next());
            }
            _ => self.others.push((name.into(), value.into())),
        }
    }
}

/// A mailbox with a list behind it: names that should be quoted and are not may have blanks in them.
fn name(input: &[u8]) -> Parsed<'_, Mailbox> {
    if matches!(input.first(), Some(b'"' | b'{')) {
        return super::mailbox(input);
    }
    let list = memchr::memmem::find(input, b" (").or_else(|| memchr::memchr(b'(', input));
    let (name, rest) = input.split_at(list.unwrap_or_default());
    match name.trim_ascii_end() {
        b"" => no(),
        name => Ok((rest, Mailbox::from_wire(name))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<MailboxStatus> {
        MailboxStatus::parse(text.as_bytes())
            .ok()
            .map(|(_, status)| status)
    }

    #[test]
    fn items_known_and_unknown() {
        let found = parse(
            "\"a b\" (MESSAGES 231 uidnext 44292 UIDVALIDITY 0 UNSEEN -1 SIZE 5368709121 HIGHESTMODSEQ 7 \
             APPENDLIMIT NIL MAILBOXID (F2) X-OTHER (a b) DELETED)",
        )
        .unwrap();
        assert_eq!((found.messages, found.uid_next), (Some(231), Some(44292)));
        assert_eq!(
            (found.uid_validity, found.unseen, found.append_limit),
            (None, None, None)
        );
        assert_eq!(
            (found.size, found.highest_modseq),
            (Some(5_368_709_121), Some(7))
        );
        assert_eq!(found.mailbox_id, Some("F2".into()));
        assert_eq!(found.others, [("X-OTHER".into(), "(a b)".into())]);
    }

    #[test]
    fn names_without_quotes() {
        for (text, name) in [
            ("Sent Items (MESSAGES 1)", "Sent Items"),
            ("a(b (MESSAGES 1)", "a(b"),
            ("INBOX(MESSAGES 1)", "INBOX"),
            ("&ZeVnLIqe- ()", "日本語"),
            ("{3}\r\na b ()", "a b"),
        ] {
            assert_eq!(parse(text).unwrap().mailbox.name(), name);
        }
        for text in ["", "INBOX", "(MESSAGES 1)", "INBOX MESSAGES 1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
